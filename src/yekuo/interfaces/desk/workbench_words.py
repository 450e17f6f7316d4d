"""工作台用语: the options, pairs and remedies of a study as rows a person reads: what binds, what it costs, why it ranks so."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yekuo.interfaces.desk.workbench_duel import value

Plain = Mapping[str, Any]
LEVELS = {0: "L0 只有额定与峰值", 1: "L1 有拓扑缺参数", 2: "L2 参数齐全", 3: "L3 有负荷曲线"}
KINDS = {"line": "线路", "transformer": "变压器", "voltage": "电压", "reverse": "反向潮流"}
CRITERIA = ("cost", "margin", "days", "losses")
BAR = 120.0
NEW_FEEDER = "变电站新出线"
FED = "发电上网："


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """得分条: one criterion's part of the score: where it begins and how wide it is drawn, its points and the most it could bring."""

    criterion: str
    name: str
    points: float
    most: float
    value: str
    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """前后对比: an element's value before and after beside its limit."""

    name: str
    before: str
    after: str
    limit: str
    tone: str
    base: float
    added: float
    code: str = ""
    beyond: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Feeding:
    """并网结论: of what is fed in: whether it goes, what binds, the voltage there at light load, the most the place takes."""

    good: bool
    binding: Gauge | None
    voltage: str
    reasons: tuple[str, ...]
    most: str
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outages:
    """失电可转供: how many outages near by were looked at, those the load spoils, those that leave the place itself dark."""

    checked: int
    secure: bool
    words: str
    spoiled: tuple[Plain, ...]
    cut_off: tuple[Plain, ...]

    @property
    def good(self) -> int:
        """How many of them a tie restores with the load connected."""
        return self.checked - len(self.spoiled) - len(self.cut_off)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """备选方案: one option as a row."""

    id: str
    ref: str
    place: int
    kind: str
    where: str
    feeder: str
    busbar: str
    substation: str
    area: str
    metres: str
    conductor: str
    works: float
    works_words: str
    days: str
    losses: str
    margin: str
    u_after: str
    u_min: str
    delta_u: str
    score: float
    pieces: tuple[Piece, ...]
    binding: Gauge | None
    head: Gauge | None
    main: Gauge | None
    transformer: Gauge | None
    why: str
    beaten_by: str
    pareto: bool
    reasons: tuple[str, ...]
    level: str
    confirmed: bool
    lines: tuple[Plain, ...]
    code: str
    beaten_place: int
    feeding: Feeding | None
    outages: Outages | None

    @property
    def waits(self) -> bool:
        """This function will say whether the load goes and only what is fed in has to wait."""
        return bool(self.reasons) and all(one.startswith(FED) for one in self.reasons)

    @property
    def title(self) -> str:
        """This function will name the option in one go."""
        return f"{self.kind} {self.where}"

    @property
    def supplied(self) -> str:
        """This function will say what supplies it: area, feeder, busbar, substation; of a line of its own that is in its title."""
        if self.kind == NEW_FEEDER:
            return "专线"
        return " · ".join(one for one in (self.area, self.feeder, self.busbar, self.substation) if one)


def rows_of(result: Plain, chosen: Sequence[Plain] = ()) -> list[Row]:
    """This function will turn the options of a study into rows, feasible ones first as ranked; N-1 of the chosen stands with them."""
    asked = {place["candidate"]: place.get("outages") for place in chosen}
    titles = {one["id"]: f"{one['kind_name']} {one['where']}" for one in result["options"]}
    places = {one["id"]: one["place"] for one in result["options"]}
    options = [{**one, "outages": one.get("outages") or asked.get(one["id"])} for one in result["options"]]
    return [_row(one, at, titles, places) for at, one in enumerate(options, 1)]


