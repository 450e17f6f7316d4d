"""现在该做什么: what the stage asks, who has the ball, which buttons this reader may press, and if none, who may."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from yekuo.interfaces.desk.case_facts import seat_due
from yekuo.interfaces.desk.case_story import member_name
from yekuo.interfaces.desk.forms import FORMS
from yekuo.interfaces.desk.reader import Reader
from yekuo.interfaces.look.names import CAUSE_NAMES, STATUS_NAMES, role_name
from yekuo.operations.casefile import CaseFile, Offer
from yekuo.rules.appointments import WAITED_IN, live
from yekuo.rules.calendar import day_of
from yekuo.rules.contract import energising_problems
from yekuo.rules.engine.course import CHECKERS
from yekuo.rules.engine.guards import readiness
from yekuo.rules.engine.tasks import leading_deeds
from yekuo.rules.powers import who_may
from yekuo.rules.state import Party, Seat, Status

APPROVALS = ("approve_pause", "refuse_pause")
PROMPT = (*APPROVALS, "resume_case", "decide_permit")
"""Commands of the engine that answer something open in this case; the others wait in the menu."""
DANGER = ("withdraw_application", "terminate_case", "refuse_pause")


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """按钮: one deed the reader may do now."""

    deed: str
    label: str
    url: str
    danger: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ball:
    """在谁手上: the side, the people by name, and since when."""

    party: Party
    people: tuple[str, ...]
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """现在: `do` is the stage's sentence; `why` says why there is no button and who has one; `own_due` is a reviewer's own day."""

    title: str
    do: str
    ball: Ball | None
    mine: bool
    primary: Button | None
    here: tuple[Button, ...]
    anytime: tuple[Button, ...]
    more: tuple[Button, ...]
    why: str
    warnings: tuple[str, ...]
    own_due: datetime | None = None


def now_of(file: CaseFile, reader: Reader) -> Now:
    """This function will say what is to be done now, seen by one reader."""
    if file.state.status is not Status.OPEN:
        return _ended(file)
    offers = [one for one in file.offers if one.deed in FORMS and not hindered(file, reader, one)]
    here = _here(file, offers)
    leads = APPROVALS if file.state.pause else (*APPROVALS, _leading(file))
    primary = here[0] if here and here[0].deed in leads else None
    rest = [one for one in offers if one not in here]
    stage = file.stage
    return Now(
        title=stage.name if stage else "",
        do=_do(file),
        ball=Ball(party=file.waiting, people=holders(file), since=file.state.entered_at),
        mine=primary is not None,
        primary=button(file, primary) if primary else None,
        here=tuple(button(file, one) for one in here if one is not primary),
        anytime=tuple(button(file, one) for one in rest if one.deed not in CHECKERS),
        more=tuple(button(file, one) for one in rest if one.deed in CHECKERS),
        why="" if primary else _why(file, reader),
        warnings=tuple(_warnings(file)),
        own_due=_own_due(file, reader),
    )


def _own_due(file: CaseFile, reader: Reader) -> datetime | None:
    """When the reader's own opinion is due: the earliest of the seats that wait for it."""
    found = (seat_due(file, seat.days) for seat in _own_seats(file, reader))
    return min((one for one in found if one is not None), default=None)


def _own_seats(file: CaseFile, reader: Reader) -> list[Seat]:
    pending = file.state.review.pending if file.state.review else ()
    actor = reader.actor
    return [one for one in pending if one.member in actor.roles or one.member == f"staff:{actor.person}"]


def _ended(file: CaseFile) -> Now:
    return Now(
        title=f"工单{STATUS_NAMES[file.state.status]}", do="没有要办的事了，经过和资料都留在这里。", ball=None, mine=False,
        primary=None, here=(), anytime=(), more=(), why="", warnings=(),
    )  # fmt: skip


def button(file: CaseFile, offer: Offer) -> Button:
    """This function will make the button of a deed."""
    url = reverse("desk:deed", args=(file.number, offer.deed))
    return Button(deed=offer.deed, label=offer.title, url=url, danger=offer.deed in DANGER)


def _here(file: CaseFile, offers: list[Offer]) -> list[Offer]:
    """Answers to what is open in the case first, then the deeds of the stage, the one that leads on in front."""
    prompt = [one for one in offers if one.deed in PROMPT or _about_visit(file, one.deed)]
    wanted = _leading(file)
    stage = sorted((one for one in offers if one.here), key=lambda one: one.deed != wanted)
    if file.state.pause:
        stage = []
    return prompt + stage if set(APPROVALS) & {one.deed for one in prompt} or file.state.pause else stage + prompt


def _about_visit(file: CaseFile, deed: str) -> bool:
    """While the work waits for a visit, agreeing on it, moving it, and saying that it came to nothing stand in front."""
    visit = WAITED_IN.get(file.state.stage)
    if visit is None:
        return False
    held = live(file.state.bookings, visit)
    if held is None:
        return deed == "make_appointment"
    return deed == "move_appointment" or (deed == "miss_appointment" and file.at >= held.at)


