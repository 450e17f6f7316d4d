"""流转条件: the closed list of named features a definition may ask, and the matching of a condition against them."""

from collections.abc import Callable
from datetime import datetime

from yekuo.rules import materials
from yekuo.rules.calendar import day_of
from yekuo.rules.deeds import inspection, scheme, works
from yekuo.rules.deeds.base import Deed
from yekuo.rules.engine.books import Books
from yekuo.rules.engine.definition import Conditions, Value
from yekuo.rules.state import CaseState

OUTCOMES = (inspection.ConcludeMidInspection, inspection.ConcludeCompletionInspection, works.ReviewDesign)
Feature = Callable[[CaseState, Books, datetime, Deed | None], bool | int | str]


def passed(body: Deed | None) -> bool:
    """This function will say whether the deed just done ended well: an agreement, a passed review or inspection."""
    if isinstance(body, scheme.AnswerScheme):
        return body.agree
    return isinstance(body, OUTCOMES) and body.passed


def notice_met(state: CaseState, books: Books) -> bool:
    """This function will say whether everything a one-time notice asked for is there but what may follow on a promise."""
    handed = tuple(paper.code for paper in state.papers)
    lacking = materials.missing(books.papers_needed(state), handed)
    return not any(one.code in state.missing and not one.may_promise for one in lacking)


def holds(when: Conditions, state: CaseState, books: Books, at: datetime, body: Deed | None = None) -> bool:
    """This function will say whether every named feature equals, or lies among, the wanted value."""
    return all(_fits(wanted, FEATURES[name](state, books, at, body)) for name, wanted in when.items())


def _fits(wanted: Value, found: bool | int | str) -> bool:
    return found in wanted if isinstance(wanted, tuple) else found == wanted


FEATURES: dict[str, Feature] = {
    "filed": lambda s, b, at, d: s.facts is not None,
    "papers_complete": lambda s, b, at, d: notice_met(s, b),
    "accepted": lambda s, b, at, d: s.accepted,
    "energised": lambda s, b, at, d: s.energised,
    "passed": lambda s, b, at, d: passed(d),
    "customer_class": lambda s, b, at, d: s.facts.customer_class.value if s.facts else "",
    "importance": lambda s, b, at, d: s.facts.importance.value if s.facts else "",
    "external_works": lambda s, b, at, d: bool(s.facts and s.facts.external_works),
    "customer_works": lambda s, b, at, d: bool(s.facts and s.facts.customer_works),
    "external_accepted": lambda s, b, at, d: s.external_accepted,
    "replied": lambda s, b, at, d: s.replied_version > 0,
    "agreed": lambda s, b, at, d: s.agreed_version > 0 and s.agreed_version == s.replied_version,
    "review": lambda s, b, at, d: s.review.outcome if s.review else "",
    "review_due": lambda s, b, at, d: bool(b.review_seats(s)),
    "design_review_due": lambda s, b, at, d: bool(s.facts and b.design_review_due(s.facts, day_of(at))),
    "mid_due": lambda s, b, at, d: bool(s.facts and b.mid_inspection_due(s.facts, day_of(at))),
    "mid_passed": lambda s, b, at, d: s.mid_passed,
    "contract_drafted": lambda s, b, at, d: s.contract is not None,
    "contract_signed": lambda s, b, at, d: bool(s.contract and s.contract.signed),
    "dispatch_due": lambda s, b, at, d: b.dispatch_due(s),
    "dispatch_signed": lambda s, b, at, d: bool(s.dispatch_agreement),
    "fees_due": lambda s, b, at, d: bool(b.unpaid(s)),
}
