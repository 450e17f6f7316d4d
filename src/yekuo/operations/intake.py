"""业务受理: an application is kept, its case opened or found, and the filing put on the log, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from yekuo.operations import hall
from yekuo.operations import papers as keeping
from yekuo.operations.application import (
    Application,
    facts_of,
    form_of,
    invoice_of,
    problems,
    read_application,
)
from yekuo.operations.opening import open_case
from yekuo.operations.perform import Receipt, perform
from yekuo.records import accounts, address_queries, applications, files, log, persons, sites, units
from yekuo.records.applications import Kin
from yekuo.records.models import Person, Site
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.calendar import day_of
from yekuo.rules.deeds.base import Paper
from yekuo.rules.deeds.intake import FileApplication, MakeContact
from yekuo.rules.facts import Business
from yekuo.rules.refusal import Problem, Refused

__all__ = [
    "CHANNELS",
    "Application",
    "DraftKept",
    "Source",
    "drop_draft",
    "facts_of",
    "file_application",
    "keep_draft",
    "problems",
    "read_application",
    "read_draft",
    "similar",
]  # fmt: skip

CHANNELS = {
    "counter": "营业厅",
    "web": "网上",
    "phone": "电话",
    "95598": "95598 热线",
    "visit": "上门",
    "agent": "代办",
    "government": "政务服务平台",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """来源: the ticket of 95598 or another system and when the customer called there; the number taken in a hall."""

    number: str = ""
    at: datetime | None = None
    note: str = ""
    ticket: int | None = None


NO_SOURCE = Source()
KIN_FOR = timedelta(days=30)
DRAFT_AT_MOST = 100_000
KEY_AT_MOST = 64


def file_application(
    *,
    application: Application,
    papers: Sequence[Paper],
    channel: str,
    by: Actor,
    at: datetime,
    key: str,
    unit: int,
    case: int | None = None,
    draft: str = "",
    source: Source = NO_SOURCE,
) -> Receipt:
    """This function will file an application: for a case that waits for it, or for a new one opened here.

    The same key again returns the first receipt. `draft` names the draft to let go. Raises Refused with every problem
    by field, and then has kept and opened nothing. `source` says where a new case came from.
    """
    _check(application, channel, key, at)
    with transaction.atomic():
        log.one_at_a_time(f"file:{by.kind.value}:{by.person}:{key}")
        mark = f"{by.kind.value}:{by.person}:{key}"
        filed = applications.by_key(mark)
        doer = _doer(by, application)
        target = filed.case if filed else case or _open(unit, channel, doer, at, key, source)
        person = persons.keep(application.person, at=at)
        site = sites.keep(application.site, at=at)
        if filed is None:
            _check_account(application, person, but=target)
        receipt = perform(
            case=target, deed=_deed(application, papers, channel, person, site, at), by=doer, at=at, key=key
        )
        if filed is None:
            keeping.bind(papers, case=target, by=by)
            _keep(application, person, site, channel, by, at, mark, target, unit)
            kin = _kin(person, site, at=at, but=target)
            applications.link(target, kin, at=at)
            address_queries.followed(key=key, at=at)
            if source.ticket is not None:
                hall.bind(ticket=source.ticket, case=target, by=by, at=at)
        if draft:
            files.drop_draft(by=by, form=draft)
    return receipt


def _check(application: Application, channel: str, key: str, at: datetime) -> None:
    if not 8 <= len(key) <= KEY_AT_MOST:
        raise Refused(f"提交编号应为 8 到 {KEY_AT_MOST} 个字符", code="bad_key")
    if channel not in CHANNELS:
        raise Refused("不认识的受理渠道", problems=(Problem("channel", "请选择受理渠道"),), code="form")
    found = problems(application, on=day_of(at))
    if found:
        raise Refused("申请表还有需要改的地方", problems=found, code="form")


def _check_account(application: Application, person: Person, *, but: int) -> None:
    """An account of ours is increased by its own holder; one we do not know (an older system's) is a clerk's to check."""
    if application.business is not Business.INCREASE or not application.account_number.strip():
        return
    account = accounts.by_number(application.account_number)
    if account is None:
        return
    same = persons.same_applicant(person)
    if account.person not in same:
        message = "户号与用电人不符，请核对；换了用电人的，请先办理过户"
        raise Refused(message, problems=(Problem("account_number", message),), code="form")
    if application.existing != account.capacity:
        message = f"户号 {account.number} 现在的容量是 {account.capacity.normalize():f}，请核对原有容量"
        raise Refused(message, problems=(Problem("existing", message),), code="form")
    other = applications.open_increase(account.number, persons=same, but=but)
    if other:
        message = f"户号 {account.number} 已有在途的增容工单 {other}，请在那一件里变更容量"
        raise Refused(message, problems=(Problem("account_number", message),), code="form")


def _doer(by: Actor, application: Application) -> Actor:
    """Whoever applies for somebody else is an agent in the log."""
    if by.kind is ActorKind.CUSTOMER and application.situation.agent:
        return replace(by, kind=ActorKind.AGENT, roles=("agent",))
    return by


def _open(unit: int, channel: str, by: Actor, at: datetime, key: str, source: Source) -> int:
    where = units.unit(unit)
    if not where.active:
        raise Refused("这个单位已停用，请重新选择", problems=(Problem("unit", "请重新选择所在地区"),), code="form")
    contact = MakeContact(
        channel=channel, note=source.note.strip(), source_number=source.number.strip(), source_at=source.at
    )
    return open_case(unit=unit, place=units.place_of(where), deed=contact, by=by, at=at, key=f"{key}.open").case


def _deed(
    application: Application, papers: Sequence[Paper], channel: str, person: Person, site: Site, at: datetime
) -> FileApplication:
    return FileApplication(
        channel=channel,
        facts=facts_of(application, on=day_of(at)),
        applicant=person.pk,
        applicant_digest=person.digest,
        site=site.pk,
        site_digest=site.digest,
        situation=application.situation,
        papers=tuple(papers),
        wanted_on=application.wanted_on,
        signs_standard_contract=application.signs_standard_contract,
    )


def _keep(
    application: Application,
    person: Person,
    site: Site,
    channel: str,
    by: Actor,
    at: datetime,
    mark: str,
    case: int,
    unit: int,
) -> None:
    applications.file(
        case=case,
        person=person,
        site=site,
        unit=unit,
        form=form_of(application),
        invoice=invoice_of(application),
        remark=application.remark.strip(),
        channel=channel,
        by=by,
        at=at,
        key=mark,
    )


def _kin(person: Person, site: Site, *, at: datetime, but: int = 0) -> tuple[Kin, ...]:
    return applications.near(
        persons=persons.same_applicant(person), sites=sites.same_address(site), since=at - KIN_FOR, but=but
    )


def similar(*, id_number: str = "", address: str = "", at: datetime, but: int = 0) -> tuple[Kin, ...]:
    """This function will list cases of this applicant or address, open or ended within 30 days, to warn a clerk.

    It tells numbers and dates only, and no customer is ever shown it.
    """
    people = persons.numbered(id_number)
    return applications.near(persons=people, sites=sites.keys_found(address), since=at - KIN_FOR, but=but)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftKept:
    """草稿: the text as it was kept, and when."""

    content: str
    kept_at: datetime


def keep_draft(*, by: Actor, form: str, content: str, at: datetime) -> None:
    """This function will keep how far somebody got with a form, sealed. Raises Refused when it is too long."""
    if len(content) > DRAFT_AT_MOST:
        raise Refused("填写的内容太长，请删减后再试", code="too_long")
    files.keep_draft(by=by, form=form[:60], content=content, at=at)


def read_draft(*, by: Actor, form: str) -> DraftKept | None:
    """This function will give what somebody kept of a form; nobody else's."""
    found = files.draft(by=by, form=form[:60])
    return DraftKept(content=found.content.open(), kept_at=found.kept_at) if found else None


def drop_draft(*, by: Actor, form: str) -> None:
    """This function will let a draft go."""
    files.drop_draft(by=by, form=form[:60])
