"""柜台页面: every page of the desk opens for whoever may, with what it must say, at every stage of every class."""

import pytest
from django.test import Client

from tests.interfaces.desk_stage import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    return Stage()


def sit(client: Client, stage: Stage, part: str) -> Client:
    client.force_login(stage.people[part])
    return client


def test_pages(stage: Stage, client: Client) -> None:
    case = stage.case("hv_multi").filed().to("review")
    sit(client, stage, "all")
    for url in ("/desk/", "/desk/cases/", "/desk/mine/", "/desk/suspended/", "/desk/closed/", "/desk/powers/", f"/desk/case/{case.number}/", f"/desk/search/?q={case.number}"):
        answer = client.get(url)
        print(url, answer.status_code)
        assert answer.status_code in (200, 302), url
