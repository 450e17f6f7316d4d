"""打印: a form of a case becomes a paper with a number, a code and a register row; the same content is the same paper."""

import re
import secrets
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from threading import Lock

import segno
from django.db import transaction

from yekuo.integrations.typesetting import Laid, NotSet, typesetter
from yekuo.operations.casefile import CaseFile, NotFound, read_case
from yekuo.operations.people import REASON_AT_LEAST, REASON_AT_MOST
from yekuo.operations.print_subject import subject_of
from yekuo.records import cases, disclosures, prints, staff, tables
from yekuo.records.models.disclosure import DisclosureKind
from yekuo.records.prints import Copy, Print
from yekuo.records.scope import scope_of
from yekuo.records.sealed import digest_of
from yekuo.rules import powers
from yekuo.rules.actor import SYSTEM, Actor
from yekuo.rules.deeds import BY_EVENT
from yekuo.rules.prints import Form, Sheet, form_of, possible, sheet_of
from yekuo.rules.prints.forms import EDITION
from yekuo.rules.prints.sheet import moment
from yekuo.rules.refusal import Problem, Refused

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 20
"""Twenty of thirty-one signs: 99 bits, not to be guessed at any pace."""
WHOLE_A_DAY = 200
MOST_IN_BATCH = 100
KEPT_IN_MEMORY = 24
PAGE = re.compile(rb"/Type\s*/Page\b")
"""The typesetter writes its pages in the open, so that they can be counted without reading the whole file."""
MASKED_NOTE = "本件已隐去个人信息，不作身份证明。"
WHOLE_NOTE = "本件含完整个人信息，请妥善保管，用后归档或销毁。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """成品: a PDF/A with the name it is saved under and its fingerprint."""

    pdf: bytes
    name: str
    sha256: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """验真结果: what the page behind a code may tell anybody; `changed` says that the case has moved on since."""

    number: str
    form: str
    case: str
    unit: str
    applicant: str
    made_at: datetime
    version: int
    edition: str
    whole: bool
    newer: bool
    changed: bool
    digests: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """可打印: a case of a batch with the forms it has come to; `customer` is masked."""

    case: int
    number: str
    forms: tuple[Form, ...]


def printable(file: CaseFile) -> tuple[Form, ...]:
    """This function will list the forms a case has come to."""
    return possible(file.state, {type(entry.event.body) for entry in file.entries})


def printable_by_customer(file: CaseFile) -> tuple[Form, ...]:
    """This function will list the forms of a case a customer may fetch from the progress page."""
    return tuple(one for one in printable(file) if one.customer)


def print_form(
    *, number: str, form: str, by: Actor, at: datetime, address: str, whole: bool = False, reason: str = ""
) -> Made:
    """This function will make one form of a case and register who got it; Refused, NotFound.

    `address` is where the product is reached, for the code on the paper. A whole copy needs the power to see personal
    data in full and a reason, and leaves a row among the disclosures.
    """
    return _made(((number, form),), by=by, at=at, address=address, whole=whole, reason=reason, batch="")


def print_batch(
    *,
    wanted: Sequence[tuple[str, str]],
    by: Actor,
    at: datetime,
    address: str,
    whole: bool = False,
    reason: str = "",
) -> Made:
    """This function will make exactly the wanted forms, pairs of case number and form, as one PDF/A. Raises Refused."""
    if not wanted or len(wanted) > MOST_IN_BATCH:
        raise Refused(f"一次打印 1 到 {MOST_IN_BATCH} 份，现在选了 {len(wanted)} 份", code="batch")
    if len(set(wanted)) != len(wanted):
        raise Refused("同一份表单选了两次", code="batch")
    return _made(wanted, by=by, at=at, address=address, whole=whole, reason=reason, batch=uuid.uuid4().hex)


def choices(*, numbers: Iterable[str], by: Actor) -> tuple[Choice, ...]:
    """This function will say which forms each of these cases has come to, in the order given; unknown ones are Refused."""
    wanted = list(dict.fromkeys(one.strip().upper() for one in numbers))
    if not wanted or len(wanted) > MOST_IN_BATCH:
        raise Refused(f"一次选 1 到 {MOST_IN_BATCH} 个工单，现在选了 {len(wanted)} 个", code="batch")
    rows = {one.number: one for one in cases.visible_to(scope_of(by)).filter(number__in=wanted)}
    lost = [one for one in wanted if one not in rows]
    if lost:
        raise Refused(f"没有这些工单，或不在您的单位范围内：{'、'.join(lost[:5])}", code="not_found")
    kinds = prints.kinds_of(one.pk for one in rows.values())
    found = []
    for number in wanted:
        row = rows[number]
        done = {BY_EVENT[kind] for kind in kinds.get(row.pk, ()) if kind in BY_EVENT}
        found.append(Choice(case=row.pk, number=number, forms=possible(cases.state_of(row), done)))
    return tuple(found)


def numbers_of(*, keys: Iterable[str], by: Actor) -> tuple[str, ...]:
    """This function will give the numbers of cases ticked in a list, in that order; Refused when one cannot be seen."""
    wanted = list(dict.fromkeys(keys))
    if len(wanted) > MOST_IN_BATCH:
        raise Refused(f"一次选 1 到 {MOST_IN_BATCH} 个工单，现在选了 {len(wanted)} 个", code="batch")
    known = [int(one) for one in wanted if one.isascii() and one.isdigit() and len(one) < 19]
    rows = {one.pk: one.number for one in cases.visible_to(scope_of(by)).filter(pk__in=known)}
    if len(rows) != len(wanted):
        raise Refused("有的工单已经不在您的单位范围内，请回清单重新勾选", code="not_found")
    return tuple(rows[key] for key in known)


# --- making -----------------------------------------------------------------------------------------------------


def _made(
    wanted: Sequence[tuple[str, str]],
    *,
    by: Actor,
    at: datetime,
    address: str,
    whole: bool,
    reason: str,
    batch: str,
) -> Made:
    told = _allowed(by, at, len(wanted), reason) if whole else reason.strip()[:REASON_AT_MOST]
    files: dict[str, CaseFile] = {}
    with transaction.atomic():
        papers = []
        for number, key in wanted:
            file = files.get(number) or read_case(number=number, by=by, at=at)
            files[number] = file
            papers.append(_paper(file, _form(file, key, by, whole), by=by, at=at, address=address, whole=whole))
        if whole:
            _disclosed(papers, files.values(), by=by, at=at, reason=told)
        return _handed(papers, by=by, at=at, reason=told, batch=batch, keep=not whole)


def _allowed(by: Actor, at: datetime, count: int, reason: str) -> str:
    told = reason.strip()
    if not powers.may(by.roles, "reveal_personal", None, table=tables.powers()):
        raise Refused("您的岗位没有“查看完整个人信息”的权限，只能打印隐去个人信息的表单", code="forbidden")
    if not REASON_AT_LEAST <= len(told) <= REASON_AT_MOST:
        message = f"打印完整件请写明理由，{REASON_AT_LEAST} 到 {REASON_AT_MOST} 个字"
        raise Refused(message, problems=(Problem("reason", message),), code="reason")
    if prints.whole_since(by, at - timedelta(days=1)) + count > WHOLE_A_DAY:
        raise Refused(f"一天内最多打印 {WHOLE_A_DAY} 份完整件，请联系管理员", code="too_many")
    return told


def _form(file: CaseFile, key: str, by: Actor, whole: bool) -> Form:
    wanted = form_of(key)
    if wanted is None:
        raise NotFound(key)
    if wanted not in (printable(file) if by.staff else printable_by_customer(file)):
        raise Refused(f"工单 {file.number} 现在还不能打印{wanted.name}", code="not_yet")
    if whole and not wanted.whole:
        raise Refused(f"{wanted.name}是内部单据，没有完整件", code="never_whole")
    return wanted


def _paper(
    file: CaseFile, form: Form, *, by: Actor, at: datetime, address: str, whole: bool
) -> tuple[Print, Sheet, Form]:
    """The registered paper that says what the case says now: the one there is, or a new one."""
    full = sheet_of(form, subject_of(file, whole=form.whole))
    content, copy, edition = _content(full), Copy.WHOLE if whole else Copy.MASKED, _edition()
    sheet = full if whole else sheet_of(form, subject_of(file))
    found = prints.find(case=file.id, form=form.key, copy=copy, content=content, edition=edition)
    version = prints.next_version(case=file.id, form=form.key, content=content)
    if found is None or found.version != version:
        found = prints.keep(
            case=file.id, form=form.key, copy=copy, version=version,
            number=f"{file.number}-{form.code}{version}{'Q' if whole else ''}", edition=edition, seq=file.seq,
            content=content, token="".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)),
            address=address.rstrip("/")[:200], made_at=at, made_by_kind=by.kind.value, made_by=by.person,
            made_by_name=_name(by),
        )  # fmt: skip
    return found, sheet, form


def _content(sheet: Sheet) -> str:
    return digest_of("print", sheet.plain())


def _edition() -> str:
    return f"{EDITION} {typesetter().edition}"


def _name(by: Actor) -> str:
    if not by.staff:
        return "客户自助"
    return staff.names_of((by.person,)).get(by.person, "员工")


def _disclosed(
    papers: Sequence[tuple[Print, Sheet, Form]], files: Iterable[CaseFile], *, by: Actor, at: datetime, reason: str
) -> None:
    """Whoever prints a whole copy has seen the applicant's data, and the place's."""
    by_case = {one.id: one for one in files}
    for paper, _, form in papers:
        state = by_case[paper.case].state
        told = f"打印{form.name}（{paper.number}）：{reason}"[:REASON_AT_MOST]
        disclosures.append(
            kind=DisclosureKind.PRINTED, subject="person", keys=(state.applicant,), case=paper.case, reason=told,
            by=by, at=at,
        )  # fmt: skip
        if state.site:
            disclosures.append(
                kind=DisclosureKind.PRINTED, subject="site", keys=(state.site,), case=paper.case, reason=told, by=by,
                at=at,
            )  # fmt: skip


def _handed(
    papers: Sequence[tuple[Print, Sheet, Form]], *, by: Actor, at: datetime, reason: str, batch: str, keep: bool
) -> Made:
    first, _, form = papers[0]
    key = "" if batch or not keep else first.token
    pdf = _kept(key)
    if pdf is None:
        moved = at if batch else first.made_at
        title = f"批量打印 {len(papers)} 份" if batch else f"{form.name} {first.number}"
        laid = [_laid(paper, sheet) for paper, sheet, _ in papers]
        try:
            pdf = typesetter().set(laid, title=title, author=papers[0][1].company, at=moved)
        except NotSet as error:
            raise Refused("这份表单暂时排不了版，没有打印；请稍后再试，仍不行请告诉管理员", code="not_set") from error
        _keep(key, pdf)
    mark = sha256(pdf).hexdigest()
    pages = len(PAGE.findall(pdf))
    rows = [paper for paper, _, _ in papers]
    prints.hand_out(rows, by=by, at=at, reason=reason, sha256=mark, pages=pages, batch=batch)
    name = f"批量打印-{len(papers)}份-{moment(at)[:10]}.pdf" if batch else f"{form.name}-{first.number}.pdf"
    return Made(pdf=pdf, name=name, sha256=mark, numbers=tuple(one.number for one in rows))


def _laid(paper: Print, sheet: Sheet) -> Laid:
    address = f"{paper.address}/v/{paper.token}/"
    foot = f"第 {paper.version} 版　表式 {paper.edition.split(' ')[0]}　打印 {moment(paper.made_at)}　打印人 {paper.made_by_name}"
    return Laid(
        sheet=sheet.plain(),
        number=paper.number,
        code=spaced(paper.token),
        address=address,
        qr=_qr(address),
        foot=foot,
        note=WHOLE_NOTE if paper.copy == Copy.WHOLE else MASKED_NOTE,
    )


def spaced(token: str) -> str:
    """This function will group a code in fours, for eyes and fingers."""
    return "-".join(token[place : place + 4] for place in range(0, len(token), 4))


def _qr(address: str) -> str:
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", xmldecl=False, svgns=True, border=2)
    return out.getvalue().decode("utf-8")


# --- what was set a moment ago ------------------------------------------------------------------------------------

_memory: OrderedDict[str, bytes] = OrderedDict()
_turn = Lock()


def _kept(key: str) -> bytes | None:
    with _turn:
        if key not in _memory:
            return None
        _memory.move_to_end(key)
        return _memory[key]


def _keep(key: str, pdf: bytes) -> None:
    """Masked papers only: what shows somebody in full is set anew each time and kept nowhere."""
    if not key:
        return
    with _turn:
        _memory[key] = pdf
        while len(_memory) > KEPT_IN_MEMORY:
            _memory.popitem(last=False)


# --- verifying ----------------------------------------------------------------------------------------------------


def check(*, code: str, at: datetime) -> Checked | None:
    """This function will say what anybody holding a paper may know of it; None for a code that stands on none."""
    tidy = "".join(one for one in code.upper() if one not in " -")
    paper = prints.by_token(tidy) if len(tidy) == CODE_LENGTH and set(tidy) <= set(ALPHABET) else None
    form = form_of(paper.form) if paper else None
    if paper is None or form is None:
        return None
    number = paper.number.rsplit("-", 1)[0]
    try:
        file = read_case(number=number, by=SYSTEM, at=at)
    except NotFound:
        return None
    return Checked(
        number=paper.number,
        form=form.name,
        case=file.number,
        unit=file.unit_name,
        applicant=file.applicant.public_name if file.applicant else "",
        made_at=paper.made_at,
        version=paper.version,
        edition=paper.edition.split(" ")[0],
        whole=paper.copy == Copy.WHOLE,
        newer=prints.newer(paper),
        changed=_changed(paper, form, file),
        digests=prints.digests_of(paper),
    )


def _changed(paper: Print, form: Form, file: CaseFile) -> bool:
    """Only a paper of today's edition can be compared: another edition words the same case differently."""
    if paper.edition.split(" ")[0] != EDITION:
        return False
    return form not in printable(file) or _content(sheet_of(form, subject_of(file, whole=form.whole))) != paper.content
