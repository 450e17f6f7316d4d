"""待办查询: what is to be done by whom, deadline first, within what the reader may see."""

from collections.abc import Iterable, Sequence

from django.db.models import F, Q, QuerySet

from yekuo.records.log import cursor
from yekuo.records.models import Case, Task
from yekuo.records.scope import Scope
from yekuo.rules.actor import Actor

FIRST_DUE = (F("due_at").asc(nulls_last=True), "opened_at", "pk")


def open_tasks(scope: Scope) -> QuerySet[Task]:
    """This function will give the open tasks of all cases in a scope."""
    tasks = Task.objects.filter(closed_at=None)
    if scope.everything:
        return tasks
    own = Q(unit__in=scope.units)
    if scope.manager:
        own |= Q(person=scope.manager) | Q(
            case_id__in=Case.objects.filter(status="open", manager=scope.manager).values("pk")
        )
    return tasks.filter(own)


def mine(by: Actor, *, scope: Scope) -> QuerySet[Task]:
    """This function will give the tasks that wait for this person: named, or of a role of theirs that nobody was named for."""
    named = Task.objects.filter(closed_at=None, person=by.person) if by.person else Task.objects.none()
    shared = open_tasks(scope).filter(person=0, role__in=by.roles)
    return Task.objects.filter(Q(pk__in=named.values("pk")) | Q(pk__in=shared.values("pk")))


def of_cases(cases: Iterable[int]) -> dict[int, list[Task]]:
    """This function will give the open tasks of some cases by case, for lists that show who is waited for."""
    found: dict[int, list[Task]] = {}
    for task in Task.objects.filter(closed_at=None, case_id__in=list(cases)).order_by(*FIRST_DUE):
        found.setdefault(task.case_id, []).append(task)
    return found


OURS = """
select case_id, role, person from records_task
where case_id = any(%s::bigint[]) and closed_at is null and party = 'utility'
"""


def ours(cases: Sequence[int]) -> dict[int, set[tuple[str, int]]]:
    """This function will give, by case, the role and the person of each open task that is ours to do."""
    found: dict[int, set[tuple[str, int]]] = {}
    with cursor() as sql:
        for case, role, person in sql.execute(OURS, (list(cases),)):
            found.setdefault(case, set()).add((role, person))
    return found
