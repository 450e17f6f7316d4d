"""方案存档: a study written as plain values, with the names a reader knows, and a candidate read back from them."""

import math
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from yekuo.grid.atlas import Atlas
from yekuo.grid.candidates import KIND_NAMES, Application, Candidate, CandidateKind
from yekuo.grid.conductors import Conductor
from yekuo.grid.costing import CostLine
from yekuo.grid.drafting import area_words
from yekuo.grid.equipment import TransformerType
from yekuo.grid.evaluate import KIND_WORDS, Binding, Reading, Verdict
from yekuo.grid.feeding import FED, Fed
from yekuo.grid.model import Inflight, Limits
from yekuo.grid.pairs import Pair
from yekuo.grid.ranking import NAMES, Option
from yekuo.grid.remedies import Package, RemedyKind
from yekuo.grid.restoring import Restored
from yekuo.grid.study import Study

Plain = dict[str, Any]
ALREADY = "，现状已越限，只看再差多少"
SPEAKING = ("新建", "配变", "主变")
"""A name that begins so says itself what it names."""
REMEDY_NAMES = {
    RemedyKind.LARGER: "更换加大",
    RemedyKind.TRANSFER: "转供负荷",
    RemedyKind.NEW_FEEDER: "新出线路",
    RemedyKind.NEW_BAY: "扩建间隔",
}


class Namer:
    """称呼: what an element of a network, or of one with candidates built in, is called."""

    def __init__(self, atlas: Atlas) -> None:
        """This function will name the elements of one network."""
        self.atlas = atlas

    def element(self, kind: str, each: str) -> str:
        """This function will name a line, transformer or node by its id; pieces and new things by what they are."""
        if each.endswith("/接入线"):
            return "新建接入线"
        if each.endswith("/新配变"):
            return "新建公变"
        if each.endswith(("/客户", "/高压侧")):
            return "客户受电点"
        if kind == "voltage" and "@" in each:
            return f"{self.atlas.names.element('line', each.partition('@')[0])} T 接点"
        return self.atlas.names.element(kind, each.partition("#")[0])

    def place(self, one: Candidate) -> str:
        """This function will say where a candidate connects."""
        if one.kind is CandidateKind.NEW_FEEDER:
            return f"{self.atlas.station_name(one.substation)} {self.atlas.node_name(one.node)}"
        if not one.line:
            return self.element("voltage", one.node)
        return self.element("line", one.line)

    def feeder(self, one: Candidate) -> str:
        """This function will name the feeder of a candidate, a new one by its busbar."""
        return self.atlas.feeder_name(one.feeder) or f"{self.atlas.node_name(one.busbar)} 新出线"

    def binding(self, one: Binding) -> str:
        """This function will say what limits, by name."""
        name = self.element(one.kind, one.id)
        if one.kind == "voltage":
            beyond = one.before > one.limit if one.limit > 1 else one.before < one.limit
            return f"{name} 电压 {one.before:.3f} → {one.value:.3f}（限值 {one.limit:.3f}{ALREADY if beyond else ''}）"
        kind = "" if name.startswith((KIND_WORDS[one.kind], *SPEAKING)) else f"{KIND_WORDS[one.kind]} "
        return f"{kind}{name} 负载率 {one.before:.0%} → {one.value:.0%}（限值 {one.limit:.0%}{ALREADY if one.before > one.limit else ''}）"

    def step(self, text: str) -> str:
        """This function will put names into a remedy's step, ids behind them: sections, transformers and busbars."""
        text = re.sub(r"线路段 ([^\s（，；]+)", lambda found: self._section(found[1]), text).replace("）（", "，")
        text = re.sub(r"变压器 (\S+)", lambda found: self._transformer(found[1]), text)
        return re.sub(r"母线 (\S+)", lambda found: f"母线 {self.atlas.node_name(found[1])}", text)

    def _section(self, each: str) -> str:
        name = self.element("line", each)
        return f"线路段 {each}" if name == each else f"{name}（{each}）"

    def _transformer(self, each: str) -> str:
        trafos = self.atlas.grid.transformers
        if each not in trafos.row:
            return f"变压器 {each}"
        station = self.atlas.station_name(self.atlas.substation(int(trafos.lv_node[trafos.row[each]])))
        main = bool(self.atlas.grid.is_main[trafos.row[each]])
        name = self.element("transformer", each)
        return f"{station} {name} " if main else f"{name} " if name.startswith("配变") else f"配变 {name} "

    def reason(self, text: str, one: Verdict) -> str:
        """This function will put the names into a reason."""
        return text.replace(one.binding.words, self.binding(one.binding)) if one.binding else text


def written(found: Study, atlas: Atlas) -> Plain:
    """This function will write what a study found; what has no number (not solved) is None."""
    namer = Namer(atlas)
    result: Plain = {
        "options": [_option(one, namer, found) for one in found.options],
        "pairs": [_pair(one) for one in found.pairs],
        "packages": [_package(one, namer) for one in found.packages],
    }
    return result


def asked(app: Application) -> Plain:
    """This function will write what was asked."""
    return asdict(app)


def application(stored: Mapping[str, Any]) -> Application:
    """This function will read what was asked; TypeError when a field is unknown or missing."""
    return Application(**stored)


