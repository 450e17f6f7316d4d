"""表单目录: the forms by their names (RULEBASE 8.14), when each becomes possible, who gets it, and what it shows in full."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from yekuo.rules.deeds.base import Deed
from yekuo.rules.deeds.inspection import ConcludeCompletionInspection, ConcludeMidInspection
from yekuo.rules.deeds.intake import IssueNotice
from yekuo.rules.deeds.oversight import IssueSheet
from yekuo.rules.deeds.works import ReviewDesign
from yekuo.rules.prints import closing, inspection, intake, oversight, scheme
from yekuo.rules.prints.sheet import Block, Sheet
from yekuo.rules.prints.subject import Subject
from yekuo.rules.state import CaseState

EDITION = "2026-2"
"""表式版本: raised whenever what a form says or how it looks changes; an old print keeps the one it was made with."""

WHO = ("name", "address")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """表单: `code` stands in the paper's number; `ready` says from the state and the deeds done whether it can be printed; `build` makes its blocks.

    `whole` are the personal fields a copy handed to the customer must show in full; every other copy is masked, and a
    form that names none is never handed to a customer.
    `customer` says that customers may fetch it themselves, masked, from their progress page.
    """

    key: str
    code: str
    name: str
    ready: Callable[[CaseState, frozenset[type[Deed]]], bool]
    build: Callable[[Subject], tuple[Block, ...]]
    whole: tuple[str, ...] = WHO
    customer: bool = False


EVERYTHING = (
    "name", "id_number", "phone", "contact", "legal_person", "agent_name", "agent_number", "agent_phone", "address",
)  # fmt: skip

FORMS: dict[str, Form] = {
    one.key: one
    for one in (
        Form(
            key="application", code="SQ", name="用电申请单", build=intake.application, whole=EVERYTHING,
            ready=lambda state, done: state.facts is not None,
        ),
        Form(
            key="notice", code="GZ", name="一次性告知书", build=intake.notice, customer=True,
            ready=lambda state, done: IssueNotice in done,
        ),
        Form(
            key="receipt", code="HZ", name="受理回执", build=intake.receipt, customer=True,
            ready=lambda state, done: state.accepted,
        ),
        Form(
            key="survey", code="KC", name="现场勘查单", build=scheme.survey, whole=("name", "phone", "contact", "address"),
            ready=lambda state, done: state.survey is not None,
        ),
        Form(
            key="reply", code="DF", name="供电方案答复单", build=scheme.reply, whole=("name", "phone", "contact", "address"),
            customer=True, ready=lambda state, done: state.replied_version > 0,
        ),
        Form(
            key="design", code="SC", name="设计审查意见单", build=scheme.design, customer=True,
            ready=lambda state, done: ReviewDesign in done,
        ),
        Form(
            key="mid", code="ZJ", name="中间检查意见单", build=inspection.mid, customer=True,
            ready=lambda state, done: ConcludeMidInspection in done,
        ),
        Form(
            key="rectify", code="ZG", name="整改通知单", build=inspection.rectify, customer=True,
            ready=lambda state, done: bool(state.defects),
        ),
        Form(
            key="completion", code="JG", name="竣工检验意见单", build=inspection.completion, customer=True,
            ready=lambda state, done: ConcludeCompletionInspection in done,
        ),
        Form(
            key="contract", code="HT", name="供用电合同", build=closing.contract, whole=("name", "id_number", "phone", "address"),
            ready=lambda state, done: state.contract is not None,
        ),
        Form(
            key="metering", code="ZB", name="电能计量装接单", build=closing.metering,
            ready=lambda state, done: bool(state.meters),
        ),
        Form(
            key="energise", code="SD", name="新装(增容)送电单", build=closing.energising, customer=True,
            ready=lambda state, done: state.energised,
        ),
        Form(
            key="supervision", code="DB", name="督办单", build=oversight.supervision, whole=(),
            ready=lambda state, done: IssueSheet in done,
        ),
    )
}  # fmt: skip


def form_of(key: str) -> Form | None:
    """This function will find a form by its key."""
    return FORMS.get(key)


def possible(state: CaseState, done: Iterable[type[Deed]]) -> tuple[Form, ...]:
    """This function will list the forms that what has happened so far makes possible, in the order of the process."""
    kinds = frozenset(done)
    return tuple(one for one in FORMS.values() if one.ready(state, kinds))


def sheet_of(form: Form, subject: Subject) -> Sheet:
    """This function will fill in a form."""
    return Sheet(
        form=form.key,
        title=titled(form, subject),
        number=subject.number,
        company=subject.office.company,
        unit=subject.office.name,
        blocks=form.build(subject),
    )


def titled(form: Form, subject: Subject) -> str:
    """This function will give the heading of the paper: the name with its business or kind of contract."""
    if form.key == "energise":
        return closing.energising_title(subject)
    return closing.contract_title(subject) if form.key == "contract" else form.name
