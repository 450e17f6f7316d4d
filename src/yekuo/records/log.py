"""日志: the one log; locks a case, appends a deed with its projections in one statement, reads a case's rows.

Plain SQL: every parameter goes as text and PostgreSQL infers its type, so that each statement is prepared once.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.rows import tuple_row

from yekuo.records import codec
from yekuo.records.codec import Row
from yekuo.records.projections import Due, Projection, as_text
from yekuo.rules.actor import Actor
from yekuo.rules.state import CaseState, Event

PREPARE_AFTER = 2
Link = tuple[Row, bytes, bytes]
"""A row with the link before it and its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """在手工单: a case as it stands, locked until the end of the transaction."""

    id: int
    number: str
    unit: int
    seq: int
    head: bytes
    state: CaseState
    opener_kind: str
    opener: int
    edition: int
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """已用之键: what a key was used for."""

    case: int
    number: str
    seq: int
    digest: bytes
    stage: str
    status: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """日志条目: one row of the log, read back."""

    row: Row
    event: Event
    hash: bytes
    prev_hash: bytes


@contextmanager
def cursor() -> Iterator["psycopg.Cursor[tuple[Any, ...]]"]:
    """This function will open a cursor that binds on the server and prepares what it repeats; raises Django's errors."""
    wrapper = connections[DEFAULT_DB_ALIAS]
    with wrapper.wrap_database_errors, psycopg.Cursor(_link(wrapper), row_factory=tuple_row) as opened:
        yield opened


def _link(wrapper: BaseDatabaseWrapper) -> "psycopg.Connection[tuple[Any, ...]]":
    wrapper.ensure_connection()
    raw: psycopg.Connection[tuple[Any, ...]] = wrapper.connection
    if raw.prepare_threshold is None and not wrapper.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        raw.prepare_threshold = PREPARE_AFTER
    return raw


def _run(statement: str, values: Sequence[Any]) -> "psycopg.RawCursor[tuple[Any, ...]]":
    """A statement with `$1` … needs no reading of its placeholders, which for long ones costs more than running them."""
    wrapper = connections[DEFAULT_DB_ALIAS]
    with wrapper.wrap_database_errors:
        return psycopg.RawCursor(_link(wrapper), row_factory=tuple_row).execute(statement, values)


def numbered(text: str) -> str:
    """This function will number the placeholders of a statement: %s becomes $1, $2 …"""
    first, *others = text.split("%s")
    return first + "".join(f"${number}{other}" for number, other in enumerate(others, 1))


HOLD = """
select c.number, c.unit, c.seq, c.head, c.snapshot, c.opener_kind, c.opener,
       c.due_at, c.stage_due_at, c.next_due_at, c.provisional, coalesce((select number from records_edition where id = 1), 0)
from records_case c where c.id = $1 for update
"""


def hold(case: int) -> Held | None:
    """This function will lock a case until the end of the transaction and read it; None when there is none."""
    found = _run(HOLD, (str(case),)).fetchone()
    if found is None:
        return None
    number, unit, seq, head, snapshot, opener_kind, opener, at, stage_at, next_at, provisional, edition = found
    return Held(
        id=case, number=number, unit=unit, seq=seq, head=head, state=codec.read_state(snapshot),
        opener_kind=opener_kind, opener=opener, edition=edition,
        due=Due(at=at, stage_at=stage_at, next_at=next_at, provisional=provisional),
    )  # fmt: skip


USED = """
select r.case_id, c.number, r.seq, r.digest, r.stage, r.status, r.recorded_at
from records_receipt r join records_case c on c.id = r.case_id
where r.actor_kind = $1 and r.actor = $2 and r.key = $3
"""


def used(by: Actor, key: str) -> Used | None:
    """This function will find what this actor used a key for before."""
    found = _run(USED, (by.kind.value, str(by.person), key)).fetchone()
    if found is None:
        return None
    case, number, seq, digest, stage, status, recorded_at = found
    return Used(case=case, number=number, seq=seq, digest=digest, stage=stage, status=status, recorded_at=recorded_at)


