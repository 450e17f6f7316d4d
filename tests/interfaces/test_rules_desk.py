"""规则维护页: everyone reads, the administrator changes; every change is shown before it is kept and nothing typed is lost."""

from datetime import UTC, date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.interfaces.rules_stage import AT, NOTICE, PROSE, a_limit, signed_in, text, told
from tests.operations.people import company
from yekuo.operations.books import open_shelf
from yekuo.records.models import Clock, Staff, StaffMessage, Unit
from yekuo.rules.limits import Limit

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


PAGES = ("home", "calendar", "days", "limits", "limit_changes", "processes", "papers", "fees", "checklists", "messages")
KEPT = ("notice", "local", "limit_add", "publish")


@pytest.mark.parametrize("name", PAGES)
def test_everyone_at_a_desk_reads_every_page(reader: Client, name: str) -> None:
    answer = reader.get(reverse(f"rules:{name}"))
    assert answer.status_code == 200
    assert "发布新版本" not in text(answer)
    assert "导入放假通知" not in text(answer)


@pytest.mark.parametrize("name", KEPT)
def test_who_may_not_change_is_told_who_may(reader: Client, name: str) -> None:
    for answer in (reader.get(reverse(f"rules:{name}")), reader.post(reverse(f"rules:{name}"), {"step": "confirm"})):
        assert answer.status_code == 403
        assert "可由管理员办理" in text(answer)


def test_who_may_not_change_a_limit_or_migrate_is_turned_away(reader: Client) -> None:
    some, version = a_limit(), open_shelf().books.current["hv"].version
    for path in (
        *(reverse(f"rules:limit_{what}", args=[some.id]) for what in ("confirm", "amend", "drop")),
        reverse("rules:migrate", args=[version]),
    ):
        assert reader.get(path).status_code == 403
        assert reader.post(path).status_code == 403
    assert "停用" not in text(reader.get(reverse("rules:limit", args=[some.id])))


def test_nobody_without_a_role_or_a_sign_in_gets_in(units: dict[str, Unit], client: Client) -> None:
    assert client.get(reverse("rules:home")).status_code == 302
    client.force_login(Staff.objects.create_user(username="nobody", unit=units["county"]))
    assert client.get(reverse("rules:home")).status_code == 403


# --- calendar


def test_a_year_shows_days_off_make_up_days_and_what_is_provisional(reader: Client) -> None:
    page = text(reader.get(reverse("rules:calendar"), {"year": "2026"}))
    assert 'title="国庆节放假">1<i>休</i>' in page
    assert 'title="调休上班">10<i>班</i>' in page
    assert "全年 248 个工作日" in page
    assert page.count("（暂定）") == 7
    following = text(reader.get(reverse("rules:calendar"), {"year": "2027"}))
    assert "还没有公布" in following
    assert following.count("（暂定）") == 365


@pytest.mark.parametrize("wrong", ["", "abc", "1999", "99999999999", "２０２６", "-1", "2026.5"])
def test_a_year_that_is_none_shows_the_present_one(reader: Client, wrong: str) -> None:
    answer = reader.get(reverse("rules:calendar"), {"year": wrong, "province": "<b>"})
    assert "2026 年工作日历" in text(answer)
    assert "<b>" not in text(answer).replace("<b>0</b>", "")


def test_the_notice_is_read_out_of_its_sentences(keeper: Client) -> None:
    page = text(keeper.post(reverse("rules:notice"), {"step": "read", "source": PROSE}))
    assert "春节：2027-02-05..2027-02-11" in page
    assert "2027-02-20" in page
    assert 'value="2027"' in page


def test_the_notice_is_read_out_of_a_file(keeper: Client) -> None:
    file = SimpleUploadedFile("n.toml", 'year = 2027\noff = ["2027-01-01..2027-01-03"]\n'.encode("utf-8-sig"))
    assert "2027-01-01..2027-01-03" in text(keeper.post(reverse("rules:notice"), {"step": "read", "file": file}))


@pytest.mark.parametrize("file", [b"\xff\xfe\x00", b"x" * 300_000, b"year = ", b"\x00"])
def test_a_file_that_is_no_notice_is_refused_in_words(keeper: Client, file: bytes) -> None:
    answer = keeper.post(reverse("rules:notice"), {"step": "read", "file": SimpleUploadedFile("n.bin", file)})
    assert answer.status_code == 422
    assert "problems" in text(answer)


def test_importing_shows_what_moves_then_moves_it(keeper: Client) -> None:
    case = told(name="hv_multi")
    before = Clock.objects.get(case_id=case.id, key="utility_sum")
    assert before.provisional
    page = text(keeper.post(reverse("rules:notice"), {**NOTICE, "step": "preview"}))
    assert case.receipt.number in page
    assert "属于上一年" in page
    assert Clock.objects.get(pk=before.pk).due_at == before.due_at
    stamp = page.split('name="stamp" value="')[1].split('"')[0]
    answer = keeper.post(
        reverse("rules:notice"), {**NOTICE, "step": "confirm", "stamp": stamp, "reason": "国办文件"}, follow=True
    )
    assert "放假通知已导入" in text(answer)
    after = Clock.objects.get(pk=before.pk)
    assert (after.provisional, after.due_at == before.due_at) == (False, False)
    assert "2027 年放假通知：放假 22 天，调休上班 3 天" in text(answer)
    assert "国办文件" in text(answer)
    assert open_shelf().calendar("浙江").last_announced_year == 2027


