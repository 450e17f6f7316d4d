"""申请用电: as a phone sends it; nothing typed is lost, nothing is filed twice, nobody sees another's draft."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.interfaces.customer.stage import PHONE, STRANGER, WHO, Customer, Page, Watch, photo, sign_in
from yekuo.operations.rehearsal.company import Company
from yekuo.records.models import AddressQuery, Case, File


def submit(customer: Customer, **more: str) -> Page:
    check = customer.get("/apply/check/")
    return customer.post("/apply/check/", key=check.hidden("key"), truthful="on", promises="on", contract="on", **more)


def test_landing_and_needs_need_no_sign_in(company: Company, client: Client) -> None:
    for address in (
        "/",
        "/needs/",
        "/needs/?kind=nonresident&sources=2&load_kw=700&ownership=rent&acting=agent",
        "/needs/?kind=ghost",
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "12398" in answer.content.decode() or "高可靠性供电费" in answer.content.decode()


def test_needs_tells_papers_and_limits_of_the_situation(company: Company, client: Client) -> None:
    def told(query: str) -> str:
        return client.get(f"/needs/?{query}").content.decode()

    home, double = told("kind=resident"), told("kind=nonresident&sources=2&load_kw=700&ownership=rent&acting=agent")
    assert "用电人身份证明" in home
    assert '<strong class="nowrap">5 个工作日</strong>' in home
    assert "授权委托书" not in home
    assert '<strong class="nowrap">32 个工作日</strong>' in double
    assert "租赁合同" in double
    assert "授权委托书" in double


def test_a_home_is_applied_for_from_first_page_to_receipt(customer: Customer) -> None:
    assert customer.get("/apply/").path == "/apply/who/"
    customer.fill_in()
    page = customer.post("/apply/papers/", identity=photo(), go="on")
    assert page.path == "/apply/check/"
    assert "刘芳" in page.text
    assert "110105********002X" in page.text
    assert "11010519491231002X" not in page.html
    assert "低压居民新装 8 千瓦，220 伏供电" in page.text
    done = submit(customer)
    case = Case.objects.get()
    assert done.path == f"/p/{case.number}/filed/"
    assert "11 月 24 日(周二)17:30" in done.text
    assert case.stage == "accept"
    assert case.opener_kind == "customer"
    assert File.objects.get().case == case.pk
    assert "没填完的申请" not in customer.get("/mine/").text


def test_pages_are_kept_as_they_are_left_and_resumed(customer: Customer) -> None:
    wrong = customer.post("/apply/who/", go="on", **{**WHO, "id_number": "123"})
    assert wrong.path == "/apply/who/"
    assert "身份证号应为 18 位" in wrong.text
    assert 'value="123"' in wrong.html
    customer.post("/apply/who/", go="on", **WHO)
    back = customer.post("/apply/where/", go="back", address="半个地址", unit="", ownership="")
    assert back.path == "/apply/who/"
    assert 'value="刘芳"' in back.html
    assert "半个地址" in customer.get("/apply/where/").html
    assert customer.get("/apply/").path == "/apply/where/"
    assert "接着填" in customer.get("/mine/").text


def test_the_check_page_names_what_is_unfinished_and_files_nothing(customer: Customer) -> None:
    customer.post("/apply/who/", go="on", **WHO)
    page = customer.get("/apply/check/")
    assert page.text.count("没填完") == 2
    customer.post("/apply/check/", key=page.hidden("key"), truthful="on")
    assert set(Case.objects.values_list("stage", flat=True)) <= {"contact"}


def test_consents_are_asked_and_everything_stays(customer: Customer) -> None:
    customer.fill_in()
    customer.post("/apply/papers/", identity=photo(), go="stay")
    page = customer.post("/apply/check/", key="x", contract="on")
    assert "请勾选确认内容真实" in page.text
    assert "请勾选承诺" in page.text
    assert 'name="contract" aria-describedby="id_contract_helptext" id="id_contract" checked' in page.html
    assert "1 个文件" in page.text
    assert set(Case.objects.values_list("stage", flat=True)) <= {"contact"}


def test_a_form_sent_twice_files_one_case(customer: Customer) -> None:
    customer.fill_in()
    customer.post("/apply/papers/", identity=photo(), go="on")
    check = customer.get("/apply/check/")
    fields = {"key": check.hidden("key"), "truthful": "on", "promises": "on"}
    first = customer.post("/apply/check/", **fields)
    second = customer.post("/apply/check/", **fields)
    assert first.path == second.path
    assert Case.objects.count() == 1


def test_uploads_are_shown_deleted_and_refused_in_words(customer: Customer) -> None:
    customer.fill_in()
    page = customer.post("/apply/papers/", identity=photo("我的证件.png"), go="stay")
    assert page.path == "/apply/papers/"
    assert "我的证件.png" in page.text
    kept = File.objects.get()
    assert customer.get(f"/files/{kept.pk}/").answer["Content-Type"].startswith("image/")
    bad = customer.post("/apply/papers/", property=SimpleUploadedFile("病毒.exe", b"MZ" + b"\0" * 50), go="on")
    assert bad.path == "/apply/papers/"
    assert "不是照片也不是 PDF" in bad.text
    assert "我的证件.png" in bad.text
    gone = customer.post("/apply/papers/", remove=str(kept.pk))
    assert "我的证件.png" not in gone.text
    assert customer.get(f"/files/{kept.pk}/").status == 404


def test_a_huge_file_is_refused_in_words(customer: Customer, settings: object) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024  # type: ignore[attr-defined]
    customer.fill_in()
    page = customer.post(
        "/apply/papers/", identity=SimpleUploadedFile("大.pdf", b"%PDF-" + b"0" * 1024 * 1025), go="on"
    )
    assert page.status == 200
    assert "太大，每个最多 1 MB" in page.text


def test_a_stranger_is_sent_to_sign_in_and_what_was_typed_comes_back(
    company: Company, client: Client, watch: Watch
) -> None:
    answer = client.post("/apply/who/", {**WHO, "name": "王小明", "go": "on"})
    assert answer.status_code == 302
    assert answer["Location"] == "/signin/?next=%2Fapply%2Fwho%2F"
    assert "王小明" not in str(dict(client.session))
    sign_in(client, PHONE, watch.at)
    page = client.get("/apply/who/").content.decode()
    assert 'value="王小明"' in page
    assert "您刚才填的都还在" in page
    assert 'value="王小明"' not in client.get("/apply/who/").content.decode()


def test_another_customer_sees_nothing_of_a_draft(customer: Customer, watch: Watch) -> None:
    customer.fill_in()
    customer.post("/apply/papers/", identity=photo(), go="stay")
    kept = File.objects.get()
    sign_in(customer.client, STRANGER, watch.at)
    assert customer.get("/apply/who/").text.count("刘芳") == 0
    assert customer.get(f"/files/{kept.pk}/").status == 404
    customer.post("/apply/papers/", remove=str(kept.pk))
    kept.refresh_from_db()
    assert kept.removed_at is None


def test_throwing_the_draft_away_takes_its_uploads(customer: Customer) -> None:
    customer.fill_in()
    customer.post("/apply/papers/", identity=photo(), go="stay")
    page = customer.post("/apply/discard/")
    assert page.path == "/mine/"
    assert File.objects.filter(removed_at=None).count() == 0
    assert customer.get("/apply/").path == "/apply/who/"


def test_what_is_not_there_is_404(customer: Customer) -> None:
    for address in ("/apply/ghost/", "/files/0/", "/files/99999999999999999999999/", "/p/YK2026110000009/"):
        assert customer.get(address).status == 404, address


NASTY = ("\x00", "<script>alert(1)</script>", "名" * 5000, "-1", "1e999", "٣")
NAMES = (
    "kind",
    "name",
    "id_number",
    "phone",
    "address",
    "unit",
    "load_kw",
    "existing",
    "wanted_on",
    "transformers_kva",
    "use",
)


@pytest.mark.parametrize("step", ["who", "where", "what"])
def test_nothing_typed_breaks_a_page(customer: Customer, step: str) -> None:
    for typed in NASTY:
        answer = customer.post(f"/apply/{step}/", **{"go": "on", **dict.fromkeys(NAMES, typed)})
        assert answer.status == 200
        assert "<script>alert" not in answer.html
        assert customer.get(f"/apply/{step}/").status == 200


def test_an_address_is_answered_kindly_and_the_question_counted_without_its_asker(customer: Customer) -> None:
    customer.post("/apply/who/", go="on", **WHO)
    where = {"unit": str(customer.company.units["3301"].pk), "address": "解放路 12 号 3 幢 201", "ownership": "own"}
    look = customer.post("/apply/where/", go="look", **where)
    assert look.path == "/apply/where/"
    assert "个工作日内把供电方案答复给您" in look.text
    (asked,) = AddressQuery.objects.all()
    kept = " ".join(str(value) for value in AddressQuery.objects.values().get().values())
    assert not any(told in kept for told in ("12 号", "201", "刘芳", PHONE))
    on = customer.post("/apply/where/", go="on", **where)
    assert on.path == "/apply/what/"
    assert "个工作日内把供电方案答复给您" in on.text
    assert AddressQuery.objects.count() == 1
    customer.fill_in()
    customer.post("/apply/papers/", identity=photo(), go="on")
    submit(customer)
    asked.refresh_from_db()
    assert asked.followed_at is not None
    assert asked.trace == ""
