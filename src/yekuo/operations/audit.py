"""审计: verify the log against itself, its seals and its projections; seal a day; remake projections from the log."""

import hmac
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from yekuo.operations import remaking
from yekuo.operations.books import Shelf, open_shelf
from yekuo.operations.chain import Finding, check_chain, found
from yekuo.operations.grids import checking
from yekuo.records import cases, codec, log, seals
from yekuo.records.log import Entry, Link
from yekuo.records.models import Case
from yekuo.records.seals import Seal
from yekuo.rules.calendar import day_of
from yekuo.rules.refusal import Refused

STEP = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """审计报告: what was looked at and everything found; empty `findings` means whole."""

    cases: int
    rows: int
    seals: int
    findings: tuple[Finding, ...]

    @property
    def whole(self) -> bool:
        """This function will say whether nothing was found."""
        return not self.findings


def verify(*, numbers: tuple[str, ...] = (), log_only: bool = False) -> Report:
    """This function will walk all chains and seals and name every changed, cut, inserted or reordered row.

    Unless `log_only`, snapshot, list columns, tasks and clocks are compared with a replay as well. `numbers` narrows it
    to those cases and leaves the seals aside.
    """
    with _one_moment():
        shelf = None if log_only else open_shelf()
        findings: list[Finding] = []
        many_cases = many_rows = 0
        for case, links in _cases(numbers):
            many_cases, many_rows = many_cases + 1, many_rows + len(links)
            findings += check_chain(case, links) or ([] if shelf is None else _projections(case, links, shelf))
        many_seals = 0
        if not numbers:
            findings += _strays()
            findings += [] if log_only else checking.differences()
            many_seals, wrong = _verify_seals()
            findings += wrong
    return Report(cases=many_cases, rows=many_rows, seals=many_seals, findings=tuple(findings))


@contextmanager
def _one_moment() -> Iterator[None]:
    """Cases that move while they are looked at would seem broken: everything is read as of one moment."""
    inside = connection.in_atomic_block
    with transaction.atomic():
        if not inside:
            with connection.cursor() as sql:
                sql.execute("set transaction isolation level repeatable read, read only")
        yield


def _cases(numbers: tuple[str, ...]) -> Iterator[tuple[Case, list[Link]]]:
    wanted = Case.objects.filter(number__in=numbers) if numbers else Case.objects.all()
    last = 0
    while batch := list(wanted.filter(pk__gt=last).order_by("pk")[:STEP]):
        rows = log.rows_of([case.pk for case in batch])
        for case in batch:
            yield case, rows.get(case.pk, [])
        last = batch[-1].pk


def _entries(links: list[Link]) -> tuple[Entry, ...]:
    return tuple(
        Entry(row=row, event=log.event_of(row), prev_hash=prev_hash, hash=digest) for row, prev_hash, digest in links
    )


def _projections(case: Case, links: list[Link], shelf: Shelf) -> list[Finding]:
    if not links:
        return [found(case, 0, "cut", "工单没有一行日志")]
    try:
        return remaking.differences(case, remaking.remake(case, _entries(links), shelf), shelf)
    except codec.Unreadable as error:
        return [found(case, 0, "unreadable", str(error))]


def _strays() -> list[Finding]:
    return [
        Finding(
            number=f"（编号不明，内部号 {case}）", case=case, seq=first, what="stray", message="工单已不在，只剩日志行"
        )
        for case, first, _ in log.strays()
    ]


# --- seals


def seal_day(*, at: datetime) -> Seal:
    """This function will seal the heads of all cases that moved since the seal before; meant to run once a day.

    Raises Refused when the installation has no seal key.
    """
    with transaction.atomic():
        log.one_at_a_time("seal")
        before = seals.last()
        reach = seals.reach(before)
        seal = Seal(
            number=before.number + 1 if before else 1, day=day_of(at), sealed_at=at, last_event=reach.last_event,
            horizon=reach.horizon, heads=seals.pack(reach.heads), prev_mac=before.mac if before else codec.GENESIS,
            mac=b"",
        )  # fmt: skip
        seal = _closed(seal)
        seals.keep(seal, cases=len(reach.heads))
    return seal


