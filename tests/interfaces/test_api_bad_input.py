"""接口坏输入: whatever is sent, the answer is a sentence in Chinese and a 4xx, never a broken server or a changed case."""

import copy
import json
import random
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.interfaces.api_stage import FIRM, HOUSE, Answer, Stage
from tests.rules.cases import BOOKS, FIRST_PAPERS, cast
from yekuo.operations.application import Application
from yekuo.records import cases, codec
from yekuo.records.models import Event
from yekuo.records.scope import EVERYTHING
from yekuo.rules.deeds import REGISTRY
from yekuo.rules.rehearsal import next_step, rehearse

pytestmark = pytest.mark.django_db
DUAL = FIRM | {"load_kw": 2000, "high_voltage": True, "sources": 2, "importance": "second"}


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, settings: Any) -> Stage:
    settings.MEDIA_ROOT = tmp_path
    settings.API_PER_MINUTE = 10**9
    return Stage(monkeypatch)


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)


def judged(answer: Answer) -> Answer:
    """A refusal is a 4xx whose every sentence is Chinese."""
    assert 200 <= answer.status < 500, answer.text
    if answer.status >= 400:
        assert set(answer.json) == {"message", "code", "problems"}
        sentences = [answer.json["message"], *(one["message"] for one in answer.json["problems"])]
        assert all(map(is_chinese, sentences)), sentences
    return answer


# --- what cannot be read --------------------------------------------------------------------------------------

DEEP = "[" * 20_000 + "]" * 20_000
UNREADABLE: dict[str, bytes | str] = {
    "not json": "text=快", "half": '{"text": "快', "not utf-8": b'{"text": "\xff\xfe"}', "utf-16": '{"text": "a"}'.encode("utf-16"),
    "nan": '{"text": NaN}', "infinity": '{"text": -Infinity}', "a list": "[]", "a number": "1", "a word": '"快"',
    "null": "null", "true": "true", "deep": '{"text": ' + DEEP + "}", "deep objects": '{"a":' * 20_000 + "1" + "}" * 20_000,
    "long number": '{"text": ' + "9" * 5000 + "}", "long fraction": '{"text": 0.' + "1" * 5000 + "}",
    "twice": '{"text": "a", "text": "b"}', "nul in a name": '{"te\\u0000xt": "a"}', "half a character in a name": '{"\\ud800": 1}',
    "raw control character": b'{"text": "a\x00b"}', "two values": "{} {}", "comment": "{/* */}", "single quotes": "{'text': 'a'}",
}  # fmt: skip


@pytest.mark.parametrize("address", ["/cases", "/cases/{}/deeds/urge_case"])
def test_what_cannot_be_read_is_a_400_in_chinese(stage: Stage, address: str) -> None:
    number = stage.file("id_card")
    before = Event.objects.count()
    answers = {name: judged(stage.post(address.format(number), body)) for name, body in UNREADABLE.items()}
    assert [name for name, one in answers.items() if (one.status, one.json["code"]) != (400, "bad_request")] == []
    assert Event.objects.count() == before


