"""日封存取: the heads of the cases that moved since the seal before, packed, and the seals in order."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from yekuo.records.log import cursor

HEAD = struct.Struct(">qi32s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """链头: the last row of a case and its link."""

    case: int
    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """日封: as stored; `heads` is packed in order of case."""

    number: int
    day: date
    sealed_at: datetime
    last_event: int
    horizon: int
    heads: bytes
    prev_mac: bytes
    mac: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """封存范围: what the next seal has to take in, and the marks from which the one after it goes on."""

    heads: tuple[Head, ...]
    last_event: int
    horizon: int


def pack(heads: Iterable[Head]) -> bytes:
    """This function will pack heads in order of case, 44 bytes each."""
    ordered = sorted(heads, key=lambda head: head.case)
    return b"".join(HEAD.pack(head.case, head.seq, head.hash) for head in ordered)


def unpack(packed: bytes) -> Iterator[Head]:
    """This function will read packed heads back. Raises struct.error when they were cut."""
    for case, seq, digest in HEAD.iter_unpack(packed):
        yield Head(case=case, seq=seq, hash=digest)


HEADS = """
select distinct on (case_id) case_id, seq, hash from records_event
where case_id in (select case_id from records_event where txid >= %s::text::xid8 or id > %s)
order by case_id, seq desc
"""


def reach(after: Seal | None) -> Reach:
    """This function will gather the heads of every case with a row the seal before may not have seen.

    Row numbers are not commit-ordered, so rows from the oldest transaction then still running are looked at again.
    """
    with cursor() as sql:
        marks = sql.execute(
            "select pg_snapshot_xmin(pg_current_snapshot())::text, coalesce((select max(id) from records_event), 0)"
        ).fetchone()
        values = (str(after.horizon if after else 0), str(after.last_event if after else 0))
        rows = sql.execute(HEADS, values).fetchall()
    if marks is None:
        raise LookupError("horizon")
    heads = tuple(Head(case=case, seq=seq, hash=bytes(digest)) for case, seq, digest in rows)
    return Reach(heads=heads, last_event=int(marks[1]), horizon=int(marks[0]))


def keep(seal: Seal, *, cases: int) -> None:
    """This function will append a seal."""
    with cursor() as sql:
        sql.execute(
            "insert into records_seal (number, day, sealed_at, cases, last_event, horizon, heads, prev_mac, mac)"
            " values (%s, %s, %s, %s, %s, %s::text::xid8, %s, %s, %s)",
            (
                str(seal.number), seal.day.isoformat(), seal.sealed_at.isoformat(), str(cases), str(seal.last_event),
                str(seal.horizon), seal.heads, seal.prev_mac, seal.mac,
            ),
        )  # fmt: skip


READ = (
    "select number, day, sealed_at, last_event, horizon::text, heads, prev_mac, mac from records_seal order by number"
)


def last() -> Seal | None:
    """This function will give the newest seal."""
    with cursor() as sql:
        found = sql.execute(READ + " desc limit 1").fetchone()
    return _seal(found) if found else None


def in_order() -> Iterator[Seal]:
    """This function will read the seals one by one, oldest first."""
    with cursor() as sql:
        numbers = [row[0] for row in sql.execute("select number from records_seal order by number").fetchall()]
        for number in numbers:
            found = sql.execute(READ.replace("order by", "where number = %s order by"), (str(number),)).fetchone()
            if found:
                yield _seal(found)


def _seal(found: tuple[object, ...]) -> Seal:
    number, day, sealed_at, last_event, horizon, heads, prev_mac, mac = found
    return Seal(
        number=number, day=day, sealed_at=sealed_at, last_event=last_event, horizon=int(str(horizon)),  # type: ignore[arg-type]
        heads=bytes(heads), prev_mac=bytes(prev_mac), mac=bytes(mac),  # type: ignore[call-overload]
    )  # fmt: skip


def hashes(wanted: Iterable[Head]) -> dict[tuple[int, int], bytes]:
    """This function will read the links of the rows some heads name; a row that is gone is missing from the answer."""
    pairs = [(head.case, head.seq) for head in wanted]
    with cursor() as sql:
        rows = sql.execute(
            "select e.case_id, e.seq, e.hash from unnest(%s::bigint[], %s::int[]) as w(case_id, seq)"
            " join records_event e on e.case_id = w.case_id and e.seq = w.seq",
            ([case for case, _ in pairs], [seq for _, seq in pairs]),
        ).fetchall()
    return {(case, seq): bytes(digest) for case, seq, digest in rows}