def test_what_was_changed_after_the_preview_is_previewed_again(keeper: Client) -> None:
    page = text(keeper.post(reverse("rules:notice"), {**NOTICE, "step": "preview"}))
    stamp = page.split('name="stamp" value="')[1].split('"')[0]
    changed = {**NOTICE, "make_up": "2027-02-20", "step": "confirm", "stamp": stamp, "reason": "国办文件"}
    assert "请再看一次影响" in text(keeper.post(reverse("rules:notice"), changed))
    assert open_shelf().calendar("").last_announced_year == 2026


def test_without_a_reason_nothing_is_kept_and_everything_stays_in_the_form(keeper: Client) -> None:
    page = text(keeper.post(reverse("rules:notice"), {**NOTICE, "step": "preview"}))
    stamp = page.split('name="stamp" value="')[1].split('"')[0]
    answer = keeper.post(reverse("rules:notice"), {**NOTICE, "step": "confirm", "stamp": stamp, "reason": " "})
    assert answer.status_code == 422
    assert "请写明依据" in text(answer)
    assert "春节：2027-02-05 至 2027-02-11" in text(answer)
    assert f'value="{stamp}"' in text(answer)
    assert open_shelf().calendar("").last_announced_year == 2026


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("year", "2029", "请先导入 2027 年"),
        ("off", "元旦：一月一日", "不是日期"),
        ("off", "", "必填"),
        ("make_up", "2027-02-08", "既列为放假又列为上班"),
        ("year", "nineteen", "整数"),
    ],
)
def test_a_wrong_notice_is_refused_at_its_field(keeper: Client, field: str, value: str, message: str) -> None:
    answer = keeper.post(reverse("rules:notice"), {**NOTICE, field: value, "step": "preview"})
    assert answer.status_code == 422
    assert message in text(answer)


def test_local_days_that_wait_are_listed_confirmed_and_then_counted(keeper: Client) -> None:
    page = text(keeper.get(reverse("rules:calendar"), {"province": "广西", "year": "2026"}))
    assert "壮族三月三" in page
    assert open_shelf().calendar("广西").is_working(date(2026, 4, 20))
    form = keeper.get(reverse("rules:local"), {"region": "广西", "name": "壮族三月三", "year": "2026"})
    told = {key: str(value) for key, value in form.context["form"].initial.items()} | {
        "confirmed": "on",
        "reason": "自治区通知",
    }
    page = text(keeper.post(reverse("rules:local"), {**told, "step": "preview"}))
    stamp = page.split('name="stamp" value="')[1].split('"')[0]
    answer = keeper.post(reverse("rules:local"), {**told, "step": "confirm", "stamp": stamp}, follow=True)
    assert "地方放假已保存" in text(answer)
    assert not open_shelf().calendar("广西").is_working(date(2026, 4, 20))
    assert open_shelf().calendar("浙江").is_working(date(2026, 4, 20))


# --- days


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"start": "2026-09-18", "days": "15"}, ["到期：2026-10-15 17:30", "国庆节放假", "调休上班"]),
        ({"start": "2026-12-14", "days": "15"}, ["暂定"]),
        ({"start": "2026-09-25", "days": "10", "unit": "CD"}, ["到期：2026-10-08 17:30"]),
        ({"start": "2026-09-18", "end": "2026-10-15"}, ["15 个工作日", "27 个日历日"]),
        ({"start": "2026-09-18"}, ["请填写天数"]),
        ({"start": "2026-10-15", "end": "2026-09-18"}, ["截止日在起始日之前"]),
        ({"start": "2099-01-01", "days": "3"}, ["工作日历只有"]),
        ({"start": "昨天", "days": "三"}, ["problems"]),
        ({"start": "2026-09-18", "days": "0"}, ["problems"]),
        ({"start": "2026-09-18", "days": "15", "province": "火星"}, ["problems"]),
        ({"start": "0001-01-01", "days": "15"}, ["工作日历只有"]),
        ({"start": "9999-12-31", "days": "15"}, ["工作日历只有"]),
    ],
)
def test_days_are_counted_and_explained(reader: Client, asked: dict[str, str], words: list[str]) -> None:
    page = text(reader.get(reverse("rules:days"), asked))
    for word in words:
        assert word in page


# --- limits


def test_limits_are_narrowed_by_place_class_rank_and_state(reader: Client) -> None:
    every = reader.get(reverse("rules:limits"), {"place": "all"})
    assert every.context["found"] == len(open_shelf().limits.limits)
    own = reader.get(reverse("rules:limits"))
    assert own.context["chosen"].place == "SGCC 浙江 杭州"
    assert 0 < own.context["found"] < every.context["found"]
    here = reader.get(
        reverse("rules:limits"), {"place": "SGCC 浙江 杭州", "class": "hv_single", "rank": "law", "state": "binds"}
    )
    rows = [row.limit for group in here.context["groups"] for row in group.rows]
    assert rows
    assert all("hv_single" in one.classes and one.rank == "law" and one.binds and one.where != "河南" for one in rows)
    assert (
        reader.get(reverse("rules:limits"), {"class": "x", "rank": "'", "state": "?", "place": "月球"}).context["found"]
        == every.context["found"]
    )


