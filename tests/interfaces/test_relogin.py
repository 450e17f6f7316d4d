"""重新登录: a form posted without a session leads back to its page, a fragment says so by its status, and nobody is sent elsewhere."""

import pytest
from django.test import Client
from django.urls import reverse

FORM = "/desk/case/26000001/do/draft_scheme/"


@pytest.fixture
def client(db: None) -> Client:
    return Client()


def test_a_page_is_opened_after_the_sign_in(client: Client) -> None:
    answer = client.get("/desk/?q=1")
    assert answer.headers["Location"] == f"{reverse('account_login')}?next=/desk/%3Fq%3D1"


def test_a_form_leads_back_to_the_page_it_stood_on(client: Client) -> None:
    answer = client.post(FORM, {"reason": "x"}, headers={"referer": "http://testserver/desk/case/26000001/?tab=2"})
    assert answer.headers["Location"] == f"{reverse('account_login')}?next=/desk/case/26000001/%3Ftab%3D2"


@pytest.mark.parametrize(
    "referer", ["", "https://elsewhere.example/desk/", "//elsewhere.example/", "javascript:alert(1)"]
)
def test_who_does_not_say_where_he_was_comes_back_to_the_form(client: Client, referer: str) -> None:
    answer = client.post(FORM, headers={"referer": referer})
    assert answer.headers["Location"] == f"{reverse('account_login')}?next={FORM}"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_fragment_is_not_replaced_by_a_page(client: Client, method: str) -> None:
    answer = getattr(client, method)(FORM, headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert answer.content.decode() == "登录已过期"