def test_a_huge_body_is_turned_away_unread(stage: Stage) -> None:
    number = stage.file("id_card")
    answer = judged(stage.post(f"/cases/{number}/deeds/urge_case", '{"text": "' + "快" * 400_000 + '"}'))
    assert (answer.status, answer.json["code"]) == (413, "too_large")
    huge = judged(stage.upload("id_card", content=b"%PDF-" + b"x" * (11 * 1024 * 1024)))
    assert (huge.status, huge.json["code"]) == (413, "too_large")


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("urge_case", {"text": 5}, "text"),
    ("urge_case", {"text": None}, "text"),
    ("urge_case", {"text": ["快"]}, "text"),
    ("urge_case", {"text": "空\x00字符"}, "text"),
    ("urge_case", {"text": "半个\ud83d"}, "text"),
    ("urge_case", {"text": "长" * 2001}, "text"),
    ("urge_case", {"txet": "快"}, "txet"),
    ("urge_case", {"happened_at": "昨天"}, "happened_at"),
    ("urge_case", {"happened_at": "2026-11-23T09:00:00"}, "happened_at"),
    ("urge_case", {"happened_at": "0001-01-01T00:00:00+14:00"}, "happened_at"),
    ("urge_case", {"happened_at": "9999-12-31T23:59:59-12:00"}, "happened_at"),
    ("urge_case", {"happened_at": 1795000000}, "happened_at"),
    ("urge_case", {"expected": 7}, "expected"),
    ("approve_pause", {}, "number"),
    ("approve_pause", {"number": "1"}, "number"),
    ("approve_pause", {"number": True}, "number"),
    ("approve_pause", {"number": 1.5}, "number"),
    ("approve_pause", {"number": 10**39}, "number"),
    ("approve_pause", {"number": -(10**30)}, "number"),
    ("settle_fee", {"item": "a", "receipt": "b", "amount": "NaN"}, "amount"),
    ("settle_fee", {"item": "a", "receipt": "b", "amount": "-Infinity"}, "amount"),
    ("settle_fee", {"item": "a", "receipt": "b", "amount": "1e999"}, "amount"),
    ("settle_fee", {"item": "a", "receipt": "b", "amount": "0.0000001"}, "amount"),
    ("settle_fee", {"item": "a", "receipt": "b", "amount": "9" * 60}, "amount"),
    ("settle_fee", {"item": "a", "receipt": "b", "amount": True}, "amount"),
    ("settle_fee", {"item": "a", "receipt": "b", "amount": {}}, "amount"),
    ("settle_fee", {"item": "a", "receipt": "b", "amount": "八"}, "amount"),
    ("finish_works", {"finished_on": 20261123}, "finished_on"),
    ("finish_works", {"finished_on": "2026-02-30"}, "finished_on"),
    ("finish_works", {"finished_on": "2026-11-23T10:00:00+08:00"}, "finished_on"),
    ("finish_works", {"finished_on": "0001-01-01"}, "finished_on"),
    ("request_pause", {"cause": "lunch", "reason": "a", "evidence": []}, "cause"),
    ("request_pause", {"cause": "outage_window", "reason": "a", "evidence": {}}, "evidence"),
    ("request_pause", {"cause": "outage_window", "reason": "a", "evidence": [5]}, "evidence.0"),
    ("request_pause", {"cause": "outage_window", "reason": "a", "evidence": [{"code": "a", "file": "x", "digest": "y"}]}, "evidence.0.file"),
    ("supply_papers", {"papers": [{"code": "a", "file": 1, "digest": "y"}] * 301}, "papers"),
    ("submit_survey", {"facts": {"voltage": 12345}}, "facts.voltage"),
    ("submit_survey", {"facts": "一切正常"}, "facts"),
    ("confirm_safety", {"measures": "接地"}, "measures"),
    ("file_application", {"kind": "martian"}, "kind"),
    ("file_application", {"papers": [{"code": "a"}]}, "papers.0.file"),
    ("file_application", {"load_kw": "八"}, "load_kw"),
]  # fmt: skip


def test_a_wrong_field_is_named_in_chinese(stage: Stage) -> None:
    number = stage.file("id_card")
    for deed, content, field in WRONG:
        answer = judged(stage.post(f"/cases/{number}/deeds/{deed}", content))
        assert answer.status == 422, (deed, content)
        assert field in answer.fields, (deed, content)


def test_1e999_written_as_a_number_is_refused_like_any_other(stage: Stage) -> None:
    number = stage.file("id_card")
    for amount in ("1e999", "-1e999", "1e-400", "0e99999999"):
        body = f'{{"item": "a", "receipt": "b", "amount": {amount}}}'
        answer = judged(stage.post(f"/cases/{number}/deeds/settle_fee", body))
        assert answer.status in (409, 422), amount


def test_all_that_is_missing_is_named_at_once(stage: Stage) -> None:
    answer = judged(stage.post("/cases", b""))
    assert (answer.status, answer.json["code"]) == (422, "invalid")
    answer = judged(stage.post("/cases", {}))
    assert answer.fields >= {"business", "kind", "name", "id_type", "id_number", "phone", "address", "load_kw"}
    assert "“户名”没有填写" in {one["message"] for one in answer.json["problems"]}
    typed = judged(stage.post("/cases", HOUSE | {"phone": "12", "id_number": "1", "load_kw": "-3"}))
    assert (typed.status, typed.fields) == (422, {"phone", "id_number", "load_kw"})


def test_a_key_that_is_none_is_refused(stage: Stage) -> None:
    for key in ("", "short", "x" * 65, "有汉字的编号啊啊", "with space in", "tab\there-key"):
        answer = judged(stage.post("/cases", HOUSE, key=key.encode().decode("latin-1")))
        assert (answer.status, answer.fields) == (422, {"Idempotency-Key"}), key
    missing = judged(stage.send("/cases", json.dumps(HOUSE)))
    assert (missing.status, missing.fields) == (422, {"Idempotency-Key"})


