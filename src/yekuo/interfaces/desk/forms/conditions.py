"""送电条件: everything RULEBASE 8.11 asks of a case before power may flow, met or not, and where to meet it."""

from dataclasses import dataclass

from yekuo.interfaces.desk.forms.base import FormCase
from yekuo.interfaces.desk.forms.intake import paper_lines
from yekuo.rules.contract import Readiness, energising_problems
from yekuo.rules.engine.guards import readiness

LABELS = {
    "external_works": ("外部(配套)工程验收合格", "accept_external_works"),
    "customer_works": ("客户受电工程检验合格", "conclude_completion_inspection"),
    "contract.customer": ("客户已签供用电合同", "sign_contract"),
    "contract.supplier": ("供电方已签供用电合同", "sign_contract"),
    "dispatch_agreement": ("已签调度协议", "sign_dispatch_agreement"),
    "fees": ("方案列明的费用已结清", "settle_fee"),
    "metering": ("计量点 {} 已装表", "install_meter"),
    "terminal": ("计量点 {} 采集终端已调试", "install_meter"),
    "electricians": ("已登记持证电工", "confirm_safety"),
    "safety": ("送电安全措施已确认", "confirm_safety"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """条件: in words, whether it is met, what is missing, and the address of the form that meets it."""

    label: str
    met: bool
    message: str = ""
    url: str = ""


def conditions_of(case: FormCase) -> list[Condition]:
    """This function will list every condition that applies to the case; those that do not apply are left out."""
    now = readiness(case.books, case.state)
    wanted = _all_open(case, now)
    lacking = {one.field: one.message for one in energising_problems(case.facts, now, table=case.books.contracts)}
    found = [_condition(case, field, lacking) for field in wanted]
    papers = [
        Condition(
            label=f"资料“{line.requirement.name}”已交", met=bool(line.handed),
            message="" if line.handed else f"还缺“{line.requirement.name}”", url=case.deed_url("supply_papers"),
        )
        for line in paper_lines(case)
    ]  # fmt: skip
    return [*found, *papers]


def _all_open(case: FormCase, now: Readiness) -> list[str]:
    """What would be missing if nothing at all had been done: exactly the conditions that apply."""
    nothing = Readiness(
        external_works_accepted=None if now.external_works_accepted is None else False,
        customer_works_passed=None if now.customer_works_passed is None else False,
        contract_signed_by_supplier=False,
        contract_signed_by_customer=False,
        dispatch_agreement_signed=False,
        own_generation=now.own_generation,
        unpaid_fees=("fees",) if case.state.scheme and case.state.scheme.fees else (),
        metering_points=now.metering_points,
    )
    problems = energising_problems(case.facts, nothing, table=case.books.contracts)
    return list(dict.fromkeys(one.field for one in problems))


def _condition(case: FormCase, field: str, lacking: dict[str, str]) -> Condition:
    first, _, number = field.partition(".")
    label, deed = LABELS.get(field) or LABELS[first]
    return Condition(
        label=label.format(number) if number else label.replace("计量点 {} ", "计量点"), met=field not in lacking,
        message=lacking.get(field, ""), url=case.deed_url(deed) if field in lacking else "",
    )  # fmt: skip
