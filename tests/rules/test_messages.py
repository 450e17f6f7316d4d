"""消息规则: who is told, when nobody is disturbed, when something is tried again, and tables that are refused."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yekuo.records import tables
from yekuo.rules.calendar import BEIJING
from yekuo.rules.limits import Rank
from yekuo.rules.messages import Quiet, address_error, overdue_rule, parse_messages, receivers

TABLE = tables.messages()
AT = datetime(2026, 11, 20, 9, 30, tzinfo=BEIJING)
PEOPLE = {"manager": 7}


def told(what: str, *owners: tuple[str, int]) -> set[tuple[str, int]]:
    return set(receivers(TABLE.rules[what], owners=owners, people=PEOPLE))


def test_a_warning_is_the_owners_alone() -> None:
    assert told("warning", ("surveyor", 31)) == {("surveyor", 31)}


def test_the_manager_stands_in_where_nobody_of_ours_has_the_ball() -> None:
    assert told("warning") == {("manager", 7)}


def test_who_leads_hears_of_a_binding_rank_only() -> None:
    assert told("overdue", ("surveyor", 31)) == {("surveyor", 31), ("manager", 7)}
    assert told("overdue_binding", ("surveyor", 31)) == {
        ("surveyor", 31), ("manager", 7), ("chief", 0), ("supervisor1", 0),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("broken", "what"),
    [((), "overdue"), ((Rank.INTERNAL,), "overdue"), ((Rank.INTERNAL, Rank.PROMISE), "overdue_binding"),
     ((Rank.LAW,), "overdue_binding")],
)  # fmt: skip
def test_the_rank_that_is_broken_chooses_the_rule(broken: tuple[Rank, ...], what: str) -> None:
    assert overdue_rule(TABLE, broken).what == what


def test_nobody_told_by_name_is_told_as_a_holder_of_the_role_again() -> None:
    assert told("overdue", ("manager", 7), ("manager", 0)) == {("manager", 7)}


@pytest.mark.parametrize(
    ("hour", "minute", "waits"),
    [(20, 59, False), (21, 0, True), (23, 59, True), (0, 0, True), (7, 59, True), (8, 0, False)],
)
def test_nobody_is_disturbed_at_night_except_for_a_code(hour: int, minute: int, waits: bool) -> None:
    at = AT.replace(hour=hour, minute=minute)
    assert TABLE.quiet.holds(at, "digest") is waits
    assert not TABLE.quiet.holds(at, "code")


@given(st.times(), st.times(), st.times())
def test_either_a_span_or_its_opposite_holds(begin: object, end: object, now: object) -> None:
    from datetime import date, time

    assert isinstance(begin, time)
    assert isinstance(end, time)
    assert isinstance(now, time)
    at = datetime.combine(date(2026, 11, 20), now, BEIJING)
    day = Quiet(begin=begin, end=end, exempt=frozenset())
    night = Quiet(begin=end, end=begin, exempt=frozenset())
    assert (day.holds(at) + night.holds(at)) == (begin != end)


def test_waits_grow_and_end() -> None:
    moments = [TABLE.retry.next_try(tries, AT) for tries in range(1, len(TABLE.retry.waits) + 2)]
    assert moments[0] == AT + timedelta(minutes=1)
    assert moments[-1] is None
    assert sum(TABLE.retry.waits, timedelta()) < TABLE.retry.stale


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"owner", "manager", "chief", "supervisor1"', '"boss"', "boss"),
        ("minutes = [1, 5", "minutes = [5, 1", "间隔"),
        ('what = "overdue_binding"', 'what = "overdue"', "两次"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(before: str, after: str, said: str) -> None:
    text = tables._text("messages")
    assert before in text
    with pytest.raises(ValueError, match=said):
        parse_messages(text.replace(before, after, 1))


@pytest.mark.parametrize("good", ["a@b.cn", "zhao.min+x@mail.sgcc.com.cn", "a@localhost"])
def test_an_address(good: str) -> None:
    assert address_error(good) == ""


@pytest.mark.parametrize("bad", ["a", "a@", "@b.cn", "a b@c.cn", "a@b.cn\r\nBcc: x@y.cn", "赵@b.cn", "a@b.cn,c@d.cn"])
def test_no_address(bad: str) -> None:
    assert address_error(bad)
