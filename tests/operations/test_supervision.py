"""督办单: sent, acknowledged, replied, checked, sent back, escalated; in the log of its case and in the register."""

from datetime import datetime, timedelta

import pytest

from tests.interfaces.desk_stage import RealCase, Stage
from tests.rules.cases import MONDAY
from yekuo.operations import supervision
from yekuo.records import messages, oversight
from yekuo.records.models import Case, Event, OversightStep, StaffMessage, SupervisionSheet
from yekuo.records.scope import scope_of
from yekuo.rules.actor import Actor
from yekuo.rules.refusal import Refused
from yekuo.rules.sheets import SheetStatus

LATER = timedelta(days=3)


@pytest.fixture
def stage(db: None) -> Stage:
    return Stage()


@pytest.fixture
def case(stage: Stage) -> RealCase:
    return stage.case("hv_multi").filed().to("survey")


def issued(stage: Stage, case: RealCase | None, at: datetime, **changes: object) -> str:
    told: dict[str, object] = {
        "reason": "overdue", "text": "答复超期，请说明原因并整改", "role": "chief", "reply_by": at + LATER,
        "by": stage.actor("supervisor"), "at": at, **({"case": case.id} if case else {"unit": stage.county.pk}),
    }  # fmt: skip
    return supervision.issue_sheet(**(told | changes))  # type: ignore[arg-type]


def status(number: str) -> str:
    return SupervisionSheet.objects.get(number=number).status


@pytest.mark.parametrize("about_a_case", [True, False])
def test_a_sheet_goes_its_whole_way_and_each_step_says_who_and_when(
    stage: Stage, case: RealCase, about_a_case: bool
) -> None:
    at, chief, supervisor = case.at + timedelta(hours=1), stage.actor("chief"), stage.actor("supervisor")
    number = issued(stage, case if about_a_case else None, at)
    assert number.startswith(f"DB{at:%Y%m}")
    supervision.acknowledge_sheet(number=number, by=chief, at=at + timedelta(hours=1))
    supervision.reply_sheet(
        number=number, cause="人手不足", measures="增派一人", done_by=None, by=chief, at=at + timedelta(hours=2)
    )
    again = at + timedelta(days=6)
    supervision.check_sheet(
        number=number, closed=False, note="没有说明何时完成", reply_by=again, by=supervisor, at=at + timedelta(hours=3)
    )
    assert (status(number), SupervisionSheet.objects.get().reply_by) == (SheetStatus.RETURNED, again)
    supervision.reply_sheet(
        number=number,
        cause="人手不足",
        measures="本周五完成",
        done_by=again.date(),
        by=chief,
        at=at + timedelta(hours=4),
    )
    supervision.check_sheet(
        number=number, closed=True, note="同意", reply_by=None, by=supervisor, at=at + timedelta(hours=5)
    )
    assert status(number) == SheetStatus.CLOSED
    kinds = ["sheet_issued", "sheet_acknowledged", "sheet_replied", "sheet_checked", "sheet_replied", "sheet_checked"]
    steps = oversight.steps_of([number])[number]
    assert [type(one.deed).event for one in steps] == kinds
    turns = [supervisor, chief, chief, supervisor, chief, supervisor]
    assert [one.actor for one in steps] == [one.person for one in turns]
    logged = list(Event.objects.filter(kind__startswith="sheet_").order_by("seq").values_list("kind", flat=True))
    assert logged == (kinds if about_a_case else [])


def test_a_case_that_ended_may_still_be_supervised_and_stays_ended_when_it_did(stage: Stage) -> None:
    case = stage.case().filed().to("completed")
    ended = Case.objects.get(pk=case.id).closed_at
    issued(stage, case, case.at + timedelta(days=1))
    now = Case.objects.get(pk=case.id)
    assert (now.status, now.closed_at) == ("completed", ended)


