"""计量: both editions of the class table, standard ratios, and what an installation record must hold."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.trade import point
from yekuo.records import tables
from yekuo.rules.facts import Voltage
from yekuo.rules.metering import (
    Edition,
    MeteringClass,
    MeteringMode,
    MeterInstalled,
    Reading,
    Wiring,
    allowed_modes,
    classify,
    ct_ratio,
    full_current,
    problems,
    propose,
    propose_mode,
)

TABLE = tables.metering()
DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("capacity", "energy", "grade"),
    [
        (10_000, None, "I"),
        (9_999, None, "II"),
        (200, 5_000_000, "I"),
        (2_000, None, "II"),
        (1_999, 999_999, "III"),
        (200, 1_000_000, "II"),
        (315, None, "III"),
        (314, 100_000, "III"),
        (314, 99_999, "IV"),
        (100, None, "IV"),
    ],
)
def test_the_2000_edition_classes_by_energy_or_capacity(capacity: int, energy: int | None, grade: str) -> None:
    monthly = None if energy is None else Decimal(energy)
    found = classify(
        edition=Edition.E2000,
        voltage=Voltage.KV10,
        capacity_kva=Decimal(capacity),
        monthly_kwh=monthly,
        table=TABLE,
    )
    assert found == grade


@pytest.mark.parametrize(
    ("voltage", "grade"),
    [(220_000, "I"), (110_000, "II"), (66_000, "III"), (35_000, "III"), (10_000, "III"), (380, "IV"), (220, "V")],
)
def test_the_2016_edition_classes_by_voltage(voltage: int, grade: str) -> None:
    found = classify(edition=Edition.E2016, voltage=Voltage(voltage), capacity_kva=Decimal(100), table=TABLE)
    assert found == grade


def test_single_phase_is_class_five_in_both_editions() -> None:
    for edition in Edition:
        assert classify(edition=edition, voltage=Voltage.V220, capacity_kva=Decimal(8), table=TABLE) is MeteringClass.V


@pytest.mark.parametrize(
    ("voltage", "capacity", "modes"),
    [
        (380, 100, [MeteringMode.LOW_LOW]),
        (10_000, 315, [MeteringMode.HIGH_HIGH, MeteringMode.HIGH_LOW]),
        (10_000, 316, [MeteringMode.HIGH_HIGH]),
        (35_000, 500, [MeteringMode.HIGH_HIGH, MeteringMode.HIGH_LOW]),
        (35_000, 630, [MeteringMode.HIGH_HIGH]),
        (110_000, 200, [MeteringMode.HIGH_HIGH]),
    ],
)
def test_low_side_metering_is_for_small_transformers_only(
    voltage: int, capacity: int, modes: list[MeteringMode]
) -> None:
    assert list(allowed_modes(Voltage(voltage), Decimal(capacity), table=TABLE)) == modes
    assert propose_mode(Voltage(voltage), Decimal(capacity), table=TABLE) is modes[0]


def test_the_current_of_a_kilovolt_ampere_at_ten_kilovolts() -> None:
    assert round(full_current(Voltage.KV10, Decimal(1)), 4) == Decimal("0.0577")
    assert full_current(Voltage.V220, Decimal(11)) == 50


@pytest.mark.parametrize(
    ("voltage", "capacity", "ratio"),
    [
        (10_000, 100, "10/5"),
        (10_000, 315, "40/5"),
        (10_000, 630, "75/5"),
        (10_000, 1250, "150/5"),
        (35_000, 8000, "250/5"),
        (380, 100, "300/5"),
        (380, 39, ""),
        (220, 8, ""),
    ],
)
def test_the_ratio_is_the_smallest_standard_one(voltage: int, capacity: int, ratio: str) -> None:
    assert ct_ratio(Voltage(voltage), Decimal(capacity), table=TABLE) == ratio


@given(st.decimals(min_value=1, max_value=30_000, places=1))
def test_a_chosen_ratio_carries_full_load_at_sixty_percent_and_the_next_smaller_does_not(capacity: Decimal) -> None:
    primary = int(ct_ratio(Voltage.KV10, capacity, table=TABLE).split("/")[0])
    current = full_current(Voltage.KV10, capacity)
    smaller = [one for one in TABLE.ct_primaries if one < primary]
    assert current <= primary * Decimal("0.6")
    assert all(current > one * Decimal("0.6") for one in smaller)


def test_a_current_beyond_the_standard_list_is_for_a_person() -> None:
    with pytest.raises(ValueError, match="人工选定"):
        ct_ratio(Voltage.KV10, Decimal(100_000), table=TABLE)
    blank = propose(number=1, source=1, voltage=Voltage.KV10, capacity_kva=Decimal(100_000), table=TABLE)
    assert blank.ct_ratio == ""


def test_a_proposal_is_complete() -> None:
    high = propose(number=1, source=2, voltage=Voltage.KV10, capacity_kva=Decimal(630), table=TABLE)
    assert (high.source, high.mode, high.vt_ratio) == (2, MeteringMode.HIGH_HIGH, "10000/100")
    assert (high.metering_class, high.accuracy.active, high.accuracy.vt) == ("III", "0.5S", "0.5")
    low = propose(
        number=1,
        source=1,
        voltage=Voltage.KV10,
        capacity_kva=Decimal(200),
        mode=MeteringMode.HIGH_LOW,
        edition=Edition.E2000,
        table=TABLE,
    )
    assert (low.wiring, low.metering_class, low.vt_ratio, low.accuracy.vt) == (Wiring.FOUR_WIRE, "IV", "", "")
    assert low.ct_ratio == "600/5"


def installed(**changed: Any) -> MeterInstalled:
    plain: dict[str, Any] = {
        "point": 1,
        "meter_asset": "3330001",
        "ct_assets": ("CT1", "CT2"),
        "ct_ratio": "75/5",
        "vt_assets": ("VT1",),
        "vt_ratio": "10000/100",
        "seals": ("F001",),
        "readings": (Reading(register="total", value=Decimal(0)),),
        "terminal_asset": "T1",
        "terminal_tested": True,
        "installed_on": DAY,
    }
    return MeterInstalled(**plain | changed)


def test_a_complete_installation_has_no_problem() -> None:
    assert problems((point(),), (installed(),), on=DAY) == ()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"meter_asset": " "}, "meters.1.meter_asset"),
        ({"ct_ratio": "100/5"}, "meters.1.ct_ratio"),
        ({"ct_assets": ()}, "meters.1.ct_assets"),
        ({"vt_ratio": ""}, "meters.1.vt_ratio"),
        ({"vt_assets": ()}, "meters.1.vt_assets"),
        ({"seals": ("",)}, "meters.1.seals"),
        ({"readings": ()}, "meters.1.readings"),
        ({"readings": (Reading(register="total", value=Decimal(-1)),)}, "meters.1.readings"),
        ({"terminal_asset": ""}, "meters.1.terminal_asset"),
        ({"terminal_tested": False}, "meters.1.terminal_tested"),
        ({"installed_on": date(2026, 11, 21)}, "meters.1.installed_on"),
        ({"point": 2}, "meters.2.point"),
        ({"ct_assets": ("CT1", "CT1")}, "meters"),
    ],
)
def test_what_is_missing_is_named(changed: dict[str, object], field: str) -> None:
    assert field in {one.field for one in problems((point(),), (installed(**changed),), on=DAY)}


def test_every_point_is_metered_once() -> None:
    other = installed(point=2, meter_asset="M2", ct_assets=("CT9",), vt_assets=("VT9",))
    points = (point(1), point(2))
    assert [one.field for one in problems(points, (installed(),), on=DAY)] == ["meters.2"]
    assert problems(points, (installed(), other), on=DAY) == ()
    assert "meters.1" in {one.field for one in problems(points, (installed(), installed(), other), on=DAY)}
