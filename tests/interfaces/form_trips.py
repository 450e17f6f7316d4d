"""办理表单试走: a browser's view of a form, and for every deed a case at its stage and what a person types there."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict

from tests.rules.cases import BOOKS, CLASSES, DESK, EVERYBODY, SECOND, Walk, cast, paper
from yekuo.interfaces.desk.forms import DeedForm, FormCase
from yekuo.interfaces.desk.forms.inspection import items_of, kind_of
from yekuo.rules.actor import Actor
from yekuo.rules.deeds import Deed, Paper, course
from yekuo.rules.deeds.intake import SupplyPapers
from yekuo.rules.engine.decide import decide
from yekuo.rules.materials import Due
from yekuo.rules.powers import Role
from yekuo.rules.refusal import Refused
from yekuo.rules.rehearsal import STATIONS, missing_codes, rehearse
from yekuo.rules.state import Event
from yekuo.rules.timeline import Cause

Typed = dict[str, Any]
STAFF = ((7, "赵敏", tuple(role.value for role in Role)), (8, "周涛", ("manager", "surveyor")))
PICTURE = ("现场.jpg", b"picture")
OLD = replace(BOOKS.current["hv"], version="0" * 16, edition="2025-01")
SHELF = replace(BOOKS, definitions={**BOOKS.definitions, OLD.version: OLD})


class Page(HTMLParser):
    """A browser's view of a form: what would be sent, what each control describes, the text of it all."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: MultiValueDict[str, str] = MultiValueDict()
        self.ids: set[str] = set()
        self.described: list[str] = []
        self.labels: list[str] = []
        self.controls: list[str] = []
        self.names: set[str] = set()
        self.text = self.focused = ""
        self._area = self._typed = self._select = ""
        self._options: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._mark(tag, found)
        name = found.get("name", "")
        self.names.add(name)
        if tag == "input" and name and found.get("type") not in ("file", "submit"):
            ticks = found.get("type") in ("checkbox", "radio")
            if not ticks or "checked" in found:
                self.sent.appendlist(name, found.get("value", "on" if ticks else ""))
        elif tag == "textarea":
            self._area = name
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option" and self._select:
            self._options.append((found.get("value", ""), "selected" in found))

    def _mark(self, tag: str, found: dict[str, str]) -> None:
        if found.get("id"):
            assert found["id"] not in self.ids, f"id {found['id']} twice"
            self.ids.add(found["id"])
        if "autofocus" in found:
            self.focused = found["id"]
        self.described += found.get("aria-describedby", "").split()
        if tag == "label" and "for" in found:
            self.labels.append(found["for"])
        if tag in ("input", "select", "textarea") and found.get("type") != "hidden":
            self.controls.append(found["id"])

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._area:
            self._typed += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.sent[self._area] = self._typed.removeprefix("\n")
            self._area = self._typed = ""
        if tag == "select":
            chosen = [value for value, ticked in self._options if ticked] or [value for value, _ in self._options[:1]]
            if chosen:
                self.sent[self._select] = chosen[-1]
            self._select = ""


def draw(form: DeedForm) -> Page:
    return Page(render_to_string("desk/forms/form.html", {"form": form, "key": "k"}))


class Shelf:
    """Where uploads of a test go."""

    def __init__(self) -> None:
        self.files: list[tuple[str, str]] = []

    def keep(self, upload: Any, code: str) -> Paper:
        if upload.name.endswith(".exe"):
            raise Refused("只收照片和 PDF")
        self.files.append((upload.name, code))
        return Paper(code=code, file=len(self.files), digest="f" * 64)


def case_of(walk: Walk, *, by: Actor = EVERYBODY, shelf: Shelf | None = None, **more: Any) -> FormCase:
    return FormCase(
        number="YK20261100063", state=walk.state, definition=SHELF.definition(walk.state), books=SHELF, desk=DESK,
        at=walk.at + timedelta(minutes=10), by=by, keep_paper=(shelf or Shelf()).keep, staff=STAFF,
        stations=STATIONS, deed_url=lambda deed: f"/do/{deed}", **more,
    )  # fmt: skip


def send(form: type[DeedForm], case: FormCase, typed: Typed, files: Typed | None = None) -> tuple[Page, DeedForm]:
    page = draw(form(case=case))
    assert {*typed, *(files or {})} <= page.names
    data = page.sent.copy()
    for name, value in typed.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return page, form(data, uploads(files or {}), case=case)


def uploads(files: Typed) -> MultiValueDict[str, Any]:
    return MultiValueDict({name: [SimpleUploadedFile(*PICTURE)] * count for name, count in files.items()})


def settle(case: FormCase, deed: Deed) -> Event:
    return decide(books=SHELF, state=case.state, deed=deed, by=case.by, at=case.at)


# --- every form round trip --------------------------------------------------------------------------------------------


