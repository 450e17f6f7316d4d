"""五类客户: each class, new and increased, is filed at the counter and runs to the archive; an increase keeps its history."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.operations.people import SHOP, application, clerk, company
from tests.operations.told import DESK, MONDAY, Told
from tests.rules.cases import FIRST_PAPERS, cast
from yekuo.operations import intake, papers
from yekuo.operations.account_rows import take_over
from yekuo.operations.application import Application
from yekuo.operations.archive import old_meters
from yekuo.records import accounts
from yekuo.records.models import Account, CapacityChange, Case, Contract, Meter, Unit
from yekuo.rules.calendar import day_of
from yekuo.rules.deeds.closing import InstallMeter
from yekuo.rules.facts import Business, CustomerClass, CustomerKind, Importance, Voltage
from yekuo.rules.metering import MeterRemoved, Reading
from yekuo.rules.refusal import Refused
from yekuo.rules.rehearsal import rehearse
from yekuo.rules.taking_over import TakenOver

pytestmark = pytest.mark.django_db
PDF = (Path(__file__).parent / "one_page.pdf").read_bytes()
FIRM: dict[str, object] = SHOP | {"private_business": "no"}
CLASSES: dict[str, tuple[CustomerClass, dict[str, object], str, str, bool]] = {
    "居民": (CustomerClass.RESIDENT, {}, "8", "4", True),
    "低压非居民有工程": (CustomerClass.LV_OTHER, FIRM, "60", "40", True),
    "低压非居民无工程": (CustomerClass.LV_OTHER, FIRM, "60", "40", False),
    "三零": (CustomerClass.THREE_ZERO, SHOP, "60", "40", True),
    "高压单": (CustomerClass.HV_SINGLE, FIRM | {"voltage": "10000", "transformers_kva": "500"}, "315", "450", True),
    "高压双": (
        CustomerClass.HV_MULTI,
        FIRM | {"voltage": "10000", "transformers_kva": "1000", "sources": "2", "importance": "second"},
        "1000", "900", True,
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


def filed(form: Application, key: str) -> Told:
    unit = Unit.objects.filter(code="330106").first() or company()["county"]
    by = clerk(unit, name=key)
    handed = tuple(
        papers.store_paper(content=PDF, name=f"{code}.pdf", code=code, by=by, at=MONDAY) for code in FIRST_PAPERS
    )
    receipt = intake.file_application(
        application=form, papers=handed, channel="counter", by=by, at=MONDAY, key=key, unit=unit.pk
    )
    Case.objects.filter(pk=receipt.case).update(unit=DESK.unit)
    told = Told.__new__(Told)
    told.at, told.id = MONDAY, receipt.case
    return told


def held(form: Application, capacity: str, voltage: Voltage) -> Account:
    unit = Unit.objects.filter(code="330106").first() or company()["county"]
    row = TakenOver(
        kind=form.kind, name=form.name, id_type=form.id_type, id_number=form.id_number, phone=form.phone,
        address=form.address, voltage=voltage, capacity=Decimal(capacity), importance=form.importance,
        energised_on=MONDAY.date().replace(year=2019), meter_asset="OLD1", contract_number="HT-OLD",
    )  # fmt: skip
    return take_over([row], unit=unit.pk, at=MONDAY)[0]


@pytest.mark.parametrize("name", CLASSES)
def test_a_new_supply_of_every_class_is_filed_and_archived(name: str) -> None:
    wanted, base, kw, _, works = CLASSES[name]
    told = filed(application(**({"base": base} if base else {}), load_kw=kw), "key-00000001")
    told.to("revisit", works=works)
    account = Account.objects.get(case=told.id)
    facts = told.state.facts
    assert facts is not None
    assert (facts.customer_class, account.capacity) == (wanted, facts.capacity_kva)
    assert accounts.number_error(account.number) == ""


@pytest.mark.parametrize("name", CLASSES)
def test_an_increase_of_every_class_changes_its_account_and_keeps_what_was(name: str) -> None:
    wanted, base, kw, more, works = CLASSES[name]
    first = application(**({"base": base} if base else {}), load_kw=kw)
    voltage = first.voltage or (Voltage.V220 if first.kind is CustomerKind.RESIDENT else Voltage.V380)
    account = held(first, kw, voltage)
    form = replace(
        first, business=Business.INCREASE, account_number=account.number, existing=Decimal(kw),
        load_kw=Decimal(more),
    )  # fmt: skip
    told = filed(form, "key-00000002").to("metering", works=works)
    facts = told.state.facts
    assert facts is not None
    assert (facts.customer_class, facts.original_kva) == (wanted, Decimal(kw))
    assert old_meters(told.id, told.state) == ("OLD1",)
    with pytest.raises(Refused) as caught:
        told.do(rehearse(cast(serial="0002"), "install_meter", told.state, told.at))
    assert [one.field for one in caught.value.problems] == ["removed.OLD1"]
    told.to("revisit", works=works, serial="0002", hanging=("OLD1",))
    account.refresh_from_db()
    assert Account.objects.count() == 1
    assert account.capacity == Decimal(kw) + facts.capacity_kva
    change = CapacityChange.objects.get()
    assert (change.before, change.after, change.case) == (Decimal(kw), account.capacity, told.id)
    old = Meter.objects.get(asset="OLD1")
    assert old.removed_readings == {"total": "18620.5"}
    assert (old.removed_case, old.removed_on is not None) == (told.id, True)
    assert {one.asset for one in accounts.hanging_at(account)} == {one.meter_asset for one in told.state.meters}
    assert Contract.objects.get(number="HT-OLD").until == day_of(told.state.timeline.energised_at or MONDAY)
    assert accounts.of_case(told.id) == account
    assert form.importance is Importance(account.importance)


def test_an_old_meter_is_read_forward_known_and_not_hung_again() -> None:
    account = held(application(SHOP), "60", Voltage.V380)
    Meter.objects.filter(asset="OLD1").update(readings={"total": "100"})
    form = application(SHOP, business="increase", existing="60", load_kw="40", account_number=account.number)
    told = filed(form, "key-00000002").to("metering")
    base = rehearse(cast(serial="0002"), "install_meter", told.state, told.at)
    assert isinstance(base, InstallMeter)
    today = day_of(told.at)

    def removed(asset: str, total: str, days: int = 0) -> MeterRemoved:
        read = (Reading(register="total", value=Decimal(total)),)
        return MeterRemoved(meter_asset=asset, readings=read, removed_on=today + timedelta(days=days))

    def refused(*old: MeterRemoved) -> str:
        with pytest.raises(Refused) as caught:
            told.do(replace(base, removed=old))
        return caught.value.message

    assert "小于装表时的 100" in refused(removed("OLD1", "99"))
    assert "没有装在这个户号下" in refused(removed("OLD1", "101"), removed("OTHER", "1"))
    assert "不能晚于今天" in refused(removed("OLD1", "101", days=9))
    assert "登记了两次" in refused(removed("OLD1", "101"), removed("OLD1", "102"))
    again = replace(base, meters=tuple(replace(one, meter_asset="OLD1") for one in base.meters[:1]) + base.meters[1:])
    with pytest.raises(Refused, match="不能同时又装上"):
        told.do(replace(again, removed=(removed("OLD1", "101"),)))
    told.do(again)
    told.to("revisit", serial="0002")
    assert Meter.objects.filter(asset="OLD1", removed_on=None).count() == 1
