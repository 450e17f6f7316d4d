"""委托链接: made by the customer, good for one purpose, told in the log as what they are, and ended at will."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.interfaces.customer.stage import Customer, Page, Watch, home, photo, plant, sign_in, story
from tests.interfaces.customer.test_customer_progress import PLANT_PAPERS, follow, number
from yekuo.operations import mandates
from yekuo.operations.rehearsal.company import Company, customer_of
from yekuo.operations.rehearsal.teller import Teller
from yekuo.operations.signin import LinkGone
from yekuo.records import cases
from yekuo.records.models import Case, Event, File, Mandate
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.deeds.works import PlanWorks, SubmitDesign
from yekuo.rules.mandates import PURPOSES
from yekuo.rules.refusal import Refused


@pytest.fixture
def designing(customer: Customer) -> Teller:
    teller = story(customer.company, plant(), serial="D", at=customer.watch.at, papers=PLANT_PAPERS)
    follow(teller, customer, "answer")
    follow(teller, customer, "design")
    return teller


def given(customer: Customer, teller: Teller, purpose: str, *, days: int = 30, holder: str = "华东设计院") -> str:
    """Make a link on the page and read it off, this once."""
    page = customer.post(f"/p/{number(teller)}/links/", purpose=purpose, holder=holder, days=str(days))
    assert "只显示这一次" in page.text, page.text
    found = re.search(r'href="http://testserver(/w/[^"/]+/)"', page.html)
    assert found
    assert "只显示这一次" not in customer.get(f"/p/{number(teller)}/links/").text
    return found[1]


def hidden(page: Page) -> dict[str, str]:
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.html))
    return {name: value for name, value in found.items() if name != "next"}


def guest() -> Client:
    return Client()


def test_a_designer_hands_in_by_link_and_the_log_says_so(customer: Customer, designing: Teller) -> None:
    address, browser = given(customer, designing, "design"), guest()
    page = Page(browser.get(address))
    assert "提交设计图纸" in page.text
    for private in ("王强", "13800138000", "91350100M000100Y43", "高可靠性供电费", "合同"):
        assert private not in page.text
    form = Page(browser.get(f"{address}submit_design/"))
    filled = {**hidden(form), "go": "stay", "designer": "华东设计院", "design": photo("一次图.png")}
    kept = Page(browser.post(f"{address}submit_design/", filled, follow=True))
    assert "一次图.png" in kept.text
    later = Page(guest().get(f"{address}submit_design/"))
    assert "一次图.png" in later.text
    assert 'value="华东设计院"' in later.html
    wrong = {**hidden(later), "go": "stay", "licence": "A13", "design": SimpleUploadedFile("坏.txt", b"\x00\x01")}
    refused = Page(browser.post(f"{address}submit_design/", wrong))
    assert "有文件没有传上" in refused.text
    assert 'value="A13"' in refused.html
    own = re.search(r'href="(/w/[^"]+/files/\d+/)"', kept.html)
    assert own
    assert Page(browser.get(own[1])).status == 200
    sent = {**hidden(form), "go": "on", "designer": "华东设计院", "licence": "A133001"}
    done = Page(browser.post(f"{address}submit_design/", sent, follow=True))
    assert done.path == address
    assert "设计单位提交了设计图纸" in done.text
    row = Event.objects.filter(case_id=designing.case, kind="design_submitted").get()
    assert (row.actor_kind, row.actor, row.actor_roles) == ("mandate", Mandate.objects.get().pk, ["designer"])
    assert File.objects.get(code="design").case == designing.case
    customer.watch.go(hours=1)
    told = customer.get(f"/p/{number(designing)}/")
    assert "您委托的设计单位提交了设计图纸" in told.text
    again = Page(browser.post(f"{address}submit_design/", sent, follow=True))
    assert "现在不用办" in again.text or again.path == address
    assert Event.objects.filter(case_id=designing.case, kind="design_submitted").count() == 1


def test_a_link_opens_its_purpose_and_nothing_else(customer: Customer, designing: Teller) -> None:
    address, browser = given(customer, designing, "design"), guest()
    for deed in ("answer_scheme", "sign_contract", "withdraw_application", "supply_papers", "plan_works", "urge_case"):
        page = Page(browser.post(f"{address}{deed}/", {"stamp": "x" * 9, "go": "on"}))
        assert page.status == 404
    token = address.split("/")[2]
    plan = PlanWorks(builder="a", licence="b", start_on=customer.watch.at.date(), finish_on=customer.watch.at.date())
    with pytest.raises(Refused, match="只能用来"):
        mandates.hand_in_by_mandate(token=token, deed=plan, papers=(), at=customer.watch.at, key="k" * 9)
    for closed in (f"/p/{number(designing)}/", "/mine/", f"/p/{number(designing)}/links/"):
        assert browser.get(closed).status_code == 302
    theirs = File.objects.filter(case=designing.case).first()
    assert theirs is not None
    assert browser.get(f"{address}files/{theirs.pk}/").status_code == 404


def test_a_link_ends_when_it_is_revoked_and_when_its_time_is_over(customer: Customer, designing: Teller) -> None:
    address, browser = given(customer, designing, "design"), guest()
    other = given(customer, designing, "works", days=7, holder="城建电力")
    listing = customer.get(f"/p/{number(designing)}/links/")
    assert "华东设计院" in listing.text
    assert "城建电力" in listing.text
    key = Mandate.objects.order_by("pk").first()
    assert key is not None
    customer.post(f"/p/{number(designing)}/links/{key.pk}/revoke/")
    assert "链接已停用" in Page(browser.get(address)).text
    assert not cases.within_reach(_holder(key.pk), designing.case)
    customer.watch.go(days=7, seconds=1)
    assert "链接已过期" in Page(browser.get(other)).text
    assert "链接打不开" in Page(browser.get(f"{other[:-2]}x/")).text


def _holder(key: int) -> Actor:
    return Actor(kind=ActorKind.MANDATE, person=key, roles=("designer",))


def test_only_the_hash_of_a_token_is_kept(customer: Customer, designing: Teller) -> None:
    token = given(customer, designing, "design").split("/")[2]
    row = str(Mandate.objects.values().get())
    assert token not in row
    assert "华东" not in row


def test_nobody_else_gives_or_ends_links(customer: Customer, designing: Teller, company: Company, watch: Watch) -> None:
    given(customer, designing, "design")
    key = Mandate.objects.get().pk
    stranger = guest()
    sign_in(stranger, "13900139000", watch.at)
    assert stranger.get(f"/p/{number(designing)}/links/").status_code == 404
    assert stranger.post(f"/p/{number(designing)}/links/{key}/revoke/").status_code == 404
    assert Mandate.objects.get().revoked_at is None
    for actor in (company.actors["zhaomin"], _holder(key), customer_of("13900139000", at=watch.at)):
        with pytest.raises(Refused):
            mandates.give_mandate(case=designing.case, purpose="design", holder="x", days=7, by=actor, at=watch.at)


@pytest.mark.parametrize(
    ("field", "value"), [("purpose", "ghost"), ("purpose", ""), ("holder", ""), ("holder", "名" * 41), ("days", "9999")]
)
def test_a_wrong_choice_is_told_and_what_was_typed_stays(
    customer: Customer, designing: Teller, field: str, value: str
) -> None:
    sent = {"purpose": "design", "holder": "华东设计院", "days": "30", field: value}
    page = customer.post(f"/p/{number(designing)}/links/", **sent)
    assert "还差一点" in page.text
    assert field == "holder" or "华东设计院" in page.html
    assert not Mandate.objects.exists()
    with pytest.raises(Refused):
        mandates.give_mandate(
            case=designing.case, purpose=sent["purpose"], holder=sent["holder"], days=int(sent["days"]),
            by=customer_of("13800138000", at=customer.watch.at), at=customer.watch.at,
        )  # fmt: skip


def test_ten_links_are_enough(customer: Customer, designing: Teller) -> None:
    for serial in range(10):
        given(customer, designing, "design", holder=f"单位{serial}")
    page = customer.post(f"/p/{number(designing)}/links/", purpose="design", holder="第十一", days="7")
    assert "先停用" in page.text
    assert Mandate.objects.count() == 10


def test_a_case_that_is_over_gives_no_links(customer: Customer) -> None:
    teller = story(customer.company, home(), serial="O", at=customer.watch.at, papers=("resident_id", "deed"))
    Case.objects.filter(pk=teller.case).update(status="withdrawn")
    with pytest.raises(Refused, match="已经结束"):
        mandates.give_mandate(
            case=teller.case, purpose="papers", holder="x", days=7,
            by=customer_of("13800138000", at=customer.watch.at), at=customer.watch.at,
        )  # fmt: skip


def test_every_purpose_opens_deeds_its_role_may_do(company: Company) -> None:
    from yekuo.records import tables
    from yekuo.rules.powers import may

    for purpose in PURPOSES:
        for deed in purpose.deeds:
            assert may((purpose.role.value,), deed, None, table=tables.powers())


def test_a_token_of_nobody_holds_nothing(db: None, watch: Watch) -> None:
    for token in ("", "x", "ü" * 30, "a" * 4000):
        with pytest.raises(LinkGone):
            mandates.hold(token, at=watch.at + timedelta(days=1))
    assert SubmitDesign.deed in PURPOSES[1].deeds