@dataclass
class Trip:
    """How a case comes to the stage of a deed, and what a person still has to type there."""

    walk: Callable[[], Walk]
    typed: Typed = field(default_factory=dict)
    files: Typed = field(default_factory=dict)
    by: Actor = EVERYBODY


def at(stage: str, kind: str = "hv_multi", **changes: Any) -> Callable[[], Walk]:
    return lambda: Walk().file(CLASSES[kind]).to(stage, **changes)


def reviewed_with_notice() -> Walk:
    walk = Walk().file(CLASSES["hv_multi"])
    walk.do(rehearse(cast(), "issue_notice", walk.state, walk.at))
    return walk


def inspecting_badly() -> Walk:
    walk = at("completion_inspect")()
    walk.step(good=False)
    return walk


def paused(*, approved: bool = False) -> Walk:
    walk = at("scheme")()
    evidence = (Paper(code="pause_evidence", file=9, digest="0" * 64),)
    walk.do(course.RequestPause(cause=Cause.CUSTOMER_POSTPONED, reason="客户来函暂缓", evidence=evidence))
    if approved:
        walk.do(course.ApprovePause(number=1), by=SECOND)
    return walk


def permitted() -> Walk:
    walk = at("scheme")()
    walk.do(course.ApplyPermit(what="掘路", receipt="2026-17"))
    return walk


def safe_to_energise() -> Walk:
    walk = at("energise")()
    walk.step()
    walk.do(rehearse(cast(), "confirm_safety", walk.state, walk.at))
    return walk


def works_done_without_papers() -> Walk:
    walk = Walk().file(CLASSES["hv_multi"]).to("survey")
    owed = missing_codes(cast(), walk.state, Due.SURVEY)
    walk.do(SupplyPapers(papers=tuple(paper(code) for code in owed)))
    return walk.to("completion_request")


def booked(days: int = 0) -> Walk:
    walk = at("survey")()
    walk.do(rehearse(cast(), "make_appointment", walk.state, walk.at))
    walk.at += timedelta(days=days)
    return walk


def all_passed(case: FormCase) -> Typed:
    return {f"items.{one.code}.result": "ok" for one in items_of(case, kind_of(case))}


HIGH_SITE = {"external_works": "yes", "customer_works": "yes", "supply_point": "10 千伏东郊 12 线 31 号杆"}
TWO_STATIONS = {
    f"sources.{number}.{name}": getattr(STATIONS[number - 1], name)
    for number in (1, 2)
    for name in ("substation", "bus", "feeder", "switch")
}
EMERGENCY = {"security_load_kva": "100", "emergency_kva": "150"}
DEVICES = {
    f"meters.{number}.{name}": f"{name[:2].upper()}{number}"
    for number in (1, 2)
    for name in ("meter_asset", "ct_assets", "vt_assets", "seals", "terminal_asset")
}
TESTED = {f"meters.{number}.terminal_tested": "on" for number in (1, 2)}

KIND_WORDS = {"told_once": "yes", "repeated_trip": "no", "named_builder": "no", "extra_fee": "no"}

