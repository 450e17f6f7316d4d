"""时间线: the recorded spans of one case that clocks are computed from; facts only, nothing that depends on now."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Cause(StrEnum):
    """挂起原因: the closed list of causes; which clock a cause stops is data (RULEBASE 8.2)."""

    CUSTOMER_POSTPONED = "customer_postponed"
    CUSTOMER_PAPERS = "customer_papers"
    CUSTOMER_SITE = "customer_site"
    GOVERNMENT_PERMIT = "government_permit"
    ACCESS_STUDY = "access_study"
    OUTAGE_WINDOW = "outage_window"
    FORCE_MAJEURE = "force_majeure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """计时段: one run of a stage clock; `key` as in the limit book, `utility_sum` if it belongs to the sum clock."""

    key: str
    visit: int
    started_at: datetime
    stopped_at: datetime | None = None
    utility_sum: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """挂起: in effect from its approval, not from its request; None in `approved_at` helps nobody."""

    number: int
    cause: Cause
    requested_at: datetime
    approved_at: datetime | None = None
    refused_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """政府审批: one permit for access works, from application to the authority's decision."""

    number: int
    applied_at: datetime
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """时间线: everything the clocks of one case are read from.

    `runs` holds the stage clocks (keys accept, scheme_reply, design_review, mid_inspection, completion_inspection,
    meter_energise, archive, revisit); `ended_at` is set when the case was withdrawn or terminated, and stops all.
    """

    accepted_at: datetime | None = None
    energised_at: datetime | None = None
    ended_at: datetime | None = None
    runs: tuple[Run, ...] = ()
    pauses: tuple[Pause, ...] = ()
    permits: tuple[Permit, ...] = ()
