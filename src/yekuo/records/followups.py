"""跟进查询: what has to be looked after in cases whose clocks stand; who was told; the tries to reach customers."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from yekuo.records import codec
from yekuo.records.log import cursor
from yekuo.records.models import Case, Event, FollowUp, Outbox, Task
from yekuo.records.scope import Scope
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.deeds.works import ContactCustomer
from yekuo.rules.followup import FollowUp as Due
from yekuo.rules.state import CaseState


def put(case: int, unit: int, wanted: Iterable[Due]) -> None:
    """This function will make the days of a case these; one that moved is told of anew."""
    keep = {one.kind.value: one.due_at for one in wanted}
    there = dict(FollowUp.objects.filter(case_id=case).values_list("kind", "due_at"))
    gone = [kind for kind in there if kind not in keep]
    if gone:
        FollowUp.objects.filter(case_id=case, kind__in=gone).delete()
    moved = [
        FollowUp(case_id=case, kind=kind, due_at=due_at, unit=unit)
        for kind, due_at in keep.items()
        if there.get(kind) != due_at
    ]
    if moved:
        FollowUp.objects.bulk_create(
            moved, update_conflicts=True, unique_fields=["case_id", "kind"], update_fields=["due_at", "unit", "told_at"]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DueFollowUp:
    """到期跟进: one thing to look after, with the flat columns of its case."""

    case: int
    number: str
    unit: int
    manager: int
    kind: str
    due_at: datetime


def take_due(*, at: datetime, limit: int) -> tuple[DueFollowUp, ...]:
    """This function will lock and mark as told what has come due, earliest first; others' are skipped."""
    with cursor() as sql:
        rows = sql.execute(
            "update records_followup f set told_at = %s from records_case c where c.id = f.case_id and f.id in"
            " (select id from records_followup where told_at is null and due_at <= %s order by due_at limit %s"
            " for update skip locked) returning f.case_id, c.number, f.unit, coalesce(c.manager, 0), f.kind, f.due_at",
            (at.isoformat(), at.isoformat(), str(limit)),
        ).fetchall()
    return tuple(
        DueFollowUp(case=case, number=number, unit=unit, manager=manager, kind=kind, due_at=due)
        for case, number, unit, manager, kind, due in rows
    )


