"""演练一年: tells a planned case deed by deed until it is over or the story's today has come."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from yekuo.operations.rehearsal import effects, words
from yekuo.operations.rehearsal.company import Company
from yekuo.operations.rehearsal.plan import Plan
from yekuo.operations.rehearsal.teller import Over, Teller
from yekuo.records import oversight
from yekuo.rules import materials
from yekuo.rules.appointments import Part, Visit
from yekuo.rules.deeds.appointments import MakeAppointment
from yekuo.rules.deeds.course import (
    ApplyPermit,
    ApprovePause,
    DecidePermit,
    DisputePause,
    RefusePause,
    RequestPause,
    ResumeCase,
    TerminateCase,
    UrgeCase,
    WithdrawApplication,
)
from yekuo.rules.deeds.intake import ConvertBusiness, IssueNotice
from yekuo.rules.deeds.oversight import (
    AcknowledgeSheet,
    AnswerComplaint,
    CheckSheet,
    ContactComplainant,
    FileComplaint,
    IssueSheet,
    JudgeComplaint,
    ReplySheet,
)
from yekuo.rules.deeds.scheme import AssignPerson
from yekuo.rules.deeds.works import ContactCustomer, PlanWorks, RecordHiddenWorks, ReportWorks
from yekuo.rules.refusal import Refused
from yekuo.rules.rehearsal import STATIONS
from yekuo.rules.state import Party, Status
from yekuo.rules.timeline import Cause

MOST_STEPS = 80
A_WORKING_DAY = 9
SHEET_TAKES = 5.5
NOTICE = 1.0
VISITS = {
    "mid_wait": (Visit.MID, "inspector"), "completion_wait": (Visit.COMPLETION, "inspector"),
    "metering": (Visit.METER, "metering"),
}  # fmt: skip
CAUSES = ("派工后未跟进", "人员调休，任务没有转出", "等物资，未向客户说明")
WAITS_PER_HOUR = 24 / 9
"""A customer works on a case at any hour: a working hour of waiting is this many of the clock."""


def entered(told: Teller) -> str:
    """This function will give the number of the sheet or complaint just entered."""
    return oversight.entered_at(told.case, told.seq)


def tell(plan: Plan, company: Company, *, seed: int, until: datetime) -> Teller:
    """This function will tell one case of the year, at most until a moment."""
    dice = Random(f"{seed}-{plan.serial}-told")  # noqa: S311 - a story, not a secret
    told = Teller(
        company, unit=plan.unit, phone=plan.phone, manager=plan.crew["manager"],
        serial=f"{plan.serial:04d}", crew=plan.crew, designer=plan.designer, builder=plan.builder,
        works=plan.fate.works, customer_works=plan.fate.own_works,
        stations=tuple(dice.sample(STATIONS, len(STATIONS))),
        standby_kva=(plan.application.transformers_kva or Decimal(0)) / 2 if plan.supply == "double" else None,
    )  # fmt: skip
    told.until = until
    try:
        papers = plan.papers[: len(plan.papers) - plan.fate.lacks] or plan.papers[:1]
        told.file(plan.application, *papers, at=plan.filed_at, channel=plan.channel)
        CaseTold(plan, told, dice).go()
    except Over:
        pass
    return told


class CaseTold:
    """讲一件: where a telling stands: its plan, its dice, and what has befallen the case already."""

    def __init__(self, plan: Plan, told: Teller, dice: Random) -> None:
        """This function will begin where the application has been filed."""
        self.plan, self.told, self.dice = plan, told, dice
        self.done: set[str] = set()

    def go(self) -> None:
        """This function will go on until nothing more is to be done. Raises Over at the story's today."""
        for _ in range(MOST_STEPS):
            if self.told.state.status is not Status.OPEN:
                return self._complains()
            if self._leaves():
                return None
            befalls = BEFALLS.get(self.told.state.stage)
            if befalls is None or not befalls(self):
                self._step()
        raise LookupError(f"演练没有讲完 {self.plan.serial}：{self.told.state.stage}")

    def once(self, what: str) -> bool:
        """This function will say whether something has not befallen the case yet, and note that it has."""
        fresh = what not in self.done
        self.done.add(what)
        return fresh

    # --- the way forward

    def _step(self) -> None:
        state, told = self.told.state, self.told
        stage = state.stage
        found = effects.at_work(
            stage, login=self._who(stage), unit=self.plan.unit, high=self.plan.high, at=told.at
        )  # fmt: skip
        hours = effects.hours_of(stage, self.dice, high=self.plan.high, effects=found)
        if state.party is Party.CUSTOMER:
            told.idle(hours * WAITS_PER_HOUR)
            hours = 0.0
        else:
            hours = self._impatient(stage, self._promised(stage, hours), found)
        told.step(hours=hours, **self._manner(stage))

    def _who(self, stage: str) -> str:
        review = self.told.state.review
        role = review.pending[0].member if stage == "review" and review and review.pending else self.told.state.owner
        return self.plan.crew.get(role, "")

    def _promised(self, stage: str, hours: float) -> float:
        """Half of the visits are promised for the half day they will happen in, where that person is free then."""
        if stage not in VISITS or hours < 4 or self.dice.random() < 0.5:
            return hours
        visit, role = VISITS[stage]
        come = self.told.later(hours)
        part = Part.MORNING if come.hour < 12 else Part.AFTERNOON
        person = self.told.person(role).person
        with contextlib.suppress(Refused):  # somebody else was promised that half day
            made = MakeAppointment(visit=visit, person=person, day=come.date(), part=part)
            self.told.do(made, by=self.told.manager, hours=NOTICE)
        return hours - NOTICE

    def _impatient(self, stage: str, hours: float, found: tuple[effects.Effect, ...]) -> float:
        """Who waits far longer than usual asks, once a stage; what the wait is for is said beside it."""
        late = hours > 2.2 * effects.BASE.get(stage, 3.0) * (effects.BIGGER.get(stage, 1.2) if self.plan.high else 1)
        if not late or hours < 12 or not self.plan.fate.impatient or not self.once(f"urged {stage}"):
            return hours
        self.told.do(self.urging(found), by=self.told.customer(), hours=hours * 0.6)
        left = hours * 0.4
        if left > SHEET_TAKES + 1 and self.dice.random() < 0.3 and self.once("sheet"):
            self._sheet(stage)
            left -= SHEET_TAKES
        return left

    def _sheet(self, stage: str) -> None:
        """The first level of supervision sends a sheet; the chief answers for it; the supervisor closes it."""
        told = self.told
        chief, supervisor = told.person("chief"), told.person("supervisor1")
        name = told.shelf.books.definition(told.state).stage(stage).name
        by = told.later(2 * A_WORKING_DAY)
        told.do(
            IssueSheet(reason="other", text=f"{name}久拖不办，客户已催办，请说明原因", role="chief", reply_by=by),
            by=supervisor,
            hours=0.5,
        )
        number = entered(told)
        told.do(AcknowledgeSheet(sheet=number), by=chief, hours=1)
        told.do(
            ReplySheet(sheet=number, cause=self.dice.choice(CAUSES), measures="已约定时间，今日办结"),
            by=chief,
            hours=2.5,
        )
        told.do(CheckSheet(sheet=number, closed=True, note="已落实"), by=supervisor, hours=1.5)

    @staticmethod
    def urging(found: tuple[effects.Effect, ...]) -> UrgeCase:
        """This function will word how a customer asks, by what the wait is for."""
        said = next((one.urged for one in found if one.urged), "请问还要等多久？")
        return UrgeCase(text=said)

    def _manner(self, stage: str) -> dict[str, object]:
        """The outcome of this step: everything goes well unless the plan says that it does not, the first time."""
        fate = self.plan.fate
        bad = {
            "review": (fate.objected, "所选线路负载率已超过八成，请改接另一条线路"),
            "answer": (fate.scheme_refused, "供电点离厂房太远，电缆费用太高，请再考虑"),
            "design_review": (fate.design_refused, "计量柜应独立设置；保护定值单未附"),
            "mid_inspect": (fate.mid_refused, ""),
            "completion_inspect": (fate.defects, ""),
        }.get(stage)
        if bad and bad[0] and self.once(f"bad {stage}"):
            return {"good": False, "said": bad[1]}
        return self._grade() if stage == "revisit" else {}

    def _grade(self) -> dict[str, object]:
        waited = sum("urged" in one for one in self.done) + ("broken promise" in self.done)
        if waited == 0:
            return {"grade": self.dice.choice((5, 5, 5, 4)), "said": self.dice.choice(words.PRAISE)}
        grade = self.dice.choice((3, 4, 2) if waited == 1 else (1, 2, 3))
        return {"grade": grade, "said": self.dice.choice(words.MIXED if grade > 2 else words.BLAME),
                "repeated_trip": bool(self.plan.fate.lacks)}  # fmt: skip

    def _complains(self) -> None:
        """Who had to ask again and again may say so afterwards; it is answered, and judged."""
        told = self.told
        asked = [one for one in self.done if "urged" in one]
        if told.state.status is not Status.COMPLETED or not asked or self.dice.random() > 0.45:
            return
        told.idle(self.dice.uniform(10, 60))
        told.do(
            FileComplaint(source="customer", topic="deadline", text=self.dice.choice(words.BLAME)),
            by=told.customer(),
            hours=0,
        )
        number, chief = entered(told), told.person("chief")
        told.do(ContactComplainant(complaint=number, way="phone", reached=True, note="已致歉"), by=chief, hours=5)
        findings, answer = "经查属实，环节超过内部时限", "我们没有按时办，向您道歉；已对责任环节督办"
        told.do(AnswerComplaint(complaint=number, justified=True, findings=findings, answer=answer), by=chief, hours=14)
        told.idle(self.dice.uniform(6, 40))
        told.do(JudgeComplaint(complaint=number, satisfied=True), by=told.customer(), hours=0)

    def _leaves(self) -> bool:
        state, fate = self.told.state, self.plan.fate
        if state.stage != fate.leaves_at or not state.accepted:
            return False
        if fate.ended:
            evidence = (self.told.paper("terminate_note"),)
            chief = self.told.person("chief")
            self.told.do(
                TerminateCase(reason="现场长期不具备条件，经客户确认终止", evidence=evidence), by=chief, hours=12
            )
        else:
            reason = self.dice.choice(("资金没有落实，暂不办了", "厂房改租，不再需要", "改由房东办理"))
            self.told.idle(30)
            self.told.do(WithdrawApplication(reason=reason), by=self.told.customer(), hours=0)
        return True


