"""演示导览: the start page and its one-click sign-in are there in the demo only."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.interfaces.customer.stage import Watch
from yekuo.interfaces.customer.rehearsal_stories import STORIES, serials
from yekuo.interfaces.customer.session import SESSION
from yekuo.operations.rehearsal import cast, guided, stories, trying
from yekuo.operations.rehearsal.company import Company

ADDRESSES = ("/rehearsal/", "/rehearsal/as/", "/rehearsal/try/backdate/")


@pytest.fixture
def demo(settings: Settings, watch: Watch) -> Settings:
    settings.MODE = "demo"
    watch.at = stories.TODAY
    return settings


@pytest.mark.parametrize("mode", ["production", "training", "test"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_outside_the_demo_nothing_of_it_is_there(
    company: Company, client: Client, settings: Settings, mode: str, address: str
) -> None:
    settings.MODE = mode
    settings.REHEARSAL = True
    assert client.get(address).status_code == 404
    assert client.post(address, {"who": "limin", "next": "/desk/"}).status_code == 404
    assert "_auth_user_id" not in client.session
    assert client.get("/desk/").status_code == 302


def test_no_page_outside_the_demo_leads_there(company: Company, client: Client, settings: Settings) -> None:
    assert "/rehearsal/" not in client.get("/").content.decode()
    settings.MODE = "demo"
    assert 'href="/rehearsal/"' in client.get("/").content.decode()


def test_one_click_signs_in_as_a_person_of_the_demo(company: Company, client: Client, demo: Settings) -> None:
    answer = client.post("/rehearsal/as/", {"who": "limin", "next": "/desk/cases/"})
    assert (answer.status_code, answer["Location"]) == (302, "/desk/cases/")
    assert client.get("/desk/").status_code == 200
    answer = client.post("/rehearsal/as/", {"who": "customer", "serial": str(cast.SHOP), "next": "/mine/"})
    assert answer["Location"] == "/mine/"
    assert SESSION in client.session
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "sent",
    [
        {"who": "root"}, {"who": ""}, {"who": "customer"}, {"who": "customer", "serial": "109"},
        {"who": "customer", "serial": "x"}, {},
    ],
)  # fmt: skip
def test_nobody_else_can_be_become(company: Company, client: Client, demo: Settings, sent: dict[str, str]) -> None:
    assert client.post("/rehearsal/as/", sent).status_code == 404
    assert "_auth_user_id" not in client.session


def test_a_click_leads_nowhere_else_and_only_by_post(company: Company, client: Client, demo: Settings) -> None:
    assert client.get("/rehearsal/as/", {"who": "limin"}).status_code == 405
    answer = client.post("/rehearsal/as/", {"who": "limin", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/rehearsal/as/", {"who": "limin"}).status_code == 403


def test_every_step_of_the_five_stories_leads_somewhere(company: Company, client: Client, demo: Settings) -> None:
    for _, _, case in guided.CASES:
        case(company)
    for title, _, told in stories.placed():
        if "终止" in title:
            told(company)
    page = client.get("/rehearsal/").content.decode()
    assert "没有这一步的工单" not in page
    assert [story.key for story in STORIES] == ["shop", "hospital", "factory", "cheat", "morning"]
    numbers = cast.cast(*serials())
    for story in STORIES:
        for step in story.steps:
            if step.attempt:
                said = client.post(f"/rehearsal/try/{step.attempt}/").content.decode()
                assert "没有成功" in said, step
                continue
            where = step.page.format(number=numbers.number(step.case))
            sent = {"who": step.who, "serial": str(step.case), "next": where}
            answer = client.post("/rehearsal/as/", sent, follow=True)
            assert answer.status_code == 200, (story.key, where)
            assert answer.request["PATH_INFO"] == where.partition("#")[0].partition("?")[0]
    assert {step.attempt for story in STORIES for step in story.steps if step.attempt} == set(trying.ATTEMPTS)


def test_an_attempt_nobody_offers_is_not_there(company: Company, client: Client, demo: Settings) -> None:
    assert client.post("/rehearsal/try/anything/").status_code == 404
