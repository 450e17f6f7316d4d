"""归档: an archived case leaves account, metering points, meters and contract, or is not archived at all."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.operations.people import ID_NUMBER, SHOP, application, clerk, company
from tests.operations.told import CLASSES, DESK, MONDAY, Told
from tests.rules.cases import cast
from yekuo.operations import intake, papers
from yekuo.operations.application import Application
from yekuo.records import accounts
from yekuo.records.models import Account, CapacityChange, Case, Contract, Meter, MeteringPoint, Unit
from yekuo.rules.deeds.closing import InstallMeter
from yekuo.rules.refusal import Refused
from yekuo.rules.rehearsal import rehearse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("name", CLASSES)
def test_an_archived_case_has_all_that_was_built(name: str) -> None:
    told = Told().file(CLASSES[name]).to("archive")
    assert not Account.objects.exists()
    told.to("revisit")
    account = Account.objects.get()
    state = told.state
    assert account.case == told.id
    assert account.capacity == CLASSES[name].capacity_kva
    assert account.energised_at == state.timeline.energised_at
    assert account.archive_number == state.archive_number
    assert state.scheme is not None
    points = MeteringPoint.objects.filter(account=account)
    assert {one.number for one in points} == {one.number for one in state.scheme.metering}
    assert {one.asset for one in Meter.objects.all()} == {one.meter_asset for one in state.meters}
    contract = Contract.objects.get(account=account)
    assert state.contract is not None
    assert contract.number == state.contract.number
    assert accounts.of_case(told.id) == account


def test_account_numbers_are_unique_and_tell_a_mistyped_digit() -> None:
    numbers = [accounts.next_number() for _ in range(20)]
    assert len(set(numbers)) == 20
    for number in numbers:
        assert accounts.number_error(number) == ""
        for place in range(10):
            wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
            assert accounts.number_error(wrong)
    assert "10 位" in accounts.number_error("12a")


def test_a_refused_archive_takes_no_number() -> None:
    first = accounts.next_number()
    told = Told().file(CLASSES["resident"]).to("archive")
    with pytest.raises(Refused):
        told.do(rehearse(cast(), "archive_case", told.state, told.at), by=replace(DESK, roles=("analyst",)))
    told.step()
    assert int(Account.objects.get().number[:-1]) == int(first[:-1]) + 1


def test_a_meter_that_hangs_elsewhere_is_refused_by_name() -> None:
    Told().file(CLASSES["resident"]).to("revisit", serial="7777")
    number = Account.objects.get().number
    second = Told(MONDAY).file(CLASSES["resident"]).to("metering", serial="7777")
    deed = rehearse(cast(serial="7777"), "install_meter", second.state, second.at)
    assert isinstance(deed, InstallMeter)
    with pytest.raises(Refused) as caught:
        second.do(deed)
    assert number in caught.value.message
    assert [one.field for one in caught.value.problems] == ["meters.1.meter_asset"]
    assert second.state.meters == ()
    second.do(rehearse(cast(serial="8888"), "install_meter", second.state, second.at))


def _filed(form: Application, key: str = "key-00000001") -> Told:
    """A case with a real applicant, brought to the unit the walker's desk sits in."""
    unit = Unit.objects.filter(code="330106").first() or company()["county"]
    by = clerk(unit, name=key)
    content = (Path(__file__).parent / "one_page.pdf").read_bytes()
    paper = papers.store_paper(content=content, name="执照.pdf", code="business_licence", by=by, at=MONDAY)
    receipt = intake.file_application(
        application=form, papers=(paper,), channel="counter", by=by, at=MONDAY, key=key, unit=unit.pk
    )
    Case.objects.filter(pk=receipt.case).update(unit=DESK.unit)
    told = Told.__new__(Told)
    told.at, told.id = MONDAY, receipt.case
    return told


def _increase(number: str, **changes: object) -> Application:
    return application(SHOP, business="increase", existing="60", load_kw="40", account_number=number, **changes)


def test_an_increase_changes_the_account_and_its_meters() -> None:
    _filed(application(SHOP)).to("revisit", serial="0001")
    account = Account.objects.get()
    hanging = tuple(one.asset for one in accounts.hanging_at(account))
    told = _filed(_increase(account.number), "key-00000002").to("revisit", serial="0002", hanging=hanging)
    account.refresh_from_db()
    assert Account.objects.count() == 1
    assert account.capacity == 100
    change = CapacityChange.objects.get()
    assert (change.before, change.after) == (Decimal(60), Decimal(100))
    assert change.case == told.id
    assert {one.asset for one in Meter.objects.filter(removed_on=None)} == {
        one.meter_asset for one in told.state.meters
    }
    assert Contract.objects.count() == 2
    assert accounts.of_case(told.id) == account


def test_an_increase_of_an_account_we_do_not_know_opens_one() -> None:
    _filed(_increase("0000000000")).to("revisit")
    assert Account.objects.get().capacity == 100


def test_nobody_increases_somebody_elses_account() -> None:
    _filed(application(SHOP)).to("revisit")
    number = Account.objects.get().number
    with pytest.raises(Refused) as caught:
        _filed(_increase(number, id_type="resident_id", id_number=ID_NUMBER), "key-00000002")
    assert [one.field for one in caught.value.problems] == ["account_number"]


def test_terms_end_on_a_day_that_exists() -> None:
    from yekuo.operations.archive import _years_after

    assert _years_after(date(2024, 2, 29), 5) == date(2029, 3, 1)
    assert _years_after(date(2026, 11, 22), 10) == date(2036, 11, 22)
    assert _years_after(date(2026, 11, 22), 0) is None
