"""进度: what one customer's case says to the customer: where it stands, who acts, by when, and what is theirs to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from yekuo.interfaces.customer import words
from yekuo.interfaces.customer.grid_words import grid_lines
from yekuo.interfaces.customer.handed import RETURNED, WANTED, PaperLine, paper_lines
from yekuo.interfaces.customer.sides import Side, sides
from yekuo.interfaces.customer.visit_forms import FORMS
from yekuo.interfaces.look.parts import FeedItem, Line, Step
from yekuo.operations.appointments import Promise, of_case
from yekuo.operations.casefile import CaseFile, Offer, TimedClock
from yekuo.records import accounts, persons
from yekuo.rules.calendar import day_of
from yekuo.rules.derivations import explain
from yekuo.rules.levels import Level
from yekuo.rules.limits import ClockKind
from yekuo.rules.state import Party, PauseCase, Status
from yekuo.rules.timeline import Pause


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """要您办的事: one thing to do, with the form that does it; `main` is what the case waits for."""

    deed: str
    title: str
    text: str
    button: str
    main: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseLine:
    """暂停: one pause as the customer sees it, with what may be said against it."""

    number: int
    cause: str
    reason: str
    since: datetime
    until: datetime | None
    disputes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """期限: a promise with its moment in words, how it stands, and how it was computed."""

    label: str
    at: datetime | None
    level: Level
    left: int | None
    provisional: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """接下来: a step still to come and what happens in it."""

    label: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """进度页: everything the page shows; times are moments, sentences are ready to read."""

    number: str
    name: str
    address: str
    asked: str
    place: str
    title: str
    over: bool
    waiting: Party
    waiting_name: str
    by: tuple[By, ...]
    manager: str
    unit: str
    phone: str
    todos: tuple[Todo, ...]
    others: tuple[Todo, ...]
    steps: tuple[Step, ...]
    coming: tuple[Coming, ...]
    sides: tuple[Side, ...]
    feed: tuple[FeedItem, ...]
    pauses: tuple[PauseLine, ...]
    papers: tuple[PaperLine, ...]
    visits: tuple[Promise, ...]
    may_urge: bool
    urged: int
    urged_today: bool
    account: str
    grid: tuple[str, ...]
    paused_for_you: bool
    sum_budget: int | None
    sum_used: int

    @property
    def first(self) -> By | None:
        """This function will give the deadline to name first."""
        return self.by[0] if self.by else None

    @property
    def owed(self) -> tuple[PaperLine, ...]:
        """This function will list the papers the customer promised or was told to bring."""
        return tuple(one for one in self.papers if one.owed)


def progress(file: CaseFile, *, phone: str, own: bool = False) -> Progress:
    """This function will tell a case to its customer; `phone` is the unit's, for every question.

    `own`: signed in, so that name and address are theirs to read whole; to whoever holds a link they are masked.
    """
    state = file.state
    todos, others = _todos(file)
    manager = file.names.get(state.people.get("manager", 0), "")
    sums = [one for one in file.clocks if one.clock.kind is ClockKind.UTILITY_SUM and one.clock.budget]
    return Progress(
        number=file.number,
        name=_name(file, own=own),
        address=(file.site.address if own else file.site.public_address) if file.site else "",
        asked=words.asked_for(state.facts) if state.facts else "",
        place=_place(file),
        title=_title(file),
        over=state.status is not Status.OPEN,
        waiting=file.waiting,
        waiting_name=words.PARTIES[file.waiting.value],
        by=tuple(_deadlines(file)),
        manager=manager,
        unit=file.unit_name,
        phone=phone,
        todos=todos,
        others=others,
        steps=_steps(file),
        coming=_coming(file),
        sides=sides(file),
        feed=tuple(_feed(file, manager)),
        pauses=tuple(_pauses(file)),
        papers=paper_lines(file),
        visits=tuple(one for one in of_case(state, names=file.names) if one.live),
        may_urge=file.may("urge_case"),
        urged=state.urged,
        urged_today=urged_today(file),
        account=_account(file),
        grid=grid_lines(file),
        paused_for_you=state.pause is not None and file.waiting is Party.CUSTOMER,
        sum_budget=sums[0].clock.budget if sums else None,
        sum_used=sums[0].used if sums else 0,
    )


def _name(file: CaseFile, *, own: bool) -> str:
    if file.applicant is None:
        return ""
    return persons.own_name(file.applicant.key) or file.applicant.public_name if own else file.applicant.public_name


def _place(file: CaseFile) -> str:
    keys = [step.key for step in file.links]
    stage = file.stage
    if stage is None or stage.link not in keys or file.state.status is not Status.OPEN:
        return ""
    return f"第 {keys.index(stage.link) + 1} 步，共 {len(keys)} 步：{file.links[keys.index(stage.link)].name}"


def _title(file: CaseFile) -> str:
    ended = words.end_words(file.state)
    if ended:
        return ended
    if file.state.pause:
        return f"暂停办理：{words.CAUSES[file.state.pause.cause]}"
    return file.stage.say if file.stage else ""


# --- by when --------------------------------------------------------------------------------------------------

PROMISES = {
    ClockKind.PRE_ACCEPTANCE: "答复您是否受理",
    ClockKind.STAGE: "办完这一步",
    ClockKind.END_TO_END: "送上电",
    ClockKind.PERMIT: "政府部门批复",
}
STAGE_PROMISES = {
    "scheme_reply": "答复供电方案",
    "design_review": "答复图纸审查意见",
    "mid_inspection": "上门检查",
    "completion_inspection": "上门检验",
    "meter_energise": "送上电",
    "archive": "建好用电档案",
    "revisit": "回访",
}


def _deadlines(file: CaseFile) -> Iterator[By]:
    """By when this step is done, then by when power flows.

    A step is due when the first promise it could break falls due: its own limit, the sum of the company's days, or the whole
    way to power. That is the one date every page names; a deadline that is only an internal aim is nobody else's business.
    """
    going = [one for one in file.clocks if one.clock.stopped_at is None and one.level is not Level.WAITING]
    step = next((one for one in going if one.clock.kind in STEP and _dated(one)), None)
    first = min((one for one in going if one.clock.due_at), key=lambda one: one.clock.due_at or file.at, default=None)
    if step is not None:
        yield _by(_promise(step), first if first is not None and step.clock.due_at else step)
    whole = next((one for one in going if one.clock.kind is ClockKind.END_TO_END and _dated(one)), None)
    if whole is not None:
        yield _by(_promise(whole), whole)
    permit = next((one for one in going if one.clock.kind is ClockKind.PERMIT and _dated(one)), None)
    if permit is not None:
        yield _by(_promise(permit), permit)


STEP = (ClockKind.PRE_ACCEPTANCE, ClockKind.STAGE)


def _dated(one: TimedClock) -> bool:
    return bool(one.clock.due_at or one.clock.paused_by)


def _by(label: str, one: TimedClock) -> By:
    return By(
        label=label,
        at=one.clock.due_at,
        level=one.level,
        left=one.left,
        provisional=one.clock.provisional,
        lines=tuple(Line(label=str(n), text=text) for n, text in enumerate(explain(one.clock.derivation), 1)),
    )


def _promise(one: TimedClock) -> str:
    if one.clock.kind is ClockKind.STAGE:
        return STAGE_PROMISES.get(one.clock.stage, PROMISES[ClockKind.STAGE])
    return PROMISES.get(one.clock.kind, "")


# --- what to do -----------------------------------------------------------------------------------------------

BUTTONS = {
    "make_appointment": "选时间",
    "propose_appointment": "提时间",
    "rate_service": "去评价",
    "supply_papers": "去上传",
    "answer_scheme": "看方案、给意见",
    "submit_design": "提交图纸",
    "plan_works": "登记",
    "record_hidden_works": "登记",
    "report_works": "报进度",
    "finish_works": "报完工",
    "request_mid_inspection": "申请检查",
    "request_completion": "申请检验",
    "report_rectified": "报整改完成",
    "sign_contract": "看合同、签字",
    "withdraw_application": "撤回",
}
MAIN = ("supply_papers", "answer_scheme", "submit_design", "finish_works", "request_completion", "report_rectified")
"""What moves a stage on that waits for the customer."""
ALWAYS_MAIN = ("sign_contract", "make_appointment")
QUIET = ("withdraw_application", "dispute_pause")


def mine_to_do(file: CaseFile, deed: str) -> bool:
    """This function will say whether a deed is the customer's now; progress of the company's own line works is not."""
    stage = file.stage
    ours = deed == "report_works" and stage is not None and stage.party is not Party.CUSTOMER
    return deed in FORMS and not ours and (file.may(deed) or (deed == "rate_service" and may_rate(file)))


def may_rate(file: CaseFile) -> bool:
    """This function will say whether the customer may rate: power flows, and they have not yet, also after the case ended."""
    return file.state.energised and file.state.rating is None


def _todos(file: CaseFile) -> tuple[tuple[Todo, ...], tuple[Todo, ...]]:
    """What the case waits for or the customer owes, and what the customer may do besides."""
    must: list[Todo] = []
    may: list[Todo] = []
    for offer in file.offers:
        if offer.deed in QUIET or not mine_to_do(file, offer.deed):
            continue
        text = _text(file, offer.deed)
        if text is None:
            continue
        main = _main(file, offer)
        one = Todo(deed=offer.deed, title=FORMS[offer.deed].title, text=text, button=BUTTONS[offer.deed], main=main)
        (must if main else may).append(one)
    if file.state.status is not Status.OPEN and may_rate(file):
        rate = FORMS["rate_service"]
        one = Todo(deed="rate_service", title=rate.title, text=rate.lead, button=BUTTONS["rate_service"], main=False)
        (may if file.state.grade else must).append(one)
    return tuple(must), tuple(may)


def _main(file: CaseFile, offer: Offer) -> bool:
    """Whether the case waits for it, or the customer owes it; who was revisited has said already how it went."""
    if offer.deed == "rate_service":
        return file.state.grade == 0
    owed = offer.deed == "supply_papers" and bool(_owed(file))
    return owed or (offer.here and offer.deed in MAIN) or offer.deed in ALWAYS_MAIN


def _owed(file: CaseFile) -> tuple[str, ...]:
    return tuple(
        f"{one.name}（被退回：{one.reason}）" if one.reason else one.name for one in paper_lines(file) if one.owed
    )


def _text(file: CaseFile, deed: str) -> str | None:
    """A line under the thing to do; None where there is nothing to do after all."""
    state = file.state
    if deed == "supply_papers":
        names = _owed(file)
        lacking = names or tuple(one.name for one in _lacking(file))
        return None if not lacking else ("还差：" if names else "以后要的，现在也可以交：") + "、".join(lacking)
    if deed == "sign_contract":
        held = state.contract
        return None if held is None or held.customer_signed else f"合同编号 {held.number}"
    if deed == "report_rectified":
        return "；".join(f"{one.text}（{one.deadline:%m-%d} 前）" for one in state.defects)
    return FORMS[deed].lead


def _lacking(file: CaseFile) -> tuple[PaperLine, ...]:
    return tuple(line for line in paper_lines(file) if line.state in (WANTED, RETURNED))


def urged_today(file: CaseFile) -> bool:
    """This function will say whether the customer's side has urged the case today: once a day is heard, more is noise."""
    ours = (entry for entry in file.entries if entry.event.kind == "case_urged" and not entry.event.by.staff)
    return any(day_of(entry.recorded_at) == day_of(file.at) for entry in ours)


