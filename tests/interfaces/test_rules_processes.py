"""流程与消息页: a version is told in words, checked, compared, published; open cases are taken over; messages are read."""

from datetime import UTC

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.interfaces.rules_stage import AT, signed_in, text, told
from tests.operations.people import company
from yekuo.operations.books import open_shelf
from yekuo.records.models import PublishedProcess, Staff, StaffMessage, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _december(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yekuo.interfaces.admin.reader.now", lambda request=None: AT.astimezone(UTC))


@pytest.fixture
def units(db: None) -> dict[str, Unit]:
    return company()


@pytest.fixture
def keeper(units: dict[str, Unit]) -> Client:
    return signed_in(units["top"], "administrator")


@pytest.fixture
def reader(units: dict[str, Unit]) -> Client:
    return signed_in(units["county"], "clerk")


def edited() -> str:
    found = open_shelf().books.current["hv"].text
    assert 'do = "按勘查结果拟定供电方案"' in found
    return found.replace('do = "按勘查结果拟定供电方案"', 'do = "按勘查结果拟定两个以上方案"')


def test_a_version_is_told_stage_by_stage_in_words(reader: Client) -> None:
    version = open_shelf().books.current["hv"].version
    page = text(reader.get(reverse("rules:process", args=[version])))
    for words in (
        "“签署会审意见”后，会审有人反对 → 拟定供电方案",
        "客户经理",
        "计入合计办理",
        "需要设计审查",
        "不可跳过",
    ):
        assert words in page, words
    assert "review =" not in page
    assert (
        reader.get(reverse("rules:process_text", args=[version])).content.decode()
        == open_shelf().books.current["hv"].text
    )
    assert reader.get(reverse("rules:process", args=["nothing"])).status_code == 404


def test_every_condition_and_field_of_a_process_has_words() -> None:
    from dataclasses import fields

    from yekuo.interfaces.admin import words
    from yekuo.rules.engine.conditions import FEATURES
    from yekuo.rules.engine.definition import Stage

    assert set(FEATURES) == set(words.FEATURE_WORDS) | {"review", "customer_class", "importance"}
    assert {one.name for one in fields(Stage)} - {"key"} <= set(words.FIELD_WORDS)


def test_a_version_is_checked_compared_and_published(keeper: Client) -> None:
    path, wanted = reverse("rules:publish"), edited()
    crlf = wanted.replace("\n", "\r\n")
    page = text(keeper.post(path, {"text": crlf, "step": "check"}))
    assert "环节“拟定供电方案”" in page
    assert "按勘查结果拟定两个以上方案" in page
    assert PublishedProcess.objects.count() == 0
    stamp = page.split('name="stamp" value="')[1].split('"')[0]
    refused = keeper.post(path, {"text": crlf, "step": "confirm", "stamp": stamp, "reason": ""})
    assert refused.status_code == 422
    assert "请写明原因" in text(refused)
    assert f'value="{stamp}"' in text(refused)
    answer = keeper.post(path, {"text": crlf, "step": "confirm", "stamp": stamp, "reason": "试点"}, follow=True)
    assert "已发布" in text(answer)
    assert PublishedProcess.objects.get().text == wanted
    assert "试点" in text(keeper.get(reverse("rules:processes")))


def test_a_file_is_shown_in_the_text_area_and_its_faults_are_listed(keeper: Client) -> None:
    bad = edited().replace('owner = "surveyor"', 'owner = "wizard"')
    file = SimpleUploadedFile("hv.toml", bad.encode())
    page = text(keeper.post(reverse("rules:publish"), {"text": "", "file": file, "step": "check"}))
    assert "没有岗位 wizard" in page
    assert "wizard&quot;" in page
    assert 'name="stamp"' not in page


@pytest.mark.parametrize("wrong", ["", "key = ", "\x00", "[[[", "key = 1\n" * 3, "stage = 3"])
def test_a_text_that_is_no_process_is_refused_in_words(keeper: Client, wrong: str) -> None:
    answer = keeper.post(reverse("rules:publish"), {"text": wrong, "step": "check"})
    assert answer.status_code == 422
    assert "problems" in text(answer)


def test_open_cases_are_rehearsed_and_taken_over(keeper: Client) -> None:
    case = told()
    path = reverse("rules:publish")
    page = text(keeper.post(path, {"text": edited(), "step": "check"}))
    stamp = page.split('name="stamp" value="')[1].split('"')[0]
    keeper.post(path, {"text": edited(), "step": "confirm", "stamp": stamp, "reason": "试点"})
    version = PublishedProcess.objects.get().version
    migrate = reverse("rules:migrate", args=[version])
    page = text(keeper.get(migrate))
    assert case.receipt.number in page
    assert "1 件可直接迁移" in page
    assert keeper.post(migrate, {"reason": " "}).status_code == 422
    assert case.state.version != version
    answer = keeper.post(migrate, {"reason": "统一版本"}, follow=True)
    assert "已迁移 1 件工单" in text(answer)
    assert case.state.version == version
    assert "没有可迁移的在途工单" in text(answer)


# --- messages


def test_messages_are_listed_for_the_reader_and_marked_read(units: dict[str, Unit]) -> None:
    def leave(**more: object) -> StaffMessage:
        return StaffMessage.objects.create(**{"at": AT, "person": 0, "role": "", "unit": units["county"].pk} | more)

    me = signed_in(units["county"], "manager")
    key = Staff.objects.get(held_roles__role="manager").pk
    mine, roles = (
        leave(person=key, text="给我本人"),
        leave(role="manager", text="给客户经理", case_number="YK2026120000001"),
    )
    other, away = leave(person=key + 999, text="给别人"), leave(role="manager", unit=units["other"].pk, text="给外单位")
    page = text(me.get(reverse("rules:messages")))
    assert "给我本人" in page
    assert "给客户经理" in page
    assert "给别人" not in page
    assert "给外单位" not in page
    me.post(reverse("rules:messages_read"), {"key": [mine.pk, other.pk, away.pk, "x", "9" * 30]})
    assert [StaffMessage.objects.get(pk=one.pk).read_at is None for one in (mine, roles, other, away)] == [
        False,
        True,
        True,
        True,
    ]
    me.post(reverse("rules:messages_read"), {"all": "1"})
    assert "没有未读消息" in text(me.get(reverse("rules:messages")))
    assert "给客户经理" in text(me.get(reverse("rules:messages"), {"all": "1"}))
    assert StaffMessage.objects.get(pk=away.pk).read_at is None
