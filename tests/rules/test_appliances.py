"""容量测算: counted appliances become a load, a voltage and a kind of supply, and every step is shown."""

from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yekuo.rules.appliances import Piece, Suggestion, Supply, parse_appliances, suggest
from yekuo.rules.facts import Voltage
from yekuo.rules.refusal import Refused

TEXT = files("yekuo.rules").joinpath("tables/appliances.toml").read_text(encoding="utf-8")
TABLE = parse_appliances(TEXT)
SIZES = tuple(Decimal(size) for size in (30, 50, 80, 100, 160, 200, 250, 315, 400, 500, 630, 800, 1000, 10000))
DAY = date(2026, 11, 20)


def worked(*pieces: Piece, use: str = "shop", on: date = DAY, existing: int = 0, **more: object) -> Suggestion:
    return suggest(pieces, use=use, on=on, table=TABLE, sizes=SIZES, existing=Decimal(existing), **more)  # type: ignore[arg-type]


def own(kw: str, count: int = 1, *, three_phase: bool = False) -> Piece:
    return Piece(name="设备", kw=Decimal(kw), count=count, three_phase=three_phase)


def test_a_shop_is_worked_out_step_by_step() -> None:
    found = worked(Piece(code="cook_shop", count=2), Piece(code="light_shop", count=2))
    assert (found.installed_kw, found.load_kw, found.kva) == (Decimal(28), Decimal(23), Decimal("25.6"))
    assert (found.voltage, found.supply, found.transformers_kva) == (Voltage.V380, Supply.THREE_PHASE, None)
    assert [line.label for line in found.lines] == ["设备容量", "计算负荷", "视在功率", "供电方式"]
    assert "28 千瓦 × 同时系数 0.8（店铺、餐饮）= 22.4 千瓦" in found.lines[1].text
    assert not found.confirmed
    assert all(line.source for line in found.lines)


@pytest.mark.parametrize(
    ("kw", "on", "supply", "voltage"),
    [
        ("12", DAY, Supply.SINGLE_PHASE, Voltage.V220),
        ("13", DAY, Supply.THREE_PHASE, Voltage.V380),
        ("160", DAY, Supply.THREE_PHASE, Voltage.V380),
        ("161", DAY, Supply.HIGH_VOLTAGE, Voltage.KV10),
        ("11", date(2024, 5, 31), Supply.THREE_PHASE, Voltage.V380),
        ("11", date(2024, 6, 1), Supply.SINGLE_PHASE, Voltage.V220),
        ("101", date(2024, 5, 31), Supply.HIGH_VOLTAGE, Voltage.KV10),
    ],
)
def test_the_limits_of_the_day_decide_the_supply(kw: str, on: date, supply: Supply, voltage: Voltage) -> None:
    found = worked(own(kw), use="other", on=on)
    assert (found.supply, found.voltage) == (supply, voltage)


def test_a_three_phase_machine_needs_three_phases_however_small() -> None:
    assert worked(own("3", three_phase=True)).supply is Supply.THREE_PHASE
    assert worked(own("3")).supply is Supply.SINGLE_PHASE


def test_the_largest_piece_always_runs_in_full() -> None:
    found = worked(own("40"), own("1"), use="factory")
    assert found.load_kw == 40
    assert "按最大一台 40 千瓦" in found.lines[1].text


@pytest.mark.parametrize(("area", "kw"), [("50", 4), ("50.5", 8), ("200", 8)])
def test_a_home_is_given_its_least_capacity(area: str, kw: int) -> None:
    assert worked(own("2"), use="life", home_m2=Decimal(area)).load_kw == kw
    assert worked(own("20"), use="life", home_m2=Decimal(area)).load_kw == 20


def test_an_account_that_outgrows_low_voltage_gets_transformers_for_old_and_new() -> None:
    found = worked(Piece(code="machine", count=40), use="factory", existing=100)
    assert (found.load_kw, found.total, found.transformers_kva) == (Decimal(180), Decimal(500), Decimal(400))
    assert "原有 100 + 新增 180 = 280 千瓦" in " ".join(line.text for line in found.lines)


def test_a_high_voltage_account_gets_transformers_for_what_is_new() -> None:
    found = worked(own("400"), use="other", existing=315, existing_high=True)
    assert (found.transformers_kva, found.total) == (Decimal(630), Decimal(945))
    assert found.voltage is Voltage.KV10


def test_ranges_that_overlap_are_named_for_comparison() -> None:
    found = worked(own("5000"), use="other", wants_high=True)
    assert found.voltage is Voltage.KV10
    assert found.others == (Voltage.KV35,)
    assert "也可比选35 千伏" in found.lines[-1].text


def test_every_wrong_row_is_named_at_once() -> None:
    with pytest.raises(Refused) as refused:
        worked(Piece(code="no_such"), own("1", count=0), Piece(name="电炉"), own("NaN"))
    places = [one.field for one in refused.value.problems]
    assert places == ["pieces.1.code", "pieces.2.count", "pieces.3.kw", "pieces.4.kw"]
    with pytest.raises(Refused, match="用电用途"):
        worked(own("1"), use="casino")
    with pytest.raises(Refused, match="至少"):
        worked()


def test_the_table_is_refused_when_a_code_repeats_or_a_use_is_unknown() -> None:
    with pytest.raises(ValueError, match="重复"):
        parse_appliances(TEXT.replace('code = "fridge_shop"', 'code = "ac_wall"'))
    with pytest.raises(ValueError, match="用途"):
        parse_appliances(TEXT.replace('uses = ["factory"]', 'uses = ["mine"]', 1))


def test_every_use_is_offered_its_appliances_on_its_days() -> None:
    for use in TABLE.uses:
        assert use.code == "other" or TABLE.offered(use.code, on=DAY)


kilowatts = st.decimals(min_value="0.1", max_value="3000", places=1)


@given(
    st.lists(kilowatts, min_size=1, max_size=8), st.sampled_from([one.code for one in TABLE.uses]), st.integers(0, 500)
)
def test_a_load_is_between_the_largest_and_the_sum_and_more_is_never_less(
    powers: list[Decimal], use: str, existing: int
) -> None:
    found = worked(*(own(str(one)) for one in powers), use=use, existing=existing)
    assert max(powers) <= found.load_kw < sum(powers) + 1
    assert found.total >= found.load_kw * (found.transformers_kva is None)
    more = worked(*(own(str(one)) for one in powers), own("5"), use=use, existing=existing)
    assert more.load_kw >= found.load_kw
    assert more.voltage >= found.voltage


@given(kilowatts, st.sampled_from([one.code for one in TABLE.uses]))
def test_proposed_transformers_carry_the_load_below_their_load_rate(kw: Decimal, use: str) -> None:
    found = worked(own(str(kw)), use=use, wants_high=True)
    assert found.transformers_kva is not None
    assert found.transformers_kva * TABLE.load_rate * TABLE.use(use).power_factor >= found.load_kw
