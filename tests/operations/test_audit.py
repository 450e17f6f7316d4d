"""审计: whatever is changed behind the product's back is found, and named by case and row."""

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from tests.operations.told import CLASSES, Told
from yekuo.operations import audit
from yekuo.operations.audit import seal_day, verify
from yekuo.records import codec, log, seals
from yekuo.records.models import Case, Clock, Event, Seal, Task
from yekuo.rules.refusal import Refused

pytestmark = pytest.mark.django_db
Key = Callable[[], contextlib.AbstractContextManager[None]]
AT = datetime(2026, 11, 22, 15, tzinfo=UTC)


@pytest.fixture
def told() -> Told:
    return Told().file(CLASSES["hv_single"]).to("completed")


def behind(as_owner: Key, statement: str, *values: int | str | bytes) -> None:
    """What somebody does who holds the owner's password."""
    with as_owner(), connection.cursor() as sql:
        sql.execute(statement, values)


def named() -> list[tuple[str, int, str]]:
    return [(one.number, one.seq, one.what) for one in verify().findings]


def test_a_whole_log_is_whole(told: Told) -> None:
    seal_day(at=AT)
    report = verify()
    assert report.whole
    assert (report.cases, report.rows, report.seals) == (1, told.row.seq, 1)


@pytest.mark.parametrize(
    "change",
    ["body = jsonb_set(body, '{manager}', '9')", "happened_at = happened_at - interval '1 day'", "actor = 99",
     "recorded_at = recorded_at + interval '1 microsecond'", "kind = 'case_urged'", "actor_roles = '[]'", "move = null",
     "limits_version = 'x'", "calendar_version = 'x'", "process_version = 'x'", "key = 'k'", "stage = 'x'"],
)  # fmt: skip
def test_one_changed_column_is_named_with_its_row(told: Told, as_owner: Key, change: str) -> None:
    behind(as_owner, f"update records_event set {change} where case_id = %s and seq = 3", told.id)
    assert named() == [(told.receipt.number, 3, "changed")]


def test_a_row_changed_together_with_its_hash_breaks_the_next_link(told: Told, as_owner: Key) -> None:
    behind(as_owner, "update records_event set actor = 99 where case_id = %s and seq = 3", told.id)
    row, prev_hash, _ = log.rows(told.id)[2]
    behind(
        as_owner, "update records_event set hash = %s where case_id = %s and seq = 3", row.digest(prev_hash), told.id
    )
    assert (told.receipt.number, 4, "unlinked") in named()


def test_a_removed_middle_is_named(told: Told, as_owner: Key) -> None:
    behind(as_owner, "delete from records_event where case_id = %s and seq in (5, 6)", told.id)
    assert named() == [(told.receipt.number, 5, "missing")]
    assert "第 5 至 6 行" in verify().findings[0].message


def test_two_rows_that_changed_places_are_named(told: Told, as_owner: Key) -> None:
    behind(as_owner, "update records_event set seq = -seq where case_id = %s and seq in (4, 5)", told.id)
    behind(as_owner, "update records_event set seq = 9 + seq where case_id = %s and seq in (-4, -5)", told.id)
    found = named()
    assert (told.receipt.number, 4, "moved") in found
    assert (told.receipt.number, 5, "moved") in found


def test_a_cut_tail_is_named_before_any_seal(told: Told, as_owner: Key) -> None:
    seq = told.row.seq
    behind(as_owner, "delete from records_event where case_id = %s and seq >= %s", told.id, seq - 1)
    assert named() == [(told.receipt.number, seq - 1, "cut")]


def roll_back(told: Told, as_owner: Key, rows: int) -> int:
    """A careful forger cuts the tail and sets the case and its projections back to match."""
    seq = told.row.seq - rows
    behind(as_owner, "delete from records_event where case_id = %s and seq > %s", told.id, seq)
    head = log.rows(told.id)[-1][2]
    behind(as_owner, "update records_case set seq = %s, head = %s where id = %s", seq, head, told.id)
    audit.rebuild()
    return seq


def test_a_cut_tail_with_everything_set_back_is_named_by_the_seal(told: Told, as_owner: Key) -> None:
    sealed = told.row.seq
    seal_day(at=AT)
    roll_back(told, as_owner, 2)
    assert named() == [(told.receipt.number, sealed, "cut")]
    assert "日封" in verify().findings[0].message


def test_a_tail_written_anew_after_the_seal_is_named(as_owner: Key) -> None:
    told = Told().file(CLASSES["resident"]).to("scheme")
    seal_day(at=AT)
    sealed = told.row.seq
    roll_back(told, as_owner, 1)
    told.at += timedelta(days=1)
    told.to("metering")
    assert (told.receipt.number, sealed, "rewritten") in named()


