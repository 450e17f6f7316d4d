"""办理: the one function through which every deed goes: locked, asked for, decided, chained and projected in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import InvalidOperation

from django.db import DataError, IntegrityError, transaction

from yekuo.operations import telling
from yekuo.operations.books import Shelf, open_shelf
from yekuo.operations.consequences import CONSEQUENCES, Done
from yekuo.operations.permission import check_power, check_reach
from yekuo.records import cases, codec, log
from yekuo.records.log import Held, Writing
from yekuo.records.projections import project
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import BEIJING
from yekuo.rules.deeds.base import BY_EVENT, Deed
from yekuo.rules.deeds.closing import SignContract
from yekuo.rules.engine.decide import decide
from yekuo.rules.people import mask_name, mask_organisation
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.state import CaseState, Event
from yekuo.rules.story import evolve

FIELD_DEEDS = frozenset({
    "submit_survey", "start_mid_inspection", "conclude_mid_inspection", "start_completion_inspection",
    "conclude_completion_inspection", "record_hidden_works", "install_meter", "energise",
})  # fmt: skip
BACKDATED_AT_MOST = timedelta(days=3)
CLOCKS_DIFFER_AT_MOST = timedelta(minutes=2)
KEY_AT_MOST = 80
LONGEST_PERSONAL_NAME = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """回执: the place of the deed in the log and where the case stands after it; `replayed` when the key was used before."""

    case: int
    number: str
    seq: int
    stage: str
    status: str
    at: datetime
    replayed: bool = False


def perform(
    *,
    case: int,
    deed: Deed,
    by: Actor,
    at: datetime,
    key: str = "",
    happened_at: datetime | None = None,
    expected: str = "",
) -> Receipt:
    """This function will do a deed on a case and return its receipt; the same key again returns the first receipt.

    `at` is the moment of recording, `happened_at` that of a deed in the field if earlier, `expected` the
    'stage#visit' of the form that was filled in. Raises Refused and then has changed nothing.
    """
    deed, digest = checked(deed, case=case, at=at, key=key, happened_at=happened_at)
    try:
        with transaction.atomic():
            return _perform(case, deed, by, at, key, digest, happened_at, expected)
    except (Refused, IntegrityError) as error:
        # A deed done before is refused the second time, by the rules or by the receipt's own constraint; only then is
        # it worth asking what the key was used for.
        before = None if isinstance(error, Refused) and error.code == "not_found" else replayed(by, key, digest)
        if before is None:
            raise
        return before
    except (DataError, InvalidOperation) as error:
        raise Refused("填写的数字或文字超出可保存的范围，请检查", code="bad_content") from error


def checked(deed: Deed, *, case: int, at: datetime, key: str, happened_at: datetime | None) -> tuple[Deed, bytes]:
    """This function will return the deed as a replay will read it, so that only that is decided, and its digest."""
    if at.tzinfo is None or (happened_at is not None and happened_at.tzinfo is None):
        raise ValueError("moments need a time zone")
    if len(key) > KEY_AT_MOST:
        raise Refused(f"提交编号最长 {KEY_AT_MOST} 个字符", code="bad_key")
    try:
        body = codec.encode(_without_names(deed))
        read = codec.read_body(deed.event, body)
        return read, codec.deed_digest(deed=read, case=case, happened_at=happened_at)
    except (codec.Unreadable, TypeError, OverflowError) as error:
        raise Refused(f"填写的内容有误，不能保存：{error}", code="bad_content") from error


def _without_names(deed: Deed) -> Deed:
    """Who signed is personal; the log keeps only how the name begins and ends."""
    if not isinstance(deed, SignContract) or not isinstance(deed.signature, str):
        return deed
    mask = mask_name if len(deed.signature.strip()) <= LONGEST_PERSONAL_NAME else mask_organisation
    return replace(deed, signature=mask(deed.signature))


def _perform(
    case: int,
    deed: Deed,
    by: Actor,
    at: datetime,
    key: str,
    digest: bytes,
    happened_at: datetime | None,
    expected: str,
) -> Receipt:
    held = log.hold(case)
    if held is None:
        raise Refused("没有这个工单", code="not_found")
    check_reach(by, held)
    _check_expected(held, expected)
    shelf = open_shelf(held.edition)
    check_power(deed, by=by, held=held, shelf=shelf)
    recorded = _recorded(held.state, at)
    moment = _moment(deed, recorded, happened_at)
    event = decide(books=shelf.books, state=held.state, deed=deed, by=by, at=moment)
    return write(held, event, shelf=shelf, recorded=recorded, key=key, digest=digest)


def replayed(by: Actor, key: str, digest: bytes) -> Receipt | None:
    """This function will return the receipt a key was given before. Raises Refused when it stood for another deed."""
    used = log.used(by, key) if key else None
    if used is None:
        return None
    if used.digest != digest:
        raise Refused("这个提交编号已用于另一项内容不同的办理，请刷新后重试", code="key_reused")
    return Receipt(
        case=used.case, number=used.number, seq=used.seq, stage=used.stage, status=used.status,
        at=used.recorded_at, replayed=True,
    )  # fmt: skip


def _check_expected(held: Held, expected: str) -> None:
    state = held.state
    if not expected or expected == f"{state.stage}#{state.visit}":
        return
    last = cases.last_move(held.id)
    told = "工单已不在您打开时的环节"
    if last is not None:
        title = BY_EVENT[last.kind].title if last.kind in BY_EVENT else last.kind
        told = f"{last.who}已于 {last.at.astimezone(BEIJING):%m月%d日 %H:%M} 办理“{title}”，工单已不在您打开时的环节"
    raise Refused(f"{told}，请刷新后再办；您填写的内容仍保留", code="stale")


def _recorded(state: CaseState, at: datetime) -> datetime:
    """Two workers' clocks, or one read before the lock was waited for, may lag a little; the log never goes backwards."""
    if at >= state.last_at:
        return at.astimezone(BEIJING)
    if state.last_at - at <= CLOCKS_DIFFER_AT_MOST:
        return state.last_at.astimezone(BEIJING)
    raise Refused(
        f"系统时间早于本工单最后一次办理的时间（{state.last_at.astimezone(BEIJING):%Y-%m-%d %H:%M}），请检查时钟",
        code="clock_behind",
    )


