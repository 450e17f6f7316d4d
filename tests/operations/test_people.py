"""个人信息: revealed only for a reason, in reach and on record; erased without touching the log; sealed anew."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import connection
from django.db.utils import ProgrammingError
from pytest_django import Settings

from tests.operations.people import AT, HOME, ID_NUMBER, PHONE, application, clerk, company, customer
from yekuo.operations import intake, people
from yekuo.operations.perform import perform
from yekuo.records import log, persons, resealing, sites, staff, units
from yekuo.records.models import Application, Case, Disclosure, Event, Person, Site, Staff, Unit
from yekuo.records.persons import PersonContent
from yekuo.records.scope import EVERYTHING, NOTHING, scope_of
from yekuo.records.sealed import Unreadable
from yekuo.rules.actor import SYSTEM, Actor, ActorKind
from yekuo.rules.deeds.course import WithdrawApplication
from yekuo.rules.refusal import Refused

pytestmark = pytest.mark.django_db
REASON = "核对联系方式"


@pytest.fixture
def places() -> dict[str, Unit]:
    return company()


@pytest.fixture
def case(places: dict[str, Unit]) -> Case:
    receipt = intake.file_application(
        application=application(), papers=(), channel="web", by=customer(), at=AT, key="key-00000001",
        unit=places["county"].pk,
    )  # fmt: skip
    return Case.objects.get(pk=receipt.case)


def applicant(case: Case) -> int:
    assert case.applicant is not None
    return case.applicant


def row(case: Case) -> Person:
    return Person.objects.get(pk=applicant(case))


def place(case: Case) -> Site:
    assert case.site is not None
    return Site.objects.get(pk=case.site)


def test_a_unit_tree_is_read_by_prefix(places: dict[str, Unit]) -> None:
    below = [one.code for one in units.descendants(places["city"])]
    assert below == ["3301", "330106", "33010601"]
    assert [one.code for one in units.ancestors(places["station"])] == ["33", "3301", "330106", "33010601"]
    assert units.place_of(places["station"]).city == "杭州"


def test_a_code_that_begins_like_another_is_not_below_it(places: dict[str, Unit]) -> None:
    units.add_unit(code="33010", name="别的公司", kind="city", parent=places["top"])
    assert "33010" not in [one.code for one in units.descendants(places["city"])]


def test_units_with_mistakes_are_refused(places: dict[str, Unit]) -> None:
    with pytest.raises(Refused) as caught:
        units.add_unit(code="33", name=" ", kind="planet")
    assert {one.field for one in caught.value.problems} == {"code", "name", "kind", "company"}


@pytest.mark.parametrize(
    ("unit", "seen"),
    [("top", True), ("city", True), ("county", True), ("station", False), ("other_city", False), ("other", False)],
)
def test_staff_see_their_unit_and_below(places: dict[str, Unit], case: Case, unit: str, seen: bool) -> None:
    found = Case.objects.filter(scope_of(clerk(places[unit])).cases())
    assert list(found) == ([case] if seen else [])


def test_the_manager_of_a_case_sees_it_wherever_they_sit(places: dict[str, Unit], case: Case) -> None:
    manager = clerk(places["other"], "manager")
    Case.objects.filter(pk=case.pk).update(manager=manager.person)
    assert Case.objects.filter(scope_of(manager).cases()).exists()


def test_who_has_no_unit_or_no_role_sees_nothing(places: dict[str, Unit], case: Case) -> None:
    nobody = Staff.objects.create_user(username="nobody", unit=places["county"])
    assert scope_of(people.actor_of(nobody)) == NOTHING
    assert not Case.objects.filter(NOTHING.cases()).exists()
    assert scope_of(SYSTEM) == EVERYTHING


def test_whoever_left_has_no_roles(places: dict[str, Unit]) -> None:
    actor = clerk(places["county"])
    Staff.objects.filter(pk=actor.person).update(is_active=False)
    left = staff.actor_by_key(actor.person)
    assert left is not None
    assert left.roles == ()


def test_customers_see_what_they_opened_and_what_names_their_phone(case: Case) -> None:
    assert Case.objects.filter(scope_of(customer()).cases()).exists()
    assert not Case.objects.filter(scope_of(customer("13900000000")).cases()).exists()


def test_filing_with_somebody_elses_data_shows_none_of_their_cases(places: dict[str, Unit], case: Case) -> None:
    thief = customer("13900000000")
    receipt = intake.file_application(
        application=application(), papers=(), channel="web", by=thief, at=AT + timedelta(hours=1), key="key-00000002",
        unit=places["county"].pk,
    )  # fmt: skip
    assert [one.pk for one in Case.objects.filter(scope_of(thief).cases())] == [receipt.case]


def test_a_blocked_account_sees_nothing(case: Case) -> None:
    from yekuo.records.models import CustomerAccount

    by = customer()
    CustomerAccount.objects.update(blocked=True)
    assert scope_of(by) == NOTHING


def test_the_same_content_is_kept_once_and_a_change_is_a_new_row() -> None:
    content = PersonContent(id_type="resident_id", name="张三", id_number=ID_NUMBER, phone="138 1234 4483")
    one = persons.keep(content, at=AT)
    again = persons.keep(content, at=AT + timedelta(days=1))
    other = persons.keep(
        PersonContent(id_type="resident_id", name="张三", id_number=ID_NUMBER, phone="13900000000"), at=AT
    )
    assert one.pk == again.pk
    assert other.pk != one.pk
    assert set(persons.same_applicant(one)) == {one.pk, other.pk}
    assert persons.unchanged(one)


def test_a_changed_row_is_noticed_by_its_digest() -> None:
    kept = persons.keep(PersonContent(id_type="resident_id", name="张三", id_number=ID_NUMBER, phone=PHONE), at=AT)
    kept.phone = "13900000000"
    kept.save()
    assert not persons.unchanged(Person.objects.get(pk=kept.pk))


@pytest.mark.parametrize("text", ["欧阳雪梅", ID_NUMBER.lower(), PHONE, "4483", "138-1234-4483", " 欧阳 雪梅 "])
def test_applicants_are_found_by_whole_values_and_the_tail_of_the_phone(case: Case, text: str) -> None:
    assert persons.keys_found(text) == (case.applicant,)


@pytest.mark.parametrize("text", ["欧阳", "448", "12344483", "", "雪梅", "4484"])
def test_parts_find_nobody(case: Case, text: str) -> None:
    assert persons.keys_found(text) == ()


def test_shown_values_are_masked(case: Case) -> None:
    shown = persons.shown([applicant(case)])[applicant(case)]
    text = repr(shown)
    assert shown.name == "欧阳**"
    for secret in ("雪梅", ID_NUMBER, PHONE):
        assert secret not in text


def test_an_organisations_name_is_no_secret_to_staff_and_masked_for_the_public() -> None:
    kept = persons.keep(
        PersonContent(id_type="credit_code", name="杭州光明食品有限公司", id_number="91350100M000100Y43", phone=PHONE),
        at=AT,
    )
    shown = persons.show(kept)
    assert shown.name == "杭州光明食品有限公司"
    assert "光明" not in shown.public_name


def test_a_value_is_revealed_for_a_reason_and_on_record(places: dict[str, Unit], case: Case) -> None:
    by = clerk(places["county"])
    assert people.reveal(person=applicant(case), field="phone", reason=REASON, by=by, at=AT) == PHONE
    seen = Disclosure.objects.get()
    assert (seen.subject_id, seen.field, seen.reason, seen.by, seen.case, seen.at) == (
        applicant(case), "phone", REASON, by.person, case.pk, AT,
    )  # fmt: skip


@pytest.mark.parametrize("reason", ["", "   ", "查一下", "x" * 201, " 查 一 "])
def test_a_reason_of_less_than_four_characters_is_none(places: dict[str, Unit], case: Case, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        people.reveal(person=applicant(case), field="phone", reason=reason, by=clerk(places["county"]), at=AT)
    assert caught.value.code == "reason"
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize(
    ("unit", "role", "field", "code"),
    [
        ("other", "clerk", "phone", "not_found"),
        ("station", "clerk", "phone", "not_found"),
        ("county", "finance", "phone", "forbidden"),
        ("county", "analyst", "phone", "forbidden"),
        ("county", "clerk", "password", "unknown_field"),
    ],
)
def test_who_may_not_see_is_refused_and_nothing_is_recorded(
    places: dict[str, Unit], case: Case, unit: str, role: str, field: str, code: str
) -> None:
    with pytest.raises(Refused) as caught:
        people.reveal(person=applicant(case), field=field, reason=REASON, by=clerk(places[unit], role), at=AT)
    assert caught.value.code == code
    assert not Disclosure.objects.exists()


def test_a_customer_reveals_nothing(case: Case) -> None:
    with pytest.raises(Refused):
        people.reveal(person=applicant(case), field="phone", reason=REASON, by=customer(), at=AT)


def test_too_many_reveals_in_a_day_are_stopped(
    places: dict[str, Unit], case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "REVEALS_A_DAY", 2)
    by = clerk(places["county"])
    for hour in range(2):
        people.reveal(person=applicant(case), field="phone", reason=REASON, by=by, at=AT + timedelta(hours=hour))
    with pytest.raises(Refused) as caught:
        people.reveal(person=applicant(case), field="phone", reason=REASON, by=by, at=AT + timedelta(hours=3))
    assert caught.value.code == "too_many"
    assert (
        people.reveal(person=applicant(case), field="phone", reason=REASON, by=by, at=AT + timedelta(days=3)) == PHONE
    )


@pytest.mark.parametrize("sql", ["update records_disclosure set reason = ''", "delete from records_disclosure"])
def test_the_record_of_who_looked_cannot_be_changed(places: dict[str, Unit], case: Case, sql: str) -> None:
    people.reveal(person=applicant(case), field="phone", reason=REASON, by=clerk(places["county"]), at=AT)
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(sql)


def test_supervisors_see_who_looked(places: dict[str, Unit], case: Case) -> None:
    people.reveal(person=applicant(case), field="phone", reason=REASON, by=clerk(places["county"]), at=AT)
    rows = people.history_of(person=applicant(case), by=clerk(places["city"], "supervisor2"))
    assert [(one["who"], one["field"], one["reason"]) for one in rows] == [("李受理", "联系电话", REASON)]
    for outsider in (clerk(places["county"], "manager"), clerk(places["other"], "supervisor1")):
        with pytest.raises(Refused):
            people.history_of(person=applicant(case), by=outsider)


def administrator(places: dict[str, Unit]) -> Actor:
    return clerk(places["top"], "administrator", name="赵管理")


def test_nothing_is_erased_while_a_case_is_open(places: dict[str, Unit], case: Case) -> None:
    with pytest.raises(Refused) as caught:
        people.erase(person=applicant(case), reason=REASON, by=administrator(places), at=AT)
    assert case.number in caught.value.message
    assert persons.show(row(case)).erased is False


def test_erasing_empties_the_data_and_leaves_the_log(places: dict[str, Unit], case: Case) -> None:
    perform(case=case.pk, deed=WithdrawApplication(reason="不办了"), by=customer(), at=AT + timedelta(days=1))
    before = list(Event.objects.order_by("pk").values())
    digest = row(case).digest
    erased = people.erase(person=applicant(case), reason=REASON, by=administrator(places), at=AT + timedelta(days=2))
    assert erased == 1
    person, site = row(case), place(case)
    assert not any(getattr(person, field) for field in persons.FIELDS)
    assert person.phone_index is None
    assert not site.address
    assert not Application.objects.get(case=case.pk).remark
    assert person.digest == digest
    assert persons.keys_found(PHONE) == ()
    assert list(Event.objects.order_by("pk").values()) == before
    assert len(list(log.entries(case.pk))) == 3
    assert set(Disclosure.objects.values_list("kind", "subject")) == {("erased", "person"), ("erased", "site")}
    assert persons.show(person).name == "（已删除）"


def test_an_address_others_use_is_not_erased(places: dict[str, Unit], case: Case) -> None:
    neighbour = application(HOME, name="王五", id_number="33010619900101123X", phone="13900000000")
    intake.file_application(
        application=neighbour, papers=(), channel="web", by=customer("13900000000"), at=AT, key="key-00000002",
        unit=places["county"].pk,
    )  # fmt: skip
    perform(case=case.pk, deed=WithdrawApplication(reason="不办了"), by=customer(), at=AT + timedelta(days=1))
    people.erase(person=applicant(case), reason=REASON, by=administrator(places), at=AT + timedelta(days=2))
    assert sites.show(place(case)).erased is False


def test_only_an_administrator_erases(places: dict[str, Unit], case: Case) -> None:
    with pytest.raises(Refused) as caught:
        people.erase(person=applicant(case), reason=REASON, by=clerk(places["top"], "chief"), at=AT)
    assert caught.value.code == "forbidden"


def test_who_was_erased_may_apply_again(places: dict[str, Unit], case: Case) -> None:
    perform(case=case.pk, deed=WithdrawApplication(reason="不办了"), by=customer(), at=AT + timedelta(days=1))
    people.erase(person=applicant(case), reason=REASON, by=administrator(places), at=AT + timedelta(days=2))
    receipt = intake.file_application(
        application=application(), papers=(), channel="web", by=customer(), at=AT + timedelta(days=60),
        key="key-00000009", unit=places["county"].pk,
    )  # fmt: skip
    found = Case.objects.get(pk=receipt.case)
    assert persons.unchanged(row(found))
    assert persons.keys_found(PHONE) == (found.applicant,)


def test_keys_are_changed_without_losing_anything(case: Case, settings: Settings) -> None:
    old = dict(settings.FIELD_KEYS)
    settings.FIELD_KEYS = {"k2": b"2" * 32, **old}
    assert resealing.waiting() == 5
    done = people.reseal()
    assert done == 5
    assert resealing.waiting() == 0
    assert people.reseal() == 0
    settings.FIELD_KEYS = {"k2": b"2" * 32}
    assert row(case).phone.open() == PHONE
    assert place(case).address.open() == HOME["address"]


def test_a_cipher_is_changed_the_same_way(case: Case, settings: Settings) -> None:
    settings.FIELD_CIPHER = "AES"
    assert people.reseal() == 5
    assert row(case).phone.open() == PHONE


def test_resealing_with_a_key_that_is_gone_stops_and_changes_nothing(case: Case, settings: Settings) -> None:
    settings.FIELD_KEYS = {"k2": b"2" * 32}
    with pytest.raises(Unreadable):
        people.reseal()


GOOD_PASSWORD = "yunfeng-2026-kaitong"


def test_staff_are_added_with_their_roles(places: dict[str, Unit]) -> None:
    made = people.add_staff(
        username="wang.min", name="王敏", unit=places["county"].pk, roles=("manager", "clerk"), password=GOOD_PASSWORD,
        at=AT, by=administrator(places), phone=PHONE,
    )  # fmt: skip
    actor = staff.actor_by_key(made.pk)
    assert actor == Actor(kind=ActorKind.STAFF, person=made.pk, unit=places["county"].pk, roles=("clerk", "manager"))
    assert made.check_password(GOOD_PASSWORD)
    assert [one.name for one in staff.holders("manager", below=places["city"].pk)] == ["王敏"]
    assert not staff.holders("manager", below=places["other"].pk).exists()


def test_every_mistake_of_a_new_member_of_staff_is_named(places: dict[str, Unit]) -> None:
    with pytest.raises(Refused) as caught:
        people.add_staff(
            username="王 敏",
            name=" ",
            unit=places["county"].pk,
            roles=("customer", "king"),
            password="123",
            at=AT,
            phone="1",
        )
    assert {one.field for one in caught.value.problems} == {"username", "name", "phone", "roles", "password"}


def test_roles_are_given_by_another_administrator(places: dict[str, Unit]) -> None:
    boss, other = administrator(places), clerk(places["county"])
    people.set_staff_roles(person=other.person, roles=("surveyor",), by=boss, at=AT)
    changed = staff.actor_by_key(other.person)
    assert changed is not None
    assert changed.roles == ("surveyor",)
    for by, person in ((other, boss.person), (boss, boss.person)):
        with pytest.raises(Refused):
            people.set_staff_roles(person=person, roles=("clerk",), by=by, at=AT)


def test_the_owner_may_change_what_the_app_may_not(
    as_owner: Callable[[], AbstractContextManager[None]], places: dict[str, Unit], case: Case
) -> None:
    people.reveal(person=applicant(case), field="phone", reason=REASON, by=clerk(places["county"]), at=AT)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("update records_disclosure set reason = reason")
        assert cursor.rowcount == 1


def test_a_form_holds_nothing_personal_in_the_open(case: Case) -> None:
    kept = Application.objects.get(case=case.pk)
    assert ID_NUMBER not in json.dumps(kept.form)