def test_a_case_removed_altogether_is_named_by_the_seal_and_its_rows_by_themselves(told: Told, as_owner: Key) -> None:
    seal_day(at=AT)
    behind(as_owner, "delete from records_case where id = %s", told.id)
    assert [one.what for one in verify().findings] == ["stray"]
    behind(as_owner, "delete from records_event where case_id = %s", told.id)
    assert [one.what for one in verify().findings] == ["cut"]


def test_an_inserted_row_is_named(told: Told, as_owner: Key) -> None:
    names = [str(field.column) for field in Event._meta.local_fields]
    columns = ", ".join(name for name in names if name not in ("id", "seq", "txid"))
    behind(
        as_owner,
        f"insert into records_event (seq, {columns}) select seq + 1, {columns} from records_event"
        " where case_id = %s order by seq desc limit 1",
        told.id,
    )
    assert (told.receipt.number, told.row.seq + 1, "inserted") in named()


@pytest.mark.parametrize(
    "change", ["number = 'YK2026039999999'", "unit = 2", "opening = replace(opening, '浙江', '河南')"]
)
def test_a_changed_identity_of_the_case_is_named(told: Told, as_owner: Key, change: str) -> None:
    behind(as_owner, f"update records_case set {change} where id = %s", told.id)
    assert [(one.seq, one.what) for one in verify().findings] == [(0, "opening")]


@pytest.mark.parametrize(
    ("change", "what"),
    [("snapshot = replace(snapshot, '\"grade\":5', '\"grade\":1')", "snapshot"), ("snapshot = 'x'", "snapshot"),
     ("status = 'open'", "column"), ("accepted_at = accepted_at + interval '1 day'", "column"), ("urged = 7", "column")],
)  # fmt: skip
def test_an_edited_projection_is_named_and_a_rebuild_sets_it_right(told: Told, change: str, what: str) -> None:
    with connection.cursor() as sql:
        sql.execute(f"update records_case set {change} where id = %s", [told.id])
    assert [(one.number, one.what) for one in verify().findings] == [(told.receipt.number, what)]
    assert [one.what for one in audit.rebuild().findings] == [what]
    assert verify().whole


def test_edited_tasks_and_clocks_are_named(told: Told) -> None:
    Task.objects.filter(key="scheme#1").update(person=3)
    Clock.objects.filter(key="end_to_end").update(stopped_at=AT)
    assert [one.what for one in verify().findings] == ["task", "clock"]


def test_a_rebuild_leaves_a_forged_case_as_it_is(told: Told, as_owner: Key) -> None:
    behind(as_owner, "update records_event set body = '{}' where case_id = %s and seq = 2", told.id)
    Case.objects.update(urged=9)
    assert [one.what for one in audit.rebuild().findings] == ["changed"]
    assert told.row.urged == 9


def test_seals_take_only_the_cases_that_moved_and_are_chained(told: Told) -> None:
    first = seal_day(at=AT)
    other = Told().file(CLASSES["resident"])
    second = seal_day(at=AT + timedelta(days=1))
    assert second.prev_mac == first.mac
    packed = {head.case: head.seq for head in seals.unpack(second.heads)}
    assert packed[other.id] == other.row.seq
    assert verify().seals == 2


@pytest.mark.parametrize(
    ("change", "what"),
    [("heads = heads || 'x'::bytea", "changed"), ("day = day - 1", "changed"), ("mac = prev_mac", "changed")],
)
def test_a_changed_seal_is_named(told: Told, as_owner: Key, change: str, what: str) -> None:
    seal_day(at=AT)
    behind(as_owner, f"update records_seal set {change}")
    assert [one.what for one in verify().findings] == [what]


def test_a_removed_seal_is_named(told: Told, as_owner: Key) -> None:
    for day in range(3):
        seal_day(at=AT + timedelta(days=day))
    behind(as_owner, "delete from records_seal where number = 2")
    assert [one.what for one in verify().findings] == ["missing"]
    assert Seal.objects.count() == 2


def test_without_a_key_no_seal_is_made(told: Told, settings: object) -> None:
    settings.LOG_SEAL_KEY = b""  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="密钥"):
        seal_day(at=AT)


def test_only_the_cases_asked_for_are_looked_at(told: Told, as_owner: Key) -> None:
    other = Told()
    behind(as_owner, "update records_event set actor = 99 where case_id = %s", other.id)
    assert verify(numbers=(told.receipt.number,)).whole
    assert not verify(numbers=(other.receipt.number,)).whole


def test_a_float_in_the_log_is_named_and_breaks_nothing(told: Told, as_owner: Key) -> None:
    behind(as_owner, "update records_event set body = body || '{\"x\": 1.5}' where case_id = %s and seq = 2", told.id)
    assert named() == [(told.receipt.number, 2, "unreadable")]
    with pytest.raises(codec.Unreadable):
        codec.plain("1.0")
