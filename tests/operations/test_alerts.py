"""到点提醒: each change of a clock is told once, to whoever has the ball, and the case steps on to its next moment."""

from datetime import datetime, timedelta

import pytest

from tests.operations.told import CLASSES, DESK, Told
from yekuo.operations import alerts, messages
from yekuo.operations.audit import verify
from yekuo.records import messages as left
from yekuo.records.models import Case, Clock, StaffMessage, Unit
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.calendar import BEIJING
from yekuo.rules.deeds.course import HandOver

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 9, 18, 9, 0, tzinfo=BEIJING)


@pytest.fixture(autouse=True)
def _unit() -> None:
    Unit.objects.get_or_create(
        pk=1, defaults={"code": "01", "name": "城关供电所", "path": "1/", "company": "SGCC", "province": "浙江"}
    )


def surveyed(at: datetime = FRIDAY) -> Told:
    return Told(at).file(CLASSES["hv_single"]).to("survey")


def sweep(at: datetime) -> int:
    return alerts.sweep(at=at)


def next_of(told: Told) -> datetime:
    found = told.row.next_due_at
    assert found is not None
    return found


def words() -> list[tuple[str, str]]:
    return sorted(StaffMessage.objects.values_list("role", "text"))


def moment(told: Told, column: str, key: str = "stage.scheme_reply.1") -> datetime:
    found = getattr(Clock.objects.get(case_id=told.id, key=key), column)
    assert isinstance(found, datetime)
    return found.astimezone(BEIJING)


def test_before_its_moment_nothing_is_told() -> None:
    told = surveyed()
    assert sweep(next_of(told) - timedelta(microseconds=1)) == 0
    assert words() == []


def test_yellow_red_and_overdue_are_each_told_once() -> None:
    told = surveyed()
    level_of = {"warn_at": "临近到期", "urgent_at": "即将到期", "due_at": "已超期"}
    for column, said in level_of.items():
        at = moment(told, column)
        sweep(at)
        sweep(at)
        sweep(at + timedelta(minutes=1))
        about = [role for role, text in words() if text.startswith(f"供电方案答复{said}")]
        assert len(about) == len(set(about)) >= 1, said
        assert "surveyor" in about
    overdue = {role for role, text in words() if text.startswith("供电方案答复已超期")}
    assert overdue == {"surveyor", "manager", "chief", "supervisor1"}


def test_the_case_steps_on_and_the_log_still_verifies() -> None:
    told = surveyed()
    first = next_of(told)
    sweep(first)
    following = Case.objects.get(pk=told.id).next_due_at
    assert following is not None
    assert following > first
    assert verify().whole


def test_after_a_long_silence_only_what_is_true_now_is_told() -> None:
    told = surveyed()
    sweep(moment(told, "due_at") + timedelta(days=400))
    assert {text[:9] for role, text in words() if text.startswith("供电方案答复")} == {"供电方案答复已超期"}
    assert told.row.next_due_at is None
    assert sweep(moment(told, "due_at") + timedelta(days=401)) == 0


def test_a_deed_in_between_brings_no_old_news() -> None:
    told = surveyed()
    at = moment(told, "warn_at")
    sweep(at)
    before = words()
    told.at = at + timedelta(minutes=5)
    told.do(HandOver(role="surveyor", person=31, reason="轮班"))
    sweep(told.at + timedelta(minutes=5))
    assert words() == before


def test_moments_looked_at_again_after_a_recomputation_are_not_told_twice() -> None:
    told = surveyed()
    at = moment(told, "warn_at")
    first = next_of(told)
    sweep(at)
    before = words()
    assert before
    Case.objects.filter(pk=told.id).update(next_due_at=first)
    sweep(at + timedelta(minutes=1))
    assert words() == before


def test_a_named_owner_is_told_by_name() -> None:
    told = surveyed()
    told.do(HandOver(role="surveyor", person=31, reason="分工"))
    sweep(moment(told, "warn_at"))
    assert StaffMessage.objects.filter(person=31, role="surveyor").exists()
    assert not StaffMessage.objects.filter(person=0, role="surveyor").exists()


def test_the_breach_of_a_later_rank_is_news() -> None:
    told = surveyed()
    clock = Clock.objects.get(case_id=told.id, key="utility_sum")
    dues = sorted({row["due_at"] for row in clock.ranks if row["due_at"] and row["rank"] != "internal"})
    sweep(datetime.fromisoformat(dues[-1]))
    assert any("超过" in text for _, text in words())


def test_a_case_that_cannot_be_read_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    broken, whole = surveyed(), surveyed()
    at = moment(whole, "warn_at")
    Clock.objects.filter(case_id=broken.id).update(ranks=[{"rank": "nobody's", "due_at": None}])
    Case.objects.filter(pk=broken.id).update(next_due_at=at - timedelta(days=1))
    assert sweep(at) == 2
    assert broken.receipt.number in caplog.text
    assert {one.case_number for one in StaffMessage.objects.all()} == {whole.receipt.number}
    assert Case.objects.get(pk=broken.id).next_due_at == at + alerts.LATER


def test_a_batch_takes_the_earliest_and_leaves_the_rest() -> None:
    for _ in range(3):
        surveyed()
    at = FRIDAY + timedelta(days=90)
    assert alerts.sweep(at=at, limit=2) == 2
    assert alerts.sweep(at=at, limit=2) == 1
    assert alerts.sweep(at=at, limit=2) == 0


def test_a_message_to_a_role_is_read_once_for_all_and_only_within_reach() -> None:
    told = surveyed()
    sweep(moment(told, "warn_at"))
    surveyor = Actor(kind=ActorKind.STAFF, person=41, unit=1, roles=("surveyor",))
    elsewhere = Actor(kind=ActorKind.STAFF, person=42, unit=99, roles=("surveyor",))
    clerk = Actor(kind=ActorKind.STAFF, person=43, unit=1, roles=("clerk",))
    many = left.unread(surveyor)
    assert many >= 1
    assert (left.unread(elsewhere), left.unread(clerk)) == (0, 0)
    keys = [one.pk for one in StaffMessage.objects.all()]
    assert messages.mark_read(keys=keys, by=elsewhere, at=told.at) == 0
    assert messages.mark_read(keys=None, by=surveyor, at=told.at) == many
    assert left.unread(surveyor) == 0
    assert left.for_reader(DESK).exists()
