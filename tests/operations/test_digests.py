"""每日汇总与例外: one message a working day for who leads, each number a list; what is an exception goes up at once."""

from datetime import datetime, timedelta

import pytest

from tests.operations.told import CLASSES, Told
from yekuo.operations import digests, exceptions
from yekuo.records import staff
from yekuo.records.models import Complaint, Staff, StaffMessage, SupervisionSheet, Unit
from yekuo.rules.calendar import BEIJING
from yekuo.rules.deeds.oversight import FileComplaint

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 9, 18, 9, 0, tzinfo=BEIJING)


def path(key: str) -> str:
    return f"/lists/{key}"


@pytest.fixture
def chief() -> Staff:
    unit, _ = Unit.objects.get_or_create(
        pk=1, defaults={"code": "01", "name": "城关供电所", "path": "1/", "company": "SGCC", "province": "浙江"}
    )
    made = Staff.objects.create(username="digest_chief", name="班长", unit=unit)
    staff.set_roles(made, ["chief", "manager"], by=0, at=FRIDAY)
    return made


def test_one_digest_a_working_day_after_the_hour(chief: Staff) -> None:
    assert digests.digest(at=FRIDAY.replace(hour=7, minute=59), path=path) == 0
    assert digests.digest(at=FRIDAY.replace(hour=8), path=path) == 1
    assert digests.digest(at=FRIDAY.replace(hour=17), path=path) == 0
    assert digests.digest(at=FRIDAY + timedelta(days=1), path=path) == 0, "a Saturday"
    word = StaffMessage.objects.get()
    assert (word.person, word.role, word.kind) == (chief.pk, "chief", "digest")
    assert word.text == "09 月 18 日汇总：没有需要过问的"
    assert word.links == []


def test_each_number_is_that_of_its_list_and_leads_there(chief: Staff) -> None:
    told = Told(FRIDAY - timedelta(days=30)).file(CLASSES["hv_single"]).to("survey")
    due = told.row.due_at
    assert due is not None
    at = due.astimezone(BEIJING) + timedelta(days=7)
    at = at.replace(hour=9)
    digests.digest(at=at, path=path)
    word = StaffMessage.objects.get(person=chief.pk)
    assert "全部超期 1" in word.text
    assert ["全部超期 1", "/lists/late"] in word.links


def test_a_complaint_goes_to_who_leads_at_once_and_again_when_it_is_late(chief: Staff) -> None:
    told = Told(FRIDAY).file(CLASSES["hv_single"]).to("survey")
    told.do(FileComplaint(source="95598", topic="attitude", text="等了两天没有人来", source_number="955980001"))
    roles = set(StaffMessage.objects.filter(kind="complaint", text__contains="客户投诉").values_list("role", flat=True))
    assert roles == {"manager", "chief", "supervisor1"}
    filed = Complaint.objects.get()
    late = filed.contact_by + timedelta(minutes=1)
    assert exceptions.tell_late(at=late - timedelta(minutes=2)) == 0
    many = exceptions.tell_late(at=late)
    assert many >= 2
    assert exceptions.tell_late(at=late + timedelta(hours=1)) == 0, "once"
    assert exceptions.tell_late(at=filed.reply_by + timedelta(days=30)) == 0, "long ago is no news"


def test_an_unanswered_sheet_of_the_second_level_is_told_once(chief: Staff) -> None:
    SupervisionSheet.objects.create(
        number="DB2026090001", unit=1, level=2, case=None, case_number="", reason="other", text="x", role="chief",
        person=chief.pk, issued_by=1, issued_at=FRIDAY, reply_by=FRIDAY + timedelta(days=3), status="issued",
        last_at=FRIDAY,
    )  # fmt: skip
    late = FRIDAY + timedelta(days=3, minutes=1)
    assert exceptions.tell_late(at=late) == 2
    assert exceptions.tell_late(at=late) == 0
    assert set(StaffMessage.objects.values_list("role", "person")) == {("chief", chief.pk), ("supervisor2", 0)}
