"""方案复核: a revision put in force tells who looks after the cases it hits; they check again, choose anew or say what will be done.

Whatever calculates is imported when it is needed.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from yekuo.records import capacity, cases, doubts, grids, rule_changes, tables
from yekuo.records.models import Grid, SchemeDoubt
from yekuo.records.rule_changes import Word
from yekuo.records.scope import scope_of
from yekuo.rules.actor import SYSTEM, Actor
from yekuo.rules.doubts import EFFECT_NAMES, LONGEST, SHORTEST, Cleared
from yekuo.rules.powers import may
from yekuo.rules.refusal import Problem, Refused

if TYPE_CHECKING:
    from yekuo.operations.consequences import Done
    from yekuo.operations.grids.importing import Hit
    from yekuo.operations.grids.weighing import Scales

POWER = "recheck_scheme"
REPLIED = "scheme_replied"
ENDING = (
    "application_withdrawn",
    "case_terminated",
    "capacity_released",
    "business_converted",
    "energised",
    "case_archived",
)
FOLLOWED = (REPLIED, "scheme_answered", *ENDING)
MOST_NAMED = 5
Where = Callable[[str], str]
"""The page on which a case is checked again, by its number; of '' the list of all."""


# --- a revision is put in force


def tell(*, grid: Grid, number: int, hits: Sequence["Hit"], at: datetime, where: Where) -> None:
    """This function will open doubts about what a revision hits, end those it heals, and tell managers and planners."""
    struck = {(one.case, one.source) for one in hits}
    healed = [one for one in doubts.of_grid(grid.pk) if (one.case, one.source) not in struck]
    doubts.clear(healed, how=Cleared.FITS, by=SYSTEM.person, at=at)
    fresh = [one for one in hits if one.open and not one.before]
    doubts.put([
        SchemeDoubt(
            grid=grid, number=number, case=one.case, unit=one.unit, source=one.source, held=one.held, kw=one.kw,
            place=one.place[:120], effect=one.effect, words=one.words[:300], at=at,
        )
        for one in fresh
    ])  # fmt: skip
    rule_changes.tell([*_to_managers(number, fresh, where), *_to_planners(grid, number, fresh, where)], at=at)


def _to_managers(number: int, hits: Sequence["Hit"], where: Where) -> list[Word]:
    words = []
    for case in dict.fromkeys(one.case for one in hits):
        own = [one for one in hits if one.case == case]
        why = "；".join(f"{EFFECT_NAMES[one.effect]}（{one.words.partition('；')[0]}）" for one in own)
        words.append(
            Word(
                person=own[0].manager, role="manager", unit=own[0].unit, case_number=own[0].number, kind="grid",
                text=f"电网第 {number} 版启用后，这个工单的供电方案要复核：{why}"[:600], links=_link("去复核", where(own[0].number)),
            )
        )  # fmt: skip
    return words


def _to_planners(grid: Grid, number: int, hits: Sequence["Hit"], where: Where) -> list[Word]:
    words = []
    for unit in dict.fromkeys(one.unit for one in hits):
        numbers = list(dict.fromkeys(one.number for one in hits if one.unit == unit))
        more = f"等 {len(numbers)} 件" if len(numbers) > MOST_NAMED else f" {len(numbers)} 件"
        words.append(
            Word(
                person=0, role="planner", unit=unit, case_number="", kind="grid", once=f"doubts-{grid.pk}-{number}-{unit}",
                text=f"{grid.name}第 {number} 版启用后，在途方案不再满足：{'、'.join(numbers[:MOST_NAMED])}{more}，客户经理已收到提醒",
                links=_link("待复核清单", where("")),
            )
        )  # fmt: skip
    return words


def _link(label: str, path: str) -> tuple[tuple[str, str], ...]:
    return ((label, path),) if path else ()


# --- what ends a doubt


def follow(done: "Done") -> None:
    """This function will end the doubts about a case when its scheme was replied anew or nothing is promised any more."""
    kind = done.event.kind
    if kind == "scheme_answered":
        if not getattr(done.event.body, "agree", True):
            doubts.clear_case(done.case, how=Cleared.ENDED, by=done.event.by.person, at=done.at)
        return
    how = Cleared.REPLIED if kind == REPLIED else Cleared.ENDED
    doubts.clear_case(done.case, how=how, by=done.event.by.person, at=done.at)


def chosen_anew(*, case: int, grid: int, revision: int, by: Actor, at: datetime) -> None:
    """This function will end the doubts about a case that holds nothing yet, once places were chosen on the network in force."""
    now = grids.standing(grid)
    if now is not None and now.revision == revision:
        doubts.clear([one for one in doubts.opened([case]) if not one.held], how=Cleared.CHOSEN, by=by.person, at=at)


def recheck(*, case: int, by: Actor, at: datetime) -> bool:
    """This function will check the places of a case by full AC on the network in force beside everything promised.

    What fits is no doubt any more; of the rest is kept what was found now. Says whether all fit. Raises Refused.
    """
    _seen(case, by)
    with transaction.atomic():
        opened = doubts.opened([case])
        if not opened:
            raise Refused("这个工单没有待复核的方案", code="nothing_open")
        grid = grids.hold(opened[0].grid_id)
        scales = _scales(grid)
        now = grids.standing(grid.pk)
        wanted = _wanted(case, grid)
        fit = True
        for one in opened:
            words, effect = _judged(scales, one, wanted)
            if words:
                fit = False
                doubts.found_again(one, number=now.number if now else one.number, effect=effect, words=words, at=at)
            else:
                doubts.clear([one], how=Cleared.CHECKED, by=by.person, at=at)
    return fit


def settle(*, case: int, note: str, by: Actor, at: datetime) -> None:
    """This function will end the doubts about a case with what will be done about them. Raises Refused."""
    _seen(case, by)
    said = note.strip()
    if not SHORTEST <= len(said) <= LONGEST:
        words = f"请写明怎样处理，{SHORTEST} 到 {LONGEST} 个字"
        raise Refused("请写明处理办法", problems=(Problem("note", words),), code="form")
    with transaction.atomic():
        opened = doubts.opened([case])
        if not opened:
            raise Refused("这个工单没有待复核的方案", code="nothing_open")
        doubts.clear(opened, how=Cleared.SETTLED, by=by.person, at=at, note=said)


def _seen(case: int, by: Actor) -> None:
    cases.case(case, scope=scope_of(by))
    if not by.staff or not may(by.roles, POWER, None, table=tables.powers()):
        raise Refused("您的岗位不能复核方案，请由客户经理或发展专责办理", code="forbidden")


def _scales(grid: Grid) -> "Scales":
    from yekuo.grid.solve import NoSolutionError
    from yekuo.operations.grids.weighing import scales

    try:
        opened = scales(grid)
    except NoSolutionError as failure:
        raise Refused(f"在用电网潮流无解（{failure}），请先检查电网数据", code="no_solution") from None
    if opened is None:
        raise Refused("在用电网不在了，请先导入电网数据", code="no_grid")
    return opened


Wanted = dict[int, tuple[Any, float, Any]]


def _wanted(case: int, grid: Grid) -> Wanted:
    """What the case draws where, by source: as held, else as chosen."""
    from yekuo.operations.grids.uploads import apparent

    held = {
        one.source: (one.place, one.kw, one.kva) for one in capacity.of_case(case) if one.state in capacity.HELD_STATES
    }
    if held:
        return held
    found = next((one for one in doubts.chosen_on(grid.pk) if one.case == case), None)
    places = found.places if found is not None else ()
    return {source: (place, float(place["kw"]), apparent(float(place["kw"]))) for source, place in enumerate(places, 1)}


def _judged(scales: "Scales", one: SchemeDoubt, wanted: Wanted) -> tuple[str, str]:
    """Why a source still does not fit and how, '' when it does."""
    if one.source not in wanted:
        return "", ""
    others = scales.others(without=one.case)
    for source, (place, kw, kva) in wanted.items():
        node = str(place.get("node") or place.get("busbar") or "")
        if source == one.source and node not in scales.network.grid.nodes.row:
            return f"接入点 {node or place.get('name')} 不在在用电网里", "gone"
        drawn = scales.draw(one.case, place, kw, kva)
        if drawn is None:
            continue
        if source == one.source:
            fit = scales.ground.fit([drawn], beside=others)
            return ("", "") if fit.fits else (f"加上它之后：{fit.words}", "unfit")
        others.append(drawn)
    return "", ""