OPENED = numbered("""
insert into records_case (number, unit, company, province, city, opening, opened_at, opener_kind, opener, process,
  process_version, snapshot, seq, head, status, stage, visit, entered_at, last_at, party, owner, customer_class,
  business, importance, provisional, paused, urged, replied_version)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, '', %s, %s, 1, %s, %s, %s, %s, '', '', '', false, '', 0, 0)
returning id
""")


def insert_case(*, number: str, unit: int, opening: str, state: CaseState, by: Actor, edition: int) -> Held:
    """This function will write a case in which nothing has happened yet; its first row must follow at once."""
    place, at = state.place, state.entered_at.isoformat()
    values = (
        number, str(unit), place.company, place.province, place.city, opening, at, by.kind.value, str(by.person),
        state.process, state.version, codec.encode(state).decode(), state.status.value, state.stage, at, at,
        state.party.value, state.owner,
    )  # fmt: skip
    found = _run(OPENED, values).fetchone()
    if found is None:
        raise LookupError(number)
    case = int(found[0])
    return Held(
        id=case, number=number, unit=unit, seq=0, state=state, opener_kind=by.kind.value, opener=by.person,
        head=codec.first_link(case=case, number=number, unit=unit, opening=opening), edition=edition,
    )  # fmt: skip


def one_at_a_time(what: str) -> None:
    """This function will let nobody else past the same words until the end of the transaction."""
    with cursor() as sql:
        sql.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (what,))


