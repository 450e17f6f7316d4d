"""投诉: from whoever says it to somebody it is not about, contacted, answered, judged, opened again, closed."""

from datetime import timedelta

import pytest

from tests.interfaces.desk_stage import RealCase, Stage
from tests.operations.people import customer
from yekuo.operations import complaints, supervision
from yekuo.records import oversight, staff
from yekuo.records.models import Complaint, Event, StaffMessage
from yekuo.records.scope import scope_of
from yekuo.rules.calendar import BEIJING
from yekuo.rules.refusal import Refused

HOUR = timedelta(hours=1)


@pytest.fixture
def stage(db: None) -> Stage:
    return Stage()


def test_a_customers_complaint_goes_to_the_chief_and_ends_when_the_customer_is_content(stage: Stage) -> None:
    case = stage.case().filed().to("completed")
    owner, chief, at = customer(case.phone), stage.actor("chief"), case.at + HOUR
    number = complaints.file_complaint(
        text="约好的时间没有人来", topic="deadline", by=owner, at=at, case=case.id, key="customer-1"
    )
    again = complaints.file_complaint(
        text="约好的时间没有人来", topic="deadline", by=owner, at=at + HOUR, case=case.id, key="customer-1"
    )
    assert (number, Complaint.objects.count()) == (again, 1)
    kept = Complaint.objects.get()
    assert (kept.owner_role, kept.status, kept.case_number) == ("chief", "filed", case.number)
    assert kept.contact_by.astimezone(BEIJING).date() == (at + timedelta(days=1)).date()
    assert StaffMessage.objects.filter(kind="complaint", role="chief", text__contains=number).exists()
    with pytest.raises(Refused, match="先联系"):
        complaints.answer_complaint(
            number=number, justified=True, findings="属实", answer="已改", by=chief, at=at + HOUR
        )
    complaints.contact_complainant(number=number, way="phone", reached=False, note="无人接听", by=chief, at=at + HOUR)
    assert Complaint.objects.get().status == "filed"
    complaints.contact_complainant(number=number, way="phone", reached=True, note="", by=chief, at=at + 2 * HOUR)
    for round_, satisfied in ((3, False), (5, True)):
        complaints.answer_complaint(
            number=number,
            justified=True,
            findings="班组排班疏漏",
            answer="明早九点上门",
            by=chief,
            at=at + round_ * HOUR,
        )
        shown = complaints.shown_to_customer(case=case.id)[0]
        assert (shown.answer, shown.judge) == ("明早九点上门", True)
        assert "疏漏" not in str(shown)
        complaints.judge_complaint(
            number=number, satisfied=satisfied, text="" if satisfied else "还是没有来", by=owner,
            at=at + (round_ + 1) * HOUR,
        )  # fmt: skip
    kept.refresh_from_db()
    assert (kept.status, kept.rounds) == ("closed", 2)
    assert Event.objects.filter(kind__in=("complaint_filed", "complaint_judged")).count() == 3


def test_a_hotline_call_counts_from_when_it_was_said_and_carries_its_own_number(stage: Stage) -> None:
    case = stage.case().filed()
    clerk, at = stage.actor("clerk"), case.at + timedelta(days=2)
    said = at - timedelta(days=1)
    with pytest.raises(Refused) as found:
        complaints.file_complaint(text="催", topic="deadline", by=clerk, at=at, case=case.id, source="95598")
    assert found.value.problems[0].field == "source_number"
    complaints.file_complaint(
        text="没人管", topic="deadline", by=clerk, at=at, case=case.id, source="95598", source_number="2026112000123",
        called_at=said,
    )  # fmt: skip
    kept = Complaint.objects.get()
    assert (kept.called_at, kept.source_number) == (said, "2026112000123")
    assert kept.contact_by < at + timedelta(days=1)


