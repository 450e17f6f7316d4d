"""流程维护: publish a version of a process, and take open cases over to it; told before, one transaction per case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count

from yekuo.operations.books import Shelf, open_shelf
from yekuo.operations.perform import perform
from yekuo.records import cases, editions
from yekuo.records.models import Case, PublishedProcess
from yekuo.records.scope import scope_of
from yekuo.rules import powers
from yekuo.rules.actor import Actor
from yekuo.rules.deeds.course import MigrateCase
from yekuo.rules.engine.compare import Difference, differences
from yekuo.rules.engine.definition import Definition
from yekuo.rules.engine.migrate import Outcome, Plan, plan
from yekuo.rules.engine.publish import cover_problems, publish_problems
from yekuo.rules.engine.shape import read_definition
from yekuo.rules.refusal import Problem, Refused

BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """待发布流程: what was read, everything that forbids publishing it, and what it changes; `before` None is a new process."""

    definition: Definition
    before: Definition | None
    problems: tuple[Problem, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """流程版本: one published version; the release's own has no publisher; `open_cases` run under it."""

    definition: Definition
    in_force: bool
    open_cases: int
    published_by: int = 0
    published_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """迁移预演行: one open case with the version and stage it stands in and what would happen to it."""

    case: int
    number: str
    seq: int
    version: str
    stage: str
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """迁移结果: the numbers taken over, those refused with the sentence, how many wait for a further batch, and after which case."""

    done: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    left: int
    last: int


def draft(text: str) -> Draft:
    """This function will read a text as a process and say all that is wrong with it and what it changes; Refused if unread."""
    return _draft(text, open_shelf())


def _draft(text: str, shelf: Shelf) -> Draft:
    definition = read_definition(text)
    current = dict(shelf.books.current)
    before = current.get(definition.key)
    problems = publish_problems(definition)
    if not problems:
        problems = (*_twice(definition, shelf), *cover_problems({**current, definition.key: definition}))
    return Draft(
        definition=definition,
        before=before,
        problems=problems,
        differences=differences(before, definition) if before else (),
    )


def _twice(definition: Definition, shelf: Shelf) -> tuple[Problem, ...]:
    if definition.version not in shelf.books.definitions:
        return ()
    message = f"这个版本（{definition.version}）已经发布过；内容确实要再用一次的，请改 edition 后发布"
    return (Problem("edition", message),)


def publish(*, text: str, by: Actor, at: datetime, reason: str) -> Definition:
    """This function will publish a version: new cases start on it, open ones stay where they are. Raises Refused."""
    _check(by, "publish_process", reason)
    try:
        with transaction.atomic():
            made = _draft(text, open_shelf())
            if made.problems:
                raise Refused("流程不能发布", problems=made.problems, code="bad_definition")
            one = made.definition
            editions.publish(
                key=one.key, version=one.version, text=one.text, by=by.person, at=at, reason=reason.strip()
            )
    except IntegrityError as error:
        raise Refused("这个版本刚刚已由他人发布", code="published_before") from error
    return made.definition


def _check(by: Actor, deed: str, reason: str) -> None:
    shelf = open_shelf()
    if not powers.may(by.roles, deed, None, table=shelf.powers):
        names = "、".join(
            powers.role_name(role, table=shelf.powers) for role in powers.who_may(deed, None, table=shelf.powers)
        )
        raise Refused(f"您的岗位不能维护流程，可由{names}办理", code="forbidden")
    if not reason.strip():
        raise Refused("请写明原因", problems=(Problem("reason", "请写明原因"),))


def versions() -> tuple[Version, ...]:
    """This function will list every version of every process, by process, newest first."""
    shelf = open_shelf()
    many = dict(
        Case.objects.filter(status="open").order_by().values_list("process_version").annotate(Count("pk"))
    )  # fmt: skip
    rows = {row.version: row for row in PublishedProcess.objects.all()}
    found = [_version(one, shelf, many, rows.get(one.version)) for one in shelf.books.definitions.values()]
    order = {key: place for place, key in enumerate(shelf.books.current)}
    found.reverse()
    return tuple(sorted(found, key=lambda one: order[one.definition.key]))


def _version(one: Definition, shelf: Shelf, many: Mapping[str, int], row: PublishedProcess | None) -> Version:
    return Version(
        definition=one,
        in_force=shelf.books.current[one.key].version == one.version,
        open_cases=many.get(one.version, 0),
        published_by=row.published_by if row else 0,
        published_at=row.published_at if row else None,
        reason=row.reason if row else "",
    )


def migration_plan(*, key: str, version: str, mapping: Mapping[str, str], by: Actor) -> tuple[Planned, ...]:
    """This function will rehearse the migration of every open case the actor may see to a published version.

    `mapping` names, for a stage the version does not have, the one to stand in. Raises Refused for an unknown version.
    """
    shelf = open_shelf()
    target = _target(shelf, key, version)
    rows = (
        cases.visible_to(scope_of(by))
        .filter(status="open", process=key)
        .exclude(process_version=version)
        .order_by("pk")
        .only("number", "seq", "snapshot")
    )
    return tuple(_planned(row, shelf, target, mapping) for row in rows.iterator(500))


def _target(shelf: Shelf, key: str, version: str) -> Definition:
    target = shelf.books.definitions.get(version)
    if target is None or target.key != key:
        raise Refused("没有这个流程版本", code="no_version")
    return target


def _planned(row: Case, shelf: Shelf, target: Definition, mapping: Mapping[str, str]) -> Planned:
    state = cases.state_of(row)
    return Planned(
        case=row.pk,
        number=row.number,
        seq=row.seq,
        version=state.version,
        stage=state.stage,
        plan=plan(shelf.books, state, target, mapping),
    )


def migrate(
    *,
    key: str,
    version: str,
    mapping: Mapping[str, str],
    by: Actor,
    at: datetime,
    reason: str,
    after: int = 0,
    limit: int = BATCH,
) -> Migrated:
    """This function will take up to `limit` cases over that can go, each in a transaction of its own.

    Each is decided again when its turn comes; one that is refused then is named and the others go on. `after` is the
    `last` of the batch before. Raises Refused without power, reason or such a version.
    """
    _check(by, "migrate_case", reason)
    planned = migration_plan(key=key, version=version, mapping=mapping, by=by)
    ready = [one for one in planned if one.plan.outcome is Outcome.AUTOMATIC and one.case > after]
    done: list[str] = []
    refused: list[tuple[str, str]] = []
    for one in ready[:limit]:
        stage = one.plan.stage if one.plan.stage != one.stage else ""
        try:
            perform(
                case=one.case,
                deed=MigrateCase(version=version, stage=stage, reason=reason.strip()),
                by=by,
                at=at,
                key=f"migrate:{version}:{one.case}:{one.seq}",
            )
        except Refused as no:
            refused.append((one.number, no.problems[0].message if no.problems else no.message))
        else:
            done.append(one.number)
    batch = ready[:limit]
    last = batch[-1].case if batch else after
    return Migrated(done=tuple(done), refused=tuple(refused), left=len(ready) - len(batch), last=last)
