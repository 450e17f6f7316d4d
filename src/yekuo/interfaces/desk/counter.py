"""受理台: an application filed for a customer who stands at the counter, calls or is visited."""

import json
import re
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_http_methods

from yekuo.interfaces.desk import hall
from yekuo.interfaces.desk.counter_form import Counter, CounterForm
from yekuo.interfaces.desk.counter_holder import completed, started
from yekuo.interfaces.desk.counter_lookup import account_shown
from yekuo.interfaces.desk.deeds import KEY_LENGTH
from yekuo.interfaces.desk.reader import Reader, case_file, desk, must
from yekuo.interfaces.desk.rows import rows_of
from yekuo.interfaces.look.forms import accepted, refuse
from yekuo.operations.application import facts_of
from yekuo.operations.grids.nearby import Guidance, ask
from yekuo.operations.intake import (
    Application,
    Source,
    drop_draft,
    file_application,
    keep_draft,
    problems,
    read_application,
    read_draft,
    similar,
)
from yekuo.operations.papers import store_paper
from yekuo.records import tables, units, worklist
from yekuo.records.hall import cases_of_source
from yekuo.rules import materials
from yekuo.rules.calendar import day_of
from yekuo.rules.deeds.base import Paper
from yekuo.rules.facts import Business, CustomerKind
from yekuo.rules.materials import Missing, Requirement, needed
from yekuo.rules.refusal import Refused
from yekuo.rules.wishes import Wish

