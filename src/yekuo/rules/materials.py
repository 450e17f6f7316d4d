"""申请资料: what an application needs, the one complete list of what is missing, and what is owed after 容缺受理."""

from dataclasses import dataclass
from enum import StrEnum


class Due(StrEnum):
    """提供时点: by when a paper must be there, in the order of the process."""

    ACCEPTANCE = "acceptance"
    SURVEY = "survey"
    COMPLETION = "completion"
    ENERGISE = "energise"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicantSituation:
    """申请人情形: an agent acts for the applicant; the applicant rents the premises."""

    agent: bool = False
    tenant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """证件: one kind of document, `sharable` when the government's e-licence platform may hold it."""

    code: str
    name: str
    sharable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """资料要求: satisfied by any one of `any_of`; `promise_until` is the stage by which a promised one is owed (None: no promise)."""

    code: str
    name: str
    any_of: tuple[Paper, ...]
    due: Due = Due.ACCEPTANCE
    promise_until: Due | None = None
    source: str = ""
    confirmed: bool = False

    @property
    def may_promise(self) -> bool:
        """This function will say whether the paper may follow later on a written promise (容缺)."""
        return self.promise_until is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """缺件: one requirement not met, worded for the one-time notice."""

    code: str
    name: str
    wording: str
    may_promise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """容缺承诺: one paper the applicant promised, and the stage by which it is owed."""

    code: str
    name: str
    due: Due
    wording: str
