"""申请用电: five short pages, each kept as it is left; the last files the application, once however often it is sent."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yekuo.interfaces.customer import answers as drafts
from yekuo.interfaces.customer import uploads, words
from yekuo.interfaces.customer.answers import FORM, STEPS, Answers, Told, application_of, page_form, told
from yekuo.interfaces.customer.apply_forms import CheckPage, Page
from yekuo.interfaces.customer.at_address import at_address, count_question
from yekuo.interfaces.customer.counted import Counted, counted, plain
from yekuo.interfaces.customer.front import (
    by,
    customer_only,
    own_case,
    phone_of,
    serving,
    show,
    typed_before,
)
from yekuo.interfaces.customer.links import link_to
from yekuo.interfaces.customer.papers_shown import standard_contract
from yekuo.interfaces.customer.progress import progress
from yekuo.interfaces.customer.promises import first_answer, paper_row, promises
from yekuo.interfaces.customer.session import own_phone
from yekuo.interfaces.customer.summary import PAIRS
from yekuo.interfaces.look import clock
from yekuo.interfaces.look.forms import accepted, refuse
from yekuo.operations.application import facts_of
from yekuo.operations.books import Shelf, open_shelf
from yekuo.operations.intake import drop_draft, file_application, keep_draft, read_draft
from yekuo.operations.papers import remove_paper
from yekuo.operations.starting import begin_application, give_up_application, own_accounts
from yekuo.records import applications, cases, sites, units
from yekuo.records.scope import scope_of
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import day_of
from yekuo.rules.facts import Voltage
from yekuo.rules.materials import Requirement, missing, needed
from yekuo.rules.refusal import Refused
from yekuo.rules.state import Status

NAMES = [name for name, _ in STEPS]
TITLES = dict(STEPS)


def _load(actor: Actor) -> tuple[Answers, datetime | None]:
    kept = read_draft(by=actor, form=FORM)
    return (drafts.read(kept.content), kept.kept_at) if kept else (drafts.fresh(), None)


def _save(actor: Actor, kept: Answers, at: datetime) -> None:
    keep_draft(by=actor, form=FORM, content=kept.written(), at=at)


def _said(kept: Answers, on: date) -> Told:
    return told(kept, on=on, units=serving())


@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """This function will open the first page that still wants something; answers given before begin a new application."""
    actor, at = by(request), clock.now(request)
    kept, kept_at = _load(actor)
    said = request.POST if request.method == "POST" else typed_before(request, quietly=True)
    if said and kept_at is None:
        kept, kept_at = drafts.begun(kept, said), at
        _save(actor, kept, at)
    elif said:
        messages.info(request, "您有一份没填完的申请，接着填它。要按刚才选的重新来，请先在“我的申请”里点“不要了”。")
    if kept_at is None or (said and not kept.page("who").get("name")):
        return redirect("customer:apply_page", "who")
    unfinished = _said(kept, day_of(clock.now(request))).unfinished
    return redirect("customer:apply_page", unfinished[0] if unfinished else "papers")


@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
def apply_page(request: HttpRequest, page: str) -> HttpResponse:
    """This function will show one page of the application, or keep it and go on (or back)."""
    if page == "papers":
        return _papers(request)
    if page == "check":
        return _check(request)
    if page not in NAMES:
        raise Http404
    return _words(request, page)


def _words(request: HttpRequest, page: str) -> HttpResponse:
    actor, at = by(request), clock.now(request)
    kept, kept_at = _load(actor)
    again = typed_before(request) if request.method == "GET" else None
    data = _with_account(request, page) if request.method == "POST" else again
    form = page_form(page, kept, on=day_of(at), units=serving(), data=data, initial=_known(request, page))
    if request.method == "POST":
        kept = kept.with_page(page, _raw(form, data or {}))
        _save(actor, kept, at)
        if page == "where":
            count_question(kept, at=at)
        if request.POST.get("go") == "back":
            return redirect("customer:apply_page", NAMES[max(0, NAMES.index(page) - 1)])
        if request.POST.get("go") not in ("count", "look") and form.is_valid() and _begun(request, page, form):
            return redirect("customer:apply_page", NAMES[NAMES.index(page) + 1])
        if request.POST.get("go") == "count":
            form, kept = _counted(request, form, kept, at)
    return show(request, "apply_page", _page_context(request, page, form, kept, kept_at))


def _begun(request: HttpRequest, page: str, form: Page) -> bool:
    """Who has said where they want power has made contact; that is written down now, however the form ends."""
    if page != "where":
        return True
    actor, at = by(request), clock.now(request)
    kept, _ = _load(actor)
    try:
        case = begin_application(
            unit=int(form.cleaned_data["unit"]), by=actor, at=at, key=f"{kept.key[:40]}.begin", case=kept.case
        )
    except Refused as refused:
        refuse(form, refused)
        return False
    _save(actor, replace(kept, case=case), at)
    return True


def _counted(request: HttpRequest, form: Page, kept: Answers, at: datetime) -> tuple[Page, Answers]:
    """The page again with the kilowatts the appliances amount to filled in, and without complaints."""
    sums = _sums(form, request.POST, at)
    typed = {**kept.page("what"), **({"load_kw": sums.load} if sums.load else {})}
    kept = kept.with_page("what", typed)
    _save(by(request), kept, at)
    return page_form("what", kept, on=day_of(at), units=serving(), initial=typed), kept


def _sums(form: Page, typed: Mapping[str, str], at: datetime) -> Counted:
    use = str(form["use"].value() or ("life" if form.told.get("kind") == "resident" else "other"))
    return counted(use, typed, on=day_of(at))


def _with_account(request: HttpRequest, page: str) -> Mapping[str, str]:
    """What was sent; where an account of the customer's own was picked, with its number and capacity filled in."""
    typed = request.POST.copy()
    picked = typed.get("own", "") if page == "what" and typed.get("business") == "increase" else ""
    found = next((one for one in own_accounts(by(request)) if one.number == picked), None) if picked else None
    if found is not None:
        typed["account"], typed["existing"] = found.number, plain(found.capacity)
        if found.voltage >= Voltage.KV10:
            typed["high_voltage"] = "yes"
    return typed