def _row(one: Plain, at: int, titles: Mapping[str, str], places: Mapping[str, int]) -> Row:
    built = one["candidate"]
    circuits = f"{built['circuits']} 回 " if built["circuits"] > 1 else ""
    beaten = one["beaten_by"]
    return Row(
        id=one["id"], ref=f"o{at}", place=one["place"], kind=one["kind_name"], where=one["where"], feeder=one["feeder_name"],
        busbar=one["busbar_name"], substation=one["substation_name"], area=one["area_name"],
        metres=f"{built['length_m']:,.0f} 米", conductor=f"{circuits}{built['conductor']['model']}",
        works=one["works"], works_words=f"{one['works'] / 10_000:,.1f} 万元", days=f"{one['days']:.0f} 天",
        losses=_number(one["losses_kw"], "{:.1f} 千瓦"), margin=f"{one['margin']:.0%}",
        u_after=_number(one["u_after"], "{:.3f}"), u_min=_number(one["u_min"], "{:.3f}"), delta_u=_delta(one),
        score=one["score"], pieces=_pieces(one["parts"]), binding=_binding(one["binding"]), head=_gauge(one["head"]),
        main=_gauge(one["main"]), transformer=_gauge(one["transformer"]), why=one["explanation"],
        beaten_by=f"第 {places[beaten]} 名（{titles[beaten]}）在每一项上都不差于它" if beaten in titles else "",
        pareto=one["pareto"], reasons=tuple(one["reasons"]), level=LEVELS.get(one["level"], ""),
        confirmed=one["confirmed"], lines=tuple(one["lines"]), code=built["line"] or built["node"],
        beaten_place=places.get(beaten, 0), feeding=_feeding(one), outages=_outages(one.get("outages")),
    )  # fmt: skip


def _feeding(one: Plain) -> Feeding | None:
    fed = one.get("feeding")
    if not fed:
        return None
    most = fed.get("most_kw")
    return Feeding(
        good=fed["feasible"], binding=_binding(fed["binding"]), reasons=tuple(fed["reasons"]), queue=one.get("queue", ""),
        voltage=f"{_number(fed['u_before'], '{:.3f}')}→{_number(fed['u_after'], '{:.3f}')}",
        most="" if most is None else f"这里最多可并 {math.floor(most):,} 千瓦" if most >= 1 else "这里现在一点也并不了",
    )  # fmt: skip


def _outages(one: Plain | None) -> Outages | None:
    if not one:
        return None
    return Outages(
        checked=one["checked"], secure=one["secure"], words=one["words"], spoiled=tuple(one["spoiled"]),
        cut_off=tuple(one["cut_off"]),
    )  # fmt: skip


def _number(value: float | None, form: str) -> str:
    return "—" if value is None else form.format(value)


def _delta(one: Plain) -> str:
    if one["u_after"] is None or one["u_before"] is None:
        return "—"
    return f"{one['u_after'] - one['u_before']:+.3f}"


def _pieces(parts: Sequence[Plain]) -> tuple[Piece, ...]:
    by_key = {one["criterion"]: one for one in parts}
    found, x = [], 0.0
    for key in (one for one in CRITERIA if one in by_key):
        one = by_key[key]
        width = one["points"] / 100 * BAR
        found.append(
            Piece(
                criterion=key, name=one["name"], points=one["points"], most=round(100 * one["weight"], 1),
                value=value(key, one["value"]), x=round(x, 2), width=round(width, 2),
            )
        )  # fmt: skip
        x += width
    return tuple(found)


def _binding(one: Plain | None) -> Gauge | None:
    if one is None:
        return None
    words = one["words"]
    if one["kind"] == "voltage":
        name = words.partition(" 电压 ")[0]
        return Gauge(
            name=f"{name} 电压", before=f"{one['before']:.3f}", after=f"{one['value']:.3f}", limit=f"{one['limit']:.3f}",
            tone="bad" if _broken(one) else "ok", base=0.0, added=0.0, code=_code(one["id"], name), beyond=_beyond(one),
        )  # fmt: skip
    name = words.partition(" 负载率 ")[0]
    return _shares(name, one["before"], one["value"], one["limit"], code=_code(one["id"], name))


def _code(key: str, name: str) -> str:
    """The id beside a name, of a trial element what it stands for; "" where the name has it already."""
    plain = key.partition("#")[0].partition("@")[0]
    return "" if "/" in key or plain in name else plain


def _broken(one: Plain) -> bool:
    return bool(one["value"] < one["limit"] if one["limit"] < 1 else one["value"] > one["limit"])


def _beyond(one: Plain) -> bool:
    """Whether the limit of a voltage is broken without the customer."""
    return bool(one["before"] < one["limit"] if one["limit"] < 1 else one["before"] > one["limit"])


def _gauge(one: Plain | None) -> Gauge | None:
    if one is None:
        return None
    return _shares(one["name"], one["before"], one["after"], one["limit"], code=_code(one["id"], one["name"]))


def _shares(name: str, before: float, after: float, limit: float, *, code: str = "") -> Gauge:
    tone = "bad" if after > limit else "warn" if after > 0.8 * limit else "ok"
    base = min(before / limit, 1.0) * BAR if limit else 0.0
    return Gauge(
        name=name, before=f"{before:.0%}", after=f"{after:.0%}", limit=f"{limit:.0%}", tone=tone, base=round(base, 1), beyond=before > limit,
        added=round(max(0.0, min(after / limit, 1.0) * BAR - base), 1) if limit else 0.0, code=code,
    )  # fmt: skip