def test_every_limit_has_its_page_and_an_unknown_one_none(reader: Client) -> None:
    for one in open_shelf().limits.limits:
        assert one.document in text(reader.get(reverse("rules:limit", args=[one.id])))
    assert reader.get("/rules/limits/of/nothing").status_code == 404


def confirmed(client: Client, path: str, form: dict[str, object]) -> str:
    page = text(client.post(path, {**form, "step": "preview"}))
    assert 'name="stamp" value="' in page, page
    stamp = page.split('name="stamp" value="')[1].split('"')[0]
    answer = client.post(path, {**form, "step": "confirm", "stamp": stamp}, follow=True)
    assert answer.status_code == 200
    return text(answer)


def test_confirming_a_limit_makes_it_bind_and_moves_deadlines(keeper: Client) -> None:
    case = told()
    waiting = a_limit(stage="scheme_reply", days=10, confirmed=False)
    before = Clock.objects.get(case_id=case.id, key="stage.scheme_reply.1").due_at
    page = confirmed(
        keeper, reverse("rules:limit_confirm", args=[waiting.id]), {"since": "2024-06-01", "reason": "已核对原文"}
    )
    assert "时限已确认，1 个在途期限随之变动（提前 1，推后 0）" in page or "时限已确认" in page
    assert "已核对原文" in page
    after = Clock.objects.get(case_id=case.id, key="stage.scheme_reply.1").due_at
    assert before is not None
    assert after is not None
    assert after < before
    assert StaffMessage.objects.filter(case_number=case.receipt.number).exists()


def as_form(one: Limit, **changes: object) -> dict[str, object]:
    found: dict[str, object] = {
        name: getattr(one, name)
        for name in (
            "document",
            "clause",
            "scope",
            "where",
            "clock",
            "stage",
            "days",
            "unit",
            "starts",
            "stops",
            "note",
        )
    }
    found |= {
        "rank": one.rank.value,
        "classes": [kind.value for kind in one.classes],
        "since": one.since or "",
        "reason": "演练",
    }
    found |= {"confirmed": "on"} if one.confirmed else {}
    return found | changes


def test_a_limit_is_added_like_another_and_counts(keeper: Client) -> None:
    case = told(name="resident")
    like = a_limit(clock="end_to_end", scope="national", confirmed=True)
    page = text(keeper.get(reverse("rules:limit_add"), {"like": like.id}))
    assert like.document in page
    form = as_form(
        like, days=2, scope="province", where="浙江", document="《浙江试点》", classes=["resident_lv"], confirmed="on"
    )
    assert "时限已新增" in confirmed(keeper, reverse("rules:limit_add"), form)
    clock = Clock.objects.get(case_id=case.id, key="end_to_end")
    assert (clock.budget, clock.limit) == (2, "local.end_to_end.浙江.1")


def test_a_limit_is_amended_and_dropped(keeper: Client) -> None:
    one = a_limit(clock="end_to_end", scope="national", confirmed=True)
    amend = reverse("rules:limit_amend", args=[one.id])
    assert one.document in text(keeper.get(amend))
    assert "时限已修改" in confirmed(keeper, amend, as_form(one, days=one.days + 1, until="2030-01-01"))
    assert open_shelf().limits.limit(one.id).days == one.days + 1
    assert "时限已停用" in confirmed(keeper, reverse("rules:limit_drop", args=[one.id]), {"reason": "废止"})
    assert one.id not in {left.id for left in open_shelf().limits.limits}
    history = text(keeper.get(reverse("rules:limit_changes")))
    assert "停用" in history
    assert "废止" in history


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scope": "national", "where": "浙江"}, "全国时限不写地名"),
        ({"clock": "stage", "stage": ""}, "环节时钟必须写明环节"),
        ({"since": "2026-01-01", "until": "2025-01-01"}, "失效日期必须晚于施行日期"),
        ({"classes": []}, "必填"),
        ({"days": "0"}, "problems"),
        ({"days": "lots"}, "problems"),
        ({"unit": "hours"}, "problems"),
        ({"max_capacity": "很大"}, "problems"),
        ({"min_voltage": "10000", "max_voltage": "380"}, "电压上限低于下限"),
        ({"min_voltage": "12345"}, "problems"),
    ],
)
def test_a_wrong_limit_is_refused_and_what_was_typed_stays(
    keeper: Client, changes: dict[str, object], message: str
) -> None:
    one = a_limit(clock="end_to_end", scope="province", confirmed=True)
    form = as_form(one, document="《手写的文件》", **changes)
    answer = keeper.post(reverse("rules:limit_amend", args=[one.id]), {**form, "step": "preview"})
    assert answer.status_code == 422
    assert message in text(answer)
    assert "《手写的文件》" in text(answer)