def _raw(form: Page, typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed into the fields of the page, as typed; nothing else, and no endless text."""
    return {name: str(typed.get(name, ""))[:1000].replace("\x00", "") for name in form.fields}


def _known(request: HttpRequest, page: str) -> dict[str, str]:
    return {"phone": own_phone(request)} if page == "who" else {}


def _page_context(
    request: HttpRequest, page: str, form: Page, kept: Answers, kept_at: datetime | None
) -> dict[str, Any]:
    context: dict[str, Any] = {
        "page": page, "number": NAMES.index(page) + 1, "title": TITLES[page], "form": form, "kept_at": kept_at,
    }  # fmt: skip
    if page in ("where", "what"):
        context["guidance"] = at_address(kept, at=clock.now(request))
    if page == "what":
        home = kept.page("who").get("kind") == "resident"
        context["sums"] = _sums(form, request.POST, clock.now(request))
        context["own"] = _own_rows(request, form)
        context["load_hint"] = (
            "普通家庭一般 8 千瓦" if home else "店铺按电器加一加"
        ) + "；增容只填要增加的，现有的不算"
        context["high_open"] = _high_open(form)
    return context


def _own_rows(request: HttpRequest, form: Page) -> list[dict[str, Any]]:
    """The customer's own accounts to choose from, with where they are and how much they have."""
    found = own_accounts(by(request))
    places = sites.shown(one.site for one in found)
    chosen = str(form["account"].value() or "")
    return [
        {
            "number": one.number,
            "place": places[one.site].public_address if one.site in places else "",
            "size": f"{plain(one.capacity)} {'千伏安' if one.voltage >= Voltage.KV10 else '千瓦'}",
            "chosen": one.number == chosen,
        }
        for one in found
    ]


def _high_open(form: Page) -> bool:
    names = ("high_voltage", "transformers_kva", "sources", "importance", "special_load")
    usual = {"auto", "", "1", "ordinary", "no", "None"}
    there = [name for name in names if name in form.fields]
    return any(form.errors.get(name) or str(form[name].value() or "") not in usual for name in there)


# --- papers ---------------------------------------------------------------------------------------------------


def _wanted(said: Told, shelf: Shelf, on: date) -> tuple[Requirement, ...]:
    application = application_of(said)
    return needed(facts_of(application, on=on), application.situation, table=shelf.books.materials)


def _rows(
    actor: Actor, kept: Answers, wanted: tuple[Requirement, ...], wrong: uploads.Taken | None = None
) -> tuple[list[uploads.Row], list[Any]]:
    """What is uploaded now, and what is wanted only later."""
    waiting = uploads.waiting(actor, kept.files)
    address = reverse("customer:file", args=[0]).replace("0", "{}")
    told_rows = [paper_row(one) for one in wanted]
    now = [
        uploads.Row(
            code=row.code,
            name=row.name,
            label=f"选择{row.name}的照片或文件",
            why=row.why,
            choices=row.choices,
            later=row.later,
            required=not row.later,
            kept=uploads.shown(waiting, row.code, address),
            errors=uploads.errors_of(wrong.problems, row.code) if wrong else (),
        )
        for row in told_rows
        if row.needed_now
    ]
    return now, [row for row in told_rows if not row.needed_now]


def _papers(request: HttpRequest) -> HttpResponse:
    actor, at = by(request), clock.now(request)
    kept, _ = _load(actor)
    said = _said(kept, day_of(at))
    if not said.complete:
        return redirect("customer:apply_page", said.unfinished[0])
    wanted = _wanted(said, open_shelf(), day_of(at))
    taken = None
    typed_before(request)
    if request.method == "POST":
        codes = [one.code for one in wanted]
        taken = uploads.take(request, codes, kept.files, by=actor, at=at)
        kept = replace(kept, files=taken.files)
        _save(actor, kept, at)
        if not taken.problems:
            return redirect("customer:apply_page", {"on": "check", "back": "what"}.get(_go(request), "papers"))
    rows, later = _rows(actor, kept, wanted, taken)
    wrong = [{"field": one.field, "message": one.message} for one in taken.problems] if taken else []
    lacking = sum(row.required and not row.kept for row in rows)
    return show(request, "apply_papers", {"rows": rows, "later": later, "lacking": lacking, "wrong": wrong})


def _go(request: HttpRequest) -> str:
    return "" if request.POST.get("remove") else request.POST.get("go", "")


# --- check and submit -----------------------------------------------------------------------------------------


def _check(request: HttpRequest) -> HttpResponse:
    actor, at = by(request), clock.now(request)
    kept, kept_at = _load(actor)
    if kept_at is None:
        return redirect(_filed_before(actor, request.POST.get("key", "")) or reverse("customer:apply"))
    shelf, on = open_shelf(), day_of(at)
    said = _said(kept, on)
    context = _check_context(actor, kept, said, shelf, at)
    form = _check_form(context, kept, on, request.POST if request.method == "POST" else typed_before(request))
    refused = None
    if request.method == "POST" and said.complete and form.is_valid():
        try:
            return redirect("customer:done", _file(actor, kept, said, form, at))
        except Refused as found:
            before = _filed_before(actor, kept.key)
            if before:  # two clicks at once: the other one was faster
                return redirect(before)
            refused = found
    return show(request, "apply_check", {**context, "form": form, "refused": refused})


def _check_form(context: Mapping[str, Any], kept: Answers, on: date, data: Mapping[str, Any] | None) -> CheckPage:
    return CheckPage(
        data, on=on, owed=bool(context["promised"]), standard_contract=context["contract"] is not None,
        initial={"key": kept.key},
    )  # fmt: skip


def _file(actor: Actor, kept: Answers, said: Told, form: CheckPage, at: datetime) -> str:
    application = application_of(said, signs=bool(form.cleaned_data.get("contract")))
    wanted = {one.code for one in _wanted(said, open_shelf(), day_of(at))}
    papers = tuple(one.paper for one in uploads.waiting(actor, kept.files) if one.code in wanted)
    receipt = file_application(
        application=application, papers=papers, unit=int(said.where["unit"]), channel="web", by=actor, at=at,
        key=kept.key, draft=FORM, case=_open_still(actor, kept),
    )  # fmt: skip
    return receipt.number


def _open_still(actor: Actor, kept: Answers) -> int | None:
    """The case the beginning was recorded in, unless it has been ended meanwhile; filing then opens another."""
    found = cases.visible_to(scope_of(actor)).filter(pk=kept.case, status=Status.OPEN.value).first()
    return found.pk if found else None


def _filed_before(actor: Actor, key: str) -> str:
    """Where this very form was filed, when it is sent a second time after the draft has gone; '' when it was not."""
    filed = applications.by_key(f"{actor.kind.value}:{actor.person}:{key}") if key else None
    return reverse("customer:done", args=[cases.case(filed.case, scope=scope_of(actor)).number]) if filed else ""


def _check_context(actor: Actor, kept: Answers, said: Told, shelf: Shelf, at: datetime) -> dict[str, Any]:
    on = day_of(at)
    context: dict[str, Any] = {
        "unfinished": said.unfinished, "parts": _parts(said), "rows": [], "promised": (), "contract": None,
        "lacking": 0, "first_answer": 1,
    }  # fmt: skip
    if not said.complete:
        return context
    application = application_of(said)
    facts = facts_of(application, on=on)
    place = units.place_of(units.unit(int(said.where["unit"])))
    wanted = needed(facts, application.situation, table=shelf.books.materials)
    rows, _ = _rows(actor, kept, wanted)
    given = [row.code for row in rows if row.kept]
    lacking = missing(wanted, given)
    promised = tuple(one.name for one in lacking if one.may_promise)
    return {
        **context,
        "rows": rows,
        "promised": promised,
        "promise_label": f"缺的资料（{'、'.join(promised)}），我承诺按时补齐",
        "lacking": sum(not one.may_promise for one in lacking),
        "contract": standard_contract(facts, table=shelf.books.contracts),
        "class_words": words.asked_for(facts),
        "promises": promises(shelf, place, facts, on),
        "first_answer": first_answer(shelf, place, facts, on),
        "guidance": at_address(kept, at=at),
    }


def _parts(said: Told) -> list[dict[str, Any]]:
    return [
        {
            "page": name,
            "title": TITLES[name],
            "unfinished": name in said.unfinished,
            "pairs": [] if name in said.unfinished else PAIRS[name](said),
        }
        for name in NAMES[:3]
    ]


@customer_only
@require_safe
def done(request: HttpRequest, number: str) -> HttpResponse:
    """This function will confirm a filed application: its number, what happens next and by when."""
    file = own_case(request, number)
    view = progress(file, phone=phone_of(file.unit))
    facts = file.state.facts
    context = {
        "view": view,
        "promises": promises(file.shelf, file.state.place, facts, day_of(file.at)) if facts else (),
        "link": link_to(request, file),
    }
    return show(request, "apply_done", context, phone=view.phone)


@customer_only
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """This function will throw the unfinished application away, with what was uploaded for it."""
    actor, at = by(request), clock.now(request)
    kept, _ = _load(actor)
    for one in uploads.waiting(actor, kept.files):
        remove_paper(file=one.file, by=actor, at=at)
    drop_draft(by=actor, form=FORM)
    if kept.case:
        give_up_application(case=kept.case, by=actor, at=at)
    accepted(request, "没填完的申请已删除", draft="apply-who")
    return redirect("customer:mine")