ADDRESSES = (
    "/cases/%00", "/cases/%ED%A0%80", "/cases/" + "9" * 500, "/cases/YK%27--", "/cases/YK1/events?after=-1",
    "/cases?size=0", "/cases?size=201", "/cases?size=" + "9" * 5000, "/cases?status=lost", "/cases?stage=%00", "/cases?after=x",
    "/cases?after=99999999999999999999-1", "/cases?after=" + "9" * 40 + "-1", "/cases?due_before=x", "/cases?party=me",
    "/cases?due_before=0001-01-01T00:00:00%2B14:00", "/cases?stage=" + "x" * 3000, "/limits?province=%00", "/limits?on=x",
    "/calendar/due?start=9999-12-31&days=400", "/calendar/due?start=2026-01-01&days=1e3", "/calendar/due?start=2026-01-01&days=5&province=%ED%A0%80",
    "/calendar/due?start=2026-01-01&days=5&province=%00", "/nowhere", "/cases/", "/cases/YK1/deeds/", "/cases/YK1/deeds/fly",
)  # fmt: skip


def test_an_odd_address_has_a_plain_answer(stage: Stage) -> None:
    answers = {address: judged(stage.get(address)).status for address in ADDRESSES}
    assert {address: status for address, status in answers.items() if status not in (404, 422)} == {}


def test_a_wrong_method_is_said_in_chinese(stage: Stage) -> None:
    for method in ("put", "patch", "delete", "options"):
        call = getattr(stage.client, method)
        answer = judged(Answer(call("/api/v1/cases", headers={"Authorization": f"Bearer {stage.token}"})))
        assert (answer.status, answer.json["code"]) == (405, "wrong_method")


def test_an_unknown_deed_is_no_address(stage: Stage) -> None:
    number = stage.file("id_card")
    answer = judged(stage.post(f"/cases/{number}/deeds/fly_away", {}))
    assert answer.status == 404


def test_a_body_of_another_kind_is_refused(stage: Stage) -> None:
    sent = {"Authorization": f"Bearer {stage.token}", "Idempotency-Key": "another-kind"}
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", ""):
        answer = Answer(stage.client.post("/api/v1/cases", b"--x\r\nnothing", content_type=kind, headers=sent))
        assert judged(answer).status == 400, kind


@pytest.mark.parametrize(
    "body", [b"", b"--x", b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n']
)
def test_a_broken_upload_is_refused(stage: Stage, body: bytes) -> None:
    sent = {"Authorization": f"Bearer {stage.token}"}
    kind = "multipart/form-data; boundary=x"
    answer = judged(Answer(stage.client.post("/api/v1/files", body, content_type=kind, headers=sent)))
    assert answer.status in (400, 422)


# --- anything at all, over the schemas ------------------------------------------------------------------------

JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-(10**38), 10**38), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=30), st.sampled_from(["", "\x00", "\ud800", "9" * 39, "1e999", "NaN", "2026-11-23", "'; --", "staff:x", "staff:"]),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)  # fmt: skip
WORDS = st.one_of(
    st.sampled_from([
        "surveyor", "manager", "clerk", "survey", "accept", "phone", "utility", "customer", "online", "staff:1", "total", "75/5",
        "id_card", "0" * 64, "lv_two_links", "good", "planner", "completed", "energise", "10000/100", "counter",
    ]),
    st.text(max_size=12),
)  # fmt: skip


def sent_as(hint: Any) -> st.SearchStrategy[Any]:
    """Content of a field: mostly of its kind, now and then anything."""
    return st.integers(0, 11).flatmap(lambda roll: JUNK if roll == 0 else _fitting(hint))


def _fitting(hint: Any) -> st.SearchStrategy[Any]:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return st.one_of(*(st.none() if one is type(None) else sent_as(one) for one in inner))
    if origin is tuple:
        return st.lists(sent_as(inner[0]), max_size=3)
    if is_dataclass(hint) and isinstance(hint, type):
        return content_of(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from([one.value for one in hint])
    return PLAIN[hint]


NUMBERS = st.one_of(
    st.integers(-3, 10**6), st.decimals(-1, 10**11, places=3).map(str), st.sampled_from([0, "0", "1E+3", "0E+9"])
)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: WORDS, bool: st.booleans(), Decimal: NUMBERS,
    int: st.one_of(st.integers(-2, 6), st.sampled_from([2**31, 2**53 - 1, 380, 10_000])),
    date: st.dates(date(1980, 1, 1), date(2210, 1, 1)).map(str),
    datetime: st.datetimes().map(lambda one: f"{one.isoformat()}+08:00"),
}  # fmt: skip