def test_the_same_key_again_is_the_same_sheet(stage: Stage, case: RealCase) -> None:
    at = case.at + timedelta(hours=1)
    for about in (case, None):
        first = issued(stage, about, at, key="k" * 8 + str(bool(about)))
        again = issued(stage, about, at + timedelta(minutes=1), key="k" * 8 + str(bool(about)), reply_by=at + LATER)
        assert first == again
    assert SupervisionSheet.objects.count() == 2


def refused(number: str, by: Actor, at: datetime) -> str:
    with pytest.raises(Refused) as found:
        supervision.reply_sheet(number=number, cause="有", measures="有", done_by=None, by=by, at=at)
    return found.value.code


def test_only_whom_it_was_sent_to_replies_and_nobody_checks_their_own_reply(stage: Stage, case: RealCase) -> None:
    at = case.at + timedelta(hours=1)
    manager = stage.people["manager"].pk
    number = issued(stage, case, at, role="manager", person=manager)
    assert refused(number, stage.actor("chief"), at) == "forbidden"
    assert refused(number, stage.actor("clerk"), at) == "forbidden"
    assert refused(number, stage.actor("foreigner"), at) == "not_found"
    everything = stage.actor("all")
    own = issued(stage, case, at, by=everything)
    supervision.reply_sheet(number=own, cause="有", measures="有", done_by=None, by=everything, at=at)
    with pytest.raises(Refused, match="须由另一人复核"):
        supervision.check_sheet(number=own, closed=True, note="好", reply_by=None, by=everything, at=at)
    assert Event.objects.filter(kind="sheet_checked").count() == 0


def test_a_sheet_to_somebody_without_the_role_is_refused_at_the_field(stage: Stage, case: RealCase) -> None:
    with pytest.raises(Refused) as found:
        issued(stage, case, case.at, role="chief", person=stage.people["clerk"].pk)
    assert found.value.problems[0].field == "person"
    assert SupervisionSheet.objects.count() == 0


def test_a_late_reply_goes_to_the_second_level_once_and_both_are_told(stage: Stage, case: RealCase) -> None:
    upper = stage.hire("upper", "二级", ("supervisor2",), stage.city)
    at = case.at + timedelta(hours=1)
    number, unit_wide = issued(stage, case, at), issued(stage, None, at)
    assert supervision.escalate_late(at=at + LATER) == 0
    assert supervision.escalate_late(at=at + LATER + timedelta(seconds=1)) == 2
    assert supervision.escalate_late(at=at + LATER + timedelta(hours=1)) == 0
    assert set(SupervisionSheet.objects.values_list("level", flat=True)) == {2}
    second = Actor(kind=stage.actor("chief").kind, person=upper.pk, unit=stage.city.pk, roles=("supervisor2",))
    said = set(messages.for_reader(second, scope=scope_of(second)).values_list("text", flat=True))
    assert any(number in text for text in said)
    assert any(unit_wide in text for text in said)
    supervision.reply_sheet(
        number=number, cause="有", measures="有", done_by=None, by=stage.actor("chief"), at=at + timedelta(days=4)
    )
    with pytest.raises(Refused, match="二级督导"):
        supervision.check_sheet(
            number=number,
            closed=True,
            note="好",
            reply_by=None,
            by=stage.actor("supervisor"),
            at=at + timedelta(days=4),
        )
    supervision.check_sheet(number=number, closed=True, note="好", reply_by=None, by=second, at=at + timedelta(days=4))
    assert status(number) == SheetStatus.CLOSED


def test_a_refused_step_leaves_neither_row_nor_word(stage: Stage, case: RealCase) -> None:
    number = issued(stage, case, MONDAY + timedelta(days=5))
    rows = (OversightStep.objects.count(), StaffMessage.objects.count(), Event.objects.count())
    with pytest.raises(Refused):
        supervision.check_sheet(
            number=number, closed=True, note="好", reply_by=None, by=stage.actor("supervisor"),
            at=case.at + timedelta(days=6),
        )  # fmt: skip
    assert (OversightStep.objects.count(), StaffMessage.objects.count(), Event.objects.count()) == rows