# --- what befalls a case in a stage; True when the case has moved by it


def _at_acceptance(one: CaseTold) -> bool:
    told, fate = one.told, one.plan.fate
    books = told.shelf.books
    lacking = materials.missing(books.papers_needed(told.state), tuple(paper.code for paper in told.state.papers))
    may_follow = all(item.may_promise for item in lacking)
    if not lacking or (may_follow and (fate.promises or not one.once("noticed"))):
        return False
    codes = tuple(item.code for item in lacking)
    told.do(IssueNotice(missing=codes, remark="请补齐后再次提交，可拍照上传"), hours=one.dice.uniform(0.5, 4))
    return True


def _at_survey(one: CaseTold) -> bool:
    told, plan = one.told, one.plan
    if one.once("assigned") and (plan.high or one.dice.random() < 0.55):
        visit = told.later(one.dice.uniform(4, 20 if plan.high else 12))
        person = told.company.actors[plan.crew["surveyor"]].person
        _dispatched(told, person, visit, hours=one.dice.uniform(0.4, 1.5))
    if plan.fate.pause and one.once("pause"):
        _pause(one)
    return False


def _dispatched(told: Teller, person: int, visit: datetime, *, hours: float) -> None:
    """With an appointment where the surveyor is free then, else only with a name."""
    try:
        told.do(AssignPerson(role="surveyor", person=person, appointment=visit), hours=hours)
    except Refused:
        told.do(AssignPerson(role="surveyor", person=person, note="时间另行约定"), hours=0.1)


