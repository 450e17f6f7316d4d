"""容量测算: from the appliances somebody counts up to the load asked for, the voltage and the kind of supply, each step shown.

None of it binds anybody: the figures are dated rows with a source, most of them to be confirmed by the company, and the
survey settles what is supplied. Steps with a worked example: docs/rules/counter.md.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from yekuo.rules.facts import Voltage
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.when import in_force, voltage_name

MOST_PIECES = 9999
MOST_KW = Decimal(1_000_000)


class Supply(StrEnum):
    """供电方式: single phase and three phase from the public low-voltage network, or the customer's own transformers."""

    SINGLE_PHASE = "single_phase"
    THREE_PHASE = "three_phase"
    HIGH_VOLTAGE = "high_voltage"


SUPPLY_NAMES = {
    Supply.SINGLE_PHASE: "低压单相",
    Supply.THREE_PHASE: "低压三相",
    Supply.HIGH_VOLTAGE: "高压专用变压器",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """出处: from which day and until which (exclusive) a row is in force, where it comes from, whether it is confirmed."""

    source: str = ""
    confirmed: bool = False
    since: date | None = None
    until: date | None = None

    def holds(self, on: date) -> bool:
        """This function will say whether the row is in force on a day."""
        return in_force(on, self.since, self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appliance(Sourced):
    """电器: rated power of one piece in kW, in which uses it is usual, whether it needs three phases."""

    code: str
    name: str
    kw: Decimal
    uses: tuple[str, ...] = ()
    three_phase: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UseClass(Sourced):
    """用途: how much of the installed power runs at once, and at which power factor."""

    code: str
    name: str
    simultaneity: Decimal
    power_factor: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFloor(Sourced):
    """住宅最低容量: kW a home of up to so many square metres is given at least; None is every larger one."""

    upto_m2: Decimal | None = None
    kw: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LowLimit(Sourced):
    """低压上限: kW up to which one phase and low voltage serve."""

    single_phase_kw: Decimal
    three_phase_kw: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class HighRange(Sourced):
    """高压范围: total transformer kVA a voltage is meant for; the ranges overlap on purpose."""

    voltage: Voltage
    from_kva: Decimal
    upto_kva: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplianceTable:
    """容量测算表: everything a suggestion is computed from."""

    appliances: tuple[Appliance, ...]
    uses: tuple[UseClass, ...]
    homes: tuple[HomeFloor, ...]
    low: tuple[LowLimit, ...]
    high: tuple[HighRange, ...]
    load_rate: Decimal
    load_rate_source: Sourced

    def use(self, code: str) -> UseClass:
        """This function will give a use by its code. Raises Refused for an unknown one."""
        found = next((one for one in self.uses if one.code == code), None)
        if found is None:
            raise Refused("请选择用电用途", problems=(Problem("use", "请选择用电用途"),), code="form")
        return found

    def offered(self, use: str, *, on: date) -> tuple[Appliance, ...]:
        """This function will list the appliances usual in a use on a day, in the order of the table."""
        return tuple(one for one in self.appliances if use in one.uses and one.holds(on))


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """一项用电设备: so many of an appliance of the table (`code`), or of something else with its own name and kW."""

    count: int = 1
    code: str = ""
    name: str = ""
    kw: Decimal | None = None
    three_phase: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """测算步骤: one step in words, with the source it rests on."""

    label: str
    text: str
    source: str = ""
    confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """测算结果: `load_kw` and `transformers_kva` are what an application asks for anew; totals include what is there.

    Powers in kW, apparent powers in kVA. `transformers_kva` is None at low voltage. `others` are voltages whose range
    holds the total as well. `confirmed` is False while any figure used waits for local confirmation.
    """

    installed_kw: Decimal
    load_kw: Decimal
    kva: Decimal
    existing: Decimal
    total: Decimal
    voltage: Voltage
    supply: Supply
    transformers_kva: Decimal | None
    others: tuple[Voltage, ...]
    lines: tuple[Line, ...]
    confirmed: bool


def parse_appliances(text: str) -> ApplianceTable:
    """This function will read the table from TOML; KeyError when a figure is missing, ValueError on a repeated code."""
    data = tomllib.loads(text)
    table = ApplianceTable(
        appliances=tuple(
            Appliance(**{**row, "kw": Decimal(row["kw"]), "uses": tuple(row["uses"])}) for row in data["appliance"]
        ),
        uses=tuple(
            UseClass(
                **{**row, "simultaneity": Decimal(row["simultaneity"]), "power_factor": Decimal(row["power_factor"])}
            )
            for row in data["use"]
        ),
        homes=tuple(
            HomeFloor(**{**row, "kw": Decimal(row["kw"]), "upto_m2": _decimal(row.get("upto_m2"))})
            for row in data["home"]
        ),
        low=tuple(
            LowLimit(
                **{
                    **row,
                    "single_phase_kw": Decimal(row["single_phase_kw"]),
                    "three_phase_kw": Decimal(row["three_phase_kw"]),
                }
            )
            for row in data["low_voltage"]
        ),
        high=tuple(_high_range(row) for row in data["high_voltage"]),
        load_rate=Decimal(data["transformer"]["load_rate"]),
        load_rate_source=Sourced(source=data["transformer"]["source"], confirmed=data["transformer"]["confirmed"]),
    )
    codes = [one.code for one in table.appliances]
    if len(set(codes)) != len(codes):
        raise ValueError("容量测算表：有重复的电器代码")
    known = {one.code for one in table.uses}
    if any(not set(one.uses) <= known for one in table.appliances):
        raise ValueError("容量测算表：电器的用途没有列出")
    return table


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _high_range(row: dict[str, Any]) -> HighRange:
    fields = dict(row)
    return HighRange(
        voltage=Voltage(fields.pop("volts")),
        from_kva=Decimal(fields.pop("from")),
        upto_kva=_decimal(fields.pop("upto", None)),
        **fields,
    )


def suggest(
    pieces: Sequence[Piece],
    *,
    use: str,
    on: date,
    table: ApplianceTable,
    sizes: Sequence[Decimal],
    existing: Decimal = Decimal(0),
    existing_high: bool = False,
    home_m2: Decimal | None = None,
    wants_high: bool = False,
) -> Suggestion:
    """This function will turn counted appliances into the load, voltage and supply to ask for, with every step in words.

    `sizes` are the standard transformers in kVA. `existing` is what the account has already (kW, or kVA when
    `existing_high`); a low-voltage account that outgrows low voltage gets transformers for old and new load together.
    `home_m2` raises a home to its least capacity. `wants_high` says that the customer wants transformers of their own.
    Raises Refused with a problem per wrong row (`pieces.N.count`, `pieces.N.kw`, `pieces.N.code`) or for an unknown use.
    """
    klass = table.use(use)
    rows = _rows(pieces, table, on)
    lines: list[Line] = [_installed_line(rows)]
    load = _load(rows, klass, lines)
    load = _home(load, home_m2, table, on, lines) if use == "life" else load
    load = load.to_integral_value(ROUND_CEILING)
    kva = (load / klass.power_factor).quantize(Decimal("0.1"), ROUND_HALF_UP)
    lines.append(
        Line(
            label="视在功率",
            text=f"{_plain(load)} 千瓦 ÷ 功率因数 {klass.power_factor} = {_plain(kva)} 千伏安",
            source=klass.source,
            confirmed=klass.confirmed,
        )
    )
    need = _Need(load=load, existing=existing, existing_high=existing_high, klass=klass, on=on)
    three_phase = any(one.three_phase for one, _ in rows)
    installed = sum((one.kw * count for one, count in rows), Decimal(0))
    low = next(one for one in table.low if one.holds(on))
    if wants_high or existing_high or load + existing > low.three_phase_kw:
        chosen = _high(need, table, low, sizes, lines, wants_high=wants_high)
    else:
        chosen = _low(need, low, lines, three_phase=three_phase)
    return Suggestion(
        installed_kw=installed,
        load_kw=load,
        kva=kva,
        existing=existing,
        total=chosen.total,
        voltage=chosen.voltage,
        supply=chosen.supply,
        transformers_kva=chosen.transformers,
        others=chosen.others,
        lines=tuple(lines),
        confirmed=all(one.confirmed for one in lines),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Need:
    load: Decimal
    existing: Decimal
    existing_high: bool
    klass: UseClass
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    voltage: Voltage
    supply: Supply
    total: Decimal
    transformers: Decimal | None = None
    others: tuple[Voltage, ...] = ()


def _rows(pieces: Sequence[Piece], table: ApplianceTable, on: date) -> tuple[tuple[Appliance, int], ...]:
    known = {one.code: one for one in table.appliances if one.holds(on)}
    found: list[tuple[Appliance, int]] = []
    wrong: list[Problem] = []
    for number, piece in enumerate(pieces, 1):
        wrong += _piece_problems(piece, number, known)
        if piece.code in known:
            found.append((known[piece.code], piece.count))
        elif piece.kw is not None:
            own = Appliance(code="", name=piece.name or "其他设备", kw=piece.kw, three_phase=piece.three_phase)
            found.append((own, piece.count))
    if not pieces:
        wrong.append(Problem("pieces", "请至少填写一种用电设备的台数"))
    if wrong:
        raise Refused(wrong[0].message, problems=tuple(wrong), code="form")
    return tuple(found)


def _piece_problems(piece: Piece, number: int, known: dict[str, Appliance]) -> Iterable[Problem]:
    name = piece.name or (known[piece.code].name if piece.code in known else f"第 {number} 行")
    if not 1 <= piece.count <= MOST_PIECES:
        yield Problem(f"pieces.{number}.count", f"{name}：台数应在 1 到 {MOST_PIECES} 之间")
    if piece.code and piece.code not in known:
        yield Problem(f"pieces.{number}.code", f"没有代码为“{piece.code[:40]}”的电器")
    if not piece.code and not (piece.kw is not None and piece.kw.is_finite() and 0 < piece.kw <= MOST_KW):
        yield Problem(f"pieces.{number}.kw", f"{name}：请填写单台功率（千瓦）")


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _installed_line(rows: Sequence[tuple[Appliance, int]]) -> Line:
    parts = "，".join(f"{one.name} {_plain(one.kw)}×{count}" for one, count in rows)
    total = sum((one.kw * count for one, count in rows), Decimal(0))
    return Line(
        label="设备容量",
        text=f"{parts}，合计 {_plain(total)} 千瓦",
        source=next((one.source for one, _ in rows if one.source), "客户填写的铭牌功率"),
        confirmed=all(one.confirmed or not one.code for one, _ in rows),
    )


def _load(rows: Sequence[tuple[Appliance, int]], klass: UseClass, lines: list[Line]) -> Decimal:
    """The larger of installed power times simultaneity and the largest single piece."""
    total = sum((one.kw * count for one, count in rows), Decimal(0))
    largest = max(one.kw for one, _ in rows)
    together = total * klass.simultaneity
    text = f"{_plain(total)} 千瓦 × 同时系数 {klass.simultaneity}（{klass.name}）= {_plain(together)} 千瓦"
    if largest > together:
        text += f"；小于最大的一台，按最大一台 {_plain(largest)} 千瓦"
    lines.append(Line(label="计算负荷", text=text, source=klass.source, confirmed=klass.confirmed))
    return max(together, largest)


def _home(load: Decimal, area: Decimal | None, table: ApplianceTable, on: date, lines: list[Line]) -> Decimal:
    if area is None:
        return load
    floor = next(one for one in table.homes if one.holds(on) and (one.upto_m2 is None or area <= one.upto_m2))
    text = f"{_plain(area)} 平方米，每户不少于 {_plain(floor.kw)} 千瓦"
    lines.append(Line(label="住宅最低容量", text=text, source=floor.source, confirmed=floor.confirmed))
    return max(load, floor.kw)


def _low(need: _Need, low: LowLimit, lines: list[Line], *, three_phase: bool) -> _Chosen:
    total = need.load + need.existing
    single = total <= low.single_phase_kw and not three_phase
    why = f"{_sum_words(need)}，不超过单相 {_plain(low.single_phase_kw)} 千瓦，220 伏单相供电"
    if not single:
        cause = "有三相设备" if three_phase else f"超过单相 {_plain(low.single_phase_kw)} 千瓦"
        why = f"{_sum_words(need)}，{cause}，在低压 {_plain(low.three_phase_kw)} 千瓦以内，380 伏三相供电"
    lines.append(Line(label="供电方式", text=why, source=low.source, confirmed=low.confirmed))
    return _Chosen(
        voltage=Voltage.V220 if single else Voltage.V380,
        supply=Supply.SINGLE_PHASE if single else Supply.THREE_PHASE,
        total=total,
    )


def _sum_words(need: _Need) -> str:
    if not need.existing:
        return f"{_plain(need.load)} 千瓦"
    return f"原有 {_plain(need.existing)} + 新增 {_plain(need.load)} = {_plain(need.load + need.existing)} 千瓦"


def _high(
    need: _Need, table: ApplianceTable, low: LowLimit, sizes: Sequence[Decimal], lines: list[Line], *, wants_high: bool
) -> _Chosen:
    why = "客户要求自建变压器" if wants_high else f"{_sum_words(need)}，超过低压 {_plain(low.three_phase_kw)} 千瓦"
    why = "现有户号是高压供电" if need.existing_high else why
    lines.append(Line(label="供电方式", text=f"{why}，由高压供电", source=low.source, confirmed=low.confirmed))
    together = need.load + (Decimal(0) if need.existing_high else need.existing)
    wanted = together / need.klass.power_factor / table.load_rate
    total = _transformers(wanted, sizes)
    text = f"{_plain(together)} 千瓦 ÷ {need.klass.power_factor} ÷ 负载率 {table.load_rate} = {_plain(_tenth(wanted))} 千伏安，"
    lines.append(
        Line(
            label="变压器",
            text=f"{text}取标准容量 {_plain(total)} 千伏安",
            source=table.load_rate_source.source,
            confirmed=table.load_rate_source.confirmed,
        )
    )
    added = total if need.existing_high or not need.existing else total - need.existing
    voltage, others = _range(added + need.existing, table, need.on, lines)
    return _Chosen(
        voltage=voltage,
        supply=Supply.HIGH_VOLTAGE,
        total=added + need.existing,
        transformers=added,
        others=others,
    )


def _tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _transformers(wanted: Decimal, sizes: Sequence[Decimal]) -> Decimal:
    fitting = next((size for size in sorted(sizes) if size >= wanted), None)
    if fitting is not None:
        return fitting
    largest = max(sizes)
    return (wanted / largest).to_integral_value(ROUND_CEILING) * largest


def _range(total: Decimal, table: ApplianceTable, on: date, lines: list[Line]) -> tuple[Voltage, tuple[Voltage, ...]]:
    """The lowest voltage whose range holds the total; below every range the lowest there is."""
    ranges = sorted((one for one in table.high if one.holds(on)), key=lambda one: one.voltage)
    fitting = [one for one in ranges if one.from_kva <= total and (one.upto_kva is None or total <= one.upto_kva)]
    chosen = fitting[0] if fitting else ranges[0]
    others = tuple(one.voltage for one in fitting[1:])
    text = f"总容量 {_plain(total)} 千伏安，{voltage_name(chosen.voltage)}供电"
    if others:
        text += f"；也可比选{'、'.join(voltage_name(one) for one in others)}"
    lines.append(Line(label="供电电压", text=text, source=chosen.source, confirmed=chosen.confirmed))
    return chosen.voltage, others
