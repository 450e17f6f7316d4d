"""电网与容量台账: networks by revision, published figures, the ledger of promised capacity, needs for works, queues, studies."""

from typing import ClassVar

from django.db import models


class Grid(models.Model):
    """电网: the network of one unit and everything below it; its row is locked while capacity is promised.

    `entries` counts the ledger; `balanced` is the revision the paths of the holds and the balances were made with, `tried` the one
    every source that waits for works was last tried on.
    """

    unit = models.BigIntegerField(unique=True)
    name = models.CharField(max_length=60)
    entries = models.BigIntegerField(default=0)
    balanced = models.BigIntegerField(null=True)
    tried = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        """This function will give its name."""
        return self.name


class GridRevision(models.Model):
    """电网版本: one state of the network: packed tables, where they came from, what was found; never changed afterwards.

    `promised` is what the file itself says is in flight (case, node, kW, kvar), `prices` its own price list; `file_digest` the
    SHA-256 of what was sent, `affected` the promises that no longer fitted when it was put in force; `measured_until` the last day its
    peak loads were measured on, None where nobody said.
    """

    grid = models.ForeignKey(Grid, models.PROTECT, related_name="revisions")
    number = models.IntegerField()
    digest = models.CharField(max_length=64)
    tables = models.BinaryField()
    levels = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    remarks = models.JSONField(default=list)
    promised = models.JSONField(default=list)
    prices = models.JSONField(default=list)
    source = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64, blank=True)
    affected = models.JSONField(default=list)
    measured_until = models.DateField(null=True)
    reason = models.CharField(max_length=200)
    by = models.BigIntegerField()
    at = models.DateTimeField()
    current = models.BooleanField(default=False)

    class Meta:
        """One is in force."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["grid", "number"], name="grid_revision_number"),
            models.UniqueConstraint(fields=["grid"], name="grid_revision_current", condition=models.Q(current=True)),
        ]


class CapacityFigure(models.Model):
    """可开放容量: the figure of one node, transformer, feeder or main transformer, in kW, with what binds it.

    `counted` is the number of the last entry of the ledger that was drawn in the calculation. With profiles (L3): `stable_kw` at every
    hour of every kind of day, `stable_when` the one that decides, `peak_kw`, `flat_kw`, `valley_kw` within those hours.
    """

    revision = models.ForeignKey(GridRevision, models.CASCADE, related_name="figures")
    kind = models.CharField(max_length=8)
    element = models.CharField(max_length=60)
    name = models.CharField(max_length=80)
    feeder = models.CharField(max_length=60, blank=True)
    feeder_name = models.CharField(max_length=80, blank=True)
    substation = models.CharField(max_length=80, blank=True)
    area = models.CharField(max_length=60, blank=True)
    public = models.BooleanField(default=True)
    kv = models.FloatField(default=0)
    kva = models.FloatField(null=True)
    x = models.FloatField(null=True)
    y = models.FloatField(null=True)
    kw = models.FloatField()
    firm_kw = models.FloatField(null=True)
    stable_kw = models.FloatField(null=True)
    stable_when = models.CharField(max_length=20, blank=True)
    peak_kw = models.FloatField(null=True)
    flat_kw = models.FloatField(null=True)
    valley_kw = models.FloatField(null=True)
    state = models.CharField(max_length=10)
    binding_kind = models.CharField(max_length=12, blank=True)
    binding = models.CharField(max_length=60, blank=True)
    binding_name = models.CharField(max_length=80, blank=True)
    firm_section = models.CharField(max_length=60, blank=True)
    firm_section_name = models.CharField(max_length=80, blank=True)
    level = models.SmallIntegerField()
    method = models.CharField(max_length=10)
    counted = models.BigIntegerField()
    solver = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        """One figure per element."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["revision", "kind", "element"], name="capacity_figure_once")
        ]


class CapacityHold(models.Model):
    """占用容量: what one source of one case holds now; a projection of the entries.

    `kw` and `kva` are what the path carries for it (not the contract's capacity). `place` is the connection (candidate id,
    node or line and share), `path` the elements up to the source, as ElementBalance names them.
    """

    grid = models.ForeignKey(Grid, models.PROTECT, related_name="holds")
    case = models.BigIntegerField()
    source = models.SmallIntegerField()
    version = models.IntegerField()
    direction = models.CharField(max_length=10, default="load")
    state = models.CharField(max_length=10)
    kw = models.FloatField()
    kva = models.DecimalField(max_digits=12, decimal_places=2)
    place = models.JSONField(default=dict)
    path = models.JSONField(default=list)
    until = models.DateField(null=True)
    since = models.DateTimeField()
    entry = models.BigIntegerField()

    class Meta:
        """Once per source of a case; what lapses is found by day."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "source"], name="capacity_hold_once")]
        indexes: ClassVar = [
            models.Index(fields=["until"], name="capacity_hold_until", condition=models.Q(state="reserved")),
            models.Index(fields=["grid", "state"], name="capacity_hold_state"),
        ]


class CapacityEntry(models.Model):
    """容量台账: one promise made, kept, confirmed, lapsed or given back; the app's role may insert and read, never change.

    `warning` says of a promise which outage near by is no longer restorable with it (N-1), "" when all stay so.
    """

    grid = models.ForeignKey(Grid, models.PROTECT, related_name="ledger")
    number = models.BigIntegerField()
    case = models.BigIntegerField()
    source = models.SmallIntegerField()
    version = models.IntegerField()
    direction = models.CharField(max_length=10, default="load")
    kind = models.CharField(max_length=10)
    kw = models.FloatField()
    kva = models.DecimalField(max_digits=12, decimal_places=2)
    place = models.JSONField(default=dict)
    revision = models.CharField(max_length=64)
    solver = models.CharField(max_length=40)
    until = models.DateField(null=True)
    seq = models.IntegerField(default=0)
    by = models.BigIntegerField()
    at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)
    warning = models.CharField(max_length=300, blank=True)

    class Meta:
        """Numbered without gaps per network."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["grid", "number"], name="capacity_entry_number")]
        indexes: ClassVar = [models.Index(fields=["case"], name="capacity_entry_case")]