def _pause(one: CaseTold) -> None:
    told, kind = one.told, one.plan.fate.pause
    manager, chief = told.manager, told.person("chief")
    reasons = {
        "disputed": (Cause.CUSTOMER_POSTPONED, "客户电话表示暂缓", "call_record"),
        "refused": (Cause.CUSTOMER_POSTPONED, "客户未接电话", "call_record"),
    }
    cause, reason, paper = reasons.get(
        kind, (Cause.CUSTOMER_SITE, "客户场地尚未清理，书面申请推迟勘查", "pause_letter")
    )
    told.do(RequestPause(cause=cause, reason=reason, evidence=(told.paper(paper),)), by=manager, hours=2)
    if kind == "refused":
        told.do(RefusePause(number=1, note="没有客户书面申请，不得挂起"), by=chief, hours=3)
        return
    told.do(ApprovePause(number=1, note="已核对"), by=chief, hours=3)
    if kind == "disputed":
        told.idle(26)
        told.do(DisputePause(number=1, text="我没有要求暂停，请尽快来勘查"), by=told.customer(), hours=0)
        told.do(ResumeCase(note="经核实，客户未要求暂停，恢复办理"), by=manager, hours=4)
        return
    told.do(ResumeCase(note="客户场地已清理"), by=manager, hours=one.dice.uniform(3, 9) * A_WORKING_DAY)


