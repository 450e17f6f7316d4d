"""演练总成: the stories and the year told as one, in order of time, one process for each group of counties."""

import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from django.db import connections

from yekuo.operations.grids import ledger
from yekuo.operations.rehearsal import guided, plan, stories, year
from yekuo.operations.rehearsal.company import Company
from yekuo.operations.rehearsal.turns import Turns
from yekuo.records.haste import commit_without_waiting
from yekuo.records.models import Account
from yekuo.rules.facts import CustomerKind, Voltage
from yekuo.rules.taking_over import TakenOver

GROUPS = (("3301",), ("3302", "3303"))
UNTIL = stories.TODAY - timedelta(minutes=3)
END = stories.TODAY + timedelta(hours=2)
A_DAY, APART = timedelta(days=1), timedelta(days=7)
"""Nobody is further ahead of the others than this: the ledger is entered nearly in order."""
SWEPT = timedelta(days=28)
UNFINISHED = "讲述中断，原因见上"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """讲完: a case of the demo: its number and, for a story, its title."""

    number: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """大事: what happens to the whole company at a moment, between the deeds before and those after it."""

    at: datetime
    happens: Callable[[], object]


Telling = Callable[[], Told]
Share = Sequence[tuple[datetime, Telling]]
Holdings = dict[str, tuple[tuple[TakenOver, Account], ...]]


def tell_all(
    company: Company,
    holdings: Holdings,
    *,
    serials: Sequence[int] = plan.SERIALS,
    happenings: Sequence[Happening] = (),
    processes: int = 1,
) -> Iterator[Told]:
    """This function will tell everything in order of time and give each case when it is told.

    `holdings` are the accounts that are there, by unit: those who ask for more capacity are among their holders.
    """
    shares = [share for group in GROUPS if (share := _share(company, holdings, group, serials))]
    due = sorted(_with_sweeps(happenings), key=lambda one: one.at)
    if processes < 2:
        yield from _one_by_one([one for share in shares for one in share], due)
    else:
        yield from _side_by_side(shares, due)


def _with_sweeps(happenings: Sequence[Happening]) -> Iterator[Happening]:
    """Every four weeks, and after what happens, somebody looks at what was promised and has lapsed, and at who waits for works."""
    yield from happenings
    times = (UNTIL - stories.FOUNDED) // SWEPT
    days = [stories.FOUNDED + SWEPT * time for time in range(times + 1)]
    yield from (Happening(at=at, happens=_sweep(at)) for at in (*days, *(one.at for one in happenings), UNTIL))


def _sweep(at: datetime) -> Callable[[], object]:
    return lambda: ledger.sweep(at=at)


def how_many(serials: Sequence[int] = plan.SERIALS) -> int:
    """This function will count the cases of the demo."""
    return len(stories.STORIES) + len(guided.CASES) + len(serials)


def _share(company: Company, holdings: Holdings, group: Sequence[str], serials: Sequence[int]) -> Share:
    """The stories find their own beginning; the year's cases begin when they are filed."""
    placed = (*stories.placed(), *guided.placed())
    own = [(stories.FOUNDED, _story(company, title, story)) for title, unit, story in placed if unit in group]
    planned = [one for one in plan.year(stories.SEED, serials) if one.unit in group]
    return [*own, *((one.filed_at, _case(company, one)) for one in with_accounts(planned, holdings))]


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


# --- in one process


def _one_by_one(share: Share, due: Sequence[Happening]) -> Iterator[Told]:
    turns = Turns(share)
    try:
        for one in due:
            yield from turns.until(one.at)
            one.happens()
        yield from turns.until(END)
        if not turns.done:
            raise LookupError("有故事讲到了今天之后")
    finally:
        turns.stop()


# --- in several


@dataclass(kw_only=True, eq=False)
class _Child:
    """讲述进程: its end of the pipe, how far it has told, how far it may; only here is anything remembered."""

    process: BaseProcess
    end: Connection
    told_to: datetime = stories.FOUNDED - A_DAY
    asked: bool = False

    def ask(self, moment: datetime) -> None:
        self.end.send(moment)
        self.asked = True


def _side_by_side(shares: Sequence[Share], due: Sequence[Happening]) -> Iterator[Told]:
    """Children share nothing but the database; each is asked for a day at a time and says over its pipe what it has told."""
    connections.close_all()
    context = get_context("fork")
    children: list[_Child] = []
    for share in shares:
        here, there = context.Pipe()
        process = context.Process(target=_tell, args=(share, there))
        process.start()
        there.close()
        children.append(_Child(process=process, end=here))
    try:
        for one in due:
            yield from _up_to(children, one.at)
            one.happens()
        yield from _up_to(children, END)
        for child in children:
            child.end.send(None)
        for child in children:
            child.process.join()
            if child.process.exitcode:
                raise RuntimeError(UNFINISHED)
    finally:
        for child in children:
            child.process.terminate()


def _up_to(children: Sequence[_Child], moment: datetime) -> Iterator[Told]:
    """Everything that happens up to a moment; whoever is quicker waits for the others within a week."""
    while any(one.told_to < moment for one in children):
        slowest = min(one.told_to for one in children)
        for one in children:
            until = min(one.told_to + A_DAY, moment)
            if not one.asked and one.told_to < moment and until <= slowest + APART:
                one.ask(until)
        for end in wait([one.end for one in children if one.asked]):
            yield from _heard(next(one for one in children if one.end is end))


def _heard(child: _Child) -> Iterator[Told]:
    try:
        said = child.end.recv()
    except EOFError:
        raise RuntimeError(UNFINISHED) from None
    if isinstance(said, Told):
        yield said
    else:
        child.told_to, child.asked = said, False


def _tell(share: Share, there: Connection) -> None:
    """A child ends here and never runs on into what its parent was about to do."""
    status = 1
    try:
        commit_without_waiting()
        turns = Turns(share)
        while (moment := _asked(there)) is not None:
            for told in turns.until(moment):
                there.send(told)
            there.send(moment)
        if not turns.done:
            raise LookupError("有故事讲到了今天之后")
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it was is said, and the parent sees the exit status
        traceback.print_exc()
    finally:
        there.close()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _asked(there: Connection) -> datetime | None:
    try:
        moment: datetime | None = there.recv()
    except EOFError:
        return None
    return moment