def lead_of(rows: Sequence[Row], pairs: Sequence["PairRow"] = (), *, sources: int = 1) -> str:
    """This function will say in a sentence what the study comes to."""
    able = [one for one in rows if one.place]
    if sources > 1 and able:
        return _lead_of_pairs(pairs, sources, len(able))
    if not able and any(one.waits for one in rows):
        return (
            "用电带得动，发电暂无承载力：可以选一个接入点照常答复，发电按申请先后排队，有容量时通知；"
            "也可以减少发电容量再测，或选新建公变的接入点。"
        )
    if not able:
        return "没有一个接入点能直接带得动这个负荷；需要先做下面的配套工程，由供电公司投资建设，不影响受理和答复。"
    best = able[0]
    return (
        f"建议方案 1：{best.title}{_from(best)}，造价 {best.works_words}，工期 {best.days}，得 {best.score:.1f} 分。"
        + (f"{best.why}。" if len(able) == 1 else "")
        + _nearer(best, rows)
    )


def _nearer(best: Row, rows: Sequence[Row]) -> str:
    """Where the load could be connected for less, if what is fed in were less or waited."""
    waiting = [one for one in rows if one.waits and one.works < best.works and one.feeding]
    if not waiting:
        return ""
    one = min(waiting, key=lambda each: each.works)
    most = next((each.feeding.most for each in waiting if each.feeding and each.feeding.most and each.id == one.id), "")
    how = f"{most}，多的按申请先后排队" if most else "发电按申请先后排队"
    return f"只看用电，{one.title}只要 {one.works_words}；{how}。"


def _from(one: Row) -> str:
    """What supplies an option, where its title does not say so."""
    return "" if one.kind == NEW_FEEDER else f"（{one.feeder}，{one.substation}）"


def _lead_of_pairs(pairs: Sequence["PairRow"], sources: int, able: int) -> str:
    best = next((one for one in pairs if one.feasible), None)
    if best is None:
        few = "可行的接入点都在同一条线路上" if able > 1 else "可行的接入点只有一个"
        why = pairs[0].reasons[0] if pairs and pairs[0].reasons else few
        return f"要 {sources} 路电源，但现成的接入点凑不成：{why}。要先做下面的配套工程，或在自选组合里选按配套工程接入的点。"
    return (
        f"建议组合 1：主供 {best.main.title}{_from(best.main)}，备用 {best.standby.title}{_from(best.standby)}；"
        f"{best.words}，造价合计 {best.works}，工期 {best.days}，每一路都能单独带全部计算负荷。{_over_the_next(pairs)}"
    )


def pair_words(pairs: Sequence["PairRow"], chosen: Sequence[Row]) -> str:
    """This function will say how independent two chosen places are and where they stand among the pairs that would do."""
    ids = {one.id for one in chosen}
    at, found = next(((at, one) for at, one in enumerate(pairs, 1) if {one.main.id, one.standby.id} == ids), (0, None))
    if found is None:
        return "选定的两点不在推荐的组合里，独立程度请按方案核对。" if len(ids) > 1 else ""
    able = sum(one.feasible for one in pairs)
    if not found.feasible:
        return f"{found.words}，造价合计 {found.works}；不够：{'；'.join(found.reasons)}。"
    return f"{found.words}，造价合计 {found.works}，在 {able} 个够独立的组合里排第 {at}，每一路都能单独带全部计算负荷。"


def _over_the_next(pairs: Sequence["PairRow"]) -> str:
    """Why the first pair stands before the second that would do."""
    able = [one for one in pairs if one.feasible]
    if len(able) < 2:
        return "没有第二个够独立的组合。"
    first, second = able[:2]
    if first.words != second.words:
        return f"组合 1 优于组合 2，因为更独立：{first.words}对{second.words}。"
    gap = second.yuan - first.yuan
    less = (
        f"造价合计少 {gap / 10_000:,.1f} 万元（{first.works}对 {second.works}）"
        if gap >= 1
        else "造价合计相同，排在前面"
    )
    return f"组合 1 优于组合 2，因为同样独立，{less}；工期 {first.days}对 {second.days}。"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    """电源组合: main and standby as rows, how independent, and why not enough."""

    main: Row
    standby: Row
    words: str
    works: str
    yuan: float
    days: str
    feasible: bool
    reasons: tuple[str, ...]