def of_manager(scope: Scope, manager: int, *, until: datetime) -> tuple[DueFollowUp, ...]:
    """This function will list what is due by a moment in the open cases somebody manages, earliest first."""
    cases = {
        one.pk: one
        for one in Case.objects.filter(scope.cases(), manager=manager, status="open").only("number", "unit", "manager")
    }
    rows = FollowUp.objects.filter(case_id__in=cases, due_at__lte=until).order_by("due_at", "pk")
    return tuple(
        DueFollowUp(
            case=row.case_id, number=cases[row.case_id].number, unit=cases[row.case_id].unit, manager=manager,
            kind=row.kind, due_at=row.due_at,
        )
        for row in rows
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LateSeat:
    """会审超时: a seat of a joint review that has not spoken in time."""

    case: int
    number: str
    unit: int
    role: str
    person: int
    due_at: datetime


def late_seats(*, at: datetime, limit: int) -> tuple[LateSeat, ...]:
    """This function will list the open seats of reviews whose time is over, latest first."""
    rows = Task.objects.filter(closed_at=None, stage="review", key__startswith="review#", due_at__lte=at)
    held = list(rows.order_by("-due_at")[:limit])
    numbers = dict(Case.objects.filter(pk__in={row.case_id for row in held}).values_list("pk", "number"))
    return tuple(
        LateSeat(
            case=row.case_id, number=numbers[row.case_id], unit=row.unit, role=row.role, person=row.person,
            due_at=row.due_at,
        )
        for row in held
        if row.due_at is not None
    )  # fmt: skip


# --- cases in which the customer has the ball -----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """在等客户的工单: the flat columns and the state."""

    case: int
    number: str
    unit: int
    province: str
    process_version: str
    applicant: int | None
    manager: int
    since: datetime
    state: CaseState


def _waiting(scope: Scope, manager: int, *, unreached: bool) -> QuerySet[Case]:
    cases = Case.objects.filter(scope.cases(), status="open", party="customer")
    if manager:
        cases = cases.filter(manager=manager)
    if unreached:
        silent = FollowUp.objects.filter(case_id=OuterRef("pk"), kind="unreached")
        cases = cases.filter(Exists(silent))
    return cases


def waiting(
    scope: Scope, *, manager: int = 0, unreached: bool = False, first: int, size: int
) -> tuple[Waiting, ...]:  # fmt: skip
    """This function will list the cases that wait for their customer, the longest wait first."""
    rows = _waiting(scope, manager, unreached=unreached).order_by("entered_at", "pk").defer("opening", "head")
    return tuple(
        Waiting(
            case=row.pk, number=row.number, unit=row.unit, province=row.province, process_version=row.process_version,
            applicant=row.applicant, manager=row.manager or 0, since=row.entered_at,
            state=codec.read_state(row.snapshot),
        )
        for row in rows[first : first + size]
    )  # fmt: skip


def count_waiting(scope: Scope, *, manager: int = 0) -> tuple[int, int]:
    """This function will count the cases that wait for their customer, and those whose customer does not answer."""
    return _waiting(scope, manager, unreached=False).count(), _waiting(scope, manager, unreached=True).count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """联系记录: one attempt; `sending` says how a text sent from here went: waiting, sent, failed or ''."""

    case: int
    seq: int
    at: datetime
    by: int
    way: str
    reached: bool
    note: str
    sending: str


def tries(cases: Collection[int]) -> dict[int, tuple[Try, ...]]:
    """This function will list the attempts to reach the customers of some cases, newest first; two queries."""
    rows = list(Event.objects.filter(case_id__in=list(cases), kind=ContactCustomer.event).order_by("-case_id", "-seq"))
    told = Outbox.objects.filter(case_id__in=list(cases), topic="customer.customer_contacted")
    sent = {(one.case_id, one.seq): "sent" if one.sent_at else "failed" if one.failed else "waiting" for one in told}
    found: dict[int, list[Try]] = {}
    for row in rows:
        body = row.body
        found.setdefault(row.case_id, []).append(
            Try(
                case=row.case_id, seq=row.seq, at=row.happened_at, by=row.actor, way=str(body.get("way", "")),
                reached=bool(body.get("reached")), note=str(body.get("note") or ""),
                sending=sent.get((row.case_id, row.seq), ""),
            )
        )  # fmt: skip
    return {case: tuple(each) for case, each in found.items()}


# --- what customers did ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """客户动作: one deed of a customer in a case somebody manages."""

    case: int
    number: str
    kind: str
    at: datetime
    stage: str
    applicant: int | None


OUTSIDE = (ActorKind.CUSTOMER.value, ActorKind.AGENT.value, ActorKind.MANDATE.value)


def answers(by: Actor, scope: Scope, *, since: datetime, most: int) -> tuple[Answered, ...]:
    """This function will list what customers did since a moment in the open cases somebody manages, newest first."""
    mine = Case.objects.filter(scope.cases(), manager=by.person, status="open")
    cases = {one.pk: one for one in mine.only("number", "stage", "applicant")}
    rows = Event.objects.filter(
        Q(case_id__in=cases), actor_kind__in=OUTSIDE, recorded_at__gte=since
    ).exclude(kind="contact_made")  # fmt: skip
    return tuple(
        Answered(
            case=row.case_id, number=cases[row.case_id].number, kind=row.kind, at=row.happened_at,
            stage=cases[row.case_id].stage, applicant=cases[row.case_id].applicant,
        )
        for row in rows.order_by("-recorded_at", "-seq").only("case_id", "kind", "happened_at", "recorded_at")[:most]
    )  # fmt: skip


def words_of(*, case: int, seq: int) -> str:
    """This function will read what somebody wrote to a customer in one deed of a case."""
    row = Event.objects.filter(case_id=case, seq=seq, kind=ContactCustomer.event).only("body").first()
    return str(row.body.get("note") or "") if row else ""