def _moment(deed: Deed, recorded: datetime, happened_at: datetime | None) -> datetime:
    if happened_at is None:
        return recorded
    wrong = ""
    if happened_at > recorded + CLOCKS_DIFFER_AT_MOST:
        wrong = "发生时间不能在将来"
    elif deed.deed not in FIELD_DEEDS and recorded - happened_at > CLOCKS_DIFFER_AT_MOST:
        wrong = f"“{deed.title}”以登记时间为准，不能补记更早的时间"
    elif recorded - happened_at > BACKDATED_AT_MOST:
        wrong = f"补记不能早于 {BACKDATED_AT_MOST.days} 天之前，请联系主管"
    if wrong:
        raise Refused(wrong, problems=(Problem("happened_at", wrong),), code="bad_moment")
    return min(happened_at, recorded).astimezone(BEIJING)


def write(held: Held, event: Event, *, shelf: Shelf, recorded: datetime, key: str, digest: bytes) -> Receipt:
    """This function will write a decided event with all that follows from it, inside the transaction that holds the case."""
    before, seq = held.state, held.seq + 1
    after = evolve(before, event)
    calendar = shelf.calendar(after.place.province)
    row = codec.row_of(
        event, case=held.id, seq=seq, stage=before.stage, recorded_at=recorded, key=key, process_version=before.version,
        limits_version=shelf.limits.version, calendar_version=calendar.version,
    )  # fmt: skip
    made = project(
        after, before=before, stands=held.due, unit=held.unit, at=event.at, limits=shelf.limits, calendar=calendar
    )
    told = telling.messages(event, after)
    outbox = codec.encode(told).decode() if told else ""
    log.append(Writing(row=row, prev_hash=held.head, projection=made, outbox=outbox, key=key, digest=digest))
    done = Done(
        case=held.id, number=held.number, unit=held.unit, seq=seq, before=before, after=after, event=event, at=recorded
    )
    for consequence in CONSEQUENCES.get(event.kind, ()):
        consequence(done)
    return Receipt(case=held.id, number=held.number, seq=seq, stage=after.stage, status=after.status.value, at=recorded)
