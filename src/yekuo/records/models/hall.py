"""营业厅: halls with their windows, and the numbers taken there; nothing personal is written on a ticket."""

from django.db import models

from yekuo.rules.hall import Grade, Purpose, Serves, TicketStatus

IN_HAND = (TicketStatus.CALLED.value, TicketStatus.SERVING.value)


class Hall(models.Model):
    """营业厅: a counter of a unit; the working hours of Saturdays and days off make no working day."""

    unit = models.BigIntegerField(db_index=True)
    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    grade = models.CharField(max_length=1, choices=[(one.value, f"{one.value} 级") for one in Grade])
    opens_at = models.TimeField()
    closes_at = models.TimeField()
    off_opens_at = models.TimeField(null=True)
    off_closes_at = models.TimeField(null=True)
    active = models.BooleanField(default=True)

    class Meta:
        """As they are listed."""

        ordering = ("unit", "code")

    def __str__(self) -> str:
        """This function will give the hall's name."""
        return self.name


class Window(models.Model):
    """窗口: open while a clerk sits at it; a clerk sits at one window at a time."""

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="windows")
    number = models.SmallIntegerField()
    serves = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Serves])
    staff = models.BigIntegerField(null=True, unique=True)
    since = models.DateTimeField(null=True)

    class Meta:
        """Numbered within the hall."""

        ordering = ("hall", "number")
        constraints = (models.UniqueConstraint(fields=("hall", "number"), name="window_once"),)

    def __str__(self) -> str:
        """This function will name the window."""
        return f"{self.number} 号窗口"


class Ticket(models.Model):
    """排队号: one number of one day; `first_called_at` starts the twenty minutes and is never moved.

    `limit_minutes` is what bound when it was first called, None for no limit. `case` is what came of it.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="tickets")
    day = models.DateField()
    series = models.CharField(max_length=1)
    number = models.SmallIntegerField()
    purpose = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Purpose])
    serves = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Serves])
    status = models.CharField(max_length=8, choices=[(one.value, one.value) for one in TicketStatus])
    first_in_line = models.BooleanField(default=False)
    wanted_window = models.SmallIntegerField(null=True)
    window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="tickets")
    taken_at = models.DateTimeField()
    first_called_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    served_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    calls = models.SmallIntegerField(default=0)
    limit_minutes = models.SmallIntegerField(null=True)
    overrun_reason = models.CharField(max_length=200, blank=True)
    by = models.BigIntegerField(default=0)
    case = models.BigIntegerField(null=True, db_index=True)
    token = models.CharField(max_length=32, unique=True)
    key = models.CharField(max_length=80, unique=True)

    class Meta:
        """A number is given once a day, and a window has one customer in hand."""

        indexes = (models.Index(fields=("hall", "day", "status"), name="ticket_line"),)
        constraints = (
            models.UniqueConstraint(fields=("hall", "day", "series", "number"), name="ticket_number_once"),
            models.UniqueConstraint(
                fields=("window",), condition=models.Q(status__in=("called", "serving")), name="window_one_in_hand"
            ),
        )

    def __str__(self) -> str:
        """This function will give the number as it is called out."""
        return f"{self.series}{self.number:03d}"


class TicketStep(models.Model):
    """排队号经过: what was done with a number, by whom, at which window; only ever added to."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="steps")
    what = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.BigIntegerField()
    window = models.SmallIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        """This function will name the step."""
        return self.what
