"""编解码: snapshots and log rows to JSON and back, and the canonical bytes every hash is taken over.

Canonical: one JSON array per row, keys of objects sorted, UTF-8, moments as integer microseconds since 1970 UTC, no floats.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import msgspec

from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.calendar import BEIJING
from yekuo.rules.deeds.base import BY_EVENT, Deed
from yekuo.rules.facts import Place
from yekuo.rules.refusal import Refused
from yekuo.rules.state import CaseState, Event, Move, Party
from yekuo.rules.story import opened

GENESIS = b"\0" * 32
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# PostgreSQL keeps no NUL and UTF-8 no lone surrogate; msgspec writes both as escapes or not at all.
NUL = b"\\u0000"

_encoder = msgspec.json.Encoder()
_canonical = msgspec.json.Encoder(order="deterministic")
_states = msgspec.json.Decoder(CaseState)
_moves = msgspec.json.Decoder(Move)
T = TypeVar("T")


class Unreadable(Exception):  # noqa: N818 - said of a stored row, not of a person's input
    """Raised when a stored row cannot be read as what it claims to be; the message names why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """开端: what a replay starts from, kept beside the case; the process asked then, and the first stage."""

    process: str
    version: str
    stage: str
    party: Party
    owner: str
    place: Place
    at: datetime

    def state(self) -> CaseState:
        """This function will return the state in which nothing has happened but the opening."""
        move = Move(stage=self.stage, party=self.party, owner=self.owner)
        return opened(process=self.process, version=self.version, move=move, place=self.place, at=self.at)


_openings = msgspec.json.Decoder(Opening)


def encode(value: object) -> bytes:
    """This function will write a value as compact JSON; raises Refused when a text holds what cannot be stored."""
    try:
        written = _encoder.encode(value)
    except UnicodeEncodeError:
        raise Refused("内容中有无法保存的字符，请检查粘贴的文字", code="bad_text") from None
    if NUL in written:
        raise Refused("内容中有无法保存的字符，请检查粘贴的文字", code="bad_text")
    return written


def read_state(text: str | bytes) -> CaseState:
    """This function will read a snapshot; raises Unreadable."""
    return _read(_states, text, "快照")


def read_opening(text: str | bytes) -> Opening:
    """This function will read the opening of a case; raises Unreadable."""
    return _read(_openings, text, "开端")


def read_move(text: str | bytes | None) -> Move | None:
    """This function will read the move of a log row, None where the case stayed; raises Unreadable."""
    return None if text is None else _read(_moves, text, "流转")


def read_body(kind: str, text: str | bytes) -> Deed:
    """This function will read the deed of a log row by its event kind; raises Unreadable."""
    if kind not in BY_EVENT:
        raise Unreadable(f"不认识的事件 {kind}")
    return _read(_bodies(kind), text, "内容")


def read_event(*, kind: str, at: datetime, by: Actor, body: str | bytes, move: str | bytes | None) -> Event:
    """This function will put a log row together as the rules see it, in product time; raises Unreadable."""
    return Event(kind=kind, at=at.astimezone(BEIJING), by=by, body=read_body(kind, body), move=read_move(move))


def read_actor(*, kind: str, person: int, unit: int, roles: list[str]) -> Actor:
    """This function will put the actor of a log row together; raises Unreadable."""
    try:
        return Actor(kind=ActorKind(kind), person=person, unit=unit, roles=tuple(roles))
    except ValueError as error:
        raise Unreadable(f"不认识的办理人身份 {kind}") from error


@cache
def _bodies(kind: str) -> "msgspec.json.Decoder[Deed]":
    return msgspec.json.Decoder(BY_EVENT[kind])


def _read(decoder: "msgspec.json.Decoder[T]", text: str | bytes, what: str) -> T:
    try:
        return decoder.decode(text)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Unreadable(f"{what}读不出：{error}") from error


def microseconds(moment: datetime) -> int:
    """This function will give a moment as integer microseconds since 1970 UTC."""
    return (moment - EPOCH) // MICROSECOND


def canonical(value: object) -> bytes:
    """This function will give the one byte string of a value made of JSON types, read back by `plain`."""
    return _canonical.encode(value)


def plain(text: str | bytes) -> Any:
    """This function will read stored JSON for hashing; Unreadable on a float, which has no one form."""
    try:
        return _plain.decode(text)
    except msgspec.MsgspecError as error:
        raise Unreadable(f"不是可入链的内容：{error}") from error


def _no_float(text: str) -> Any:
    raise Unreadable(f"浮点数 {text} 没有唯一写法，不能入链")


_plain = msgspec.json.Decoder(float_hook=_no_float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """日志行: the columns that are hashed, as stored; `body` and `move` are JSON text, whose spacing and order do not matter."""

    case: int
    seq: int
    kind: str
    stage: str
    happened_at: datetime
    recorded_at: datetime
    actor_kind: str
    actor: int
    actor_unit: int
    actor_roles: list[str]
    body: str | bytes
    move: str | bytes | None
    process_version: str
    limits_version: str
    calendar_version: str
    key: str

    def digest(self, prev: bytes) -> bytes:
        """This function will give the row's link in the chain: SHA-256 over the link before and the canonical row."""
        columns = (
            self.case, self.seq, self.kind, self.stage, microseconds(self.happened_at), microseconds(self.recorded_at),
            self.actor_kind, self.actor, self.actor_unit, self.actor_roles, plain(self.body),
            None if self.move is None else plain(self.move),
            self.process_version, self.limits_version, self.calendar_version, self.key,
        )  # fmt: skip
        return hashlib.sha256(prev + canonical(columns)).digest()


def first_link(*, case: int, number: str, unit: int, opening: str) -> bytes:
    """This function will give what the first row of a case is chained to: the identity of the case itself."""
    return hashlib.sha256(GENESIS + canonical([case, number, unit, opening])).digest()


def deed_digest(*, deed: Deed, case: int, happened_at: datetime | None) -> bytes:
    """This function will tell one submit from another under the same key: same deed, same case, same time of happening."""
    moment = None if happened_at is None else microseconds(happened_at)
    content = canonical([deed.deed, case, moment])
    return hashlib.sha256(content + encode(deed)).digest()


def row_of(
    event: Event,
    *,
    case: int,
    seq: int,
    stage: str,
    recorded_at: datetime,
    key: str,
    process_version: str,
    limits_version: str,
    calendar_version: str,
) -> Row:
    """This function will write an event down as a row of the log; `stage` is the one before it."""
    return Row(
        case=case, seq=seq, kind=event.kind, stage=stage, happened_at=event.at, recorded_at=recorded_at,
        actor_kind=event.by.kind.value, actor=event.by.person, actor_unit=event.by.unit,
        actor_roles=list(event.by.roles), body=encode(event.body),
        move=None if event.move is None else encode(event.move), process_version=process_version,
        limits_version=limits_version, calendar_version=calendar_version, key=key,
    )  # fmt: skip