EVENT = """
insert into records_event (case_id, seq, kind, stage, happened_at, recorded_at, actor_kind, actor, actor_unit,
  actor_roles, body, move, process_version, limits_version, calendar_version, key, prev_hash, hash)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning case_id, seq
"""
# `coalesce` keeps the planner from walking all open tasks of everybody by a partial index.
OTHERS_CLOSED = """
update records_task set closed_at = %s where case_id = %s and coalesce(closed_at, 'infinity') = 'infinity'
  and key not in (select key from json_to_recordset(%s) as n(key text)) returning 1
"""
CLOSED = "update records_task set closed_at = %s where case_id = %s and key = any(%s) returning 1"
TASKS = """
insert into records_task (case_id, key, stage, role, person, unit, party, opened_at, due_at)
select %s, n.key, n.stage, n.role, n.person, n.unit, n.party, n.opened_at, n.due_at
from json_to_recordset(%s) as n(key text, stage text, role text, person bigint, unit bigint, party text,
  opened_at timestamptz, due_at timestamptz)
on conflict (case_id, key) do update set person = excluded.person, party = excluded.party, due_at = excluded.due_at,
  closed_at = null
returning 1
"""
CLOCKS = """
insert into records_clock (case_id, key, kind, stage, visit, started_at, stopped_at, cut_off, running, budget, unit,
  used, left_days, due_at, warn_at, urgent_at, target_at, provisional, paused_by, "limit", rank, ranks, breached_at,
  limits_version, calendar_version)
select %s, n.key, n.kind, n.stage, n.visit, n.started_at, n.stopped_at, n.cut_off, n.running, n.budget, n.unit,
  n.used, n.left_days, n.due_at, n.warn_at, n.urgent_at, n.target_at, n.provisional, n.paused_by, n."limit", n.rank,
  n.ranks, n.breached_at, n.limits_version, n.calendar_version
from json_to_recordset(%s) as n(key text, kind text, stage text, visit int, started_at timestamptz,
  stopped_at timestamptz, cut_off boolean, running boolean, budget int, unit text, used int, left_days int,
  due_at timestamptz, warn_at timestamptz, urgent_at timestamptz, target_at timestamptz, provisional boolean,
  paused_by jsonb, "limit" text, rank text, ranks jsonb, breached_at timestamptz, limits_version text,
  calendar_version text)
left join records_clock o on o.case_id = %s and o.key = n.key
where o.key is null
  or (o.started_at, o.stopped_at, o.cut_off, o.running, o.budget, o.unit, o.used, o.left_days, o.due_at, o.warn_at,
      o.urgent_at, o.target_at, o.provisional, o.paused_by, o."limit", o.ranks)
  is distinct from (n.started_at, n.stopped_at, n.cut_off, n.running, n.budget, n.unit, n.used, n.left_days, n.due_at,
      n.warn_at, n.urgent_at, n.target_at, n.provisional, n.paused_by, n."limit", n.ranks)
on conflict (case_id, key) do update set started_at = excluded.started_at, stopped_at = excluded.stopped_at,
  cut_off = excluded.cut_off, running = excluded.running, budget = excluded.budget, unit = excluded.unit,
  used = excluded.used, left_days = excluded.left_days, due_at = excluded.due_at, warn_at = excluded.warn_at,
  urgent_at = excluded.urgent_at, target_at = excluded.target_at, provisional = excluded.provisional,
  paused_by = excluded.paused_by, "limit" = excluded."limit", rank = excluded.rank, ranks = excluded.ranks,
  breached_at = excluded.breached_at, limits_version = excluded.limits_version,
  calendar_version = excluded.calendar_version
returning 1
"""
OUTBOX = """
insert into records_outbox (case_id, seq, topic, payload, created_at, next_try_at, tries, failed, error)
select %s, %s, n.topic, n.payload, %s, %s, 0, false, '' from json_to_recordset(%s) as n(topic text, payload jsonb)
returning 1
"""
RECEIPT = """
insert into records_receipt (actor_kind, actor, key, digest, case_id, seq, stage, status, recorded_at)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s) returning 1
"""
FLAT = (
    "snapshot", "process", "process_version", "status", "stage", "visit", "entered_at", "last_at", "party", "owner",
    "customer_class", "business", "voltage", "capacity", "importance", "applicant", "site", "manager", "filed_at",
    "accepted_at", "energised_at", "closed_at", "due_at", "stage_due_at", "next_due_at", "provisional", "paused", "urged",
    "replied_version",
)  # fmt: skip
_SET = ", ".join(f"{name} = %s" for name in FLAT)
CASE = f"update records_case set seq = %s, head = %s, {_SET} where id = %s returning 1"
REFRESH = f"update records_case set {_SET} where id = %s returning 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """待写: one deed with everything that is written beside it; `key` '' leaves no receipt."""

    row: Row
    prev_hash: bytes
    projection: Projection
    outbox: str
    key: str
    digest: bytes


def append(writing: Writing) -> bytes:
    """This function will write the row, the case, its tasks and clocks, the outbox and the receipt in one statement.

    Returns the new head of the case's chain.
    """
    row, made = writing.row, writing.projection
    head = row.digest(writing.prev_hash)
    case, seq, recorded = str(row.case), str(row.seq), row.recorded_at.isoformat()
    parts: list[tuple[str, Sequence[Any]]] = [
        (EVENT, _event_values(row, writing.prev_hash, head)),
        (CASE, (seq, head, *flat_values(made), case)),
        *projection_parts(case, made, recorded),
    ]
    if writing.outbox:
        parts.append((OUTBOX, (case, seq, recorded, recorded, writing.outbox)))
    if writing.key:
        parts.append((RECEIPT, _receipt_values(writing)))
    _all_at_once(parts)
    return head


def refresh(case: int, made: Projection, *, recorded: datetime) -> None:
    """This function will write a projection anew without a deed; the case must be held."""
    parts = [(REFRESH, (*flat_values(made), str(case))), *projection_parts(str(case), made, recorded.isoformat())]
    _all_at_once(parts)


def flat_values(made: Projection) -> tuple[str | None, ...]:
    """This function will give the list columns in the order they are written."""
    return tuple(as_text(made.flat[name]) for name in FLAT)


def projection_parts(case: str, made: Projection, recorded: str) -> list[tuple[str, Sequence[Any]]]:
    """This function will give the statements that close, open and change tasks and change clocks."""
    tasks = codec.encode(made.tasks).decode()
    parts: list[tuple[str, Sequence[Any]]] = []
    if made.closed is None:
        parts.append((OTHERS_CLOSED, (recorded, case, tasks)))
    elif made.closed:
        parts.append((CLOSED, (recorded, case, _array(made.closed))))
    if made.tasks:
        parts.append((TASKS, (case, tasks)))
    if made.clocks:
        parts.append((CLOCKS, (case, codec.encode(made.clocks).decode(), case)))
    return parts


def _array(keys: Iterable[str]) -> str:
    quoted = (key.replace("\\", "\\\\").replace('"', '\\"') for key in keys)
    return "{" + ",".join(f'"{key}"' for key in quoted) + "}"


def _all_at_once(parts: list[tuple[str, Sequence[Any]]]) -> None:
    """One statement: every part is a named part of its WITH."""
    _run(_joined(tuple(text for text, _ in parts)), [value for _, values in parts for value in values])


@cache
def _joined(texts: tuple[str, ...]) -> str:
    names = ", ".join(f"w{place} as ({text})" for place, text in enumerate(texts))
    return numbered(f"with {names} select 1")


def _event_values(row: Row, prev_hash: bytes, head: bytes) -> tuple[Any, ...]:
    return (
        str(row.case), str(row.seq), row.kind, row.stage, row.happened_at.isoformat(), row.recorded_at.isoformat(),
        row.actor_kind, str(row.actor), str(row.actor_unit), _text(codec.encode(row.actor_roles)), _text(row.body),
        None if row.move is None else _text(row.move), row.process_version, row.limits_version, row.calendar_version,
        row.key, prev_hash, head,
    )  # fmt: skip


def _receipt_values(writing: Writing) -> tuple[Any, ...]:
    row, state = writing.row, writing.projection.state
    return (
        row.actor_kind, str(row.actor), writing.key, writing.digest, str(row.case), str(row.seq), state.stage,
        state.status.value, row.recorded_at.isoformat(),
    )  # fmt: skip


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode()


ENTRIES = """
select case_id, seq, kind, stage, happened_at, recorded_at, actor_kind, actor, actor_unit, actor_roles::text, body::text,
  move::text, process_version, limits_version, calendar_version, key, prev_hash, hash
