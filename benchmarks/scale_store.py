"""百万存量: a store of a million cases, copied by SQL from cases the engine made, over sixty counties with their people.

Numbers, units, people, applicants, sites and moments of the copies are their own; states, log rows, tasks and clocks are
those of the engine. Sealed names and addresses are made for SEALED applicants and sites, which the open cases share; the rest
of the million exist with their indexes only, so that every index has its whole size.
"""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import psycopg
from benchmarks.scale_people import sealed_people, sealed_sites, tails
from psycopg import sql

from yekuo.rules.calendar import BEIJING

TODAY = datetime(2026, 11, 20, 9, 30, tzinfo=BEIJING)
UNITS = 60
OPEN_SHARE = 5
SEALED = 40_000
ROLES = (
    "clerk", "manager", "manager", "manager", "surveyor", "planner", "operations", "construction", "dispatcher", "finance",
    "materials", "metering", "inspector", "chief", "supervisor1",
)  # fmt: skip
PERSON_COLUMNS = (
    "id, row, id_type, name, id_number, phone, contact, legal_person, agent_name, agent_number, agent_phone,"
    " name_index, id_index, phone_index, phone4_index, digest, kept_at"
)
LOADED = (
    "records_case", "records_task", "records_clock", "records_event", "records_person", "records_site",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is stored: cases in all, of which open."""

    cases: int

    @property
    def open(self) -> int:
        return self.cases // OPEN_SHARE


def fill(owner: "psycopg.Connection[tuple[object, ...]]", size: Size, company: int) -> None:
    """This function will copy the engine's cases until there are `size.cases`; `company` is the unit above the counties."""
    owner.execute("set maintenance_work_mem = '512MB'; set work_mem = '64MB'; set synchronous_commit = off")
    _step("单位与人员", lambda: _company(owner, company))
    _step("来源工单", lambda: _sources(owner))
    parts = [part for table in LOADED for part in _taken_apart(owner, table)]
    _step("用电人与地址", lambda: _people(owner, size))
    _step("工单", lambda: _cases(owner, size))
    _step("待办", lambda: owner.execute(TASKS))
    _step("时钟", lambda: owner.execute(CLOCKS))
    _step("下一时刻", lambda: owner.execute(NEXT, (TODAY, TODAY)))
    _step("日志", lambda: owner.execute(EVENTS))
    for name, statement in parts:
        _step(name, lambda said=statement: owner.execute(said))
    for table in LOADED:
        owner.execute(
            sql.SQL("select setval(pg_get_serial_sequence({}, 'id'), (select max(id) from {}))").format(
                sql.Literal(table), sql.Identifier(table)
            )
        )
    _step("统计", lambda: owner.execute("vacuum analyze"))


def _step(name: str, work: "object") -> None:
    before = time.monotonic()
    work()  # type: ignore[operator]
    print(f"  {name:　<12} {time.monotonic() - before:6.1f} s", flush=True)


def _taken_apart(owner: "psycopg.Connection[tuple[object, ...]]", table: str) -> list[tuple[str, str]]:
    """Drop the indexes and keys of a table, and say how they are made again: filling a bare table is faster."""
    found = owner.execute(
        "select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = %s::regclass and contype in ('u', 'p')",
        (table,),
    ).fetchall()
    again = []
    for name, text in found:
        owner.execute(f'alter table {table} drop constraint "{name}" cascade')
        again.append((str(name), f'alter table {table} add constraint "{name}" {text}'))
    rest = owner.execute("select indexname, indexdef from pg_indexes where tablename = %s", (table,)).fetchall()
    for name, text in rest:
        owner.execute(f'drop index "{name}"')
        again.append((str(name), str(text)))
    return again


def _company(owner: "psycopg.Connection[tuple[object, ...]]", company: int) -> None:
    owner.execute(
        "insert into records_unit (code, name, kind, parent_id, path, company, province, city, phone, address, active)"
        " select '9' || lpad(g::text, 3, '0'), '演练' || g || '县供电公司', 'county', u.id, u.path || '9' || lpad(g::text, 3, '0')"
        " || '/', u.company, u.province, u.city, '', '', true from generate_series(1, %s) g, records_unit u where u.id = %s",
        (UNITS, company),
    )
    owner.execute(
        "insert into records_staff (row, username, name, unit_id, password, phone, is_active, is_staff, is_superuser,"
        " email, date_joined)"
        " select gen_random_uuid(), u.code || '-' || r.n, '员工' || u.code || r.n, u.id, '!', '', true, false, false, '', now()"
        " from records_unit u, unnest(%s::text[]) with ordinality r(role, n) where u.code like '9___'",
        (list(ROLES),),
    )
    owner.execute(
        "insert into records_staffrole (staff_id, role, given_by, given_at) select s.id, (%s::text[])[split_part(s.username, '-', 2)::int],"
        " 0, now() from records_staff s join records_unit u on u.id = s.unit_id where u.code like '9___'",
        (list(ROLES),),
    )
    owner.execute(
        "create table scale_staff as select dense_rank() over (order by s.unit_id) - 1 as u, s.unit_id as unit, r.role,"
        " s.id as person, row_number() over (partition by s.unit_id, r.role order by s.id) - 1 as k,"
        " count(*) over (partition by s.unit_id, r.role) as of from records_staff s join records_staffrole r on r.staff_id = s.id"
        " join records_unit u on u.id = s.unit_id where u.code like '9___'"
    )
    owner.execute("create index on scale_staff (u, role, k); analyze scale_staff")


def _sources(owner: "psycopg.Connection[tuple[object, ...]]") -> None:
    """The engine's cases, the open and the ended numbered each; an ended one is old, so it moves back in time."""
    owner.execute(
        "create table scale_source as select c.id, c.status = 'open' as open,"
        " row_number() over (partition by c.status = 'open' order by c.id) - 1 as n,"
        " count(*) over (partition by c.status = 'open') as of from records_case c where c.applicant is not null"
    )


def _people(owner: "psycopg.Connection[tuple[object, ...]]", size: Size) -> None:
    sealed = min(SEALED, size.open)
    owner.execute("create table scale_tail (n int, mark bytea)")
    with owner.cursor() as cursor, cursor.copy("copy scale_tail from stdin") as out:
        for row in tails():
            out.write_row(row)
    step = -(-sealed // 8)
    starts = [(first, min(first + step, sealed)) for first in range(0, sealed, step)]
    with ProcessPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for table, columns, made in (
            (
                "records_person",
                PERSON_COLUMNS,
                pool.map(sealed_people, starts),
            ),
            (
                "records_site",
                "id, row, area, address, point, address_index, grams, digest, kept_at",
                pool.map(sealed_sites, starts),
            ),
        ):
            with owner.cursor() as cursor, cursor.copy(f"copy {table} ({columns}) from stdin") as out:
                for rows in made:
                    for row in rows:
                        out.write_row(row)
    owner.execute(
        "insert into records_person (id, row, id_type, name, id_number, phone, contact, legal_person, agent_name, agent_number,"
        " agent_phone, name_index, id_index, phone_index, phone4_index, digest, kept_at)"
        " select 10000000 + g, gen_random_uuid(), 'resident_id', '', '', '', '', '', '', '', '',"
        " decode(md5('n' || g), 'hex'), decode(md5('i' || g), 'hex'), decode(md5('p' || g), 'hex'), t.mark,"
        " 'scale' || g, now() from generate_series(%s::int, %s::int) g join scale_tail t on t.n = (g::bigint * 7919) %% 10000",
        (sealed, size.cases - 1),
    )
    owner.execute(
        "insert into records_site (id, row, area, address, point, address_index, grams, digest, kept_at)"
        " select 10000000 + g, gen_random_uuid(), s.area, '', '', decode(md5('a' || g), 'hex'), s.grams, 'scale' || g, now()"
        " from generate_series(%s::int, %s::int) g join records_site s on s.id = 10000000 + (g::bigint * 31) %% %s::int",
        (sealed, size.cases - 1, sealed),
    )


CASES = """
insert into records_case (id, {columns})
select 10000000 + g.n, {values}
from (select n, n < {open} as open, n % {units} as u, n / {units} as v,
    case when n < {open} then make_interval(days => (n * 37 % 61 - 20)::int) else make_interval(days => (- 1 - n * 13 % 900)::int) end as shift
  from generate_series(0, {cases} - 1) n) g
join scale_source s on s.open = g.open and s.n = (g.v + g.u) % s.of
join records_case c on c.id = s.id
join scale_staff m on m.u = g.u and m.role = 'manager' and m.k = g.v % m.of
join scale_staff o on o.u = g.u and o.role = 'clerk' and o.k = 0
"""
SHIFTED = (
    "opened_at", "entered_at", "last_at", "filed_at", "accepted_at", "energised_at", "closed_at", "due_at", "stage_due_at",
    "next_due_at",
)  # fmt: skip


def _cases(owner: "psycopg.Connection[tuple[object, ...]]", size: Size) -> None:
    names = [
        str(row[0])
        for row in owner.execute(
            "select column_name from information_schema.columns where table_name = 'records_case' and column_name <> 'id'"
            " and is_generated = 'NEVER' order by ordinal_position"
        ).fetchall()
    ]
    own = {
        "number": "'YK' || (202501 + g.n % 12)::text || lpad(g.n::text, 7, '0')",
        "unit": "m.unit",
        "applicant": f"10000000 + case when g.open then g.n % {min(SEALED, size.open)} else g.n end",
        "site": f"10000000 + case when g.open then g.n % {min(SEALED, size.open)} else g.n end",
        "manager": "case when c.manager is null then null else m.person end",
        "opener_kind": "case when g.v % 3 = 0 then 'staff' else c.opener_kind end",
        "opener": "case when g.v % 3 = 0 then o.person else c.opener end",
        **{name: f"c.{name} + g.shift" for name in SHIFTED},
    }
    values = ", ".join(own.get(name, f'c."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    owner.execute(CASES.format(columns=columns, values=values, open=size.open, cases=size.cases, units=UNITS))
    owner.execute(
        "create table scale_copy as select k.id, s.id as source, f.u, f.unit, k.opened_at - c.opened_at as shift, k.status = 'open' as open"
        " from records_case k join (select distinct u, unit from scale_staff) f on f.unit = k.unit"
        " join scale_source s on s.open = (k.status = 'open') and s.n = ((k.id - 10000000) / %s + f.u) %% s.of"
        " join records_case c on c.id = s.id where k.id >= 10000000",
        (UNITS,),
    )
    owner.execute("analyze scale_copy")


TASKS = """
insert into records_task (case_id, key, stage, role, person, unit, party, opened_at, due_at, closed_at)
select k.id, t.key, t.stage, t.role, case when t.person = 0 or t.role in ('customer', 'agent') then t.person else coalesce(w.person, t.person) end,
  k.unit, t.party, t.opened_at + k.shift, t.due_at + k.shift, t.closed_at + k.shift
from scale_copy k join records_task t on t.case_id = k.source
left join scale_staff w on w.u = k.u and w.role = t.role and w.k = k.id % w.of
"""
CLOCKS = """
insert into records_clock (case_id, key, kind, stage, visit, started_at, stopped_at, cut_off, running, budget, unit, used,
  left_days, due_at, warn_at, urgent_at, target_at, provisional, paused_by, "limit", rank, ranks, breached_at,
  limits_version, calendar_version)
select k.id, t.key, t.kind, t.stage, t.visit, t.started_at + k.shift, t.stopped_at + k.shift, t.cut_off, t.running, t.budget,
  t.unit, t.used, t.left_days, t.due_at + k.shift, t.warn_at + k.shift, t.urgent_at + k.shift, t.target_at + k.shift,
  t.provisional, t.paused_by, t."limit", t.rank, t.ranks, t.breached_at + k.shift, t.limits_version, t.calendar_version
from scale_copy k join records_clock t on t.case_id = k.source
"""
# The copies stand as after a sweep of this morning: what comes next lies ahead.
NEXT = """
update records_case c set next_due_at = m.next from (
  select k.id, min(moment) filter (where moment > %s) as next
  from scale_copy k left join records_clock t on t.case_id = k.id and t.stopped_at is null
  left join unnest(array[t.due_at, t.warn_at, t.urgent_at, t.target_at]) moment on moment > %s
  where k.open group by k.id) m
where c.id = m.id and c.next_due_at is distinct from m.next
"""
EVENTS = """
insert into records_event (case_id, seq, kind, stage, happened_at, recorded_at, actor_kind, actor, actor_unit, actor_roles,
  body, move, process_version, limits_version, calendar_version, key, prev_hash, hash)
select k.id, e.seq, e.kind, e.stage, e.happened_at + k.shift, e.recorded_at + k.shift, e.actor_kind,
  case when e.actor_kind = 'staff' then coalesce(w.person, e.actor) else e.actor end, k.unit, e.actor_roles, e.body, e.move,
  e.process_version, e.limits_version, e.calendar_version, '', e.prev_hash, e.hash
from scale_copy k join records_event e on e.case_id = k.source
left join scale_staff w on w.u = k.u and w.role = e.actor_roles->>0 and w.k = k.id % w.of
order by k.shift, k.id, e.seq
"""
