"""规则版次: processes published after the release, and the number every process of the product watches for a change."""

from datetime import datetime

from yekuo.records.log import cursor
from yekuo.records.models import PublishedProcess


def edition() -> int:
    """This function will give the edition of the rules now in force; 0 before anything was changed."""
    with cursor() as sql:
        found = sql.execute("select number from records_edition where id = 1").fetchone()
    return int(found[0]) if found else 0


def raise_edition() -> None:
    """This function will tell every process that a process, limit or calendar changed; in the changing transaction.

    The number comes from a sequence, so that one taken by a change that was rolled back never names another.
    """
    with cursor() as sql:
        sql.execute(
            "insert into records_edition (id, number) values (1, nextval('records_edition_number'))"
            " on conflict (id) do update set number = excluded.number"
        )


def published() -> tuple[str, ...]:
    """This function will list the texts of the processes published after the release, oldest first."""
    return tuple(PublishedProcess.objects.order_by("id").values_list("text", flat=True))


def publish(*, key: str, version: str, text: str, by: int, at: datetime, reason: str) -> None:
    """This function will keep a published process; IntegrityError when this very version is there already."""
    PublishedProcess.objects.create(
        key=key, version=version, text=text, published_by=by, published_at=at, reason=reason
    )
    raise_edition()
