"""演练: plausible content for any deed at any moment, for the demo company, benchmarks and random walks."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from yekuo.rules import inspection, materials
from yekuo.rules.appointments import WAITED_IN, Fault, Part, Slot, Visit
from yekuo.rules.calendar import day_of
from yekuo.rules.contract import kind_for
from yekuo.rules.deeds import appointments as visits
from yekuo.rules.deeds import closing, intake, works
from yekuo.rules.deeds import inspection as inspections
from yekuo.rules.deeds import scheme as schemes
from yekuo.rules.deeds.base import Deed, Paper
from yekuo.rules.engine.books import Books
from yekuo.rules.facts import Facts
from yekuo.rules.fees import due_fees
from yekuo.rules.inspection import CheckedItem, Defect, Result
from yekuo.rules.metering import MeterInstalled, MeterRemoved, Reading, propose
from yekuo.rules.proposal import CONTRACT_YEARS, Desk, Station, first_draft
from yekuo.rules.rounds import SampleResult
from yekuo.rules.scheme import Scheme
from yekuo.rules.state import CaseState

STATIONS = (
    Station(
        substation="城东 110 千伏变电站",
        bus="10 千伏 I 段",
        feeder="东郊 12 线",
        switch="112",
        supply_area="东街 3 号公变",
    ),
    Station(
        substation="城西 110 千伏变电站",
        bus="10 千伏 II 段",
        feeder="西环 21 线",
        switch="221",
        supply_area="西街 1 号公变",
    ),
    Station(
        substation="城南 220 千伏变电站",
        bus="10 千伏 III 段",
        feeder="南苑 5 线",
        switch="305",
        supply_area="南街 2 号公变",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """演练条件: tables, who manages, how papers are made, and the outcomes of this telling.

    `standby_kva` is the capacity of the circuits beside the main one, None for as much as asked for; `designer` and
    `builder` are name and licence; `said` is what an objection, a refused drawing or a revisit says; `position` is the
    surveyed latitude and longitude; `engine` drafts a scheme from the network in force, None where it finds none.
    """

    books: Books
    desk: Desk
    paper: Callable[[str], Paper]
    manager: int = 1
    works: bool = True
    customer_works: bool | None = None
    good: bool = True
    serial: str = "0001"
    hanging: tuple[str, ...] = ()
    stations: tuple[Station, ...] = STATIONS
    standby_kva: Decimal | None = None
    designer: tuple[str, str] = ("华东电力设计院", "设计乙级 A133")
    builder: tuple[str, str] = ("宏源电力安装公司", "承装三级 4-1-00123")
    said: str = ""
    grade: int = 5
    extra_fee: bool = False
    repeated_trip: bool = False
    engine: Callable[[CaseState, datetime], Scheme | None] | None = None
    position: str = "30.28,120.15"


Maker = Callable[[Rehearsal, CaseState, datetime], Deed]


def rehearse(cast: Rehearsal, deed: str, state: CaseState, at: datetime) -> Deed:
    """This function will make the content of a deed for the state at a moment; KeyError when it knows no such deed."""
    return MAKERS[deed](cast, state, at)


def _facts(state: CaseState) -> Facts:
    if state.facts is None:
        raise LookupError("还没有申请")
    return state.facts


def missing_codes(cast: Rehearsal, state: CaseState, by: materials.Due = materials.Due.ACCEPTANCE) -> tuple[str, ...]:
    """This function will list the requirement codes still missing."""
    handed = tuple(paper.code for paper in state.papers)
    needed = cast.books.papers_needed(state)
    return tuple(one.code for one in materials.missing(needed, handed, by=by))


def _papers(cast: Rehearsal, state: CaseState, by: materials.Due) -> tuple[Paper, ...]:
    return tuple(cast.paper(code) for code in missing_codes(cast, state, by))


def _accept(cast: Rehearsal, state: CaseState, at: datetime) -> Deed:
    return intake.AcceptApplication(
        manager=cast.manager, promised=missing_codes(cast, state), contract_number=f"HT{cast.serial}"
    )


def _survey(cast: Rehearsal, state: CaseState, at: datetime) -> Deed:
    facts = _facts(state)
    own = facts.high_voltage if cast.customer_works is None else cast.customer_works
    return schemes.SubmitSurvey(
        facts=replace(facts, external_works=cast.works, customer_works=own),
        supply_point=cast.stations[0].supply_area, receiving_point="客户配电间", metering_point="表箱",
        opinion="具备供电条件", photos=(cast.paper("survey_photo"),), position=cast.position,
    )  # fmt: skip


def _draft(cast: Rehearsal, state: CaseState, at: datetime) -> Deed:
    facts = _facts(state)
    calculated = cast.engine(state, at) if cast.engine else None
    made = calculated or first_draft(
        facts=facts, version=len(state.schemes) + 1, stations=cast.stations, on=day_of(at), desk=cast.desk
    )
    if cast.standby_kva and len(made.sources) > 1:
        made = _smaller_standby(cast, facts, made, at)
    if facts.importance.value in ("second", "first", "special"):
        made = replace(made, security_load_kva=Decimal(100), emergency_kva=Decimal(150))
    return schemes.DraftScheme(scheme=made)


def _smaller_standby(cast: Rehearsal, facts: Facts, made: Scheme, at: datetime) -> Scheme:
    sources = tuple(
        one if one.number == 1 else replace(one, capacity_kva=cast.standby_kva or one.capacity_kva)
        for one in made.sources
    )
    points = tuple(
        propose(
            number=one.number, source=one.number, voltage=one.voltage, capacity_kva=one.capacity_kva,
            table=cast.desk.metering,
        )
        for one in sources
    )  # fmt: skip
    smaller = replace(made, sources=sources, metering=points)
    return replace(smaller, fees=due_fees(smaller, facts, day_of(at), cast.desk.province, table=cast.desk.fees))


def _opinion(cast: Rehearsal, state: CaseState, at: datetime) -> Deed:
    pending = state.review.pending if state.review else ()
    text = "同意" if cast.good else cast.said or "线路负载率偏高，请调整供电点"
    return schemes.GiveOpinion(member=pending[0].member, agree=cast.good, text=text)


def _items(cast: Rehearsal, state: CaseState, kind: inspection.InspectionKind, at: datetime) -> dict[str, Any]:
    wanted = inspection.checklist(kind, _facts(state), table=cast.books.checklists)
    bad = None if cast.good else wanted[0].code
    items = tuple(
        CheckedItem(code=item.code, result=Result.FAILED if item.code == bad else Result.OK, note="实测")
        for item in wanted
    )
    deadline = day_of(at) + timedelta(days=7)
    defect = Defect(code=f"Q{state.inspections + 1}", item=bad or "", text="计量柜应独立设置", deadline=deadline)
    return {"passed": cast.good, "items": items, "defects": () if cast.good else (defect,)}


def _conclude_mid(cast: Rehearsal, state: CaseState, at: datetime) -> Deed:
    return inspections.ConcludeMidInspection(**_items(cast, state, inspection.InspectionKind.MID, at))


def _conclude(cast: Rehearsal, state: CaseState, at: datetime) -> Deed:
    kind = inspection.completion_kind(_facts(state))
    return inspections.ConcludeCompletionInspection(**_items(cast, state, kind, at))


def _rectified(cast: Rehearsal, state: CaseState, at: datetime) -> Deed:
    answers = tuple(inspections.Rectified(code=defect.code, done="已按要求整改") for defect in state.defects)
    return inspections.ReportRectified(answers=answers, papers=(cast.paper("rectified_photo"),))


def _contract(cast: Rehearsal, state: CaseState, at: datetime) -> Deed:
    kind = kind_for(_facts(state))
    headings = tuple(heading.code for heading in cast.books.contracts.headings)
    return closing.DraftContract(
        kind=kind, number=f"HT{cast.serial}-{len(state.schemes)}", years=CONTRACT_YEARS[kind], clauses=headings,
        scheme_version=state.agreed_version or state.replied_version,
    )  # fmt: skip


def _sign(cast: Rehearsal, state: CaseState, at: datetime) -> Deed:
    held = state.contract
    side = "customer" if held and held.utility_signed else "utility"
    return closing.SignContract(side=side, number=held.number if held else "", signature="电子签名")


def _fee(cast: Rehearsal, state: CaseState, at: datetime) -> Deed:
    line = cast.books.unpaid(state)[0]
    return closing.SettleFee(item=line.item, source=line.source, amount=line.amount, receipt=f"SJ{cast.serial}")


def _meter(cast: Rehearsal, state: CaseState, at: datetime) -> Deed:
    points = state.scheme.metering if state.scheme else ()
    meters = tuple(
        MeterInstalled(
            point=point.number, meter_asset=f"DB{cast.serial}{point.number}", ct_ratio=point.ct_ratio, vt_ratio=point.vt_ratio,
            ct_assets=(f"CT{cast.serial}{point.number}",) if point.ct_ratio else (),
            vt_assets=(f"PT{cast.serial}{point.number}",) if point.vt_ratio else (),
            seals=(f"FY{cast.serial}{point.number}",), readings=(Reading(register="total", value=Decimal(0)),),
            terminal_asset=f"ZD{cast.serial}{point.number}", terminal_tested=True, installed_on=day_of(at),
            installer="装表班", customer_signed=True,
        )
        for point in points
    )  # fmt: skip
    read = (Reading(register="total", value=Decimal("18620.5")),)
    removed = tuple(MeterRemoved(meter_asset=one, readings=read, removed_on=day_of(at)) for one in cast.hanging)
    return closing.InstallMeter(meters=meters, photos=(cast.paper("meter_photo"),), removed=removed)


def _safety(cast: Rehearsal, state: CaseState, at: datetime) -> Deed:
    high = _facts(state).high_voltage
    return closing.ConfirmSafety(
        measures=("停电、验电、接地措施已拆除", "相序核对正确"), electricians=("DG330106001",) if high else ()
    )


def _plan(cast: Rehearsal, state: CaseState, at: datetime) -> Deed:
    today = day_of(at)
    return works.PlanWorks(
        builder=cast.builder[0], licence=cast.builder[1], start_on=today, finish_on=today + timedelta(days=20)
    )


def _visit(state: CaseState, at: datetime) -> tuple[Visit, date]:
    """The visit the case waits for, on the next day."""
    return WAITED_IN.get(state.stage, Visit.SURVEY), day_of(at) + timedelta(days=1)


def _propose_visit(cast: Rehearsal, state: CaseState, at: datetime) -> Deed:
    visit, day = _visit(state, at)
    slots = tuple(Slot(day=day, part=part, person=cast.manager) for part in (Part.MORNING, Part.AFTERNOON))
    return visits.ProposeAppointment(visit=visit, slots=slots)


def _make_visit(cast: Rehearsal, state: CaseState, at: datetime) -> Deed:
    visit, day = _visit(state, at)
    return visits.MakeAppointment(visit=visit, person=cast.manager, day=day, part=Part.MORNING)


def _move_visit(cast: Rehearsal, state: CaseState, at: datetime) -> Deed:
    held = next(one for one in state.bookings if one.live)
    return visits.MoveAppointment(
        visit=held.visit, person=held.person, day=held.day + timedelta(days=1), part=Part.AFTERNOON, by_customer=True,
        reason="客户临时有事",
    )  # fmt: skip


def _miss_visit(cast: Rehearsal, state: CaseState, at: datetime) -> Deed:
    held = next(one for one in state.bookings if one.live)
    return visits.MissAppointment(visit=held.visit, fault=Fault.CUSTOMER, reason="现场无人，电话不通")


def _cancel_visit(cast: Rehearsal, state: CaseState, at: datetime) -> Deed:
    held = next(one for one in state.bookings if one.live)
    return visits.CancelAppointment(visit=held.visit, reason="客户暂缓")


MAKERS: dict[str, Maker] = {
    "sample_material": lambda c, s, at: inspections.SampleMaterial(
        item="10 千伏电力电缆",
        maker="江州电缆厂",
        model="YJV22-3×120",
        quantity=2,
        result=SampleResult.OK,
        certificate=f"JC{c.serial}",
        papers=(c.paper("sample_report"),),
    ),
    "propose_appointment": _propose_visit,
    "make_appointment": _make_visit,
    "move_appointment": _move_visit,
    "miss_appointment": _miss_visit,
    "cancel_appointment": _cancel_visit,
    "make_contact": lambda c, s, at: intake.MakeContact(channel="web"),
    "accept_application": _accept,
    "issue_notice": lambda c, s, at: intake.IssueNotice(missing=missing_codes(c, s) or ("property",)),
    "supply_papers": lambda c, s, at: intake.SupplyPapers(
        papers=_papers(c, s, materials.Due.ENERGISE) or (c.paper("property"),)
    ),
    "assign_person": lambda c, s, at: schemes.AssignPerson(role="manager", person=c.manager),
    "contact_customer": lambda c, s, at: works.ContactCustomer(way="phone", reached=True, note="已约定时间"),
    "submit_survey": _survey,
    "draft_scheme": _draft,
    "give_opinion": _opinion,
    "add_reviewer": lambda c, s, at: schemes.AddReviewer(member="finance", reason="涉及投资"),
    "deliver_reply": lambda c, s, at: schemes.DeliverReply(version=len(s.schemes), way="online"),
    "answer_scheme": lambda c, s, at: schemes.AnswerScheme(
        version=s.replied_version, agree=c.good, text="" if c.good else c.said or "供电点太远，请再考虑"
    ),
    "submit_design": lambda c, s, at: works.SubmitDesign(
        designer=c.designer[0], licence=c.designer[1], papers=(c.paper("design"),)
    ),
    "review_design": lambda c, s, at: works.ReviewDesign(
        passed=c.good, opinions=() if c.good else (c.said or "计量柜应独立设置",)
    ),
    "plan_works": _plan,
    "record_hidden_works": lambda c, s, at: works.RecordHiddenWorks(what="电缆沟", photos=(c.paper("hidden_photo"),)),
    "report_works": lambda c, s, at: works.ReportWorks(percent=50, note="基础完成"),
    "request_mid_inspection": lambda c, s, at: inspections.RequestMidInspection(content="电缆沟与接地网"),
    "start_mid_inspection": lambda c, s, at: inspections.StartMidInspection(),
    "conclude_mid_inspection": _conclude_mid,
    "finish_works": lambda c, s, at: works.FinishWorks(finished_on=day_of(at)),
    "accept_external_works": lambda c, s, at: works.AcceptExternalWorks(content="低压线路 60 米，验收合格"),
    "request_completion": lambda c, s, at: inspections.RequestCompletion(
        papers=_papers(c, s, materials.Due.COMPLETION)
    ),
    "start_completion_inspection": lambda c, s, at: inspections.StartCompletionInspection(),
    "conclude_completion_inspection": _conclude,
    "report_rectified": _rectified,
    "draft_contract": _contract,
    "sign_contract": _sign,
    "sign_dispatch_agreement": lambda c, s, at: closing.SignDispatchAgreement(number=f"DD{c.serial}"),
    "settle_fee": _fee,
    "install_meter": _meter,
    "confirm_safety": _safety,
    "energise": lambda c, s, at: closing.Energise(),
    "archive_case": lambda c, s, at: closing.ArchiveCase(number=f"DA{c.serial}", shelf="一柜三层"),
    "revisit_customer": lambda c, s, at: closing.RevisitCustomer(
        reached=True, grade=c.grade, extra_fee=c.extra_fee, repeated_trip=c.repeated_trip, note=c.said
    ),
}
MAIN_PATH = {
    "contact": "file_application", "accept": "accept_application", "supplement": "supply_papers",
    "survey": "submit_survey", "scheme": "draft_scheme", "review": "give_opinion", "reply": "deliver_reply",
    "answer": "answer_scheme", "design": "submit_design", "design_review": "review_design", "works": "finish_works",
    "mid_wait": "start_mid_inspection", "mid_inspect": "conclude_mid_inspection", "mid_rectify": "report_rectified",
    "completion_request": "request_completion", "completion_wait": "start_completion_inspection",
    "completion_inspect": "conclude_completion_inspection", "rectify": "report_rectified",
    "external_works": "accept_external_works", "contract_draft": "draft_contract", "contract_sign": "sign_contract",
    "dispatch_agreement": "sign_dispatch_agreement", "fees": "settle_fee", "metering": "install_meter",
    "energise": "energise", "archive": "archive_case", "revisit": "revisit_customer",
}  # fmt: skip


def next_step(cast: Rehearsal, state: CaseState, at: datetime) -> str:
    """This function will name the deed that takes the case forward from where it stands."""
    if state.stage == "works" and not state.mid_passed and cast.books.mid_inspection_due(_facts(state), day_of(at)):
        return "request_mid_inspection"
    if state.stage in ("energise", "survey") and _owed(cast, state):
        return "supply_papers"
    if state.stage == "energise" and not state.measures:
        return "confirm_safety"
    return MAIN_PATH[state.stage]


def _owed(cast: Rehearsal, state: CaseState) -> bool:
    by = materials.Due.ENERGISE if state.stage == "energise" else materials.Due.SURVEY
    return bool(missing_codes(cast, state, by))