TRIPS: dict[str, Trip] = {
    "make_contact": Trip(Walk, {"channel": "phone"}),
    "accept_application": Trip(
        at("accept"), {"promised": ["project_approval", "importance_list", "security_load", "equipment_list"]}
    ),
    "issue_notice": Trip(lambda: Walk().file(CLASSES["hv_multi"])),
    "supply_papers": Trip(reviewed_with_notice, files={"papers.equipment_list": 2, "papers.project_approval": 1}),
    "return_paper": Trip(at("survey"), {"paper": "subject", "reason": "照片反光，看不清号码，请重拍"}),
    "convert_business": Trip(at("scheme"), {"capacity_kva": "2500", "reason": "客户增加设备"}),
    "assign_person": Trip(at("survey"), {"appointment": "2026-03-04T09:30", "person": "8"}),
    "propose_appointment": Trip(at("survey"), {"note": "提前一小时打电话"}),
    "make_appointment": Trip(at("survey"), {"person": "8", "part": "pm"}),
    "move_appointment": Trip(booked, {"by_customer": "yes", "reason": "客户临时有事", "part": "c3"}),
    "miss_appointment": Trip(lambda: booked(days=2), {"fault": "customer", "reason": "现场无人，电话不通"}),
    "cancel_appointment": Trip(booked, {"reason": "客户暂缓"}),
    "submit_survey": Trip(lambda: surveyed(Walk().file(CLASSES["hv_multi"]).to("survey")), HIGH_SITE, {"photos": 3}),
    "draft_scheme": Trip(at("scheme"), {**TWO_STATIONS, **EMERGENCY}),
    "give_opinion": Trip(at("review"), {"agree": "yes"}, by=replace(EVERYBODY, roles=("planner",))),
    "add_reviewer": Trip(at("review"), {"member": "staff:8", "reason": "涉及大客户"}),
    "remove_reviewer": Trip(at("review"), {"member": "dispatcher", "reason": "不涉及调度"}),
    "deliver_reply": Trip(at("reply")),
    "answer_scheme": Trip(at("answer"), {"agree": "yes"}),
    "submit_design": Trip(at("design"), {"designer": "华东设计院", "licence": "A133"}, {"papers": 2}),
    "review_design": Trip(at("design_review"), {"passed": "no", "opinions": "计量柜独立设置\n补充接地图"}),
    "plan_works": Trip(at("works"), {"builder": "宏源公司", "licence": "4-1-00123", "finish_on": "2026-04-20"}),
    "record_hidden_works": Trip(at("works"), {"what": "电缆沟"}, {"photos": 2}),
    "report_works": Trip(at("works"), {"percent": "60"}),
    "finish_works": Trip(at("works", "hv_single")),
    "accept_external_works": Trip(at("external_works"), {"content": "电缆 300 米，验收合格"}, {"papers": 1}),
    "contact_customer": Trip(at("survey"), {"note": "约周三上门"}),
    "request_mid_inspection": Trip(at("works"), {"content": "电缆沟与接地网"}, {"papers": 1}),
    "start_mid_inspection": Trip(at("mid_wait")),
    "conclude_mid_inspection": Trip(at("mid_inspect"), {"passed": "yes"}),
    "request_completion": Trip(
        works_done_without_papers,
        files={
            f"papers.{one}": 1
            for one in ("builder_licence", "as_built", "test_report", "equipment_proof", "hidden_works")
        },
    ),
    "start_completion_inspection": Trip(at("completion_wait"), {"note": "客户王工陪同"}),
    "conclude_completion_inspection": Trip(at("completion_inspect"), {"passed": "yes"}),
    "sample_material": Trip(
        at("completion_inspect"),
        {"item": "电力电缆", "maker": "江州电缆厂", "quantity": "2", "result": "ok", "certificate": "JC-1"},
        {"papers": 1},
    ),
    "report_rectified": Trip(inspecting_badly, {"answers.Q2.done": "已独立设置"}, {"papers": 1}),
    "draft_contract": Trip(at("contract_draft")),
    "sign_contract": Trip(at("contract_sign"), {"signature": "赵敏"}),
    "sign_dispatch_agreement": Trip(at("dispatch_agreement"), {"number": "DD-1"}),
    "settle_fee": Trip(at("fees"), {"receipt": "SJ-1"}),
    "install_meter": Trip(at("metering"), {**DEVICES, **TESTED}, {"photos": 1}),
    "confirm_safety": Trip(at("energise"), {"measures": ["相序、相位核对正确"], "electricians": "D1、D2"}),
    "energise": Trip(safe_to_energise),
    "archive_case": Trip(at("archive"), {"shelf": "一柜三层"}),
    "revisit_customer": Trip(at("revisit"), {**KIND_WORDS, "grade": "5", "applied_on": "2026-03-02"}),
    "request_pause": Trip(at("scheme"), {"cause": "customer_postponed", "reason": "客户来函"}, {"evidence": 1}),
    "approve_pause": Trip(paused, by=SECOND),
    "refuse_pause": Trip(paused, {"note": "来函没有签章"}, by=SECOND),
    "resume_case": Trip(lambda: paused(approved=True)),
    "apply_permit": Trip(at("scheme"), {"what": "掘路", "receipt": "2026-17"}, {"evidence": 1}),
    "decide_permit": Trip(permitted, {"granted": "yes"}),
    "return_stage": Trip(at("design_review"), {"reason": "方案容量有误"}),
    "jump_stage": Trip(at("design"), {"to": "works", "reason": "客户图纸已由上级审定"}),
    "hand_over": Trip(at("scheme"), {"person": "8", "reason": "休假"}),
    "delegate_task": Trip(at("scheme"), {"person": "8", "reason": "外出开会"}),
    "withdraw_application": Trip(at("scheme"), {"reason": "客户来电要求撤回"}),
    "terminate_case": Trip(at("scheme"), {"reason": "重复申请"}, {"evidence": 1}),
    "release_capacity": Trip(at("answer"), {"reason": "方案到期，客户今年不开工"}),
    "migrate_case": Trip(at("scheme"), {"version": OLD.version, "reason": "新版试运行有误"}),
    "urge_case": Trip(at("scheme"), {"text": "请抓紧"}),
}


def surveyed(walk: Walk) -> Walk:
    walk.do(rehearse(cast(), "supply_papers", walk.state, walk.at))
    return walk


@cache
def case_for(deed: str) -> FormCase:
    """A case at the stage of the deed, brought there once."""
    trip = TRIPS[deed]
    return case_of(trip.walk(), by=trip.by)
