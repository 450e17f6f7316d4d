"""案件经过: evolve(state, event) -> state, and the fold of a whole log; no definition, no table, no clock is asked."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from yekuo.rules import appointments
from yekuo.rules.appointments import Proposal, Slot, Standing
from yekuo.rules.calendar import BEIJING, day_of
from yekuo.rules.contract import ContractKind
from yekuo.rules.deeds import appointments as appointing
from yekuo.rules.deeds import closing, course, feedback, inspection, intake, scheme, works
from yekuo.rules.facts import CustomerClass, Facts, Place
from yekuo.rules.inspection import InspectionKind, completion_kind
from yekuo.rules.rounds import Sample, round_of
from yekuo.rules.state import (
    CaseState,
    ContractState,
    Delegation,
    Event,
    Move,
    Party,
    PauseCase,
    Review,
    Status,
)
from yekuo.rules.timeline import Cause, Pause, Permit, Run, Timeline

COMPLETED = "completed"
Changes = dict[str, Any]
Evolver = Callable[[CaseState, Any, Event], Changes]
STANDARD = {CustomerClass.RESIDENT: ContractKind.RESIDENT, CustomerClass.THREE_ZERO: ContractKind.LOW_VOLTAGE}


def opened(*, process: str, version: str, move: Move, place: Place, at: datetime) -> CaseState:
    """This function will return the state of a case in which nothing has happened but its opening."""
    return CaseState(
        process=process, version=version, place=place, stage=move.stage, entered_at=at, last_at=at,
        visits={move.stage: 1}, party=move.party, owner=move.owner,
    )  # fmt: skip


def fold(events: Iterable[Event], *, start: CaseState) -> CaseState:
    """This function will replay the events, in order of their sequence, over the opening state."""
    state = start
    for event in events:
        state = evolve(state, event)
    return state


def evolve(state: CaseState, event: Event) -> CaseState:
    """This function will return the state after one event; an unknown kind changes nothing but the last moment."""
    evolver = EVOLVERS.get(event.kind)
    changes = evolver(state, event.body, event) if evolver else {}
    visit = appointments.KEPT_BY.get(event.kind)
    if visit is not None:
        changes["bookings"] = appointments.ended(state.bookings, visit, Standing.KEPT)
        changes["proposals"] = tuple(one for one in state.proposals if one.visit is not visit)
    if event.move:
        changes.update(_moved(state, changes.get("timeline", state.timeline), event.move, event.at))
    changes["last_at"] = max(event.at, state.last_at)
    if "status" in changes:
        changes["ended_at"] = changes["last_at"]
    return replace(state, **changes)


def _moved(state: CaseState, timeline: Timeline, move: Move, at: datetime) -> Changes:
    visit = state.visits.get(move.stage, 0) + 1
    changes: Changes = {
        "stage": move.stage, "visit": visit, "visits": {**state.visits, move.stage: visit}, "entered_at": at,
        "party": move.party, "owner": move.owner, "timeline": _run(timeline, move, at),
        "informed": move.informed or state.informed, "unreached": 0,
    }  # fmt: skip
    if move.seats:
        changes["review"] = Review(version=len(state.schemes) or 1, seats=move.seats)
    if move.stage == COMPLETED:
        changes["status"] = Status.COMPLETED
    if move.process:
        changes |= {"process": move.process, "version": move.version}
    return changes


def _run(timeline: Timeline, move: Move, at: datetime) -> Timeline:
    """A clock runs on while the case stays among stages that carry its key; leaving them stops it."""
    runs = timeline.runs
    running = runs[-1] if runs and runs[-1].stopped_at is None else None
    if running and running.key == move.clock:
        return timeline
    if running:
        runs = (*runs[:-1], replace(running, stopped_at=at))
    if move.clock:
        visit = 1 + sum(run.key == move.clock for run in runs)
        runs = (*runs, Run(key=move.clock, visit=visit, started_at=at, utility_sum=move.utility_sum))
    return replace(timeline, runs=runs)


def _filed(state: CaseState, body: intake.FileApplication, event: Event) -> Changes:
    return {
        "facts": body.facts, "applicant": body.applicant, "site": body.site, "situation": body.situation,
        "papers": body.papers, "wanted_on": body.wanted_on, "presigned": body.signs_standard_contract,
        "filed_at": state.filed_at or event.at,
    }  # fmt: skip


def _accepted(state: CaseState, body: intake.AcceptApplication, event: Event) -> Changes:
    changes: Changes = {
        "timeline": replace(state.timeline, accepted_at=state.timeline.accepted_at or event.at),
        "promised": body.promised, "missing": (), "people": {**state.people, "manager": body.manager},
    }  # fmt: skip
    kind = STANDARD.get(state.facts.customer_class) if state.facts else None
    if state.presigned and kind and body.contract_number:
        changes["contract"] = ContractState(
            kind=kind, number=body.contract_number, scheme_version=0, utility_signed=True, customer_signed=True
        )
    return changes


def _supplied(state: CaseState, body: intake.SupplyPapers, event: Event) -> Changes:
    codes = tuple(paper.code for paper in body.papers)
    return {"papers": (*state.papers, *body.papers), "returned": _still_returned(state, codes)}


def _converted(state: CaseState, body: intake.ConvertBusiness, event: Event) -> Changes:
    return _restated(state, body.facts)


def _restated(state: CaseState, facts: Facts) -> Changes:
    """A standard contract stands only while the class it was made for stands."""
    before = state.facts.customer_class if state.facts else None
    changes: Changes = {"facts": facts, **({"rounds": ()} if facts != state.facts else {})}
    if state.contract and state.contract.scheme_version == 0 and facts.customer_class != before:
        changes["contract"] = None
    return changes


def _assigned(state: CaseState, body: scheme.AssignPerson, event: Event) -> Changes:
    held = appointments.handed(state.bookings, body.role, body.person)
    changes: Changes = {"people": {**state.people, body.role: body.person}, "bookings": held}
    if body.appointment:
        visit = appointments.visit_for(body.role, state.stage)
        at = body.appointment.astimezone(BEIJING)
        slot = Slot(day=day_of(at), part=appointments.part_at(at), person=body.person)
        changes["bookings"] = appointments.made(
            held, visit=visit, role=body.role, slot=slot, at=at, by_customer=not event.by.staff
        )
    return changes


def _proposed(state: CaseState, body: appointing.ProposeAppointment, event: Event) -> Changes:
    fresh = Proposal(
        visit=body.visit, slots=body.slots, by_customer=not event.by.staff, at=event.at, note=body.note
    )  # fmt: skip
    return {"proposals": (*(one for one in state.proposals if one.visit is not body.visit), fresh)}


def _agreed(state: CaseState, body: Any, event: Event) -> Changes:
    role = appointments.ROLES.get(body.visit, "")
    slot = Slot(day=body.day, part=body.part, person=body.person)
    before = appointments.live(state.bookings, body.visit)
    bookings = state.bookings
    asked = not event.by.staff
    if before is not None:
        role, asked = before.role, body.by_customer
        bookings = tuple(replace(one, note=body.reason) if one is before else one for one in bookings)
    bookings = appointments.made(
        bookings, visit=body.visit, role=role, slot=slot, at=appointments.starts(body.day, body.part),
        by_customer=asked,
    )  # fmt: skip
    left = tuple(one for one in state.proposals if one.visit is not body.visit)
    return {"bookings": bookings, "proposals": left, "people": {**state.people, role: body.person}}


def _not_met(state: CaseState, body: appointing.MissAppointment, event: Event) -> Changes:
    found = appointments.ended(
        state.bookings, body.visit, Standing.MISSED, note=body.reason, fault=body.fault,
        by_customer=body.fault is appointments.Fault.CUSTOMER,
    )  # fmt: skip
    return {"bookings": found}


def _called_off(state: CaseState, body: appointing.CancelAppointment, event: Event) -> Changes:
    found = appointments.ended(
        state.bookings, body.visit, Standing.CANCELLED, note=body.reason, by_customer=not event.by.staff
    )
    return {"bookings": found}


def _surveyed(state: CaseState, body: scheme.SubmitSurvey, event: Event) -> Changes:
    return {**_restated(state, body.facts), "survey": body, "papers": (*state.papers, *body.photos)}


def _drafted(state: CaseState, body: scheme.DraftScheme, event: Event) -> Changes:
    return {"schemes": (*state.schemes, body.scheme), "review": None}


def _opinion(state: CaseState, body: scheme.GiveOpinion, event: Event) -> Changes:
    review = state.review
    return {"review": replace(review, opinions=(*review.opinions, body))} if review else {}


def _seat_added(state: CaseState, body: scheme.AddReviewer, event: Event) -> Changes:
    review = state.review
    if review is None:
        return {}
    seat = replace(review.seats[0], member=body.member)
    return {"review": replace(review, seats=(*review.seats, seat))}


def _seat_removed(state: CaseState, body: scheme.RemoveReviewer, event: Event) -> Changes:
    review = state.review
    if review is None:
        return {}
    return {"review": replace(review, seats=tuple(seat for seat in review.seats if seat.member != body.member))}


def _replied(state: CaseState, body: scheme.DeliverReply, event: Event) -> Changes:
    made = [replace(one, valid_until=body.valid_until) if one.version == body.version else one for one in state.schemes]
    changes: Changes = {
        "replied_version": body.version,
        "replied_on": day_of(event.at),
        "released_on": None,
        "schemes": tuple(made),
    }
    if state.contract and state.contract.scheme_version not in (0, body.version):
        changes["contract"] = None
    return changes


def _answered(state: CaseState, body: scheme.AnswerScheme, event: Event) -> Changes:
    return {"agreed_version": body.version if body.agree else 0}


def _contacted(state: CaseState, body: works.ContactCustomer, event: Event) -> Changes:
    """A try without an answer counts until somebody is reached or the case moves on."""
    return {
        "contacts": state.contacts + 1, "last_contact_at": event.at, "promised_call": body.call_on,
        "unreached": 0 if body.reached else state.unreached + 1,
    }  # fmt: skip


def _concluded_mid(state: CaseState, body: inspection.ConcludeMidInspection, event: Event) -> Changes:
    return {"mid_passed": body.passed, **_round(state, InspectionKind.MID, body, event)}


def _concluded(state: CaseState, body: inspection.ConcludeCompletionInspection, event: Event) -> Changes:
    kind = completion_kind(state.facts) if state.facts else InspectionKind.COMPLETION_LV
    return {"completion_passed": body.passed, **_round(state, kind, body, event)}


def _round(state: CaseState, kind: InspectionKind, body: Any, event: Event) -> Changes:
    fresh = round_of(kind, day_of(event.at), passed=body.passed, items=body.items, defects=body.defects)
    return {
        "defects": body.defects, "inspections": state.inspections + 1, "rounds": (*state.rounds, fresh),
        "changed_items": (),
    }  # fmt: skip


def _rectified(state: CaseState, body: inspection.ReportRectified, event: Event) -> Changes:
    return {**_requested_papers(state, body, event), "changed_items": body.changed}


def _sampled(state: CaseState, body: inspection.SampleMaterial, event: Event) -> Changes:
    fresh = Sample(
        item=body.item.strip(), maker=body.maker.strip(), model=body.model, quantity=body.quantity, result=body.result,
        certificate=body.certificate, on=day_of(event.at),
    )  # fmt: skip
    return {"samples": (*state.samples, fresh), "papers": (*state.papers, *body.papers)}


def _requested_papers(state: CaseState, body: Any, event: Event) -> Changes:
    return {"papers": (*state.papers, *body.papers)}


def _contract_drafted(state: CaseState, body: closing.DraftContract, event: Event) -> Changes:
    return {
        "contract": ContractState(
            kind=body.kind, number=body.number, scheme_version=body.scheme_version, years=body.years
        )
    }


def _contract_signed(state: CaseState, body: closing.SignContract, event: Event) -> Changes:
    if state.contract is None:
        return {}
    if body.side == "utility":
        return {"contract": replace(state.contract, utility_signed=True)}
    return {"contract": replace(state.contract, customer_signed=True)}


def _metered(state: CaseState, body: closing.InstallMeter, event: Event) -> Changes:
    """Safety is confirmed for what hangs on the wall, so new meters ask for it again."""
    return {"meters": body.meters, "papers": (*state.papers, *body.photos), "measures": (), "electricians": ()}


def _energised(state: CaseState, body: closing.Energise, event: Event) -> Changes:
    return {"timeline": replace(state.timeline, energised_at=event.at)}


def _pause_requested(state: CaseState, body: course.RequestPause, event: Event) -> Changes:
    line = state.timeline
    pause = Pause(number=len(line.pauses) + 1, cause=body.cause, requested_at=event.at)
    open_permits = state.open_permits
    permit = open_permits[-1].number if body.cause is Cause.GOVERNMENT_PERMIT and open_permits else 0
    kept = PauseCase(request=body, by=event.by.person, stage=state.stage, permit=permit)
    return {"timeline": replace(line, pauses=(*line.pauses, pause)), "pause_cases": (*state.pause_cases, kept)}


def _pause_decided(state: CaseState, body: Any, event: Event) -> Changes:
    line = state.timeline
    last = line.pauses[-1]
    approved = event.kind == "pause_approved"
    decided = replace(last, approved_at=event.at) if approved else replace(last, refused_at=event.at)
    pauses = (*line.pauses[:-1], decided)
    kept = replace(state.pause_cases[-1], decided_by=event.by.person, note=body.note)
    return {"timeline": replace(line, pauses=pauses), "pause_cases": (*state.pause_cases[:-1], kept)}


def _resumed(state: CaseState, body: course.ResumeCase, event: Event) -> Changes:
    return {"timeline": _pause_ended(state.timeline, event.at)}


def _pause_ended(line: Timeline, at: datetime) -> Timeline:
    if not line.pauses or line.pauses[-1].ended_at or line.pauses[-1].refused_at:
        return line
    return replace(line, pauses=(*line.pauses[:-1], replace(line.pauses[-1], ended_at=at)))


def _disputed(state: CaseState, body: course.DisputePause, event: Event) -> Changes:
    kept = list(state.pause_cases)
    index = body.number - 1
    kept[index] = replace(kept[index], disputes=(*kept[index].disputes, body.text))
    return {"pause_cases": tuple(kept)}


def _permit_applied(state: CaseState, body: course.ApplyPermit, event: Event) -> Changes:
    line = state.timeline
    permit = Permit(number=len(line.permits) + 1, applied_at=event.at)
    return {"timeline": replace(line, permits=(*line.permits, permit))}


def _permit_decided(state: CaseState, body: course.DecidePermit, event: Event) -> Changes:
    line = state.timeline
    permits = tuple(replace(p, decided_at=event.at) if p.number == body.number else p for p in line.permits)
    line = replace(line, permits=permits)
    if state.pause_cases and state.pause_cases[-1].permit == body.number:
        line = _pause_ended(line, event.at)
    return {"timeline": line}


def _handed_over(state: CaseState, body: course.HandOver, event: Event) -> Changes:
    left = tuple(d for d in state.delegations if d.role != body.role)
    return {
        "people": {**state.people, body.role: body.person}, "delegations": left,
        "bookings": appointments.handed(state.bookings, body.role, body.person),
    }  # fmt: skip


def _delegated(state: CaseState, body: course.DelegateTask, event: Event) -> Changes:
    return {"delegations": (*state.delegations, Delegation(role=body.role, person=body.person, until=body.until))}


def _ended(status: Status) -> Evolver:
    def end(state: CaseState, body: Any, event: Event) -> Changes:
        line = _pause_ended(_run(state.timeline, Move(stage=state.stage), event.at), event.at)
        return {
            "status": status, "party": Party.NOBODY, "owner": "", "timeline": replace(line, ended_at=event.at),
            "bookings": appointments.all_ended(state.bookings), "proposals": (),
        }  # fmt: skip

    return end


def _paper_returned(state: CaseState, body: feedback.ReturnPaper, event: Event) -> Changes:
    """What is sent back is not there any more, until another one comes."""
    left = tuple(paper for paper in state.papers if paper.code not in body.codes)
    return {"papers": left, "returned": (*_still_returned(state, body.codes), body)}


def _still_returned(state: CaseState, codes: Iterable[str]) -> tuple[feedback.ReturnPaper, ...]:
    new = set(codes)
    return tuple(one for one in state.returned if new.isdisjoint(one.codes))


def _revisited(state: CaseState, body: closing.RevisitCustomer, event: Event) -> Changes:
    return {"grade": body.grade}


EVOLVERS: dict[str, Evolver] = {
    "application_filed": _filed,
    "notice_issued": lambda s, b, e: {"missing": b.missing},
    "papers_supplied": _supplied,
    "application_accepted": _accepted,
    "business_converted": _converted,
    "person_assigned": _assigned,
    "appointment_proposed": _proposed,
    "appointment_made": _agreed,
    "appointment_moved": _agreed,
    "appointment_missed": _not_met,
    "appointment_cancelled": _called_off,
    "survey_submitted": _surveyed,
    "scheme_drafted": _drafted,
    "opinion_given": _opinion,
    "reviewer_added": _seat_added,
    "reviewer_removed": _seat_removed,
    "scheme_replied": _replied,
    "scheme_answered": _answered,
    "design_submitted": lambda s, b, e: {**_requested_papers(s, b, e), "design_passed": False, "mid_passed": False},
    "design_reviewed": lambda s, b, e: {"design_passed": b.passed},
    "works_planned": lambda s, b, e: {"plan": b},
    "hidden_works_recorded": lambda s, b, e: {"hidden_works": s.hidden_works + 1, "papers": (*s.papers, *b.photos)},
    "works_reported": lambda s, b, e: {"works_percent": b.percent},
    "works_finished": lambda s, b, e: {"works_finished": True, "works_percent": 100},
    "external_works_accepted": lambda s, b, e: {"external_accepted": True},
    "customer_contacted": _contacted,
    "mid_inspection_requested": _requested_papers,
    "mid_inspection_concluded": _concluded_mid,
    "completion_requested": lambda s, b, e: {**_requested_papers(s, b, e), "completion_passed": False},
    "completion_inspection_concluded": _concluded,
    "defects_rectified": _rectified,
    "material_sampled": _sampled,
    "contract_drafted": _contract_drafted,
    "contract_signed": _contract_signed,
    "dispatch_agreement_signed": lambda s, b, e: {"dispatch_agreement": b.number},
    "fee_settled": lambda s, b, e: {"fees_paid": (*s.fees_paid, b)},
    "meter_installed": _metered,
    "safety_confirmed": lambda s, b, e: {"measures": b.measures, "electricians": b.electricians},
    "energised": _energised,
    "case_archived": lambda s, b, e: {"archive_number": b.number},
    "customer_revisited": _revisited,
    "paper_returned": _paper_returned,
    "service_rated": lambda s, b, e: {"rating": b},
    "pause_requested": _pause_requested,
    "pause_approved": _pause_decided,
    "pause_refused": _pause_decided,
    "case_resumed": _resumed,
    "pause_disputed": _disputed,
    "permit_applied": _permit_applied,
    "permit_decided": _permit_decided,
    "stage_returned": lambda s, b, e: {"review": None},
    "handed_over": _handed_over,
    "task_delegated": _delegated,
    "application_withdrawn": _ended(Status.WITHDRAWN),
    "case_terminated": _ended(Status.TERMINATED),
    "capacity_released": lambda s, b, e: {"released_on": day_of(e.at)},
    "case_urged": lambda s, b, e: {"urged": s.urged + 1},
}