# --- where it stands ------------------------------------------------------------------------------------------


def _steps(file: CaseFile) -> tuple[Step, ...]:
    stopped = file.state.status in (Status.WITHDRAWN, Status.TERMINATED)
    return tuple(
        Step(
            label=one.name,
            state="todo" if stopped and one.state == "now" else one.state,
            note=f"{one.reached_at:%m-%d}" if one.reached_at else "",
        )
        for one in file.links
    )


def _account(file: CaseFile) -> str:
    found = accounts.of_case(file.id) if file.state.archive_number else None
    return found.number if found else ""


COMING = {
    "accept": "核对资料，受理",
    "reply": "上门看现场，把供电方案给您，您来确认",
    "works": "您找人设计、施工，我们检验",
    "connect": "签合同、装电能表、送电",
}


def _coming(file: CaseFile) -> tuple[Coming, ...]:
    if file.state.status is not Status.OPEN:
        return ()
    return tuple(Coming(label=one.name, note=COMING.get(one.key, "")) for one in file.links if one.state == "todo")


def _feed(file: CaseFile, manager: str) -> Iterator[FeedItem]:
    mine = file.state.people.get("manager", 0)
    for entry in reversed(file.entries):
        text = words.sentence(entry.event)
        if text:
            by_manager = entry.event.by.staff and entry.event.by.person == mine
            yield FeedItem(
                text=text,
                at=entry.event.at,
                who=f"客户经理 {manager}" if by_manager and manager else "",
                detail=words.details(entry.event),
            )


def _pauses(file: CaseFile) -> Iterator[PauseLine]:
    for pause, case in reversed(list(zip(file.state.timeline.pauses, file.state.pause_cases, strict=False))):
        if pause.approved_at is not None:
            yield _pause(pause, case, pause.approved_at)


def _pause(pause: Pause, case: PauseCase, since: datetime) -> PauseLine:
    return PauseLine(
        number=pause.number,
        cause=words.CAUSES[pause.cause],
        reason=case.request.reason,
        since=since,
        until=pause.ended_at,
        disputes=case.disputes,
    )