from records_event
"""


def entries(case: int) -> Iterator[Entry]:
    """This function will read the rows of a case in order. Raises codec.Unreadable on a row no replay can read."""
    for row, prev_hash, digest in rows(case):
        yield Entry(row=row, event=event_of(row), hash=digest, prev_hash=prev_hash)


def rows(case: int) -> list[Link]:
    """This function will read the rows of a case in order, undecoded, each with the links before and after it."""
    with cursor() as sql:
        found = sql.execute(ENTRIES + "where case_id = %s order by seq", (str(case),)).fetchall()
    return [_row(columns) for columns in found]


def rows_of(cases: Sequence[int]) -> dict[int, list[Link]]:
    """This function will read the rows of several cases at once, each case in order."""
    with cursor() as sql:
        found = sql.execute(
            ENTRIES + "where case_id = any(%s::bigint[]) order by case_id, seq", (list(cases),)
        ).fetchall()
    by_case: dict[int, list[Link]] = {}
    for columns in found:
        by_case.setdefault(columns[0], []).append(_row(columns))
    return by_case


def strays() -> list[tuple[int, int, int]]:
    """This function will list rows whose case is gone: case, first and last row."""
    with cursor() as sql:
        return sql.execute(
            "select case_id, min(seq), max(seq) from records_event e"
            " where not exists (select 1 from records_case c where c.id = e.case_id) group by case_id order by case_id"
        ).fetchall()


def event_of(row: Row) -> Event:
    """This function will give a row as the rules see it. Raises codec.Unreadable."""
    by = codec.read_actor(kind=row.actor_kind, person=row.actor, unit=row.actor_unit, roles=row.actor_roles)
    return codec.read_event(kind=row.kind, at=row.happened_at, by=by, body=row.body, move=row.move)


def _row(columns: Sequence[Any]) -> Link:
    (case, seq, kind, stage, happened_at, recorded_at, actor_kind, actor, unit, roles, body, move, *rest) = columns
    process_version, limits_version, calendar_version, key, prev_hash, digest = rest
    row = Row(
        case=case, seq=seq, kind=kind, stage=stage, happened_at=happened_at, recorded_at=recorded_at,
        actor_kind=actor_kind, actor=actor, actor_unit=unit, actor_roles=codec.plain(roles), body=body, move=move,
        process_version=process_version, limits_version=limits_version, calendar_version=calendar_version, key=key,
    )  # fmt: skip
    return row, bytes(prev_hash), bytes(digest)