def _closed(seal: Seal) -> Seal:
    key: Any = settings.LOG_SEAL_KEY
    if not key:
        raise Refused("没有配置日封密钥（seal_key），不能封存或核验", code="no_seal_key")
    columns = [
        seal.number, seal.day.isoformat(), codec.microseconds(seal.sealed_at), seal.last_event, seal.horizon
    ]  # fmt: skip
    mac = hmac.digest(key, codec.canonical(columns) + seal.prev_mac + seal.heads, "sha256")
    return Seal(
        number=seal.number, day=seal.day, sealed_at=seal.sealed_at, last_event=seal.last_event, horizon=seal.horizon,
        heads=seal.heads, prev_mac=seal.prev_mac, mac=mac,
    )  # fmt: skip


def _verify_seals() -> tuple[int, list[Finding]]:
    findings: list[Finding] = []
    many, before = 0, codec.GENESIS
    for seal in seals.in_order():
        many += 1
        findings += _verify_seal(seal, many, before)
        before, many = seal.mac, seal.number
    return many, findings


def _verify_seal(seal: Seal, expected: int, before: bytes) -> list[Finding]:
    findings = []
    if seal.number != expected:
        findings.append(_of_seal(seal, "missing", f"第 {expected} 至 {seal.number - 1} 号日封缺失"))
    elif seal.prev_mac != before:
        findings.append(_of_seal(seal, "unlinked", "与前一号日封不衔接"))
    if _closed(seal).mac != seal.mac:
        return [*findings, _of_seal(seal, "changed", "日封被改动，与密钥摘要不符")]
    return [*findings, *_sealed_rows(seal)]


def _sealed_rows(seal: Seal) -> Iterator[Finding]:
    try:
        heads = tuple(seals.unpack(seal.heads))
    except struct.error:
        yield _of_seal(seal, "changed", "日封内容不完整")
        return
    there = seals.hashes(heads)
    wrong = [head for head in heads if there.get((head.case, head.seq)) != head.hash]
    numbers = dict(Case.objects.filter(pk__in=[head.case for head in wrong]).values_list("pk", "number"))
    for head in wrong:
        gone = (head.case, head.seq) not in there
        message = "已不在日志中，尾部被截断" if gone else "与封存时不同，这一行或之前的行被改写"
        yield Finding(
            number=numbers.get(head.case, f"（工单已不在，内部号 {head.case}）"), case=head.case, seq=head.seq,
            what="cut" if gone else "rewritten", message=f"{message}（{seal.day} 第 {seal.number} 号日封）",
        )  # fmt: skip


def _of_seal(seal: Seal, what: str, message: str) -> Finding:
    return Finding(number=f"{seal.day} 第 {seal.number} 号日封", case=0, seq=0, what=what, message=message)


# --- rebuild


def rebuild(*, numbers: tuple[str, ...] = ()) -> Report:
    """This function will remake snapshot, columns, tasks and clocks from the log and report what was different.

    Without `numbers` what the ledgers of capacity come to is remade as well. A case whose chain does not hold is named and
    left as it is: a rebuild must not make a forged log look right.
    """
    shelf = open_shelf()
    findings: list[Finding] = []
    many_cases = many_rows = 0
    keys = Case.objects.filter(number__in=numbers).values_list("pk", flat=True) if numbers else cases.keys_in_order()
    for key in keys:
        with transaction.atomic():
            case = Case.objects.select_for_update().get(pk=key)
            links = log.rows(key)
            many_cases, many_rows = many_cases + 1, many_rows + len(links)
            findings += _rebuilt(case, links, shelf)
    if not numbers:
        findings += checking.rebuild()
    return Report(cases=many_cases, rows=many_rows, seals=0, findings=tuple(findings))


def _rebuilt(case: Case, links: list[Link], shelf: Shelf) -> list[Finding]:
    broken = check_chain(case, links)
    if broken or not links:
        return broken or [found(case, 0, "cut", "工单没有一行日志")]
    try:
        made = remaking.remake(case, _entries(links), shelf)
    except codec.Unreadable as error:
        return [found(case, 0, "unreadable", str(error))]
    wrong = remaking.differences(case, made, shelf)
    if wrong:
        remaking.write(case, made, shelf)
    return wrong