def _at_scheme(one: CaseTold) -> bool:
    """The size was put down wrong, and only now, after the survey, somebody says so."""
    facts = one.told.state.facts
    if not one.plan.fate.corrected_late or facts is None or not one.once("corrected"):
        return False
    wanted = replace(facts, capacity_kva=facts.capacity_kva + (200 if facts.high_voltage else 5))
    reason = "申请表容量填错，勘查后客户才更正"
    one.told.do(ConvertBusiness(facts=wanted, reason=reason), by=one.told.manager, hours=one.dice.uniform(2, 6))
    return True


def _at_works(one: CaseTold) -> bool:
    told, plan = one.told, one.plan
    if one.once("planned"):
        told.idle(one.dice.uniform(20, 90))
        days = 40 if plan.high else 12
        on = told.at.date()
        finish = on + timedelta(days=days)
        planned = PlanWorks(builder=plan.builder[0], licence=plan.builder[1], start_on=on, finish_on=finish)
        told.do(planned, hours=0)
        return True
    if plan.high and one.once("hidden"):
        told.idle(one.dice.uniform(90, 220))
        told.do(RecordHiddenWorks(what="电缆沟、接地网", photos=(told.paper("hidden_photo"),)), hours=0)
        return True
    if plan.high and one.once("chased"):
        reached = one.dice.random() < 0.75
        note = one.dice.choice(("设备到货，下周安装", "等待土建交付")) if reached else "无人接听"
        told.do(ContactCustomer(way="phone", reached=reached, note=note), by=told.manager, hours=20)
        return True
    return False


def _at_external_works(one: CaseTold) -> bool:
    told, plan = one.told, one.plan
    crew = told.person("construction")
    if plan.fate.permit and one.once("permit"):
        what = f"{plan.application.address.split()[0]}占道挖掘"
        told.do(ApplyPermit(what=what, receipt=f"城管受〔{told.at:%Y}〕{plan.serial} 号"), by=crew, hours=4)
        told.do(
            DecidePermit(number=1, granted=True, note="准予占道"), by=crew, hours=one.dice.uniform(2, 6) * A_WORKING_DAY
        )
    if one.once("started"):
        late = effects.at_work("external_works", login="", unit=plan.unit, high=plan.high, at=told.at)
        if late:
            told.do(ReportWorks(percent=0, note="配套工程资金计划未下达，物资不能领用"), by=crew, hours=8)
            one.told.do(one.urging(late), by=told.customer(), hours=14)
        told.do(ReportWorks(percent=40, note="物资已领，杆位和沟道完成"), by=crew, hours=3)
    return False


def _at_energising(one: CaseTold) -> bool:
    """A promised paper that is still owed now holds up the power."""
    if one.plan.fate.breaks_promise and one.told.state.promised and one.once("broken promise"):
        one.told.do(
            ContactCustomer(way="phone", reached=True, note="容缺承诺的资料仍未补交，补齐前不能送电"),
            by=one.told.manager, hours=3,
        )  # fmt: skip
        one.told.idle(one.dice.uniform(40, 120))
    return False


BEFALLS: dict[str, Callable[[CaseTold], bool]] = {
    "accept": _at_acceptance, "survey": _at_survey, "scheme": _at_scheme, "works": _at_works,
    "external_works": _at_external_works, "energise": _at_energising,
}  # fmt: skip
