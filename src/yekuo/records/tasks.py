"""待办查询: what is to be done by whom, deadline first, within what the reader may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from yekuo.records.models import Case, Task
from yekuo.records.scope import Scope
from yekuo.rules.actor import Actor

FIRST_DUE = (F("due_at").asc(nulls_last=True), "opened_at", "pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """待办行: an open task with the case it belongs to."""

    task: Task
    case: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """待办计数: each opens the list filtered to it; `by_stage` counts all."""

    all: int
    overdue: int
    today: int
    soon: int
    by_stage: dict[str, int]


def open_tasks(scope: Scope) -> QuerySet[Task]:
    """This function will give the open tasks of all cases in a scope."""
    tasks = Task.objects.filter(closed_at=None)
    if scope.everything:
        return tasks
    own = Q(unit__in=scope.units)
    if scope.manager:
        own |= Q(person=scope.manager) | Q(case_id__in=Case.objects.filter(status="open", manager=scope.manager).values("pk"))
    return tasks.filter(own)


def mine(by: Actor, *, scope: Scope) -> QuerySet[Task]:
    """This function will give the tasks that wait for this person: named, or of a role of theirs that nobody was named for."""
    named = Task.objects.filter(closed_at=None, person=by.person) if by.person else Task.objects.none()
    shared = open_tasks(scope).filter(person=0, role__in=by.roles)
    return Task.objects.filter(Q(pk__in=named.values("pk")) | Q(pk__in=shared.values("pk")))


def waiting_on_others(by: Actor, *, scope: Scope) -> QuerySet[Task]:
    """This function will give the open tasks of the cases this person manages that somebody else has to do."""
    cases = Case.objects.filter(scope.cases(), status="open", manager=by.person).values("pk")
    return Task.objects.filter(closed_at=None, case_id__in=cases).exclude(person=by.person)


def chosen(
    tasks: QuerySet[Task],
    *,
    stage: str = "",
    party: str = "",
    role: str = "",
    before: datetime | None = None,
    since: datetime | None = None,
) -> QuerySet[Task]:
    """This function will narrow a list by stage, side, role and deadline: due before, due not before."""
    for name, value in (("stage", stage), ("party", party), ("role", role)):
        if value:
            tasks = tasks.filter(**{name: value})
    if before is not None:
        tasks = tasks.filter(due_at__lt=before)
    if since is not None:
        tasks = tasks.filter(due_at__gte=since)
    return tasks


def lines(tasks: QuerySet[Task], *, first: int = 0, many: int = 50) -> tuple[Line, ...]:
    """This function will read one page of a list, deadline first, with the cases, in two queries."""
    page = list(tasks.order_by(*FIRST_DUE)[first : first + many])
    cases = Case.objects.in_bulk({task.case_id for task in page})
    return tuple(Line(task=task, case=cases[task.case_id]) for task in page)


def counts(tasks: QuerySet[Task], *, at: datetime, tomorrow: datetime, soon: datetime) -> Counts:
    """This function will count a list: past due at `at`, due before `tomorrow`, due before `soon`, and by stage."""
    totals = tasks.aggregate(
        all=Count("pk"),
        overdue=Count("pk", filter=Q(due_at__lt=at)),
        today=Count("pk", filter=Q(due_at__gte=at, due_at__lt=tomorrow)),
        soon=Count("pk", filter=Q(due_at__gte=at, due_at__lt=soon)),
    )
    by_stage = tasks.order_by().values_list("stage").annotate(Count("pk"))
    return Counts(**totals, by_stage=dict(by_stage))


def of_cases(cases: Iterable[int]) -> dict[int, list[Task]]:
    """This function will give the open tasks of some cases by case, for lists that show who is waited for."""
    found: dict[int, list[Task]] = {}
    for task in Task.objects.filter(closed_at=None, case_id__in=list(cases)).order_by(*FIRST_DUE):
        found.setdefault(task.case_id, []).append(task)
    return found
