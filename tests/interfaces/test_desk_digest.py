"""每日汇总的页面: the message in the centre lists the numbers, and each opens a list of just as many."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.interfaces.desk_stage import Stage
from yekuo.interfaces.desk import reader
from yekuo.interfaces.jobs import rounds
from yekuo.operations import digests
from yekuo.records.models import StaffMessage
from yekuo.rules.calendar import BEIJING


def test_every_number_of_the_digest_opens_its_list(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    case = stage.case("hv_multi").filed().to("survey")
    at = (case.at + timedelta(days=70)).astimezone(BEIJING).replace(hour=9)
    monkeypatch.setattr(reader, "now", lambda request: at)
    assert digests.digest(at=_working(at), path=rounds._digest_path)
    word = StaffMessage.objects.get(kind="digest", person=stage.people["chief"].pk)
    assert ["全部超期 1", f"{reverse('desk:morning')}?list=late#list"] in word.links
    client = Client()
    client.force_login(stage.people["chief"])
    page = client.get(reverse("desk:messages")).content.decode()
    for label, path in word.links:
        assert f'href="{path.replace("&", "&amp;")}">{label}</a>' in page
        found = client.get(path)
        assert found.status_code == 200
    late = client.get(f"{reverse('desk:morning')}?list=late").content.decode()
    assert re.search(rf"{case.number}", late)


def _working(at: datetime) -> datetime:
    return at if at.weekday() < 5 else at + timedelta(days=7 - at.weekday())
