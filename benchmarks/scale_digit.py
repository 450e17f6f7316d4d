"""对照: what DIGIT's workflow asks to find late cases, on the same history laid out in its way: one row per transition.

Its builder ranks the whole history of a business service in a tenant, keeps the newest row of each case and then compares the
time since that row with the allowed milliseconds; once per state and tenant. The statement here is our own wording of that.
"""

import statistics
import time

import psycopg

LAYOUT = """
create unlogged table if not exists scale_transitions as
select e.id, k.number as businessid, k.unit::text as tenantid, 'yekuo'::text as businessservice,
  (extract(epoch from e.recorded_at) * 1000)::bigint as createdtime, 259200000::bigint as statesla,
  case when lead(e.seq) over (partition by e.case_id order by e.seq) is null then k.stage else e.stage end as status
from records_event e join records_case k on k.id = e.case_id where k.id >= 10000000 and (e.move is not null or e.seq = 1)
"""
INDEXES = (
    "create index if not exists scale_transitions_business on scale_transitions (businessid)",
    "create index if not exists scale_transitions_tenant on scale_transitions (tenantid)",
)
ASKED = """
select businessid from (
  select *, rank() over (partition by businessid order by createdtime desc) as place from scale_transitions
  where businessservice = %s and tenantid = %s) newest
where place = 1 and status = %s and %s - createdtime - statesla > 0
"""
NOW_MS = 1_795_138_200_000


def escalation(owner: "psycopg.Connection[tuple[object, ...]]") -> None:
    """This function will print how long one state of one tenant takes, and all states of all tenants if run one by one."""
    owner.execute("set work_mem = '64MB'")
    owner.execute(LAYOUT)
    for statement in INDEXES:
        owner.execute(statement)
    owner.execute("analyze scale_transitions")
    rows = owner.execute(
        "select count(*), count(distinct tenantid), count(distinct status) from scale_transitions"
    ).fetchone()
    tenants = [
        str(row[0]) for row in owner.execute("select distinct tenantid from scale_transitions limit 6").fetchall()
    ]
    took = []
    for tenant in tenants:
        before = time.perf_counter()
        owner.execute(ASKED, ("yekuo", tenant, "survey", NOW_MS)).fetchall()
        took.append(time.perf_counter() - before)
    each = statistics.median(took)
    many, units, states = (int(str(one)) for one in rows or (0, 0, 0))
    print(
        f"DIGIT 的升级查询：{many} 行流转，一个单位一个状态 {1000 * each:.0f} ms；"
        f"{units} 个单位 {states} 个状态逐一查完约 {each * units * states:.0f} s"
    )