def content_of(kind: type) -> st.SearchStrategy[dict[str, Any]]:
    hints = get_type_hints(kind)
    given_always = {one.name: sent_as(hints[one.name]) for one in fields(kind)}
    return st.fixed_dictionaries(given_always)


KINDS = {key: Application if key == "file_application" else kind for key, kind in REGISTRY.items()}
ANYTHING = st.sampled_from(sorted(KINDS)).flatmap(lambda key: st.tuples(st.just(key), content_of(KINDS[key])))


def test_nothing_of_the_right_shape_breaks_the_server(stage: Stage) -> None:
    numbers = [stage.file(*FIRST_PAPERS, **form) for form in (HOUSE, DUAL)]
    for key in ("accept_application", "submit_survey"):
        forward(stage, numbers[1], key)

    @settings(max_examples=80, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(ANYTHING, st.sampled_from(numbers))
    def send(deed: tuple[str, dict[str, Any]], number: str) -> None:
        with transaction.atomic():
            judged(stage.post(f"/cases/{number}/deeds/{deed[0]}", deed[1]))
            transaction.set_rollback(True)

    send()


# --- a good case, each time a little wrong --------------------------------------------------------------------

SPOILERS: tuple[Any, ...] = (
    None, "", 0, -1, 1, 2**31, 2**53 - 1, "x", "长" * 1999, [], {}, True, "1e9", "2026-01-01", "2199-12-31", 99999999.999999, "staff:99999999999999999999",
)  # fmt: skip


def places_in(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    inside = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, one in inside:
        yield from places_in(one, (*path, key))


def spoiled(content: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    wrong = copy.deepcopy(content)
    path = rng.choice(list(places_in(wrong)) or [("nothing",)])
    inside: Any = wrong
    for part in path[:-1]:
        inside = inside[part]
    inside[path[-1]] = rng.choice(SPOILERS)
    return wrong


def step(stage: Stage, number: str) -> tuple[str, dict[str, Any]]:
    """The next deed of a case and its good content."""
    state = cases.state_of(cases.by_number(number, scope=EVERYTHING))
    told = cast(
        manager=stage.me.person, paper=lambda code: stage.paper(code, case=number), serial=number[-6:], books=BOOKS
    )
    name = next_step(told, state, stage.at)
    return name, codec.plain(codec.encode(rehearse(told, name, state, stage.at)))


def forward(stage: Stage, number: str, until: str) -> None:
    """Do good deeds until one of that name is done."""
    for _ in range(20):
        stage.later(hours=5)
        name, content = step(stage, number)
        assert stage.post(f"/cases/{number}/deeds/{name}", content).status == 200
        if name == until:
            return
    raise AssertionError(until)


@pytest.mark.parametrize("form", [HOUSE, DUAL], ids=["resident", "hv_multi"])
def test_good_deeds_each_a_little_wrong_never_break_the_server(stage: Stage, form: dict[str, Any]) -> None:
    rng, number = random.Random(7), stage.file(*FIRST_PAPERS, **(form | {"signs_standard_contract": True}))
    other = stage.person(stage.units["county"], *stage.me.roles, name="王回访")
    for _ in range(60):
        stage.later(hours=5)
        name, content = step(stage, number)
        for _ in range(3):
            with transaction.atomic():
                judged(stage.post(f"/cases/{number}/deeds/{name}", spoiled(content, rng)))
                transaction.set_rollback(True)
        with stage.acting(other if name == "revisit_customer" else stage.me):
            done = stage.post(f"/cases/{number}/deeds/{name}", content)
        assert done.status == 200, (name, done.text)
        if done.json["status"]["key"] == "completed":
            return
    raise AssertionError("从未办结")


def test_the_moment_of_a_spoiled_deed_changes_nothing(stage: Stage) -> None:
    number = stage.file("id_card")
    before = stage.get(f"/cases/{number}").json
    stage.later(hours=1)
    for content in ({"text": 1}, {"happened_at": (stage.at - timedelta(days=9)).isoformat()}):
        assert judged(stage.post(f"/cases/{number}/deeds/urge_case", content)).status == 422
    after = stage.get(f"/cases/{number}").json
    assert after | {"clocks": 0} == before | {"clocks": 0}