DRAFT = "counter"
LOAD = re.compile(r"(?=.*[1-9])[0-9]{1,6}(\.[0-9]{1,2})?")


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def new(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will take an application in: check, keep a draft, warn of similar cases, and file it."""
    must(reader, "file_application", "提交申请")
    if request.method != "POST":
        return _fresh(request, reader)
    if request.POST.get("wish") == "forget":
        drop_draft(by=reader.actor, form=DRAFT)
        return redirect("desk:new")
    return _sent(request, reader)


def _fresh(request: HttpRequest, reader: Reader) -> HttpResponse:
    kept = read_draft(by=reader.actor, form=DRAFT)
    told = started(request.GET.dict(), reader.scope)
    if kept is None:
        form = CounterForm(counter=_counter(reader), units=_units(reader), initial=told)
        return _page(request, reader, form, key=uuid.uuid4().hex)
    data, key = _restored(kept.content)
    for name, value in told.items():
        data.setlist(name, [value])
    form = _bound(data, MultiValueDict(), reader)
    form.full_clean()
    form.errors.clear()
    return _page(request, reader, form, key=key, kept_at=kept.kept_at)


def _sent(request: HttpRequest, reader: Reader) -> HttpResponse:
    key = _key(request.POST.get("key", ""))
    data = request.POST.copy()
    gone = data.get("remove", "")
    for name in [one for one in data if one.endswith(".kept")]:
        data.setlist(name, [token for token in data.getlist(name) if token != gone])
    form = _bound(data, request.FILES, reader)
    form.full_clean()
    if request.POST.get("wish") == "file" and not gone:
        return _file(request, reader, form, key)
    _keep(reader, form, key)
    if request.POST.get("wish") == "capacity":
        number = urlencode({"account_number": form.cleaned_data.get("account_number", "")})
        return redirect(f"{reverse('desk:capacity')}?{number}")
    _read(form, reader)
    return _page(request, reader, form, key=key, checked=True)


def _file(request: HttpRequest, reader: Reader, form: CounterForm, key: str) -> HttpResponse:
    unit = form.cleaned_data.get("unit", "")
    found = _read(form, reader)
    if unit not in dict(form.fields["unit"].choices):  # type: ignore[attr-defined]
        form.add_error("unit", "请选择受理单位")
    if form.cleaned_data.get("channel") == "95598" and not form.cleaned_data.get("source_number"):
        form.add_error("source_number", "95598 转来的请填写来源工单号")
    if found is None or form.errors:
        _keep(reader, form, key)
        return _page(request, reader, form, key=key, checked=True)
    try:
        receipt = file_application(
            application=found, papers=form.papers, channel=form.cleaned_data.get("channel", ""), by=reader.actor,
            at=reader.at, key=key, unit=int(unit), draft=DRAFT, source=_source(request, reader, form),
        )  # fmt: skip
    except Refused as refused:
        refuse(form, refused)
        _keep(reader, form, key)
        return _page(request, reader, form, key=key, checked=True)
    return _filed(request, reader, receipt.number)


def _source(request: HttpRequest, reader: Reader, form: CounterForm) -> Source:
    """The number in hand at the clerk's window is tied to the case only when the page said that it is this customer's."""
    _, held = hall.current(reader)
    mine = held is not None and request.POST.get("ticket") == str(held.key)
    return Source(
        number=form.cleaned_data.get("source_number", ""), at=form.cleaned_data.get("source_at"),
        ticket=held.key if held is not None and mine else None,
    )  # fmt: skip


def _filed(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """What comes next: accept at once when nothing is in the way, else the one notice of all that is missing."""
    file = case_file(reader, number)
    complete = all(one.may_promise for one in file.missing())
    following = "accept_application" if complete else "issue_notice"
    word = "资料齐备，可以受理" if complete else "还有不能容缺的资料，请出具一次性告知书"
    accepted(request, f"已登记申请，编号 {number}。{word}。", draft=DRAFT)
    if file.may(following) and reader.may(following):
        return redirect("desk:deed", number=number, deed=following)
    return redirect("desk:case", number=number)


# --- reading the form -----------------------------------------------------------------------------------------


def _bound(data: Any, files: Any, reader: Reader) -> CounterForm:
    """Two looks: the first reads the wish, the second asks for the papers that wish needs."""
    first = CounterForm(data, None, counter=_counter(reader), units=_units(reader))
    first.full_clean()
    return CounterForm(data, files, counter=_counter(reader), units=_units(reader), needed=_needed(first, reader))


def _whole(form: CounterForm, reader: Reader) -> dict[str, object]:
    return completed(form.typed, tail=str(form.cleaned_data.get("holder_tail") or ""), scope=reader.scope)


def _needed(form: CounterForm, reader: Reader) -> tuple[Requirement, ...]:
    try:
        application = read_application(_whole(form, reader))
    except Refused:
        return _needed_of_kind(form, reader)
    return _requirements(application, reader)


STAND_IN = {"name": "某", "id_number": "某", "phone": "某", "address": "某", "load_kw": "8"}


def _needed_of_kind(form: CounterForm, reader: Reader) -> tuple[Requirement, ...]:
    """Before the form is complete, what its choices alone ask for."""
    chosen = {name: form.typed.get(name) for name in ("business", "kind", "tenant", "agent_name", "voltage", "sources")}
    try:
        application = read_application({**STAND_IN, "id_type": "resident_id", **{k: v for k, v in chosen.items() if v}})
        return _requirements(application, reader)
    except Refused:
        return ()


def _requirements(application: Application, reader: Reader) -> tuple[Requirement, ...]:
    facts = facts_of(application, on=day_of(reader.at))
    return needed(facts, application.situation, table=tables.materials())


def _read(form: CounterForm, reader: Reader) -> Application | None:
    """The application with every problem at its field, None when it cannot even be read."""
    try:
        found = read_application(_whole(form, reader))
        wrong = problems(found, on=day_of(reader.at))
    except Refused as refused:
        refuse(form, refused)
        return None
    if wrong:
        refuse(form, Refused("申请表还有需要改的地方", problems=wrong))
    return found


def _counter(reader: Reader) -> Counter:
    def keep(upload: "UploadedFile[Any]", code: str) -> Paper:
        return store_paper(
            content=upload.read(), name=str(upload.name or "资料"), code=code, by=reader.actor, at=reader.at
        )

    return Counter(person=reader.actor.person, keep_paper=keep)


def _units(reader: Reader) -> list[tuple[int, str]]:
    """Where an application may be filed: the reader's unit and those below it that serve customers themselves."""
    found = [one for one in units.descendants(units.unit(reader.actor.unit)) if one.active]
    serving = [one for one in found if one.kind in ("county", "station")] or found
    return [(one.pk, one.name) for one in serving]


# --- the draft ------------------------------------------------------------------------------------------------


def _keep(reader: Reader, form: CounterForm, key: str) -> None:
    """Everything typed and every token of an upload, sealed; a clerk may be called away at any moment."""
    sent = dict(form.data.lists()) if isinstance(form.data, MultiValueDict) else {}
    data = {name: values for name, values in sent.items() if name in form.base_fields}
    for bound in form.uploads:
        data[f"{bound.html_name}.kept"] = list(bound.tokens)  # type: ignore[attr-defined]
    content = json.dumps({"key": key, "data": data}, ensure_ascii=False)
    try:
        keep_draft(by=reader.actor, form=DRAFT, content=content, at=reader.at)
    except Refused as refused:
        form.add_error(None, f"{refused.message}；草稿没有保存，填的内容还在页面上")


def _restored(content: str) -> tuple["MultiValueDict[str, Any]", str]:
    found = json.loads(content)
    return MultiValueDict(found["data"]), _key(str(found["key"]))


def _key(sent: str) -> str:
    return sent if len(sent) == KEY_LENGTH and sent.isascii() and sent.isalnum() else uuid.uuid4().hex


# --- the page -------------------------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    reader: Reader,
    form: CounterForm,
    *,
    key: str,
    checked: bool = False,
    kept_at: Any = None,
    status: int = 200,
) -> HttpResponse:
    number = str(form["account_number"].value() or "")
    seat, held = hall.current(reader)
    context = {
        "seat": seat,
        "held": held,
        "for_ticket": request.method != "POST" or (held is not None and request.POST.get("ticket") == str(held.key)),
        "account": account_shown(number, reader.scope) if number else None,
        "form": form,
        "key": key,
        "checked": checked,
        "kept_at": kept_at,
        "missing": _missing(form) if form.is_bound else (),
        "similar": _similar(reader, form) if form.is_bound else (),
        "guidance": _guidance(reader, form, key) if checked else None,
        "at": reader.at,
    }
    return render(request, "desk/new.html", context, status=status)