def pairs_of(result: Plain, rows: Sequence[Row]) -> list[PairRow]:
    """This function will turn the pairs of a study into rows."""
    by_id = {one.id: one for one in rows}
    return [
        PairRow(
            main=by_id[one["main"]], standby=by_id[one["standby"]], words=one["words"],
            works=f"{one['works'] / 10_000:,.1f} 万元", yuan=one["works"], days=f"{one['days']:.0f} 天", feasible=one["feasible"],
            reasons=tuple(one["reasons"]),
        )
        for one in result["pairs"]
    ]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """补救措施: what would make one refused option feasible."""

    option: Row
    kind: str
    steps: tuple[str, ...]
    works: str
    days: str
    lines: tuple[Plain, ...]


def remedies_of(result: Plain, rows: Sequence[Row]) -> list[Remedy]:
    """This function will turn the packages of a study into rows, cheapest first."""
    by_id = {one.id: one for one in rows}
    return [
        Remedy(
            option=by_id[one["candidate"]], kind=one["kind_name"], steps=tuple(one["steps"]),
            works=f"{one['works'] / 10_000:,.1f} 万元", days=f"{one['days']:.0f} 天", lines=tuple(one["lines"]),
        )
        for one in result["packages"]
    ]  # fmt: skip


def compared(chosen: Sequence[Row]) -> list[tuple[str, list[tuple[str, bool]]]]:
    """This function will set options side by side: label, and of each its value and whether it is the best of them."""
    points = [("", [one.title for one in chosen])]
    lines: list[tuple[str, list[tuple[str, bool]]]] = []
    for label, values in (
        *points[1:],
        ("名次", [f"第 {one.place} 名" if one.place else "不可行" for one in chosen]),
        ("线路 / 台区", [one.area or one.feeder for one in chosen]),
        ("母线、变电站", [f"{one.busbar}，{one.substation}" for one in chosen]),
        ("新建线路", [f"{one.conductor}，{one.metres}" for one in chosen]),
        (
            "约束元件",
            [f"{one.binding.name} {one.binding.before}→{one.binding.after}" if one.binding else "—" for one in chosen],
        ),
        ("馈线首端", [f"{one.head.before}→{one.head.after}" if one.head else "—" for one in chosen]),
        ("主变", [f"{one.main.before}→{one.main.after}" if one.main else "—" for one in chosen]),
        ("客户处电压", [f"{one.u_after}（{one.delta_u}）" for one in chosen]),
        ("本线最低电压", [one.u_min for one in chosen]),
        *_asked_only(chosen),
    ):
        lines.append((label, [(value, False) for value in values]))
    for key, label in (("cost", "造价"), ("margin", "裕度"), ("days", "工期"), ("losses", "损耗")):
        lines.append((label, _best(chosen, key)))
    top = max((one.score for one in chosen), default=0.0)
    lines.append(("总分", [(f"{one.score:.1f}", one.place > 0 and one.score >= top) for one in chosen]))
    return lines


def _asked_only(chosen: Sequence[Row]) -> list[tuple[str, list[str]]]:
    """What is asked of some studies only: N-1 and what is fed in."""
    found = []
    if any(one.outages for one in chosen):
        found.append(("失电可转供（N-1）", [_outage_words(one.outages) for one in chosen]))
    if any(one.feeding for one in chosen):
        words = [
            f"{one.feeding.binding.name} {one.feeding.binding.before}→{one.feeding.binding.after}"
            if one.feeding and one.feeding.binding else "—"
            for one in chosen
        ]  # fmt: skip
        found.append(("发电上网最紧处", words))
        found.append(("轻载并网点电压", [one.feeding.voltage if one.feeding else "—" for one in chosen]))
    return found


def _outage_words(one: Outages | None) -> str:
    if one is None:
        return "未算（只算前 3 名和首选组合）"
    return f"{one.good} / {one.checked} 段可转供" + (f"，{len(one.spoiled)} 段因接入不能再转供" if one.spoiled else "")


def _best(chosen: Sequence[Row], key: str) -> list[tuple[str, bool]]:
    pieces = [next((piece for piece in one.pieces if piece.criterion == key), None) for one in chosen]
    top = max((piece.points for piece in pieces if piece), default=0.0)
    plain = {"cost": "works_words", "margin": "margin", "days": "days", "losses": "losses"}[key]
    return [
        (f"{piece.value}（{piece.points:.1f} / {piece.most:.0f} 分）", piece.points >= top)
        if piece
        else (str(getattr(one, plain)), False)
        for one, piece in zip(chosen, pieces, strict=True)
    ]
