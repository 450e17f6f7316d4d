"""办理表单: every form goes round: drawn from a case, sent as a browser would send it, decided by the engine."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict

from tests.interfaces.form_trips import (
    PICTURE,
    TRIPS,
    Shelf,
    Typed,
    all_passed,
    at,
    case_for,
    case_of,
    draw,
    safe_to_energise,
    send,
    settle,
    uploads,
)
from tests.rules.cases import CLASSES, DESK, EVERYBODY, Walk
from yekuo.interfaces.desk.forms import FORMS, DeedForm
from yekuo.interfaces.look.forms import refuse
from yekuo.records import tables
from yekuo.rules import names
from yekuo.rules.deeds import REGISTRY, Paper
from yekuo.rules.engine.oversight import AFTERWARDS
from yekuo.rules.facts import Importance
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.rehearsal import STATIONS


def test_every_deed_done_at_a_desk_has_a_form_and_a_trip() -> None:
    """An application is filed where personal data are taken down, and a dispute or a grade is the customer's own."""
    assert (
        set(TRIPS) == set(FORMS) == set(REGISTRY) - {"file_application", "dispute_pause", "rate_service"} - AFTERWARDS
    )


@pytest.mark.parametrize("deed", TRIPS)
def test_what_a_form_shows_can_be_sent_back_and_is_accepted(deed: str) -> None:
    trip, case = TRIPS[deed], case_for(deed)
    typed = {**(all_passed(case) if deed.startswith("conclude") else {}), **trip.typed}
    page, form = send(FORMS[deed], case, typed, trip.files)
    assert form.is_valid(), {bound.html_name: bound.errors for bound in form if bound.errors}
    built = form.deed_of()
    assert type(built) is REGISTRY[deed]
    assert settle(case, built).kind == REGISTRY[deed].event
    assert FORMS[deed].help.endswith("。")
    assert FORMS[deed].help in page.text


@pytest.mark.parametrize("deed", TRIPS)
def test_every_control_has_its_label_and_every_hint_its_place(deed: str) -> None:
    case = case_for(deed)
    for form in (FORMS[deed](case=case), FORMS[deed]({}, case=case)):
        page = draw(form)
        assert set(page.described) <= page.ids
        assert {one for one in page.controls if not one.endswith("_camera")} <= set(page.labels)


@pytest.mark.parametrize("deed", TRIPS)
def test_when_it_was_done_is_asked_once_at_most(deed: str) -> None:
    """Of two fields of one name the last is read: what was typed in the first would be lost."""
    drawn = render_to_string("desk/forms/form.html", {"form": FORMS[deed](case=case_for(deed)), "key": "k"})
    assert drawn.count('name="happened_at"') <= 1


@pytest.mark.parametrize("deed", TRIPS)
def test_nothing_sent_at_all_is_answered_in_chinese(deed: str) -> None:
    form = FORMS[deed]({}, case=case_for(deed))
    form.is_valid()
    said = [str(error) for bound in form for error in bound.errors] + [str(one) for one in form.non_field_errors()]
    assert all(any("一" <= letter <= "鿿" for letter in one) for one in said)
    draw(form)


NONSENSE = ("NaN", "1e999", "-1", "9" * 400, "\x00", "超" * 5000, "2026-02-30")


@pytest.mark.parametrize("rubbish", NONSENSE, ids=range(len(NONSENSE)))
@pytest.mark.parametrize("deed", TRIPS)
def test_rubbish_in_every_field_never_breaks_a_form_and_stays_typed(deed: str, rubbish: str) -> None:
    case = case_for(deed)
    shown = draw(FORMS[deed](case=case)).sent
    kept = [name for name in shown if name not in ("key", "fees.shown") and not name.endswith(".rows")]
    data = MultiValueDict({name: [rubbish] if name in kept else shown.getlist(name) for name in shown})
    form = FORMS[deed](data, case=case)
    if form.is_valid():
        try:
            settle(case, form.deed_of())
        except Refused as refused:
            refuse(form, refused)
    again = draw(form)
    for bound in form:
        if bound.widget_type in ("text", "textarea", "date") and bound.html_name in kept and rubbish != "\x00":
            assert str(again.sent[bound.html_name]).strip() == rubbish.strip(), bound.html_name


