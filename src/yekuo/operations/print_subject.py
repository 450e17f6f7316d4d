"""打印案情: what a form may say of a case, from its file; personal data masked, or whole where a copy demands it."""

import json
from collections.abc import Iterator, Mapping

from yekuo.operations.casefile import CaseFile
from yekuo.records import accounts, applications, persons, prints, sites, units
from yekuo.records.models import Application, Person
from yekuo.records.models.person import ORGANISATIONS, IdType
from yekuo.rules.deeds.oversight import IssueSheet
from yekuo.rules.limits import ClockKind
from yekuo.rules.people import mask_identity, mask_name, mask_organisation
from yekuo.rules.prints import Applicant, Office, Subject, Told
from yekuo.rules.prints.sheet import moment

GONE = "（已删除）"
KEPT_BACK = "（完整件可见）"
FIELDS = ("name", "id_number", "phone", "contact", "legal_person", "agent_name", "agent_number", "agent_phone")
HOTLINE = "95598"


def subject_of(file: CaseFile, *, whole: tuple[str, ...] = ()) -> Subject:
    """This function will read what forms say of a case; `whole` names the personal fields to show in full."""
    filed = applications.newest(file.id)
    unit = units.unit(file.unit)
    above = list(units.ancestors(unit))
    account = accounts.of_case(file.id) if file.state.archive_number else None
    return Subject(
        number=file.number,
        office=Office(
            company=above[0].name if above else unit.name,
            name=unit.name,
            address=unit.address,
            phone=next((one.phone for one in reversed(above) if one.phone), HOTLINE),
        ),
        state=file.state,
        applicant=_applicant(file, filed, whole),
        told=tuple(Told(at=one.event.at, who=one.who, body=one.event.body) for one in file.entries),
        people={role: file.names.get(person, "") for role, person in file.state.people.items()},
        form=filed.form if filed else {},
        materials=file.shelf.books.materials,
        checklists=file.shelf.books.checklists,
        contracts=file.shelf.books.contracts,
        promises=tuple(_promises(file)),
        account=account.number if account else "",
        sheet=_sheet(file),
    )


def _promises(file: CaseFile) -> Iterator[str]:
    """By when, in words that do not move with the hours the case stands still."""
    for one in (timed.clock for timed in file.clocks):
        if one.budget is None:
            continue
        if one.kind is ClockKind.END_TO_END and one.due_at:
            later = "（暂定，放假通知公布后可能调整）" if one.provisional else ""
            yield f"全过程 {one.budget} {one.unit.label}，最迟 {moment(one.due_at)}{later}"
        elif one.kind is ClockKind.UTILITY_SUM:
            yield f"供电企业各环节合计不超过 {one.budget} {one.unit.label}（不含客户办理和政府审批的时间）"


def _sheet(file: CaseFile) -> str:
    """The number of the newest supervision sheet: the register gives it, the log row that issued it does not know it."""
    issued = any(isinstance(entry.event.body, IssueSheet) for entry in file.entries)
    return prints.newest_sheet(file.id) if issued else ""


def _applicant(file: CaseFile, filed: Application | None, whole: tuple[str, ...]) -> Applicant:
    person = persons.person(file.state.applicant)
    if person is None:
        return Applicant()
    if person.erased_at is not None:
        return Applicant(name=GONE, id_type=IdType(person.id_type).label, address=_address(file, whole))
    shown = {field: _shown(person, field, whole) for field in FIELDS}
    invoice = _invoice(filed, whole=bool(whole) and "id_number" in whole)
    return Applicant(
        whole=bool(whole), id_type=IdType(person.id_type).label, address=_address(file, whole), **shown, **invoice
    )


def _shown(person: Person, field: str, whole: tuple[str, ...]) -> str:
    secret = getattr(person, field)
    if not secret:
        return ""
    value: str = secret.open()
    if field in whole:
        return value
    if field == "name":
        return mask_organisation(value) if person.id_type in ORGANISATIONS else mask_name(value)
    return str(secret)


def _address(file: CaseFile, whole: tuple[str, ...]) -> str:
    place = file.site or sites.shown((file.state.site,)).get(file.state.site)
    if place is None:
        return ""
    return place.address if "address" in whole else place.public_address


def _invoice(filed: Application | None, *, whole: bool) -> Mapping[str, str]:
    if filed is None:
        return {}
    text = filed.invoice.open() if filed.invoice else ""
    said: dict[str, str] = json.loads(text) if text else {}
    remark = filed.remark.open() if filed.remark else ""
    if whole:
        return {**said, "remark": remark}
    hidden = {
        "invoice_title": mask_organisation(said.get("invoice_title", "")),
        "invoice_number": mask_identity(said.get("invoice_number", "")),
        "invoice_to": KEPT_BACK if said.get("invoice_to") else "",
    }
    return {**hidden, "remark": KEPT_BACK if remark else ""}