def _guidance(reader: Reader, form: CounterForm, key: str) -> Guidance | None:
    """What the clerk may tell the customer about supply at this address; None until unit, address and size stand."""
    typed = {name: str(form.cleaned_data.get(name) or "") for name in ("unit", "area", "address", "kind", "load_kw")}
    if not typed["address"] or typed["kind"] not in set(CustomerKind):
        return None
    if typed["unit"] not in {str(each) for each, _ in _units(reader)} or not LOAD.fullmatch(typed["load_kw"]):
        return None
    wish = Wish(business=Business.NEW, kind=CustomerKind(typed["kind"]), load_kw=Decimal(typed["load_kw"]))
    address = typed["area"] + typed["address"]
    return ask(unit=int(typed["unit"]), address=address, wish=wish, channel="counter", key=key, at=reader.at)


def _missing(form: CounterForm) -> tuple[Missing, ...]:
    return materials.missing(form.needed, (paper.code for paper in form.papers))


def _similar(reader: Reader, form: CounterForm) -> Sequence[Any]:
    """Cases of the same applicant or address within the reader's reach; a person judges whether they are the same."""
    typed = form.cleaned_data
    number, address = str(typed.get("id_number") or ""), str(typed.get("address") or "")
    area = str(typed.get("area") or "")
    kin = similar(id_number=number, address=area + address if address else "", at=reader.at)
    called = cases_of_source(str(typed.get("source_number") or ""))
    return rows_of(reader, worklist.by_keys(reader.scope, {*(one.case for one in kin), *called}))