# --- wrong input, table ---------------------------------------------------------------------------------------------

WRONG: tuple[tuple[str, str, str, str], ...] = (
    ("submit_survey", "capacity_kva", "NaN", "请填数字，例如 12.5"),
    ("submit_survey", "capacity_kva", "1e999", "请填数字，例如 12.5"),
    ("submit_survey", "capacity_kva", "-5", "不能小于 0"),
    ("submit_survey", "capacity_kva", "99999999", "不能大于 10000000"),
    ("submit_survey", "capacity_kva", "8.123", "最多 2 位小数"),
    ("submit_survey", "capacity_kva", "", "请填写容量"),
    ("submit_survey", "sources", "2.5", "请填数字，只填整数，例如 3"),
    ("submit_survey", "voltage", "10001", "请从列表中选择"),
    ("submit_survey", "position", "120.15,30.28", "请按“纬度,经度”填写，例如 30.28,120.15"),
    ("submit_survey", "opinion", "好" * 501, "最多 500 个字，现在是 501 个"),
    ("assign_person", "appointment", "2026-13-01T00:00", "请按 2026-11-22 09:30 的样子填写时间"),
    ("assign_person", "person", "99", "请从列表中选择"),
    ("plan_works", "start_on", "昨天", "请按 2026-11-22 的样子填写日期"),
    ("plan_works", "start_on", "0001-01-01", "年份应在 2000 到 2099 之间"),
    ("draft_scheme", "sources.2.overhead_m", "abc", "请填数字，例如 12.5"),
    ("draft_scheme", "metering.1.ct_ratio", "75:5", "请写成如 75/5"),
    ("draft_scheme", "power_factor", "1.5", "不能大于 1"),
    ("install_meter", "meters.2.total", "Infinity", "请填数字，例如 12.5"),
    ("revisit_customer", "applied_on", "2098-01-01", "日期不能晚于今天"),
    ("settle_fee", "amount", "１２３.456", "最多 2 位小数"),
    ("draft_contract", "years", "三年", "请填数字，只填整数，例如 3"),
    ("draft_contract", "clauses", "nothing", "请从列表中选择"),
    ("revisit_customer", "grade", "6", "请从列表中选择"),
)


@pytest.mark.parametrize(
    ("deed", "path", "typed", "message"), WRONG, ids=[f"{one[0]}-{i}" for i, one in enumerate(WRONG)]
)
def test_wrong_input_is_named_at_its_field_and_kept(deed: str, path: str, typed: str, message: str) -> None:
    trip = TRIPS[deed]
    _, form = send(FORMS[deed], case_for(deed), {**trip.typed, path: typed}, trip.files)
    assert not form.is_valid()
    wrong = {bound.html_name: [str(error) for error in bound.errors] for bound in form if bound.errors}
    assert wrong == {path: [message]}
    page = draw(form)
    assert message in page.text
    if path not in ("voltage", "person", "clauses", "grade"):
        assert page.sent[path] == typed


