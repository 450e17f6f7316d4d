"""规则手册: every table the engine asks, opened above and passed down as one value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from yekuo.rules import contract, fees, review, scheme
from yekuo.rules.engine.definition import Definition
from yekuo.rules.facts import CustomerClass, Facts
from yekuo.rules.inspection import Checklists
from yekuo.rules.materials import MaterialTable, Requirement, needed
from yekuo.rules.metering import MeteringTable
from yekuo.rules.state import CaseState, Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """规则手册: `definitions` holds every published version by its digest, `current` the newest one by process key."""

    definitions: Mapping[str, Definition]
    current: Mapping[str, Definition]
    materials: MaterialTable
    reviews: review.ReviewTable
    checklists: Checklists
    fees: fees.FeeTable
    schemes: scheme.SchemeTable
    contracts: contract.ContractTable
    metering: MeteringTable

    def definition(self, state: CaseState) -> Definition:
        """This function will return the version the case is pinned to."""
        return self.definitions[state.version]

    def process_for(self, wanted: CustomerClass) -> Definition:
        """This function will choose the process that serves a customer class; LookupError means an incomplete set."""
        for definition in self.current.values():
            if wanted in definition.serves:
                return definition
        raise LookupError(f"没有为 {wanted} 发布流程")

    def review_seats(self, state: CaseState) -> tuple[Seat, ...]:
        """This function will seat the members who must agree to the scheme; none where it is only put on record."""
        plan = review.plan(state.facts, table=self.reviews) if state.facts else None
        if plan is None or plan.record_only:
            return ()
        return tuple(Seat(member=member.role.value, days=member.days) for member in plan.members)

    def informed(self, state: CaseState) -> tuple[str, ...]:
        """This function will list the roles the scheme is put on record with, without waiting for them (备案)."""
        plan = review.plan(state.facts, table=self.reviews) if state.facts else None
        return tuple(member.role.value for member in plan.members) if plan and plan.record_only else ()

    def design_review_due(self, facts: Facts, on: date) -> bool:
        """This function will say whether the design must be reviewed on that day (RULEBASE 8.10)."""
        return review.needs_design_review(facts, on, table=self.reviews)

    def mid_inspection_due(self, facts: Facts, on: date) -> bool:
        """This function will say whether a mid-inspection is due on that day (RULEBASE 8.10)."""
        return review.needs_mid_inspection(facts, on, table=self.reviews)

    def dispatch_due(self, state: CaseState) -> bool:
        """This function will say whether a dispatch agreement has to be signed before energising."""
        if state.facts is None:
            return False
        generation = bool(state.scheme and state.scheme.own_generation)
        return contract.dispatch_due(state.facts, own_generation=generation, table=self.contracts)

    def unpaid(self, state: CaseState) -> tuple[scheme.FeeLine, ...]:
        """This function will list the fee lines of the scheme that are not paid in full."""
        if state.scheme is None:
            return ()
        paid: dict[tuple[str, int], Decimal] = {}
        for one in state.fees_paid:
            paid[one.item, one.source] = paid.get((one.item, one.source), Decimal(0)) + one.amount
        return tuple(line for line in state.scheme.fees if paid.get((line.item, line.source), Decimal(0)) < line.amount)

    def papers_needed(self, state: CaseState) -> tuple[Requirement, ...]:
        """This function will list everything the application needs from first to last."""
        return needed(state.facts, state.situation, table=self.materials) if state.facts else ()