def limits(stored: Mapping[str, Any]) -> Limits:
    """This function will read the limits of a study."""
    read: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in stored.items()}
    return Limits(**read)


def inflight(stored: Mapping[str, Any]) -> Inflight:
    """This function will read one load in flight."""
    return Inflight(**stored)


def candidate(stored: Mapping[str, Any]) -> Candidate:
    """This function will read a candidate; TypeError or ValueError when it is none."""
    transformer = stored["transformer"]
    return Candidate(
        **{
            **stored,
            "kind": CandidateKind(stored["kind"]),
            "conductor": Conductor(**stored["conductor"]),
            "transformer": TransformerType(**transformer) if transformer else None,
        }
    )


def _flat(one: Any) -> Plain:
    """The fields of a value by name; those that are values themselves likewise."""
    found = {name: getattr(one, name) for name in one.__dataclass_fields__}
    for name in ("conductor", "transformer"):
        if found.get(name) is not None:
            found[name] = _flat(found[name])
    return found


def finite(value: Any) -> Any:
    """This function will replace what is no finite number by None, at any depth."""
    if isinstance(value, dict):
        return {str(key): finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(each) for each in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def judged(one: Verdict, namer: Namer) -> Plain:
    """This function will write what the check of one candidate found."""
    spoken: Plain = {
        "feasible": one.feasible,
        "reasons": [namer.reason(each, one) for each in one.reasons],
        "used": float(one.used),
        "margin": float(one.margin),
        "binding": {**_flat(one.binding), "words": namer.binding(one.binding)} if one.binding else None,
        "head": _reading(one.head, namer),
        "main": _reading(one.main, namer),
        "transformer": _reading(one.transformer, namer),
        "u_before": one.u_before,
        "u_after": one.u_after,
        "u_min": one.u_min,
        "losses_kw": one.losses_kw,
        "level": int(one.level),
    }
    plain: Plain = finite(spoken)
    return plain


def _reading(one: Reading | None, namer: Namer) -> Plain | None:
    return {**_flat(one), "name": namer.element(one.kind, one.id)} if one else None


def described(one: Candidate, namer: Namer) -> Plain:
    """This function will write a candidate with its names."""
    atlas = namer.atlas
    area = area_words(atlas, one) if one.kv < 1 or one.kind is CandidateKind.DT_NEW else ""
    return {
        "candidate": _flat(one),
        "id": one.id,
        "kind": one.kind.value,
        "kind_name": KIND_NAMES[one.kind],
        "where": namer.place(one),
        "feeder_name": namer.feeder(one),
        "busbar_name": atlas.node_name(one.busbar),
        "substation_name": atlas.station_name(one.substation),
        "area_name": area,
    }


def _option(one: Option, namer: Namer, found: Study) -> Plain:
    key = one.verdict.candidate.id
    fed = found.fed.get(key)
    verdict = {**judged(one.verdict, namer), **(both_ways(fed, namer) if fed else {"feeding": None})}
    return {
        **described(one.verdict.candidate, namer),
        **verdict,
        "outages": outages(found.restored.get(key)),
        "place": one.place,
        "works": one.cost.works,
        "days": one.cost.days,
        "confirmed": one.cost.confirmed,
        "lines": [_line(each) for each in one.cost.lines],
        "score": one.score,
        "parts": [{**_flat(each), "name": NAMES[each.criterion], "points": each.points} for each in one.parts],
        "pareto": one.pareto,
        "beaten_by": one.beaten_by,
        "explanation": one.explanation if one.place else "；".join(verdict["reasons"]),
    }


def both_ways(fed: Fed, namer: Namer) -> Plain:
    """This function will write what is fed in beside what is drawn, with the reasons of both, each in its own names."""
    drawn, feeding = judged(fed.drawn, namer), judged(fed.fed, namer)
    more = [f"{FED}{one}" for one in feeding["reasons"] if one not in drawn["reasons"]]
    return {"reasons": [*drawn["reasons"], *more], "feeding": {**feeding, "most_kw": fed.most_kw}}


def outages(found: Restored | None) -> Plain | None:
    """This function will write N-1 near an option, None where it was not asked for."""
    if found is None or not found.checked:
        return None
    told: Plain = finite(
        {
            "checked": found.checked,
            "secure": found.secure,
            "words": found.words,
            "spoiled": [_flat(one) for one in found.spoiled],
            "cut_off": [_flat(one) for one in found.cut_off],
        }
    )
    return told


def _line(one: CostLine) -> Plain:
    return {**_flat(one), "amount": one.amount}


def _pair(one: Pair) -> Plain:
    return {
        "main": one.main.candidate.id,
        "standby": one.standby.candidate.id,
        "independence": one.independence.value,
        "words": one.words,
        "works": one.works,
        "days": one.days,
        "feasible": one.feasible,
        "reasons": list(one.reasons),
    }


def _package(one: Package, namer: Namer) -> Plain:
    return {
        "kind": one.kind.value,
        "kind_name": REMEDY_NAMES[one.kind],
        "candidate": one.candidate.id,
        "steps": [namer.step(each) for each in one.steps],
        "works": one.works,
        "days": one.days,
        "lines": [_line(each) for each in one.lines],
    }
