"""地址测试: the door for programs is loaded when a program comes, and then is there like the others."""

import subprocess
import sys

import pytest
from django.test import Client
from django.urls import reverse

PROGRAM = """
import django; django.setup()
import sys
from django.urls import resolve, reverse
assert resolve("/healthz").url_name == "health"
assert reverse("account_login") == "/accounts/login/"
assert reverse("customer:landing") == "/"
assert "ninja" not in sys.modules
assert reverse("api:openapi") == "/api/v1/openapi.json"
assert resolve("/api/v1/openapi.json").view_name == "api:openapi"
assert "ninja" in sys.modules
assert reverse("api:operations") == "/api/"
"""


def test_people_do_not_wait_for_the_door_for_programs() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.django_db
def test_the_door_for_programs_opens(client: Client) -> None:
    assert client.get(reverse("api:openapi")).status_code == 200
