"""演练总成: the stories and the year told side by side, one process for each group of counties."""

import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait

from django.db import connections

from yekuo.operations.rehearsal import guided, plan, stories, year
from yekuo.operations.rehearsal.company import Company
from yekuo.records.haste import commit_without_waiting
from yekuo.records.models import Account
from yekuo.rules.facts import CustomerKind, Voltage
from yekuo.rules.taking_over import TakenOver

GROUPS = (("3301",), ("3302", "3303"))
UNTIL = stories.TODAY - timedelta(minutes=3)
UNFINISHED = "讲述中断，原因见上"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """讲完: a case of the demo: its number and, for a story, its title."""

    number: str
    title: str


Telling = Callable[[], Told]
Holdings = dict[str, tuple[tuple[TakenOver, Account], ...]]


def tell_all(
    company: Company, holdings: Holdings, *, serials: Sequence[int] = plan.SERIALS, processes: int = 1
) -> Iterator[Told]:
    """This function will tell everything, each case after what it builds on, and give each case when it is told.

    `holdings` are the accounts that are there, by unit: those who ask for more capacity are among their holders.
    """
    shares = [share for group in GROUPS if (share := _share(company, holdings, group, serials))]
    if processes < 2:
        for share in shares:
            for telling in share:
                yield telling()
        return
    yield from _side_by_side(shares)


def how_many(serials: Sequence[int] = plan.SERIALS) -> int:
    """This function will count the cases of the demo."""
    return len(stories.STORIES) + len(guided.CASES) + len(serials)


def _share(company: Company, holdings: Holdings, group: Sequence[str], serials: Sequence[int]) -> list[Telling]:
    """Stories first: the year's cases are told in the order they were filed."""
    own = [
        _story(company, title, story) for title, unit, story in (*stories.placed(), *guided.placed()) if unit in group
    ]
    planned = [one for one in plan.year(stories.SEED, serials) if one.unit in group]
    return [*own, *(_case(company, one) for one in with_accounts(planned, holdings))]


def with_accounts(planned: Sequence[plan.Plan], holdings: Holdings) -> Iterator[plan.Plan]:
    """This function will give who asks for more an account; each grows once, and where none is left it is a new supply."""
    free = {unit: list(held) for unit, held in holdings.items()}
    for one in planned:
        fitting = [held for held in free.get(one.unit, []) if one.grows and _fits(one, held[0])]
        if fitting:
            free[one.unit].remove(fitting[0])
            yield plan.grown(one, fitting[0][0], fitting[0][1].number)
        else:
            yield one


def _fits(one: plan.Plan, row: TakenOver) -> bool:
    home = row.kind is CustomerKind.RESIDENT
    return home is (one.supply == "resident") and one.high is (row.voltage >= Voltage.KV10) and row.capacity < 600


def _story(company: Company, title: str, story: stories.Story) -> Telling:
    def telling() -> Told:
        told = story(company)
        if told.at > stories.TODAY + timedelta(hours=1):
            raise LookupError(f"故事讲到了今天之后：{title} {told.at}")
        return Told(number=told.number, title=title)

    return telling


def _case(company: Company, one: plan.Plan) -> Telling:
    def telling() -> Told:
        return Told(number=year.tell(one, company, seed=stories.SEED, until=UNTIL).number, title="")

    return telling


def _side_by_side(shares: Sequence[Sequence[Telling]]) -> Iterator[Told]:
    """Children share nothing but the database; each says over its own pipe what it has told."""
    connections.close_all()
    context = get_context("fork")
    ends: list[Connection] = []
    children = []
    for share in shares:
        here, there = context.Pipe(duplex=False)
        child = context.Process(target=_tell, args=(share, there))
        child.start()
        there.close()
        ends.append(here)
        children.append(child)
    try:
        yield from _heard(ends)
        for child in children:
            child.join()
        if any(child.exitcode for child in children):
            raise RuntimeError(UNFINISHED)
    finally:
        for child in children:
            child.terminate()


def _heard(ends: list[Connection]) -> Iterator[Told]:
    while ends:
        for end in wait(ends):
            if not isinstance(end, Connection):
                continue
            try:
                told: Told = end.recv()
            except EOFError:
                ends.remove(end)
            else:
                yield told


def _tell(share: Sequence[Telling], there: Connection) -> None:
    """A child ends here and never runs on into what its parent was about to do."""
    status = 1
    try:
        commit_without_waiting()
        for telling in share:
            there.send(telling())
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it was is said, and the parent sees the exit status
        traceback.print_exc()
    finally:
        connections.close_all()
        there.close()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
