"""方案与测算: what the scheme's form and the review board take from the study behind a version; light without one."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from yekuo.interfaces.desk.forms.base import Bench
from yekuo.interfaces.desk.reader import Reader
from yekuo.interfaces.desk.sketch import Sketch, sketch_of
from yekuo.interfaces.desk.workbench_words import pair_words, pairs_of, rows_of
from yekuo.operations.casefile import CaseFile
from yekuo.records import grids, queueing, studies, tables
from yekuo.records.studies import Study
from yekuo.rules.calendar import day_of
from yekuo.rules.powers import may
from yekuo.rules.proposal import Desk, first_draft
from yekuo.rules.scheme import Scheme

LONGEST = 6
SEATS = ("give_opinion", "draft_scheme", "deliver_reply")
"""Who may see a study: whoever drafts, reviews or replies; a network's drawing is not for everybody."""


def seated(reader: Reader, file: CaseFile) -> bool:
    """This function will say whether a reader may see the studies of a case."""
    facts, table = file.state.facts, reader.shelf.powers
    return facts is not None and any(may(reader.actor.roles, deed, facts, table=table) for deed in SEATS)


def bench_link(reader: Reader, file: CaseFile) -> str:
    """This function will give the address of a case's workbench from its survey on, "" for who may not see it or without a network."""
    surveyed = file.state.survey is not None or bool(file.state.schemes)
    there = surveyed and seated(reader, file) and networked(file.unit)
    return reverse("desk:workbench", args=(file.number,)) if there else ""


def networked(unit: int) -> bool:
    """This function will say whether a network is in force for a unit."""
    over = grids.grid_over(unit)
    return over is not None and grids.standing(over.pk) is not None


def study_named(case: int, named: str) -> Study | None:
    """This function will find the study a page's address names, None for what is none."""
    sound = named.isascii() and named.isdecimal() and len(named) < LONGEST
    return studies.found(case, int(named)) if sound else None


def bench_of(reader: Reader, file: CaseFile, named: str) -> Bench | None:
    """This function will say what the form of a scheme starts from: the study named, else one chosen from and not yet used."""
    if not networked(file.unit):
        return None
    url = reverse("desk:workbench", args=(file.number,))
    kept = study_named(file.id, named) or _waiting(file)
    if kept is None or not kept.chosen or file.state.facts is None:
        newest = kept or studies.latest(file.id)
        return Bench(url=url, number=newest.number if newest else 0, check_url=_check(file, newest))
    return _from_study(file, kept, url)


def _waiting(file: CaseFile) -> Study | None:
    """The newest choice no version was drafted from yet."""
    newest = studies.last_chosen(file.id)
    return studies.found(file.id, newest.number) if newest is not None and newest.version is None else None


def _check(file: CaseFile, kept: Study | None) -> str:
    """Where typed sources are checked: around a study where there is one, else by the names typed."""
    url = reverse("desk:workbench_check", args=(file.number,))
    return f"{url}?study={kept.number}" if kept is not None else url


def plan_of(file: CaseFile, version: int) -> Scheme | None:
    """This function will give a version of the scheme, for 0 what would be drafted, None where that cannot be."""
    state = file.state
    if version:
        return state.schemes[version - 1] if version <= len(state.schemes) else None
    if state.facts is None:
        return None
    try:
        return first_draft(
            facts=state.facts, version=1, stations=(), on=day_of(file.at), desk=desk_of(file)
        )  # fmt: skip
    except ValueError:
        return None


def desk_of(file: CaseFile) -> Desk:
    """This function will lay out the tables a draft is made from."""
    return Desk(
        metering=tables.metering(), fees=tables.fees(), schemes=tables.schemes(), province=file.state.place.province
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """排队位置: who feeds in at `queue` stands there in this order."""

    queue: str
    words: str


def turns_of(file: CaseFile, queues: set[str]) -> tuple[Turn, ...]:
    """This function will say for each place to queue at how many stand before this case, with one query."""
    over = grids.grid_over(file.unit)
    if over is None or not queues - {""}:
        return ()
    ahead = queueing.ahead(over.pk, queues, case=file.id, applied_at=file.state.filed_at or file.at)
    return tuple(Turn(queue=one, words=_turn_words(*ahead.get(one, (0, 0.0)))) for one in sorted(queues))


def _turn_words(many: int, kw: float) -> str:
    return f"排第 {many + 1} 位，前面 {many} 位共 {kw:g} 千瓦，按申请先后" if many else "前面没有人排队"


def _from_study(file: CaseFile, kept: Study, url: str) -> Bench:
    from yekuo.operations.grids import studying

    facts = file.state.facts
    old = studying.stale(kept)
    version = len(file.state.schemes) + 1
    made = (
        studying.scheme_of(kept, facts=facts, version=version, on=day_of(file.at), desk=desk_of(file))
        if facts is not None and not old
        else None
    )
    return Bench(
        url=f"{url}?study={kept.number}", number=kept.number, drafted=made, stale=old, check_url=_check(file, kept)
    )


def evidence_of(file: CaseFile, version: int) -> dict[str, Any] | None:
    """This function will give what a version of the scheme rests on, for its review: the options chosen, why, and what was refused."""
    kept = studies.of_version(file.id, version) if version else None
    if kept is None:
        return None
    rows = rows_of(kept.result, kept.chosen)
    wanted = [place["candidate"] for place in kept.chosen]
    chosen = [one for each in wanted for one in rows if one.id == each]
    return {
        "kept": kept,
        "chosen": chosen,
        "pair": pair_words(pairs_of(kept.result, rows), chosen) if len(chosen) > 1 else "",
        "works": [(place["name"], place["remedy"]) for place in kept.chosen if not place["feasible"]],
        "others": [one for one in rows if one.place and one not in chosen][:3],
        "refused": sum(not one.place for one in rows),
        "able": sum(one.place > 0 for one in rows),
        "inflight": len(kept.inputs["inflight"]),
        "sketch": _drawn(file, kept, wanted),
        "restoring": file.state.facts is not None
        and file.state.facts.importance in tables.reservations().restoring_for,
        "turns": turns_of(file, {one.feeding.queue for one in chosen if one.feeding}),
        "url": f"{reverse('desk:workbench', args=(file.number,))}?study={kept.number}",
    }


def _drawn(file: CaseFile, kept: Study, wanted: list[str]) -> Sketch | None:
    options = {one["id"]: one for one in kept.result["options"]}
    roles = ["主供", *["备用"] * 8] if len(wanted) > 1 else ["供电"]
    fed = (kept.inputs.get("feeding") or {}).get("kw", 0.0)
    plan = plan_of(file, kept.version or 0)
    return sketch_of([options[one] for one in wanted], roles[: len(wanted)], plan, generation_kw=fed)