# --- what the rules refuse ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deed", "typed", "path", "words"),
    [
        ("draft_scheme", {"sources.2.substation": STATIONS[0].substation, "sources.2.bus": STATIONS[0].bus}, "sources.2.bus", "母线"),
        ("draft_scheme", {"sources.1.switch": " "}, "sources.1.switch", "没有写明开关"),
        ("draft_scheme", {"emergency_kva": "10"}, "emergency_kva", "120"),
        ("draft_scheme", {"transformers.rows": [], "transformers.1.model": ""}, "transformers", "受电变压器"),
        ("draft_scheme", {"metering.2.source": "1"}, "metering", "电源 2 没有计量点"),
        ("install_meter", {"meters.1.ct_ratio": "100/5"}, "meters.1.ct_ratio", "不一致"),
        ("install_meter", {"meters.2.terminal_tested": []}, "meters.2.terminal_tested", "调试"),
        ("conclude_completion_inspection", {"items.H03.result": "failed"}, "items.H03.result", "登记缺陷"),
        ("conclude_completion_inspection", {"items.H04.result": "not_applicable"}, "items.H04.result", "写明原因"),
        ("draft_contract", {"clauses": ["supply"]}, "clauses", "缺少法定条款"),
        ("settle_fee", {"amount": "1"}, "amount", "应收"),
        ("accept_application", {"promised": []}, "promised", "容缺"),
        ("finish_works", {"finished_on": "2099-01-01"}, "finished_on", "晚于今天"),
        ("answer_scheme", {"agree": "no", "text": " "}, "text", "有异议请写明"),
    ],
)  # fmt: skip
def test_what_the_rules_refuse_stands_at_its_field(deed: str, typed: Typed, path: str, words: str) -> None:
    trip, case = TRIPS[deed], case_for(deed)
    passing = all_passed(case) if deed.startswith("conclude") else {}
    _, form = send(FORMS[deed], case, {**passing, **trip.typed, **typed}, trip.files)
    assert form.is_valid(), {bound.html_name: bound.errors for bound in form if bound.errors}
    with pytest.raises(Refused) as caught:
        settle(case, form.deed_of())
    refuse(form, caught.value)
    wrong = {bound.html_name: " ".join(map(str, bound.errors)) for bound in form if bound.errors}
    assert words in wrong[path]
    assert not wrong[path].startswith(("电源 1", "计量点 1")), "the line is named by the heading"
    page = draw(form)
    assert words in page.text
    assert f"id_{path}" in {one.removesuffix("_0").removesuffix("_group") for one in page.ids}


@pytest.mark.parametrize(
    "path", ["", "happened_at", "version", "nothing.at.all", "contract.customer", "sources", "meters.9.seals"]
)
def test_a_problem_without_a_place_stands_above_the_form_or_at_its_group(path: str) -> None:
    form = FORMS["draft_scheme"]({}, case=case_of(at("scheme")()))
    refuse(form, Refused("不行", problems=(Problem(path, "说清楚了"),)))
    assert "说清楚了" in draw(form).text


def test_energising_shows_every_condition_before_the_button() -> None:
    walk = Walk().file(CLASSES["hv_multi"]).to("energise")
    page = draw(FORMS["energise"](case=case_of(walk)))
    assert "已登记持证电工" in page.text
    assert "送电安全措施还没有确认" in page.text
    assert "现在不能送电" in page.text
    ready = draw(FORMS["energise"](case=case_of(safe_to_energise())))
    assert "送电条件已全部具备" in ready.text
    assert "未具备" not in ready.text


# --- buttons other than the submit ----------------------------------------------------------------------------------


def press(form: DeedForm, wish: str, **typed: Any) -> DeedForm:
    data = draw(form).sent.copy()
    for name, value in {**typed, "rework": wish}.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return type(form)(data, case=form.case)


def test_a_source_is_added_with_its_metering_point_and_dropped_again() -> None:
    form = FORMS["draft_scheme"](case=case_of(at("scheme")()))
    three = press(form, "add:sources", boundary="新的分界点")
    assert not three.is_valid()
    assert not three.errors
    page = draw(three)
    assert page.focused == "id_sources.3"
    assert page.sent.getlist("sources.rows") == ["1", "2", "3"]
    assert page.sent["sources.3.role"] == "standby"
    assert page.sent["metering.3.source"] == "3"
    assert page.sent["boundary"] == "新的分界点"
    two = draw(press(three, "drop:sources:2")).sent
    assert two.getlist("sources.rows") == ["1", "3"]
    assert two.getlist("metering.rows") == ["1", "3"]


def test_fees_follow_the_sources_and_a_change_is_shown_before_it_counts() -> None:
    trip, case = TRIPS["draft_scheme"], case_for("draft_scheme")
    _, form = send(FORMS["draft_scheme"], case, {**trip.typed, "sources.2.capacity_kva": "1000"})
    assert not form.is_valid()
    assert "重新计算" in str(form.errors["fees"])
    page = draw(form)
    assert "1000 千伏安 × 285 元 = 285,000.00 元" in page.text
    again = FORMS["draft_scheme"](page.sent, case=case)
    assert again.is_valid()
    assert [line.amount for line in again.deed_of().scheme.fees] == [285000]  # type: ignore[attr-defined]


