"""可及: what one may do a deed on is exactly what one sees in lists, for everybody and every case."""

from dataclasses import replace

import pytest

from tests.operations.people import PHONE, clerk, company, customer
from tests.operations.told import CLASSES, DESK, MONDAY
from tests.rules.cases import PLACE, filing
from yekuo.operations.opening import open_case
from yekuo.operations.perform import perform
from yekuo.records import cases
from yekuo.records.models import Case, CustomerAccount, Person, Unit
from yekuo.records.scope import scope_of
from yekuo.records.sealed import phone_index
from yekuo.rules.actor import SYSTEM, Actor
from yekuo.rules.deeds.intake import MakeContact

pytestmark = pytest.mark.django_db


def everybody(units: dict[str, Unit]) -> list[Actor]:
    blocked = customer("13900000001")
    CustomerAccount.objects.filter(pk=blocked.person).update(blocked=True)
    return [
        SYSTEM, customer(), customer("13900000002"), blocked, replace(customer(), person=999_999),
        *(clerk(unit) for unit in units.values()),
        replace(clerk(units["county"], name="无岗"), roles=()), replace(DESK, unit=0), replace(DESK, unit=999_999),
    ]  # fmt: skip


def every_case(units: dict[str, Unit], people: list[Actor]) -> list[int]:
    """Cases of every unit, opened by the counter or a customer, filed for this or that person, managed by this or that one."""
    opened = [
        open_case(unit=unit.pk, place=PLACE, deed=MakeContact(channel="web"), by=SYSTEM, at=MONDAY).case
        for unit in units.values()
    ]
    for by in people[1:4]:
        county = units["county"].pk
        opened.append(open_case(unit=county, place=PLACE, deed=MakeContact(channel="web"), by=by, at=MONDAY).case)
    for number, phone in enumerate((PHONE, "13900000002"), 1):
        person = Person.objects.create(
            id_type="resident_id",
            name="张三",
            phone=phone,
            phone_index=phone_index(phone),
            digest=f"{number:064}",
            kept_at=MONDAY,
        )
        deed = replace(filing(CLASSES["resident"], "id_card"), applicant=person.pk)
        perform(
            case=opened[number], deed=deed, by=replace(DESK, unit=Case.objects.get(pk=opened[number]).unit), at=MONDAY
        )
    Case.objects.filter(pk=opened[2]).update(manager=people[-4].person)
    return opened


@pytest.mark.parametrize("roots", [1, 2])
def test_reach_is_what_lists_show(roots: int) -> None:
    units = company()
    if roots > 1:
        units["second"] = Unit.objects.create(
            code="34", name="安徽公司", kind="company", path="34/", company="SGCC", province="安徽"
        )
    people = everybody(units)
    opened = every_case(units, people)
    answers = {
        (by, key): cases.within_reach(by, key) == cases.visible_to(scope_of(by)).filter(pk=key).exists()
        for by in people
        for key in opened
    }
    assert all(answers.values())
    reached = [cases.within_reach(by, key) for by in people for key in opened]
    assert any(reached)
    assert not all(reached)
