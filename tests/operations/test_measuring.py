"""计入实测: whoever is in the measured peaks is not counted beside them; with older peaks he is counted again."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.grid import town as small
from tests.operations.ledger_stage import DAY, hold_of, replied, town
from tests.operations.told import UNIT, Told
from yekuo.operations import audit
from yekuo.operations.grids import inflight, ledger, standing
from yekuo.records import grids
from yekuo.records.models import CapacityEntry, CapacityHold, ElementBalance
from yekuo.rules.calendar import day_of
from yekuo.rules.reservation import HoldState, in_peaks

pytestmark = pytest.mark.django_db


def energised(*, kva: int) -> tuple[Told, date]:
    told = replied(kva=kva).to("archive")
    at = told.row.energised_at
    assert at is not None
    return told, day_of(at)


def held(element: str = "line/E1") -> Decimal:
    found = ElementBalance.objects.filter(element=element).first()
    return found.held_kva if found else Decimal(0)


def counted() -> list[str]:
    network = standing.network_of(UNIT)
    assert network is not None
    return [one.case for one in inflight.counted(network) if not one.case.startswith("YK")]


def test_a_load_is_in_peaks_measured_ninety_days_after_power_flowed() -> None:
    on = date(2026, 5, 1)
    assert not in_peaks(on, on + timedelta(days=89), growth_days=90)
    assert in_peaks(on, on + timedelta(days=90), growth_days=90)
    assert not in_peaks(on, on, growth_days=90)


def test_a_revision_whose_peaks_hold_a_load_ends_its_hold_in_the_same_transaction() -> None:
    town()
    told, on = energised(kva=800)
    assert (hold_of(told).state, held()) == (HoldState.CONTRACTED, Decimal(800))
    town(at=told.at + DAY * 200, measured_until=on + timedelta(days=89))
    assert hold_of(told).state == HoldState.CONTRACTED
    town(at=told.at + DAY * 201, measured_until=on + timedelta(days=90))
    assert (hold_of(told).state, held()) == (HoldState.MEASURED, Decimal(0))
    assert counted() == []
    last = CapacityEntry.objects.filter(case=told.id).latest("number")
    assert (last.kind, last.kw, last.at) == ("measure", 760.0, told.at + DAY * 201)
    assert "第 3 版" in last.note
    assert str(on + timedelta(days=90)) in last.note
    assert audit.verify().whole


def test_it_is_entered_once_and_a_revision_that_says_no_day_changes_nothing() -> None:
    town()
    told, on = energised(kva=800)
    town(at=told.at + DAY * 200)
    assert hold_of(told).state == HoldState.CONTRACTED
    for more in range(3):
        town(at=told.at + DAY * (201 + more), measured_until=on + timedelta(days=120))
    town(at=told.at + DAY * 205)
    ledger.sweep(at=told.at + DAY * 206)
    assert hold_of(told).state == HoldState.MEASURED
    assert [one.kind for one in CapacityEntry.objects.filter(case=told.id)].count("measure") == 1
    assert audit.verify().whole


def test_older_peaks_that_come_back_do_not_hold_it_and_it_is_counted_again() -> None:
    town()
    told, on = energised(kva=800)
    town(at=told.at + DAY * 200, measured_until=on + timedelta(days=150))
    assert held() == 0
    town(at=told.at + DAY * 201, measured_until=on - timedelta(days=1))
    assert (hold_of(told).state, held(), counted()) == (HoldState.CONTRACTED, Decimal(800), [str(told.id)])
    assert "重新占用" in CapacityEntry.objects.filter(case=told.id).latest("number").note
    assert audit.verify().whole


def test_load_that_is_really_there_is_counted_again_even_where_its_room_was_promised_to_others() -> None:
    """E1 has 7,469 kVA to promise: 5,000 in the peaks, 5,000 promised to another meanwhile, then the older peaks again."""
    town()
    first, on = energised(kva=5000)
    town(at=first.at + DAY * 200, measured_until=on + timedelta(days=150))
    other = replied(kva=5000, at=first.at + DAY * 205)
    assert hold_of(other).state == HoldState.RESERVED
    town(at=other.at + DAY, measured_until=on - timedelta(days=1))
    assert {hold_of(first).state, hold_of(other).state} == {HoldState.CONTRACTED, HoldState.RESERVED}
    assert held() == Decimal(10000)
    third = replied(kva=100, at=other.at + DAY * 2)
    assert hold_of(third).state == HoldState.WORKS
    assert audit.verify().whole


def test_only_what_has_power_is_in_peaks_whatever_was_only_promised_stays() -> None:
    town()
    told = replied(kva=800)
    town(at=told.at + DAY * 400, measured_until=day_of(told.at + DAY * 399))
    assert hold_of(told).state == HoldState.RESERVED
    assert held() == Decimal(800)


def test_generation_is_in_no_peak() -> None:
    town()
    told, on = energised(kva=800)
    CapacityHold.objects.filter(case=told.id).update(direction="generation")
    town(at=told.at + DAY * 200, measured_until=on + timedelta(days=150))
    assert hold_of(told).state == HoldState.CONTRACTED


def test_whoever_is_in_the_peaks_has_nothing_to_release_and_later_deeds_take_nothing() -> None:
    town()
    told, on = energised(kva=800)
    town(at=told.at + DAY * 200, measured_until=on + timedelta(days=150))
    before = CapacityEntry.objects.count()
    told.at += DAY * 201
    told.to("completed")
    assert hold_of(told).state == HoldState.MEASURED
    assert CapacityEntry.objects.count() == before


def test_a_file_says_itself_until_when_its_peaks_were_measured() -> None:
    sheets = small.town()
    days = {row["编号"]: row.get("最大电流日期") for row in sheets["馈线"]}
    assert set(days.values()) == {None}
    dated = [{**row, "近12月最大电流": "100", "最大电流日期": day}
             for row, day in zip(sheets["馈线"], ("2026/8/6", "2026-07-30 00:00:00", "2026年8月7日"), strict=True)]  # fmt: skip
    assert small.imported({**sheets, "馈线": dated}).measured_until == date(2026, 7, 30)
    without = [{**row, "近12月最大电流": "100", "最大电流日期": day}
               for row, day in zip(sheets["馈线"], ("2026/8/6", "", "2026-08-07"), strict=True)]  # fmt: skip
    assert small.imported({**sheets, "馈线": without}).measured_until is None
    network = town(sheets={**sheets, "馈线": dated})
    assert network.standing.measured_until == date(2026, 7, 30)
    now = grids.standing(network.standing.grid)
    assert now is not None
    assert now.measured_until == date(2026, 7, 30)
