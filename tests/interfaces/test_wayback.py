"""返回地址: a form leads on to an address of ours or to the usual place, whatever it was told."""

import pytest
from django.test import Client
from django.urls import reverse

STRANGE = (
    "foo", "health", "😀", "foo.bar", "//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)",
    "http:evil.example", "\t//evil.example", "\x00",
)  # fmt: skip


@pytest.mark.parametrize("strange", STRANGE)
def test_a_strange_address_leads_to_the_usual_place(client: Client, strange: str) -> None:
    answer = client.post(reverse("look:size"), {"next": strange, "size": "large"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.django_db
@pytest.mark.parametrize("strange", STRANGE)
def test_a_sign_in_leads_nowhere_strange(client: Client, strange: str) -> None:
    page = client.get(reverse("customer:signin"), {"next": strange}).content.decode()
    assert f'name="next" value="{reverse("customer:mine")}"' in page


def test_an_address_of_ours_is_kept_and_no_header_grows_from_it(client: Client) -> None:
    answer = client.post(reverse("look:size"), {"next": "/needs/?kind=resident"})
    assert answer.headers["Location"] == "/needs/?kind=resident"
    answer = client.post(reverse("look:size"), {"next": "/a\r\nX-Made-Up: 1"})
    assert "X-Made-Up" not in answer.headers
