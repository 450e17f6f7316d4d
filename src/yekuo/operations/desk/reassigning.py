"""改派: chosen cases given to another person, each by its own deed of handing over; what may not be is named with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from yekuo.operations.books import Shelf, open_shelf
from yekuo.operations.handing_in import hand_in
from yekuo.operations.permission import check_role
from yekuo.records import cases, crew
from yekuo.records.models import Case
from yekuo.records.scope import scope_of
from yekuo.rules.actor import Actor
from yekuo.rules.deeds.course import HandOver
from yekuo.rules.engine.decide import decide
from yekuo.rules.engine.tasks import open_tasks
from yekuo.rules.powers import role_name
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.state import CaseState

AT_MOST = 200
REASON_AT_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """改派要求: the role in which the chosen cases go to a person, and why."""

    role: str
    person: int
    reason: str

    @property
    def deed(self) -> HandOver:
        """This function will give the deed that is done on each case."""
        return HandOver(role=self.role, person=self.person, reason=self.reason.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """逐件结论: whether one chosen case may go over and why not; `expected` is where it stood when that was said.

    A case out of reach has no number, as if there were none.
    """

    case: int
    number: str
    stage: str
    held_by: int
    expected: str
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """逐件结果: one case that went over (`done`), went over before by this very submit (`before`), or did not, and why."""

    case: int
    number: str
    done: bool
    before: bool
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """可选人员: somebody who may be given chosen cases in a role; `of` says in how many of them."""

    role: str
    role_name: str
    person: int
    name: str
    of: int

    @property
    def value(self) -> str:
        """This function will name role and person as a form sends them."""
        return f"{self.role}:{self.person}"


def chosen(keys: Sequence[int]) -> tuple[int, ...]:
    """This function will give the chosen keys once each, in order. Raises Refused when there are none or too many."""
    once = tuple(dict.fromkeys(keys))
    if not once:
        raise Refused("还没有选中工单", code="none_chosen")
    if len(once) > AT_MOST:
        raise Refused(f"一次最多改派 {AT_MOST} 件，您选了 {len(once)} 件", code="too_many")
    return once


def candidates(*, keys: Sequence[int], by: Actor) -> tuple[Candidate, ...]:
    """This function will list who could take chosen cases over, role by role: the roles that now have one of them in hand."""
    found = _within_reach(keys, by)
    shelf = open_shelf()
    units: dict[int, set[str]] = {}
    many: dict[tuple[str, int], int] = {}
    for row, state in found.values():
        roles = _roles_at_work(state)
        units.setdefault(row.unit, set()).update(roles)
        for role in roles:
            many[role, row.unit] = many.get((role, row.unit), 0) + 1
    offered: dict[tuple[str, int], Candidate] = {}
    for unit, people in crew.crews_of(units).items():
        for person, name, held in people:
            for role in units[unit].intersection(held):
                before = offered.get((role, person))
                offered[role, person] = Candidate(
                    role=role, role_name=role_name(role, table=shelf.powers), person=person, name=name,
                    of=many[role, unit] + (before.of if before else 0),
                )  # fmt: skip
    return tuple(sorted(offered.values(), key=lambda one: (one.role_name, -one.of, one.name, one.person)))


def _roles_at_work(state: CaseState) -> set[str]:
    """The roles a case may be handed over in: those that have an open task, and whoever leads it."""
    return {task.role for task in open_tasks(state) if task.role not in ("customer", "agent")} | {"manager"}


def preview(*, keys: Sequence[int], wanted: Wanted, by: Actor, at: datetime) -> tuple[Verdict, ...]:
    """This function will say for exactly the chosen cases, in order, whether each may go over. Raises Refused."""
    once = chosen(keys)
    _check(wanted)
    found, shelf = _within_reach(once, by), open_shelf()
    crews = crew.crews_of({row.unit for row, _ in found.values()})
    verdicts = []
    for key in once:
        if key not in found:
            verdicts.append(Verdict(case=key, number="", stage="", held_by=0, expected="", why_not="没有这个工单"))
            continue
        row, state = found[key]
        held = {person: roles for person, _, roles in crews.get(row.unit, ())}
        why = _why_not(state, wanted, held, by=by, at=at, shelf=shelf)
        verdicts.append(
            Verdict(
                case=key,
                number=row.number,
                stage=_stage(state, shelf),
                held_by=state.people.get(wanted.role, 0),
                expected=f"{state.stage}#{state.visit}",
                why_not=why,
            )
        )
    return tuple(verdicts)


def reassign(*, expected: dict[int, str], wanted: Wanted, by: Actor, at: datetime, key: str) -> tuple[Outcome, ...]:
    """This function will hand the cases of `expected` over one by one; each stands or falls alone.

    `expected` says by case where it stood in the preview; one that moved on since is left alone. The same key again does
    nothing twice. Raises Refused when nothing may be done at all.
    """
    outcomes = []
    for verdict in preview(keys=tuple(expected), wanted=wanted, by=by, at=at):
        outcomes.append(_handed(verdict, expected[verdict.case], wanted, by=by, at=at, key=key))
    return tuple(outcomes)


def _handed(verdict: Verdict, expected: str, wanted: Wanted, *, by: Actor, at: datetime, key: str) -> Outcome:
    """The deed is asked again whatever the preview said: what went over by this very submit is answered by its receipt."""
    why, before = verdict.why_not, False
    if verdict.number:
        try:
            receipt = hand_in(
                case=verdict.case, deed=wanted.deed, papers=(), by=by, at=at, key=f"{key}-{verdict.case}",
                expected=expected,
            )  # fmt: skip
            why, before = "", receipt.replayed
        except Refused as refused:
            why = refused.message
    return Outcome(case=verdict.case, number=verdict.number, done=not why, before=before, why_not=why)


def _within_reach(keys: Sequence[int], by: Actor) -> dict[int, tuple[Case, CaseState]]:
    rows = cases.visible_to(scope_of(by)).filter(pk__in=tuple(keys))
    return {row.pk: (row, cases.state_of(row)) for row in rows}


def _check(wanted: Wanted) -> None:
    problems = []
    if not wanted.person or not wanted.role:
        problems.append(Problem("to", "请选择接办人"))
    reason = wanted.reason.strip()
    if not reason:
        problems.append(Problem("reason", "请写明改派原因"))
    elif len(reason) > REASON_AT_MOST:
        problems.append(Problem("reason", f"改派原因最多 {REASON_AT_MOST} 个字"))
    if problems:
        raise Refused("；".join(one.message for one in problems), problems=tuple(problems))


def _why_not(
    state: CaseState, wanted: Wanted, held: dict[int, tuple[str, ...]], *, by: Actor, at: datetime, shelf: Shelf
) -> str:
    if wanted.role not in held.get(wanted.person, ()):
        return "接办人不在这个工单所属单位的可派人员之列，或没有这个岗位"
    if wanted.role not in _roles_at_work(state):
        return f"这件工单现在不在{role_name(wanted.role, table=shelf.powers)}手上，改派了也轮不到接办人"
    try:
        check_role(wanted.deed, state.facts, by=by, shelf=shelf)
        decide(books=shelf.books, state=state, deed=wanted.deed, by=by, at=max(at, state.last_at))
    except Refused as refused:
        return refused.message
    return ""


def _stage(state: CaseState, shelf: Shelf) -> str:
    stage = shelf.books.definition(state).stages.get(state.stage)
    return stage.name if stage else state.stage
