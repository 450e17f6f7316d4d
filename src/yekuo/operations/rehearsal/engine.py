"""演练方案: the demo's schemes come from the engine, as an engineer would take them from the workbench."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

from yekuo.records import grids, studies
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import day_of
from yekuo.rules.facts import Facts
from yekuo.rules.proposal import Desk
from yekuo.rules.scheme import Scheme, problems
from yekuo.rules.state import CaseState

TRIED = 12


def scheme_for(
    *, case: int, unit: int, state: CaseState, by: Actor, at: datetime, desk: Desk, full: bool = False
) -> Scheme | None:
    """This function will study a case, choose what ranks first (after an objection what was not chosen before) and draft it.

    `full`: the nearest place that has no room is taken, with the works it needs.

    None only where no network is in force. Raises LookupError when the network has no place for it: no scheme is made up.
    """
    from yekuo.operations.grids import studying

    facts = state.facts
    if facts is None or not grids.over(unit, at=at):
        return None
    kept = studying.study_case(case=case, by=by, at=at)
    before = _chosen_before(case, kept.number)
    for chosen in _crowded(kept.result) if full else _choices(kept.result, facts, before):
        done = studying.take(kept, chosen, facts=facts)
        made = studying.scheme_of(done, facts=facts, version=len(state.schemes) + 1, on=day_of(at), desk=desk)
        if made is not None and not _wanting(made, facts, desk):
            return made
    raise LookupError(f"电网上找不到接入点：工单 {case}")


def _wanting(made: Scheme, facts: Facts, desk: Desk) -> bool:
    """Whether something is wrong with its sources; emergency supply is written in afterwards."""
    return any(one.field.startswith("sources") for one in problems(made, facts, table=desk.schemes))


def _chosen_before(case: int, number: int) -> frozenset[str]:
    found = (studies.found(case, earlier) for earlier in range(1, number))
    return frozenset(str(place["candidate"]) for one in found if one is not None for place in one.chosen)


def _choices(result: Any, facts: Facts, before: frozenset[str]) -> Iterator[list[str]]:
    """What an engineer would try, in order: able places or pairs not chosen before, then any, then places that need works."""
    able = [one["id"] for one in result["options"] if one["feasible"]]
    able.sort(key=lambda each: each in before)
    rest = [one["id"] for one in result["options"] if not one["feasible"]]
    if facts.sources == 1:
        yield from ([one] for one in (*able, *rest)[:TRIED])
        return
    pairs = [[one["main"], one["standby"]] for one in result["pairs"] if one["feasible"]]
    pairs.sort(key=lambda each: bool(before.intersection(each)))
    for pair in pairs[:TRIED]:
        more = [one for one in (*able, *rest) if one not in pair][: facts.sources - 2]
        yield [*pair, *more]
    yield from _several([*able, *rest], facts.sources)


def _crowded(result: Any) -> Iterator[list[str]]:
    """The places without room for which works were checked, in the order of the works' price."""
    without = {one["id"] for one in result["options"] if not one["feasible"]}
    yield from ([one] for one in dict.fromkeys(each["candidate"] for each in result["packages"]) if one in without)


def _several(places: Sequence[str], count: int) -> Iterator[list[str]]:
    yield from (list(each) for each in combinations(places, count))
