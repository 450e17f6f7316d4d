"""用时: whose turn it was day by day since the application was filed; working days that add up exactly."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from yekuo.operations.casefile import CaseFile
from yekuo.rules.calendar import day_of
from yekuo.rules.state import Party, Status
from yekuo.rules.timeline import Pause

NAMES = {
    Party.UTILITY: "供电公司",
    Party.CUSTOMER: "您（含设计、施工）",
    Party.GOVERNMENT: "政府审批",
    Party.THIRD: "其他（停电计划、不可抗力等）",
}
PAUSED = "暂停办理（原因见暂停记录）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """一方用时: working days on which the ball lay with one side; `party` None are those of approved pauses."""

    party: Party | None
    name: str
    days: int


def sides(file: CaseFile) -> tuple[Side, ...]:
    """This function will count working days per side from filing until power, the end of the case, or now.

    The day of filing does not count; each later working day belongs to the side that had the ball as it ended, or to
    the pause that was in effect then. The days add up to all working days since the filing.
    """
    start = file.state.filed_at
    if start is None:
        return ()
    line = file.state.timeline
    end = line.energised_at or line.ended_at or (file.at if file.state.status is Status.OPEN else file.state.last_at)
    turns = _turns(file, start)
    edges = sorted({start, end, *(at for at, _ in turns), *_pause_edges(line.pauses)})
    days: dict[Party | None, int] = {}
    for first, last in pairwise(edges):
        if start <= first and last <= end:
            party = _party(turns, line.pauses, first)
            days[party] = days.get(party, 0) + file.calendar.between(day_of(first), day_of(last))
    shown = (Party.UTILITY, Party.CUSTOMER, *(one for one in (Party.GOVERNMENT, Party.THIRD) if days.get(one)))
    found = tuple(Side(party=one, name=NAMES[one], days=days.get(one, 0)) for one in shown)
    return (*found, Side(party=None, name=PAUSED, days=days[None])) if days.get(None) else found


def _turns(file: CaseFile, start: datetime) -> tuple[tuple[datetime, Party], ...]:
    moves = ((entry.event.at, entry.event.move.party) for entry in file.entries if entry.event.move)
    return tuple((at, party) for at, party in moves if at >= start)


def _pause_edges(pauses: Iterable[Pause]) -> Iterable[datetime]:
    for one in pauses:
        yield from (moment for moment in (one.approved_at, one.ended_at) if moment is not None)


def _party(turns: tuple[tuple[datetime, Party], ...], pauses: Iterable[Pause], at: datetime) -> Party | None:
    for one in pauses:
        if one.approved_at is not None and one.approved_at <= at and (one.ended_at is None or at < one.ended_at):
            return None
    return next((party for moment, party in reversed(turns) if moment <= at), Party.UTILITY)