class ElementBalance(models.Model):
    """元件余额: how much may be promised through one line or transformer and how much is; the database refuses more.

    `element` is 'line/<id>' or 'transformer/<id>'; `allowed_kva` is the rating less the load already there (or what was
    promised before, if that is more).
    """

    grid = models.ForeignKey(Grid, models.CASCADE, related_name="balances")
    element = models.CharField(max_length=80)
    allowed_kva = models.DecimalField(max_digits=14, decimal_places=2)
    held_kva = models.DecimalField(max_digits=14, decimal_places=2, default=0)

    class Meta:
        """Never over-promised, whatever the code does."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["grid", "element"], name="element_balance_once"),
            models.CheckConstraint(
                condition=models.Q(held_kva__lte=models.F("allowed_kva")), name="element_never_overpromised"
            ),
            models.CheckConstraint(condition=models.Q(held_kva__gte=0), name="element_held_positive"),
        ]


class GridNeed(models.Model):
    """配套工程需求: works the network needs for a case, with the remedy that was checked; handed to grid planning.

    `connect_first`: supply now and reinforce afterwards. `remedy` as the study shows it, {} where none was found.
    """

    grid = models.ForeignKey(Grid, models.PROTECT, related_name="needs", null=True)
    case = models.BigIntegerField()
    unit = models.BigIntegerField()
    source = models.SmallIntegerField(default=1)
    kw = models.FloatField()
    binding = models.CharField(max_length=200)
    remedy = models.JSONField(default=dict)
    connect_first = models.BooleanField(default=False)
    investor = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, default="open")
    planned = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True)
    by = models.BigIntegerField()
    at = models.DateTimeField()
    changed_by = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        """One open need per source of a case."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "source"], name="grid_need_open", condition=models.Q(state__in=("open", "planned"))
            )
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "state"], name="grid_need_state")]


class GenerationPlace(models.Model):
    """分布式电源排队: generation waits at an element in order of application; `offered` names what was freed and until when."""

    grid = models.ForeignKey(Grid, models.PROTECT, related_name="queue")
    element = models.CharField(max_length=60)
    case = models.BigIntegerField(unique=True)
    applied_at = models.DateTimeField()
    kw = models.FloatField()
    place = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="waiting")
    offered_at = models.DateTimeField(null=True)
    offered_until = models.DateField(null=True)

    class Meta:
        """First come, first served."""

        ordering = ("applied_at", "id")
        indexes: ClassVar = [models.Index(fields=["grid", "element", "applied_at"], name="generation_place_order")]


class SchemeStudy(models.Model):
    """方案测算: what was asked, what came out, and everything needed to compute it again; only `chosen` is set later."""

    case = models.BigIntegerField(db_index=True)
    revision = models.ForeignKey(GridRevision, models.PROTECT)
    number = models.IntegerField()
    inputs = models.JSONField()
    result = models.JSONField()
    digest = models.CharField(max_length=64)
    solver = models.CharField(max_length=40)
    chosen = models.JSONField(default=list)
    version = models.IntegerField(null=True)
    by = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        """Numbered per case."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "number"], name="scheme_study_number")]


class GridExport(models.Model):
    """图纸导出记录: who took which drawing or table of the network, when and why; only ever appended."""

    grid = models.ForeignKey(Grid, models.PROTECT)
    what = models.CharField(max_length=40)
    area = models.CharField(max_length=80, blank=True)
    rows = models.IntegerField()
    reason = models.CharField(max_length=200)
    by = models.BigIntegerField()
    unit = models.BigIntegerField()
    at = models.DateTimeField()


class AddressQuery(models.Model):
    """地址查询: somebody asked what supply at an address would need; what was shown; no personal data.

    `address` is a street or district without house number; `place` the area it was found in. `trace` ties the question to an
    application begun in the same session and is wiped when one was filed (`followed_at`).
    """

    unit = models.BigIntegerField(null=True)
    address = models.CharField(max_length=60)
    place = models.CharField(max_length=80, blank=True)
    kw = models.FloatField()
    shown = models.CharField(max_length=200)
    channel = models.CharField(max_length=10)
    trace = models.CharField(max_length=32, blank=True)
    followed_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        """Found by trace when an application follows; listed by day."""

        indexes: ClassVar = [
            models.Index(fields=["trace"], name="address_query_trace", condition=~models.Q(trace="")),
            models.Index(fields=["unit", "-at"], name="address_query_unit"),
        ]
