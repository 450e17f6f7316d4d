"""改动试验: asks the database to change a row of the log, which the app's role may not; whatever it answers is undone."""

from django.db import transaction

from yekuo.records.log import cursor


def move_back(case: int, *, seq: int) -> None:
    """This function will try to date a row of the log earlier and leave nothing of it. Raises Django's DatabaseError."""
    with transaction.atomic():
        with cursor() as sql:
            sql.execute(
                "update records_event set recorded_at = recorded_at - interval '6 days' where case_id = %s and seq = %s",
                (str(case), str(seq)),
            )
        transaction.set_rollback(True)