def test_a_rate_not_confirmed_for_the_province_is_stated_by_the_person() -> None:
    trip, case = TRIPS["draft_scheme"], case_for("draft_scheme")
    own = {"fees.high_reliability-2.unit_price": "200", "fees.high_reliability-2.basis": "浙价资〔2019〕1 号"}
    _, form = send(FORMS["draft_scheme"], case, {**trip.typed, **own})
    assert form.is_valid()
    line = form.deed_of().scheme.fees[0]  # type: ignore[attr-defined]
    assert (line.unit_price, line.amount, line.basis) == (200, 400000, "浙价资〔2019〕1 号")
    settle(case, form.deed_of())


def test_a_confirmed_rate_cannot_be_typed_over() -> None:
    trip = TRIPS["draft_scheme"]
    case = replace(case_for("draft_scheme"), desk=replace(DESK, province="湖北"))
    page = draw(FORMS["draft_scheme"](case=case))
    assert "fees.high_reliability-2.unit_price" not in page.names
    for name, value in {**trip.typed, "fees.high_reliability-2.unit_price": "1"}.items():
        page.sent[name] = value
    form = FORMS["draft_scheme"](page.sent, case=case)
    assert form.is_valid()
    assert form.deed_of().scheme.fees[0].amount == 570000  # type: ignore[attr-defined]


def test_metering_points_are_proposed_anew_from_the_sources() -> None:
    case = case_of(at("scheme", "hv_single")())
    form = press(FORMS["draft_scheme"](case=case), "metering", **{"sources.1.capacity_kva": "200"})
    sent = draw(form).sent
    assert sent["metering.1.ct_ratio"] == "20/5"
    assert sent.getlist("metering.rows") == ["1"]


def test_a_load_beyond_every_table_is_drafted_without_ratios() -> None:
    walk = Walk().file(replace(CLASSES["hv_single"], capacity_kva=CLASSES["hv_single"].capacity_kva * 500)).to("scheme")
    sent = draw(FORMS["draft_scheme"](case=case_of(walk))).sent
    assert sent["sources.1.capacity_kva"] == "400000"
    assert sent["metering.1.ct_ratio"] == ""


def test_a_new_version_starts_from_the_last_one() -> None:
    walk = at("review")()
    walk.step(good=False)
    sent = draw(FORMS["draft_scheme"](case=case_of(walk))).sent
    assert sent["version"] == "2"
    assert sent["sources.1.substation"] == STATIONS[0].substation


def test_a_new_version_is_drafted_beside_the_objection_it_answers() -> None:
    walk = at("review")()
    first = render_to_string("desk/forms/form.html", {"form": FORMS["draft_scheme"](case=case_of(at("scheme")()))})
    assert "反对" not in first
    walk.step(good=False)
    review = walk.state.review
    assert review is not None
    why = next(one.text for one in review.opinions if not one.agree)
    again = render_to_string("desk/forms/form.html", {"form": FORMS["draft_scheme"](case=case_of(walk))})
    assert f"反对：{why}" in again


def test_items_not_judged_are_passed_and_failed_ones_get_their_defect() -> None:
    case = case_of(at("completion_inspect")())
    form = press(FORMS["conclude_completion_inspection"](case=case), "pass", **{"items.H03.result": "failed"})
    page = draw(form)
    assert page.sent["items.H03.result"] == "failed"
    assert page.sent["items.H04.result"] == "ok"
    noted = press(form, "defects", **{"items.H03.note": "缺竣工图"})
    page = draw(noted)
    assert page.sent.getlist("defects.rows") == ["Q2-1"]
    assert page.sent["defects.Q2-1.item"] == "H03"
    assert page.sent["defects.Q2-1.text"] == "缺竣工图"
    assert page.sent["passed"] == "no"
    done = FORMS["conclude_completion_inspection"](page.sent, uploads({"defects.Q2-1.photos": 2}), case=case)
    assert done.is_valid(), {bound.html_name: bound.errors for bound in done if bound.errors}
    assert settle(case, done.deed_of()).body.defects[0].photos == (1, 2)  # type: ignore[attr-defined]


# --- files ------------------------------------------------------------------------------------------------------------


