"""案卷: everything one reader may know of one case at a moment, for the desk, the customer's page and the API alike."""

from dataclasses import dataclass
from datetime import datetime

from yekuo.operations.books import Shelf, open_shelf, shelf_of
from yekuo.records import cases, clock_rows, persons, sites, staff, units
from yekuo.records.log import Entry as Logged
from yekuo.records.persons import Shown
from yekuo.records.projections import clocks_of
from yekuo.records.scope import scope_of
from yekuo.records.sites import ShownSite
from yekuo.rules import levels, materials
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.calendar import BEIJING, Calendar
from yekuo.rules.clocks import Clock
from yekuo.rules.deeds import REGISTRY, Deed
from yekuo.rules.engine import appointing, feedback, reserving
from yekuo.rules.engine.course import CHECKERS, jump_targets, return_targets
from yekuo.rules.engine.decide import offered
from yekuo.rules.engine.definition import Definition, Link, Stage
from yekuo.rules.engine.tasks import Task, open_tasks, waiting_for
from yekuo.rules.levels import Level
from yekuo.rules.limits import ClockKind
from yekuo.rules.materials import Missing, Requirement
from yekuo.rules.names import ROLE_NAMES
from yekuo.rules.powers import Role, may, role_name
from yekuo.rules.state import CaseState, Event, Party, Status


class NotFound(Exception):  # noqa: N818 - the reader's word; the answer is 404 whether it exists or not
    """Raised when there is no such case, or none that this reader may see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedClock:
    """计时: a clock with what it means now; days in the clock's own unit, `left` negative when over."""

    clock: Clock
    level: Level
    used: int
    left: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """经过: one row of the log; `who` is a name or a word for the side that did it."""

    seq: int
    event: Event
    recorded_at: datetime
    title: str
    who: str
    role: str
    stage: str
    moved_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """可办: a deed this reader may do now; `here` tells a deed of the stage from one of any time."""

    deed: str
    title: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStep:
    """客户环节: one of the few steps the customer sees, with when it was reached; state is done, now or todo."""

    key: str
    name: str
    state: str
    reached_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """案卷: `at` is the moment it was read at; personal data is masked; `due` is the clock that falls due first."""

    id: int
    number: str
    unit: int
    unit_name: str
    seq: int
    linked: int | None
    at: datetime
    state: CaseState
    definition: Definition
    shelf: Shelf
    calendar: Calendar
    clocks: tuple[TimedClock, ...]
    tasks: tuple[Task, ...]
    waiting: Party
    offers: tuple[Offer, ...]
    names: dict[int, str]
    applicant: Shown | None
    site: ShownSite | None
    entries: tuple[Entry, ...]
    links: tuple[LinkStep, ...]

    @property
    def stage(self) -> Stage | None:
        """This function will return the stage the case stands in, None when it is completed."""
        return self.definition.stages.get(self.state.stage)

    @property
    def expected(self) -> str:
        """This function will name stage and visit, for a form to send back so that a stale one is noticed."""
        return f"{self.state.stage}#{self.state.visit}"

    @property
    def due(self) -> TimedClock | None:
        """This function will return the open clock that falls due first, or one that is paused."""
        open_ones = [one for one in self.clocks if one.clock.stopped_at is None]
        dated = [one for one in open_ones if one.clock.due_at]
        paused = [one for one in open_ones if one.level is Level.PAUSED]
        return min(dated, key=lambda one: one.clock.due_at or self.at, default=paused[0] if paused else None)

    @property
    def running(self) -> TimedClock | None:
        """This function will return the stage clock that runs now."""
        kinds = (ClockKind.STAGE, ClockKind.PRE_ACCEPTANCE)
        return next((one for one in self.clocks if one.clock.kind in kinds and one.clock.stopped_at is None), None)

    @property
    def needed(self) -> tuple[Requirement, ...]:
        """This function will list every paper the case needs from first to last."""
        return self.shelf.books.papers_needed(self.state)

    def missing(self, by: materials.Due = materials.Due.ACCEPTANCE) -> tuple[Missing, ...]:
        """This function will list every paper due at or before `by` that is not there."""
        return materials.missing(self.needed, (paper.code for paper in self.state.papers), by=by)

    def may(self, deed: str) -> bool:
        """This function will say whether the reader may do a deed now."""
        return any(offer.deed == deed for offer in self.offers)


def read_case(*, number: str, by: Actor, at: datetime) -> CaseFile:
    """This function will read the file of a case for a reader at a moment; NotFound also when it may not be seen."""
    row = cases.visible_to(scope_of(by)).filter(number=number.strip().upper()).first()
    if row is None:
        raise NotFound(number)
    state = cases.state_of(row)
    shelf = open_shelf()
    calendar = shelf.calendar(state.place.province)
    definition = shelf.books.definition(state)
    logged = cases.history(row)
    acted = {one.event.by.person for one in logged if one.event.by.staff}
    people = {*state.people.values(), *(one.person for one in state.bookings), *acted}
    names = staff.names_of(people)
    return CaseFile(
        id=row.pk,
        number=row.number,
        unit=row.unit,
        unit_name=units.unit(row.unit).name,
        seq=row.seq,
        linked=row.linked_case,
        at=at,
        state=state,
        definition=definition,
        shelf=shelf,
        calendar=calendar,
        clocks=_clocks(row.pk, state, shelf, calendar, at),
        tasks=open_tasks(state),
        waiting=waiting_for(state) if state.status is Status.OPEN else Party.NOBODY,
        offers=_offers(shelf, state, by, at),
        names=names,
        applicant=persons.shown((state.applicant,)).get(state.applicant),
        site=sites.shown((state.site,)).get(state.site),
        entries=tuple(_entry(one, definition, shelf, names) for one in logged),
        links=_links(definition, state, logged),
    )


