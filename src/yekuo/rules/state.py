"""案件状态: what is known of one case now; read from its log, never edited."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from yekuo.rules.actor import Actor
from yekuo.rules.appointments import Booking, Proposal
from yekuo.rules.contract import ContractKind
from yekuo.rules.deeds import closing, course, feedback, scheme, works
from yekuo.rules.deeds.base import Deed, Paper
from yekuo.rules.facts import Facts, Place
from yekuo.rules.inspection import Defect
from yekuo.rules.materials import ApplicantSituation
from yekuo.rules.metering import MeterInstalled
from yekuo.rules.rounds import Round, Sample
from yekuo.rules.scheme import Scheme
from yekuo.rules.timeline import Pause, Permit, Timeline


class Status(StrEnum):
    """工单状态: open, or one of the three ends."""

    OPEN = "open"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"


class Party(StrEnum):
    """在等谁: the side that has the ball."""

    UTILITY = "utility"
    CUSTOMER = "customer"
    GOVERNMENT = "government"
    THIRD = "third"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """会审席位: a member of a review, by role key or `staff:<key>`, and the working days it has."""

    member: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """流转: where a deed took the case; recorded with the deed so that a replay never asks the definition again."""

    stage: str
    party: Party = Party.UTILITY
    owner: str = ""
    clock: str = ""
    utility_sum: bool = False
    seats: tuple[Seat, ...] = ()
    informed: tuple[str, ...] = ()
    process: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """已发生的事: one row of the log as the rules see it; `at` is when it happened."""

    kind: str
    at: datetime
    by: Actor
    body: Deed
    move: Move | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """委托: `person` may act for `role` until `until`."""

    role: str
    person: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """会审: the open review of one version; `opinions` in order of arrival."""

    version: int
    seats: tuple[Seat, ...]
    opinions: tuple[scheme.GiveOpinion, ...] = ()

    @property
    def pending(self) -> tuple[Seat, ...]:
        """This function will list the seats that have given no opinion."""
        given = {opinion.member for opinion in self.opinions}
        return tuple(seat for seat in self.seats if seat.member not in given)

    @property
    def outcome(self) -> str:
        """This function will say open, agreed or objected; silence is never consent (RULEBASE 8.12)."""
        if any(not opinion.agree for opinion in self.opinions):
            return "objected"
        return "open" if self.pending else "agreed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractState:
    """合同状态: the contract in hand; version 0 is a standard contract that binds to no scheme."""

    kind: ContractKind
    number: str
    scheme_version: int
    years: int = 0
    utility_signed: bool = False
    customer_signed: bool = False

    @property
    def signed(self) -> bool:
        """This function will say whether both sides have signed."""
        return self.utility_signed and self.customer_signed


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseCase:
    """挂起事项: the request behind a pause, who asked, who decided, and what the customer said of it."""

    request: course.RequestPause
    by: int
    stage: str
    permit: int = 0
    decided_by: int = 0
    note: str = ""
    disputes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseState:
    """案件状态: the fold of one case's log; holds nothing that depends on now."""

    process: str
    version: str
    place: Place
    stage: str
    entered_at: datetime
    last_at: datetime
    visit: int = 1
    visits: Mapping[str, int] = field(default_factory=dict)
    status: Status = Status.OPEN
    party: Party = Party.CUSTOMER
    owner: str = "customer"
    timeline: Timeline = field(default_factory=Timeline)
    facts: Facts | None = None
    applicant: int = 0
    site: int = 0
    situation: ApplicantSituation = field(default_factory=ApplicantSituation)
    filed_at: datetime | None = None
    wanted_on: date | None = None
    presigned: bool = False
    papers: tuple[Paper, ...] = ()
    missing: tuple[str, ...] = ()
    promised: tuple[str, ...] = ()
    people: Mapping[str, int] = field(default_factory=dict)
    bookings: tuple[Booking, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    survey: scheme.SubmitSurvey | None = None
    schemes: tuple[Scheme, ...] = ()
    review: Review | None = None
    informed: tuple[str, ...] = ()
    replied_version: int = 0
    replied_on: date | None = None
    released_on: date | None = None
    agreed_version: int = 0
    design_passed: bool = False
    plan: works.PlanWorks | None = None
    works_percent: int = 0
    works_finished: bool = False
    hidden_works: int = 0
    external_accepted: bool = False
    mid_passed: bool = False
    completion_passed: bool = False
    inspections: int = 0
    rounds: tuple[Round, ...] = ()
    changed_items: tuple[str, ...] = ()
    samples: tuple[Sample, ...] = ()
    defects: tuple[Defect, ...] = ()
    contract: ContractState | None = None
    dispatch_agreement: str = ""
    fees_paid: tuple[closing.SettleFee, ...] = ()
    meters: tuple[MeterInstalled, ...] = ()
    measures: tuple[str, ...] = ()
    electricians: tuple[str, ...] = ()
    archive_number: str = ""
    grade: int = 0
    rating: feedback.RateService | None = None
    returned: tuple[feedback.ReturnPaper, ...] = ()
    pause_cases: tuple[PauseCase, ...] = ()
    urged: int = 0
    contacts: int = 0
    last_contact_at: datetime | None = None
    unreached: int = 0
    promised_call: date | None = None
    ended_at: datetime | None = None

    @property
    def appointments(self) -> Mapping[str, datetime]:
        """This function will give the start of the promised visit of each role (预约)."""
        return {one.role: one.at for one in self.bookings if one.live}

    @property
    def accepted(self) -> bool:
        """This function will say whether the application was accepted."""
        return self.timeline.accepted_at is not None

    @property
    def energised(self) -> bool:
        """This function will say whether power flows."""
        return self.timeline.energised_at is not None

    @property
    def scheme(self) -> Scheme | None:
        """This function will return the scheme that counts: the one replied, else the newest draft."""
        return self.schemes[(self.replied_version or len(self.schemes)) - 1] if self.schemes else None

    @property
    def pause(self) -> Pause | None:
        """This function will return the pause in effect."""
        last = self.timeline.pauses[-1] if self.timeline.pauses else None
        return last if last and last.approved_at and not last.ended_at else None

    @property
    def pause_requested(self) -> Pause | None:
        """This function will return the pause that was asked for and not yet decided."""
        last = self.timeline.pauses[-1] if self.timeline.pauses else None
        undecided = last and not last.approved_at and not last.refused_at and not last.ended_at
        return last if undecided else None

    @property
    def open_permits(self) -> tuple[Permit, ...]:
        """This function will list the permits the authority has not decided."""
        return tuple(permit for permit in self.timeline.permits if permit.decided_at is None)