def _leading(file: CaseFile) -> str:
    """The deed that leads on from here, where the stage has several."""
    state = file.state
    if state.stage == "accept":
        complete = all(one.may_promise for one in file.missing())
        return "accept_application" if complete else "issue_notice"
    if state.stage == "energise":
        return "energise" if state.measures else "confirm_safety"
    if state.stage == "works" and state.facts:
        due = file.shelf.books.mid_inspection_due(state.facts, day_of(file.at)) and not state.mid_passed
        return "plan_works" if state.plan is None else "request_mid_inspection" if due else "finish_works"
    return next(iter(leading_deeds(file.stage)), "") if file.stage else ""


def hindered(file: CaseFile, reader: Reader, offer: Offer) -> str:
    """This function will say what keeps the reader from a deed the stage offers; '' when nothing does."""
    actor = reader.actor
    if offer.deed == "give_opinion":
        return "" if _own_seats(file, reader) else "会审席位里没有您，或您已签署意见"
    if not offer.here or file.stage is None or file.stage.owner in ("customer", "member"):
        return ""
    owner = file.state.people.get(file.stage.owner)
    if owner is None or owner == actor.person or _acts_for(file, reader, file.stage.owner):
        return ""
    name = file.names.get(owner, "别人")
    return f"这项任务已派给 {name}，如需由您办理，请先转办"


def _acts_for(file: CaseFile, reader: Reader, role: str) -> bool:
    person = reader.actor.person
    return any(one.role == role and one.person == person and file.at < one.until for one in file.state.delegations)


def holders(file: CaseFile) -> tuple[str, ...]:
    """This function will name who has to act: role and person of every open task but approvals."""
    if file.waiting is not Party.UTILITY:
        return ()
    tasks = [task for task in file.tasks if not task.key.startswith("approve_pause#")]
    return tuple(_holder(file, task.role, task.person) for task in tasks)


def _holder(file: CaseFile, role: str, person: int) -> str:
    name = file.names.get(person, "") if person else ""
    return f"{role_name(role)} {name}" if name else f"{role_name(role)}（未指定到人）"


def _do(file: CaseFile) -> str:
    pause = file.state.pause
    if pause:
        return f"工单已挂起：{CAUSE_NAMES[pause.cause]}。恢复后继续办理。"
    return file.stage.do if file.stage else ""


def _why(file: CaseFile, reader: Reader) -> str:
    """Why this reader has no button here, and who has."""
    if file.stage is None:
        return ""
    blocked = next((why for one in file.offers if one.here and (why := hindered(file, reader, one))), "")
    if blocked:
        return blocked + "。"
    if file.waiting is not Party.UTILITY:
        side = {Party.CUSTOMER: "客户", Party.GOVERNMENT: "政府部门", Party.THIRD: "第三方"}.get(file.waiting, "对方")
        return f"现在在等{side}，您这里没有要提交的。"
    if file.stage.group and file.state.review:
        names = "、".join(dict.fromkeys(member_name(seat.member, file) for seat in file.state.review.pending))
        return f"等{names}签署意见；会审席位里没有您，或您已签署。"
    roles = who_may(_leading(file), file.state.facts, table=reader.shelf.powers)
    names = "、".join(role_name(role) for role in roles if _is_staff(role))
    return f"这一步由{names}办理；您的岗位是{reader.roles}。"


def _is_staff(role: str) -> bool:
    return role not in ("customer", "agent", "system")


def _warnings(file: CaseFile) -> list[str]:
    found = []
    wanted = file.state.pause_requested
    if wanted:
        found.append(f"有一份挂起申请待审批（{CAUSE_NAMES[wanted.cause]}）；未批准之前时钟照走。")
    owed = [one.name for one in file.needed if one.code in file.state.promised and not _handed(file, one.codes)]
    if owed:
        found.append(f"容缺受理，还欠：{'、'.join(owed)}。")
    found += _objections(file)
    lacking = _lacking(file)
    if lacking:
        found.append(f"还不具备送电条件：{'；'.join(lacking)}。")
    return found


def _objections(file: CaseFile) -> list[str]:
    """What the next version has to answer, as long as it is being drafted."""
    review = file.state.review
    if review is None or file.state.stage != "scheme" or len(file.state.schemes) != review.version:
        return []
    return [
        f"第 {review.version} 版方案被{member_name(one.member, file)}反对：{one.text.rstrip('。')}。请按意见改出下一版。"
        for one in review.opinions
        if not one.agree
    ]


def _lacking(file: CaseFile) -> list[str]:
    """What stands between the case and power, once it waits for nothing else (RULEBASE 8.11)."""
    facts, books = file.state.facts, file.shelf.books
    if file.state.stage != "energise" or facts is None:
        return []
    problems = energising_problems(facts, readiness(books, file.state), table=books.contracts)
    return [problem.message.rstrip("。") for problem in problems]


def _handed(file: CaseFile, codes: frozenset[str]) -> bool:
    return any(paper.code in codes for paper in file.state.papers)