def _clocks(case: int, state: CaseState, shelf: Shelf, calendar: Calendar, at: datetime) -> tuple[TimedClock, ...]:
    now = clocks_of(state, limits=shelf.limits, calendar=calendar)
    return tuple(
        TimedClock(
            clock=clock,
            level=levels.level(clock, at),
            used=levels.used(clock, at, calendar),
            left=levels.left(clock, at, calendar),
        )
        for clock in (levels.keep_closed(_stopped(case, state, shelf), now) if shelf.edition else now)
    )


def _stopped(case: int, state: CaseState, shelf: Shelf) -> tuple[Clock, ...]:
    """The clocks that stopped, each read by the books it stopped under."""
    province = state.place.province
    found: list[Clock] = []
    for key, versions in clock_rows.stopped_under(case).items():
        old = shelf_of(limits=versions.limits, calendar=versions.calendar, province=province, newest=shelf)
        read = clocks_of(state, limits=old.limits, calendar=old.calendar(province))
        found += [clock for clock in read if clock.key == key]
    return tuple(found)


def _offers(shelf: Shelf, state: CaseState, by: Actor, at: datetime) -> tuple[Offer, ...]:
    """What fits the stage and what the engine allows, as far as the reader's roles go and their own hand may act."""
    if state.status is not Status.OPEN:
        return ()
    here = shelf.books.definition(state).stage(state.stage).deeds
    keys = (*offered(books=shelf.books, state=state, at=at), *_course(shelf, state, by))
    allowed = (key for key in dict.fromkeys(keys) if may(by.roles, key, state.facts, table=shelf.powers))
    return tuple(Offer(deed=key, title=REGISTRY[key].title, here=key in here) for key in allowed)


def _course(shelf: Shelf, state: CaseState, by: Actor) -> tuple[str, ...]:
    """Commands of the engine that could be meant now; their content is asked when they are tried."""
    live = state.accepted and not state.energised
    paused, wanted = state.pause is not None, state.pause_requested is not None
    possible = {
        "request_pause": live and not paused and not wanted and state.party is Party.UTILITY,
        "approve_pause": wanted and state.pause_cases[-1].by != by.person,
        "refuse_pause": wanted and state.pause_cases[-1].by != by.person,
        "resume_case": paused,
        "dispute_pause": bool(state.pause_cases),
        "apply_permit": live and not paused,
        "decide_permit": bool(state.open_permits),
        "return_stage": live and not paused and bool(return_targets(shelf.books, state)),
        "jump_stage": live and not paused and bool(jump_targets(shelf.books, state)),
        "hand_over": True,
        "delegate_task": True,
        "withdraw_application": not state.energised,
        "terminate_case": not state.energised,
        "urge_case": not (by.kind is ActorKind.CUSTOMER and state.party is Party.CUSTOMER),
        **appointing.possible(state, staff=by.staff),
        **feedback.possible(state, staff=by.staff),
        **reserving.possible(state, staff=by.staff),
    }
    return tuple(key for key in CHECKERS if possible.get(key, False))


def _entry(one: Logged, definition: Definition, shelf: Shelf, names: dict[int, str]) -> Entry:
    event = one.event
    title = type(event.body).title
    return Entry(
        seq=one.row.seq,
        event=event,
        recorded_at=one.row.recorded_at.astimezone(BEIJING),
        title=title,
        who=_who(event.by, names),
        role="、".join(role_name(role, table=shelf.powers) for role in event.by.roles) if event.by.staff else "",
        stage=_stage_name(definition, one.row.stage),
        moved_to=_stage_name(definition, event.move.stage) if event.move else "",
    )


WHO = {ActorKind.CUSTOMER: "客户", ActorKind.AGENT: "代办人", ActorKind.SYSTEM: "系统"}


def _who(by: Actor, names: dict[int, str]) -> str:
    if by.kind is ActorKind.MANDATE:
        return f"{'、'.join(ROLE_NAMES[Role(one)] for one in by.roles)}（客户委托）"
    return WHO.get(by.kind) or names.get(by.person, "员工")


def _stage_name(definition: Definition, key: str) -> str:
    if key == "completed":
        return "办结"
    stage = definition.stages.get(key)
    return stage.name if stage else key


def _links(definition: Definition, state: CaseState, logged: tuple[Logged, ...]) -> tuple[LinkStep, ...]:
    reached: dict[str, datetime] = {}
    for one in logged:
        stage = definition.stages.get(one.event.move.stage) if one.event.move else None
        if stage:
            reached.setdefault(stage.link, one.event.at)
    current = definition.stages[state.stage].link if state.stage in definition.stages else ""
    done = state.energised or state.status is Status.COMPLETED
    return tuple(_link(link, current, done, reached, definition.links) for link in definition.links)


def _link(link: Link, current: str, done: bool, reached: dict[str, datetime], order: tuple[Link, ...]) -> LinkStep:
    keys = [one.key for one in order]
    passed = done or (current in keys and keys.index(link.key) < keys.index(current))
    state = "done" if passed else "now" if link.key == current else "todo"
    return LinkStep(key=link.key, name=link.name, state=state, reached_at=reached.get(link.key))


def deed_title(key: str) -> str:
    """This function will give the Chinese title of a deed by its key."""
    found: type[Deed] | None = REGISTRY.get(key)
    return found.title if found else key