def test_without_a_case_name_and_phone_are_sealed_and_the_register_alone_tells_it(stage: Stage) -> None:
    clerk, chief, at = stage.actor("clerk"), stage.actor("chief"), stage.at + HOUR
    with pytest.raises(Refused, match="联系电话"):
        complaints.file_complaint(text="乱收费", topic="fee", by=clerk, at=at, unit=stage.county.pk)
    number = complaints.file_complaint(
        text="乱收费", topic="fee", by=clerk, at=at, unit=stage.county.pk, name="欧阳雪梅", phone="13812344483"
    )
    kept = Complaint.objects.get(number=number)
    assert str(kept.phone) == "138****4483"
    assert [one.number for one in oversight.complaints_of_phone("138 1234 4483")] == [number]
    complaints.contact_complainant(number=number, way="phone", reached=True, note="", by=chief, at=at + HOUR)
    assert not Event.objects.filter(kind__startswith="compl").exists()
    with pytest.raises(Refused) as found:
        complaints.contact_complainant(
            number=number, way="phone", reached=True, note="", by=stage.actor("foreigner"), at=at + HOUR
        )
    assert found.value.code == "not_found"


def test_nobody_is_given_sees_or_handles_a_complaint_about_themselves(stage: Stage) -> None:
    case = stage.case().filed()
    chief, other = stage.actor("chief"), stage.hire("chief2", "副主任", ("chief",), stage.county)
    everything, upper = stage.people["all"], stage.hire("upper", "上级督导", ("supervisor2",), stage.city)
    at = case.at + HOUR
    number = complaints.file_complaint(
        text="态度恶劣", topic="attitude", by=stage.actor("clerk"), at=at, case=case.id, about=chief.person
    )
    assert Complaint.objects.get(number=number).owner in {other.pk, everything.pk, upper.pk}
    assert not oversight.complaints_visible_to(chief, scope_of(chief)).exists()
    assert oversight.complaints_visible_to(stage.actor("supervisor"), scope_of(stage.actor("supervisor"))).exists()
    with pytest.raises(Refused, match="涉及您本人"):
        complaints.contact_complainant(number=number, way="phone", reached=True, note="", by=chief, at=at + HOUR)


def test_whoever_answered_does_not_say_for_the_customer_that_they_are_content(stage: Stage) -> None:
    case = stage.case().filed()
    chief, at = stage.actor("chief"), case.at + HOUR
    number = complaints.file_complaint(text="慢", topic="deadline", by=stage.actor("clerk"), at=at, case=case.id)
    complaints.contact_complainant(number=number, way="phone", reached=True, note="", by=chief, at=at)
    complaints.answer_complaint(number=number, justified=False, findings="在时限内", answer="请稍候", by=chief, at=at)
    with pytest.raises(Refused, match="另一人登记"):
        complaints.judge_complaint(number=number, satisfied=True, text="", by=chief, at=at)
    complaints.judge_complaint(number=number, satisfied=True, text="", by=stage.actor("clerk"), at=at)
    assert Complaint.objects.get().status == "closed"


def foreign(stage: Stage, case: RealCase) -> str:
    with pytest.raises(Refused) as found:
        complaints.file_complaint(text="慢", topic="deadline", by=customer("13900000001"), at=case.at, case=case.id)
    return found.value.code


def test_a_stranger_cannot_complain_about_anothers_case(stage: Stage) -> None:
    assert foreign(stage, stage.case().filed()) == "not_found"
    assert Complaint.objects.count() == 0


def test_whoever_sees_the_whole_company_sees_every_complaint_and_sheet(stage: Stage) -> None:
    upper = stage.hire("upper", "二级", ("supervisor2",), stage.city)
    case = stage.case().filed()
    complaints.file_complaint(text="慢", topic="deadline", by=stage.actor("clerk"), at=case.at, case=case.id)
    supervision.issue_sheet(
        reason="other", text="慢", role="chief", reply_by=case.at + HOUR, by=stage.actor("supervisor"), at=case.at,
        case=case.id,
    )  # fmt: skip
    whole_company = staff.actor_by_key(upper.pk)
    assert whole_company is not None
    scope = scope_of(whole_company)
    assert scope.everything
    assert oversight.complaints_visible_to(whole_company, scope).count() == 1
    assert oversight.sheets_visible_to(whole_company, scope).count() == 1
    assert oversight.complaints_visible_to(stage.actor("foreigner"), scope_of(stage.actor("foreigner"))).count() == 0
