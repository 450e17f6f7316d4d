"""规则手册: every table the engine asks, opened above and passed down as one value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from yekuo.rules import contract, fees, materials, review
from yekuo.rules.engine.definition import Definition
from yekuo.rules.facts import CustomerClass, Facts
from yekuo.rules.inspection import Checklists
from yekuo.rules.state import CaseState, Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """规则手册: `definitions` holds every published version by its digest, `current` the newest one by process key."""

    definitions: Mapping[str, Definition]
    current: Mapping[str, Definition]
    materials: materials.MaterialTable
    review: review.ReviewTable
    checklists: Checklists
    fees: fees.FeeTable
    region: str = ""

    def definition(self, state: CaseState) -> Definition:
        """This function will return the version the case is pinned to."""
        return self.definitions[state.version]

    def process_for(self, wanted: CustomerClass) -> Definition:
        """This function will choose the process that serves a customer class; LookupError means an incomplete set."""
        for definition in self.current.values():
            if wanted in definition.serves:
                return definition
        raise LookupError(f"没有为 {wanted} 发布流程")