def test_an_upload_survives_a_refused_submit_and_is_stored_once() -> None:
    shelf = Shelf()
    case = case_of(at("scheme")(), shelf=shelf)
    _, form = send(FORMS["request_pause"], case, {"cause": "customer_postponed"}, {"evidence": 1})
    assert not form.is_valid()
    assert list(form.errors) == ["reason"]
    page = draw(form)
    assert "现场.jpg" in page.text
    page.sent["reason"] = "客户来函"
    again = FORMS["request_pause"](page.sent, case=case)
    assert again.is_valid()
    assert again.deed_of().evidence == (Paper(code="pause_evidence", file=1, digest="f" * 64),)  # type: ignore[attr-defined]
    assert shelf.files == [("现场.jpg", "pause_evidence")]


def test_a_kept_file_can_be_removed_and_a_forged_one_is_not_taken() -> None:
    case = case_of(at("scheme")())
    _, form = send(FORMS["request_pause"], case, {}, {"evidence": 1})
    page = draw(form)
    token = str(page.sent["evidence.kept"])
    gone = FORMS["request_pause"](MultiValueDict({**dict(page.sent.lists()), "remove": [token]}), case=case)
    assert not gone.is_valid()
    assert not gone.errors
    assert "evidence.kept" not in draw(gone).sent
    foreign = replace(case, number="YK20261100064")
    for bad in (token[:-1] + ("a" if token[-1] != "a" else "b"), "x", token):
        other = foreign if bad == token else case
        forged = FORMS["request_pause"](MultiValueDict({"evidence.kept": [bad]}), case=other)
        assert not forged.is_valid()
        assert "已失效" in str(forged.errors["evidence"])


def test_files_nobody_wants_are_refused_by_name() -> None:
    case = case_of(at("scheme")())
    huge = SimpleUploadedFile("大图.jpg", b"x")
    huge.size = 11 * 1024 * 1024
    sent = [SimpleUploadedFile("a.exe", b"MZ"), huge, SimpleUploadedFile("空.jpg", b""), SimpleUploadedFile(*PICTURE)]
    form = FORMS["request_pause"](
        {"reason": "x", "cause": "force_majeure"}, MultiValueDict({"evidence": sent}), case=case
    )
    assert not form.is_valid()
    said = str(form.errors["evidence"])
    assert "a.exe：只收照片和 PDF" in said
    assert "大图.jpg：超过 10 MB" in said
    assert "空.jpg：文件是空的" in said
    assert "现场.jpg" in draw(form).text


# --- who may, and what is there --------------------------------------------------------------------------------------


def test_only_one_s_own_open_seats_are_offered() -> None:
    walk = at("review")()
    planner = replace(EVERYBODY, roles=("planner",))
    form = FORMS["give_opinion"](case=case_of(walk, by=planner))
    assert list(form.pick("member").values) == ["planner"]
    nobody = FORMS["give_opinion"](case=case_of(walk, by=replace(EVERYBODY, roles=())))
    assert not nobody.pick("member").values


def test_a_person_without_the_role_is_not_sent() -> None:
    _, form = send(FORMS["assign_person"], case_of(at("survey")()), {"role": "inspector", "person": "8"})
    assert not form.is_valid()
    assert "周涛没有“用电检查员”岗位" in str(form.errors["person"])


def test_a_form_before_the_application_says_so() -> None:
    with pytest.raises(Refused, match="还没有提交用电申请"):
        FORMS["accept_application"](case=case_of(Walk()))


def test_a_low_voltage_scheme_has_neither_switch_nor_transformer() -> None:
    sent = draw(FORMS["draft_scheme"](case=case_of(at("scheme", "resident")()))).sent
    assert sent["sources.1.supply_area"] == "东街 3 号公变"
    assert not [name for name in sent if name.endswith(".switch") or name.startswith("transformers")]


# --- names ------------------------------------------------------------------------------------------------------------


def test_every_code_has_a_chinese_name() -> None:
    for kind, table in names._TABLES.items():
        assert set(table) == set(kind), kind  # type: ignore[call-overload]
    assert names.name_of(Importance.FIRST) == "一级重要用户"
    assert names.name_of(None) == "—"
    assert dict(tables.powers().role_names) == names.ROLE_NAMES
    assert names.role_name("nobody") == "nobody"
