"""今天: what one member of staff has before them today, in the order it presses, each with one next action."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yekuo.interfaces.desk.reader import Reader, desk
from yekuo.interfaces.desk.rows import rows_of
from yekuo.interfaces.desk.scheme_doubts import address, own_only
from yekuo.interfaces.look.names import EVENT_NAMES
from yekuo.operations.calling import chased
from yekuo.operations.grids.doubts import POWER
from yekuo.records import appointments, followups, inbox, persons, sites, staff
from yekuo.records import doubts as register
from yekuo.records.appointments import Planned
from yekuo.records.worklist import Bucket, Filters
from yekuo.rules.appointments import PART_NAMES, STANDING_NAMES, VISIT_NAMES, Standing, Visit
from yekuo.rules.calendar import BEIJING, day_of
from yekuo.rules.doubts import EFFECT_NAMES
from yekuo.rules.followup import FOLLOW_UP_NAMES, FollowUpKind

TASKS, ANSWERS, CHASED, DOUBTS = 12, 12, 60, 8
ARRIVALS = {
    Visit.SURVEY: ("submit_survey", "填勘查结果"),
    Visit.MID: ("start_mid_inspection", "到场检查"),
    Visit.COMPLETION: ("start_completion_inspection", "到场检验"),
    Visit.METER: ("install_meter", "登记装表"),
    Visit.OTHER: ("", "看工单"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """今天的一件事: when, what, whose case, and the one thing to do about it."""

    at: datetime
    when: str
    what: str
    number: str
    url: str
    name: str
    more: str
    action: str
    action_url: str
    told: str = ""
    tone: str = ""


@require_safe
@desk
def today(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will show what lies before the reader today."""
    listing = inbox.inbox(reader.actor, reader.scope, Filters(), reader.steps, first=0, size=TASKS)
    visits = _visits(reader)
    days = followups.of_manager(reader.scope, reader.actor.person, until=_end_of(reader.at))
    answers = followups.answers(reader.actor, reader.scope, since=_since(reader), most=ANSWERS)
    waiting = chased(
        scope=reader.scope, shelf=reader.shelf, at=reader.at, manager=reader.actor.person, first=0, size=CHASED
    )  # fmt: skip
    silent = [one for one in waiting if one.due]
    doubted = _doubted(reader)
    people = persons.shown(
        {one.applicant or 0 for one in visits}
        | {one.applicant or 0 for one in answers}
        | {one.applicant for one in doubted}
    )
    names = {one.number: one.applicant.name for one in waiting if one.applicant}
    places = sites.shown({one.site or 0 for one in visits})
    comers = staff.names_of({one.person for one in visits})
    context = {
        "at": reader.at,
        "day": day_of(reader.at),
        "rows": rows_of(reader, listing.lines),
        "total": listing.total,
        "pressing": listing.counts.get(Bucket.OVERDUE, 0) + listing.counts.get(Bucket.RED, 0),
        "visits": [
            _visit(reader, one, people.get(one.applicant or 0), places.get(one.site or 0), comers) for one in visits
        ],
        "calls": [_due(one, names) for one in days if one.kind == FollowUpKind.CALL],
        "works": [_due(one, names) for one in days if one.kind in WORKS],
        "doubts": [_doubt(one, people) for one in doubted],
        "answers": [
            Line(
                at=one.at, when="", what=EVENT_NAMES.get(one.kind, one.kind), number=one.number,
                url=reverse("desk:case", args=(one.number,)),
                name=people[one.applicant].name if one.applicant in people else "", more="",
                action="看答复", action_url=reverse("desk:case", args=(one.number,)),
            )
            for one in answers
        ],
        "silent": silent,
        "waiting": len(waiting),
    }  # fmt: skip
    return render(request, "desk/today.html", context)


def _doubted(reader: Reader) -> tuple[register.Listed, ...]:
    """What a new network no longer carries: a manager's own cases, a planner's all."""
    if not reader.may(POWER):
        return ()
    return register.listed(register.waiting(reader.scope, manager=own_only(reader))[:DOUBTS])


def _doubt(one: register.Listed, people: dict[int, persons.Shown]) -> Line:
    first = one.doubts[0]
    return Line(
        at=first.at, when="", what=EFFECT_NAMES[first.effect], number=one.number,
        url=reverse("desk:case", args=(one.number,)),
        name=people[one.applicant].name if one.applicant in people else "", more=first.words.partition("；")[0],
        action="复核", action_url=address(one.number),
    )  # fmt: skip


WORKS = (FollowUpKind.WORKS_START, FollowUpKind.WORKS_FINISH, FollowUpKind.RECTIFY)
NEXT = {
    FollowUpKind.CALL: ("contact_customer", "打电话"),
    FollowUpKind.WORKS_START: ("contact_customer", "联系客户"),
    FollowUpKind.WORKS_FINISH: ("contact_customer", "联系客户"),
    FollowUpKind.RECTIFY: ("contact_customer", "联系客户"),
}


def _end_of(at: datetime) -> datetime:
    return at.replace(hour=23, minute=59, second=59)


def _since(reader: Reader) -> datetime:
    """From the morning of the last working day on: what came in overnight and over a weekend is new."""
    day = reader.shelf.calendar(reader.place.province).working_day_before(day_of(reader.at))
    return datetime.combine(day, datetime.min.time(), tzinfo=reader.at.tzinfo)


def _visits(reader: Reader) -> list[Planned]:
    """One's own visits, and those in the cases one manages."""
    day = day_of(reader.at)
    own = appointments.of_days(reader.scope, day, day, person=reader.actor.person)
    managed = appointments.of_manager(reader.scope, reader.actor.person, day, day)
    found = {(one.case, one.visit, one.at): one for one in (*own, *managed)}
    return sorted(found.values(), key=lambda one: (one.at, one.number))


def _visit(
    reader: Reader, one: Planned, applicant: persons.Shown | None, place: sites.ShownSite | None, comers: dict[int, str]
) -> Line:
    planned = one.standing is Standing.PLANNED
    deed, action = ARRIVALS[Visit(one.visit)] if planned and one.person == reader.actor.person else ("", "看工单")
    url = reverse("desk:case", args=(one.number,))
    told = "" if planned else STANDING_NAMES[one.standing]
    late = "约定时间已到" if planned and reader.at > one.at and not deed else ""
    parts = (
        comers.get(one.person, ""), place.address if place else "", f"已改约 {one.moved} 次" if one.moved else "", late,
    )  # fmt: skip
    return Line(
        at=one.at, when=PART_NAMES[one.part], what=VISIT_NAMES[Visit(one.visit)], number=one.number, url=url,
        name=applicant.name if applicant else "", more="，".join(part for part in parts if part), told=told,
        tone=TONES[one.standing], action=action,
        action_url=reverse("desk:deed", args=(one.number, deed)) if deed else url,
    )  # fmt: skip


TONES = {Standing.KEPT: "ok", Standing.MISSED: "bad", Standing.PLANNED: ""}


def _due(one: followups.DueFollowUp, names: dict[str, str]) -> Line:
    kind = FollowUpKind(one.kind)
    deed, action = NEXT[kind]
    return Line(
        at=one.due_at, when="", what=FOLLOW_UP_NAMES[kind], number=one.number,
        url=reverse("desk:case", args=(one.number,)), name=names.get(one.number, ""),
        more=f"{one.due_at.astimezone(BEIJING):%m-%d} 到期", action=action,
        action_url=reverse("desk:deed", args=(one.number, deed)),
    )  # fmt: skip
