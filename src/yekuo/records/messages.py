"""站内消息查询: the words left for a member of staff, by name or for one of their roles in their units."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from yekuo.records.log import cursor
from yekuo.records.models import StaffMessage
from yekuo.records.rule_changes import Word
from yekuo.records.scope import Scope, scope_of
from yekuo.rules.actor import Actor

MessageRecord = StaffMessage


def for_reader(by: Actor, *, scope: Scope | None = None) -> QuerySet[StaffMessage]:
    """This function will give the messages to a member of staff, in no order."""
    reach = scope or scope_of(by)
    shared = Q(person=0, role__in=by.roles)
    if not reach.everything:
        shared &= Q(unit__in=reach.units)
    own = Q(person=by.person) if by.staff and by.person else Q(pk__in=())
    return StaffMessage.objects.filter(own | shared)


def unread(by: Actor, *, scope: Scope | None = None) -> int:
    """This function will count the messages nobody has read yet, for the top bar."""
    return for_reader(by, scope=scope).filter(read_at=None).count()


def mark_read(by: Actor, keys: Iterable[int] | None, *, at: datetime) -> int:
    """This function will mark messages of this reader as read, all of them without keys, and return how many."""
    found = for_reader(by).filter(read_at=None)
    if keys is not None:
        found = found.filter(pk__in=list(keys))
    return found.update(read_at=at)


def told_before(case_number: str, texts: Iterable[str]) -> set[tuple[int, str, str]]:
    """This function will say which of these words about a case were left before: person, role, text."""
    rows = StaffMessage.objects.filter(case_number=case_number, text__in=list(texts))
    return set(rows.values_list("person", "role", "text"))


KIND_NAMES = {
    "deadline": "时限提醒", "overdue": "超期", "dispute": "异议", "sheet": "督办", "complaint": "投诉", "digest": "每日汇总",
    "contact": "联系客户", "undelivered": "没有送达", "rule": "规则变更", "grid": "电网变化", "": "其他",
}  # fmt: skip


TOLD = """
select case_number, person, role, text from records_staffmessage
where case_number = any(%s::text[]) and text = any(%s::text[])
"""


def left_before(words: Iterable[Word]) -> set[tuple[str, int, str, str]]:
    """This function will say which words were left before: the case's number, person, role and text of each."""
    wanted = {(one.case_number, one.text) for one in words}
    numbers, texts = {number for number, _ in wanted}, {text for _, text in wanted}
    with cursor() as sql:
        return set(sql.execute(TOLD, (list(numbers), list(texts))).fetchall())


def kind_of(one: StaffMessage) -> str:
    """This function will give the kind of a message, '' for one whose kind has no name."""
    return one.kind if one.kind in KIND_NAMES else ""


def counts(rows: QuerySet[StaffMessage]) -> dict[str, int]:
    """This function will count messages by kind, in one query."""
    found: dict[str, int] = {}
    for kind, many in rows.order_by().values_list("kind").annotate(many=Count("pk")):
        known = kind if kind in KIND_NAMES else ""
        found[known] = found.get(known, 0) + many
    return found


def of_kind(rows: QuerySet[StaffMessage], kind: str) -> QuerySet[StaffMessage]:
    """This function will keep the messages of a kind, all of them for ''."""
    return rows.filter(kind=kind) if kind else rows
