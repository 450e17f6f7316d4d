"""业务受理: what is typed is checked as a whole, kept sealed, filed once, and linked to its kin."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from tests.operations.people import AT, CREDIT_CODE, HOME, ID_NUMBER, PHONE, SHOP, application, clerk, company, customer
from yekuo.operations import intake, papers
from yekuo.operations.application import Application, facts_of, problems, read_application
from yekuo.operations.perform import Receipt, perform
from yekuo.records import applications, cases, log
from yekuo.records.models import Application as Filed
from yekuo.records.models import Case, Event, File, Kinship, Person, Unit
from yekuo.records.scope import scope_of
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.deeds.course import WithdrawApplication
from yekuo.rules.facts import CustomerClass, Importance, Voltage
from yekuo.rules.refusal import Refused

PDF = (Path(__file__).parent / "one_page.pdf").read_bytes()
TODAY = date(2026, 11, 23)


def wrong(base: dict[str, object] = HOME, **changes: object) -> dict[str, str]:
    return {one.field: one.message for one in problems(application(base, **changes), on=TODAY)}


def test_a_good_application_has_no_problem() -> None:
    assert wrong() == {}
    assert wrong(SHOP) == {}


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("id_number", {"id_number": "110105194912310021"}),
        ("id_number", {"id_type": "credit_code", "kind": "nonresident", "contact": "王"}),
        ("id_type", {"id_type": "credit_code", "id_number": CREDIT_CODE}),
        ("id_type", {"id_type": "library_card"}),
        ("phone", {"phone": "1381234448"}),
        ("name", {"name": "张" * 81}),
        ("name", {"name": "张\x00三"}),
        ("address", {"address": "文三"}),
        ("agent_phone", {"agent_name": "李四", "agent_number": ID_NUMBER}),
        ("agent_name", {"agent_phone": PHONE, "agent_number": ID_NUMBER}),
        ("load_kw", {"load_kw": "0"}),
        ("load_kw", {"load_kw": "2000001"}),
        ("existing", {"business": "increase"}),
        ("sources", {"sources": "2"}),
        ("sources", {"kind": "nonresident", "sources": "10"}),
        ("wanted_on", {"wanted_on": "2026-11-22"}),
        ("wanted_on", {"wanted_on": "2062-11-22"}),
        ("voltage", {"voltage": "10000"}),
        ("voltage", {"kind": "nonresident", "voltage": "380", "load_kw": "200"}),
        ("point", {"point": "30.1,120.2"}),
        ("remark", {"remark": "好" * 301}),
    ],
)
def test_each_mistake_is_named_at_its_field(field: str, changes: dict[str, object]) -> None:
    assert field in wrong(HOME | changes)


def test_all_mistakes_are_named_at_once() -> None:
    assert set(wrong(name=" ", phone="12", load_kw="0", address="a")) == {"name", "phone", "load_kw", "address"}


@pytest.mark.parametrize(
    ("field", "value"),
    [("load_kw", "八"), ("load_kw", "NaN"), ("load_kw", "1e999999"), ("wanted_on", "2026-13-01"), ("tenant", "也许"),
     ("kind", "martian"), ("sources", "1.5"), ("sources", 1.5), ("voltage", "37"), ("name", ["张三"])],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_at_its_field(field: str, value: object) -> None:
    try:
        found = problems(read_application(HOME | {field: value}), on=TODAY)
    except Refused as refused:
        found = refused.problems
    assert field in {one.field for one in found}


def test_missing_and_unknown_fields_are_named() -> None:
    with pytest.raises(Refused) as caught:
        read_application({"name": "张三", "phase": "3"})
    fields = {one.field for one in caught.value.problems}
    assert {"business", "kind", "phone", "address", "load_kw", "id_number", ""} <= fields


@pytest.mark.parametrize(
    ("base", "changes", "voltage", "served"),
    [
        (HOME, {}, Voltage.V220, CustomerClass.RESIDENT),
        (SHOP, {}, Voltage.V380, CustomerClass.THREE_ZERO),
        (SHOP, {"private_business": "no"}, Voltage.V380, CustomerClass.LV_OTHER),
        (SHOP, {"load_kw": "161"}, Voltage.KV10, CustomerClass.HV_SINGLE),
        (SHOP, {"load_kw": "8000", "sources": "2"}, Voltage.KV35, CustomerClass.HV_MULTI),
        (SHOP, {"load_kw": "8000", "voltage": "10000"}, Voltage.KV10, CustomerClass.HV_SINGLE),
        (SHOP, {"load_kw": "60", "voltage": "10000"}, Voltage.KV10, CustomerClass.HV_SINGLE),
    ],
)
def test_facts_follow_from_the_form(
    base: dict[str, object], changes: dict[str, object], voltage: Voltage, served: CustomerClass
) -> None:
    facts = facts_of(application(base, **changes), on=TODAY)
    assert (facts.voltage, facts.customer_class) == (voltage, served)


def test_a_private_business_paid_before_the_rule() -> None:
    assert facts_of(application(SHOP), on=date(2025, 6, 2)).customer_class is CustomerClass.LV_OTHER


@pytest.fixture
def places(db: None) -> dict[str, Unit]:
    return company()


Sender = Callable[..., Receipt]


@pytest.fixture
def send(places: dict[str, Unit]) -> Sender:
    def file(
        form: Application | None = None, *, by: Actor | None = None, key: str = "key-00000001", **more: object
    ) -> Receipt:
        told: dict[str, object] = {
            "papers": (), "channel": "web", "at": AT, "unit": places["county"].pk, **more,
        }  # fmt: skip
        return intake.file_application(
            application=form or application(),
            by=by or customer(),
            key=key,
            **told,  # type: ignore[arg-type]
        )

    return file


def test_filing_opens_a_case_with_contact_and_application(send: Sender) -> None:
    receipt = send()
    case = Case.objects.get(pk=receipt.case)
    state = cases.state_of(case)
    assert [entry.row.kind for entry in log.entries(case.pk)] == ["contact_made", "application_filed"]
    assert state.facts is not None
    assert state.facts.importance is Importance.ORDINARY
    person = Person.objects.get(pk=state.applicant)
    assert person.name.open() == "欧阳雪梅"
    assert case.applicant == person.pk


def test_the_log_holds_no_personal_data(send: Sender) -> None:
    form = application(HOME, remark="家里有老人，请打 13812344483", invoice_title="欧阳雪梅")
    send(form)
    rows = json.dumps(list(Event.objects.values("body", "move", "actor_roles")), ensure_ascii=False, default=str)
    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(r)::text from records_application r")
        rows += cursor.fetchone()[0]
        cursor.execute("select snapshot || opening from records_case")
        rows += cursor.fetchone()[0]
    for secret in ("欧阳", ID_NUMBER, PHONE, "文三路", "老人"):
        assert secret not in rows


def test_the_same_key_files_once(send: Sender) -> None:
    by = customer()
    first = send(by=by)
    again = send(by=by)
    assert (again.case, again.seq, again.replayed) == (first.case, first.seq, True)
    assert Case.objects.count() == 1
    assert Filed.objects.count() == 1


def test_the_same_key_with_other_content_is_refused_and_changes_nothing(send: Sender) -> None:
    by = customer()
    send(by=by)
    with pytest.raises(Refused) as caught:
        send(application(HOME, load_kw="9"), by=by)
    assert caught.value.code == "key_reused"
    assert Case.objects.count() == 1


def test_two_people_may_use_the_same_key(send: Sender) -> None:
    assert send().case != send(by=customer("13900000000")).case


def test_a_refused_application_opens_nothing(send: Sender) -> None:
    with pytest.raises(Refused) as caught:
        send(application(HOME, phone="1"))
    assert [one.field for one in caught.value.problems] == ["phone"]
    assert not Case.objects.exists()
    assert not Person.objects.exists()


def test_a_clerk_files_for_a_case_in_reach_only(send: Sender, places: dict[str, Unit]) -> None:
    receipt = send(by=clerk(places["county"]), channel="counter")
    with pytest.raises(Refused) as caught:
        send(by=clerk(places["other"]), case=receipt.case, key="key-00000002")
    assert caught.value.code == "not_found"


def test_who_applies_for_somebody_else_is_an_agent_in_the_log(send: Sender) -> None:
    by = customer("13900000000")
    receipt = send(application(HOME, agent_name="李四", agent_number=ID_NUMBER, agent_phone="13900000000"), by=by)
    assert {entry.row.actor_kind for entry in log.entries(receipt.case)} == {"agent"}
    assert Case.objects.filter(scope_of(by).cases()).count() == 1


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_papers_wait_for_their_application_and_then_belong_to_it(send: Sender, folder: Path) -> None:
    by = customer()
    paper = papers.store_paper(content=PDF, name="身份证.pdf", code="id_card", by=by, at=AT)
    receipt = send(by=by, papers=(paper,))
    assert File.objects.get(pk=paper.file).case == receipt.case
    assert cases.state_of(Case.objects.get(pk=receipt.case)).papers == (paper,)


def test_somebody_elses_or_a_changed_paper_is_refused(send: Sender, folder: Path) -> None:
    own = papers.store_paper(content=PDF, name="a.pdf", code="id_card", by=customer(), at=AT)
    foreign = papers.store_paper(content=PDF, name="a.pdf", code="id_card", by=customer("13900000000"), at=AT)
    forged = (foreign, replace(own, digest="0" * 64), replace(own, code="lease"), replace(own, file=own.file + 999))
    for paper in forged:
        with pytest.raises(Refused) as caught:
            send(papers=(paper,))
        assert caught.value.code == "bad_file"
    assert not Case.objects.exists()


def _kin(case: int) -> set[tuple[int, str]]:
    return set(Kinship.objects.filter(case=case).values_list("other", "why"))


def test_an_application_begun_again_is_linked_to_the_one_given_up(send: Sender) -> None:
    first = send()
    perform(case=first.case, deed=WithdrawApplication(reason="填错了"), by=customer(), at=AT + timedelta(hours=1))
    again = send(application(HOME, load_kw="9"), key="key-00000002", at=AT + timedelta(days=29))
    assert (first.case, "applicant") in _kin(again.case)
    assert Case.objects.get(pk=again.case).linked_case == first.case
    assert applications.kin_of(first.case) == (again.case,)


def test_after_thirty_days_an_ended_case_is_forgotten(send: Sender) -> None:
    first = send()
    perform(case=first.case, deed=WithdrawApplication(reason="填错了"), by=customer(), at=AT + timedelta(hours=1))
    again = send(application(HOME, load_kw="9"), key="key-00000002", at=AT + timedelta(days=31))
    assert _kin(again.case) == set()


def test_another_applicant_at_the_same_address_is_linked_however_the_address_is_typed(send: Sender) -> None:
    first = send()
    other = application(
        HOME, name="王五", id_number="33010619900101123X", phone="13900000000", address="西湖区文三路90号2幢 301 室"
    )
    found = send(other, by=customer("13900000000"), key="key-00000002")
    assert _kin(found.case) == {(first.case, "site")}
    assert Case.objects.get(pk=found.case).linked_case == first.case


def test_similar_cases_are_found_before_filing(send: Sender) -> None:
    first = send()
    at = AT + timedelta(days=3)
    assert [one.number for one in intake.similar(id_number=ID_NUMBER.lower(), at=at)] == [first.number]
    assert [one.why for one in intake.similar(address=" 西湖区文三路90号2幢301室", at=at)] == ["site"]
    assert intake.similar(id_number="33010619900101123X", at=at) == ()
    assert intake.similar(at=at) == ()


@pytest.mark.django_db
def test_a_draft_is_kept_sealed_and_is_its_owners_only() -> None:
    one, other = customer(), customer("13900000000")
    intake.keep_draft(by=one, form="apply", content='{"name": "欧阳雪梅"}', at=AT)
    intake.keep_draft(by=one, form="apply", content='{"name": "欧阳雪"}', at=AT + timedelta(minutes=1))
    kept = intake.read_draft(by=one, form="apply")
    assert kept is not None
    assert kept.content == '{"name": "欧阳雪"}'
    assert kept.kept_at == AT + timedelta(minutes=1)
    assert intake.read_draft(by=other, form="apply") is None
    assert intake.read_draft(by=replace(one, kind=ActorKind.STAFF), form="apply") is None
    with connection.cursor() as cursor:
        cursor.execute("select content from records_draft")
        assert "欧阳".encode() not in bytes(cursor.fetchone()[0])


def test_a_draft_goes_when_the_application_is_filed_and_stays_when_it_is_refused(send: Sender) -> None:
    by = customer()
    intake.keep_draft(by=by, form="apply", content="x", at=AT)
    with pytest.raises(Refused):
        send(application(HOME, phone="1"), by=by, draft="apply")
    assert intake.read_draft(by=by, form="apply") is not None
    send(by=by, draft="apply")
    assert intake.read_draft(by=by, form="apply") is None
