"""流程维护: a version is checked before it is published, new cases start on it, open ones go over only when taken."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.operations.told import CLASSES, DESK, MONDAY, Told
from tests.rules.cases import FIRST_PAPERS, filing
from yekuo.operations import books, processes
from yekuo.operations.books import open_shelf
from yekuo.records import processes as shipped
from yekuo.records.models import PublishedProcess, Unit
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.deeds.course import MigrateCase
from yekuo.rules.engine.compare import Part
from yekuo.rules.engine.definition import Definition
from yekuo.rules.engine.migrate import Outcome
from yekuo.rules.refusal import Refused
from yekuo.rules.rehearsal import MAIN_PATH
from yekuo.rules.state import Status

pytestmark = pytest.mark.django_db

CLERK = Actor(kind=ActorKind.STAFF, person=9, unit=1, roles=("clerk",))


@pytest.fixture(autouse=True)
def _unit() -> None:
    Unit.objects.get_or_create(
        pk=1, defaults={"code": "01", "name": "城关供电所", "path": "1/", "company": "SGCC", "province": "浙江"}
    )


def text_of(key: str) -> str:
    return open_shelf().books.current[key].text


def renamed() -> str:
    """The two links with the signing under another key: the stage of the old key is gone."""
    text = text_of("lv_two_links").replace("[stage.contract_sign]", "[stage.both_sign]")
    return text.replace('to = "contract_sign"', 'to = "both_sign"')


def at_signing() -> Told:
    told = Told()
    told.do(replace(filing(CLASSES["resident"], *FIRST_PAPERS), signs_standard_contract=False))
    return told.to("contract_sign")


def to_the_end(told: Told) -> Told:
    return told.to("completed", books=open_shelf().books, serial=f"{told.id:04d}")


def publish(text: str) -> Definition:
    return processes.publish(text=text, by=DESK, at=MONDAY, reason="演练修订")


def edited(key: str = "lv_two_links") -> str:
    text = text_of(key)
    assert 'do = "派工并到现场勘查' in text
    return text.replace('do = "派工并到现场勘查', 'do = "先电话预约，派工并到现场勘查')


def test_a_published_version_is_what_new_cases_start_on_and_open_ones_stay() -> None:
    before = Told().file(CLASSES["resident"]).to("survey")
    definition = publish(edited())
    assert before.state.version != definition.version
    assert to_the_end(before).state.version != definition.version
    after = Told(before.at).file(CLASSES["resident"])
    assert after.state.version == definition.version
    assert to_the_end(after).row.status == "completed"


def test_windows_line_ends_are_the_same_version_as_the_text_without() -> None:
    text = text_of("hv")
    with pytest.raises(Refused) as refused:
        publish(text.replace("\n", "\r\n"))
    assert "已经发布过" in refused.value.problems[0].message


def test_a_faulty_version_is_refused_with_every_fault_and_nothing_is_kept() -> None:
    text = (
        text_of("lv_two_links")
        .replace('owner = "surveyor"', 'owner = "wizard"')
        .replace('clock = "archive"', 'clock = "x"')
    )
    with pytest.raises(Refused) as refused:
        publish(text)
    assert {problem.field for problem in refused.value.problems} == {"stage.survey", "stage.archive"}
    assert PublishedProcess.objects.count() == 0


def test_a_process_for_a_class_another_serves_is_refused() -> None:
    text = text_of("lv_two_links").replace('key = "lv_two_links"', 'key = "lv_other_way"', 1)
    with pytest.raises(Refused) as refused:
        publish(text)
    assert "应恰为一个" in refused.value.problems[0].message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "请上传或粘贴"),
        ("key = ", "没有写完"),
        ("key = 1", "缺少"),
        ("[stage]\n" * 2, "第 2 行"),
        ("\x00", "TOML"),
    ],
)
def test_a_text_that_is_no_process_is_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        processes.draft(text)
    assert any(message in problem.message for problem in refused.value.problems), refused.value.problems


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('party = "utility"\nowner = "clerk"', 'party = "us"\nowner = "clerk"', "party 应为"),
        ('name = "现场勘查"', "name = 7", "name 应是文字"),
        ('deeds = ["submit_survey"]', 'deeds = "submit_survey"', "deeds 应是列表"),
        ('deeds = ["submit_survey"]', 'deeds = ["submit_survey"]\nhurry = true', "不认识的 hurry"),
        ("[stage.survey]", "[stage.Survey]", "只能用小写字母"),
        ('"resident_lv"', '"resident_ev"', "没有客户类别 resident_ev"),
        ('key = "lv_two_links"', 'key = "两环节"', "key 只能用"),
        ('name = "现场勘查"\n', "", "缺少 name"),
    ],
)
def test_the_form_of_a_text_is_checked_by_place(before: str, after: str, message: str) -> None:
    text = text_of("lv_two_links")
    assert before in text
    with pytest.raises(Refused) as refused:
        processes.draft(text.replace(before, after, 1))
    assert any(message in problem.message for problem in refused.value.problems), refused.value.problems


def test_a_draft_says_what_it_changes() -> None:
    draft = processes.draft(edited())
    assert draft.problems == ()
    [one] = draft.differences
    assert (one.part, one.key, one.field) == (Part.STAGE, "survey", "do")
    assert "先电话预约" in one.after
    gone = processes.draft(renamed())
    assert {(one.key, one.before is None, one.after is None) for one in gone.differences if not one.field} >= {
        ("both_sign", True, False), ("contract_sign", False, True),
    }  # fmt: skip


def test_only_who_keeps_the_rules_publishes_and_says_why() -> None:
    with pytest.raises(Refused, match="管理员"):
        processes.publish(text=edited(), by=CLERK, at=MONDAY, reason="试")
    with pytest.raises(Refused, match="原因"):
        processes.publish(text=edited(), by=DESK, at=MONDAY, reason="  ")


def test_a_rehearsal_tells_of_every_open_case_and_touches_none() -> None:
    here = at_signing()
    there = Told().file(CLASSES["resident"]).to("metering")
    other = Told().file(CLASSES["hv_single"]).to("survey")
    done = to_the_end(Told().file(CLASSES["resident"]))
    definition = publish(renamed())
    seqs = {one.id: one.row.seq for one in (here, there, other, done)}
    found = {
        one.case: one.plan
        for one in processes.migration_plan(key="lv_two_links", version=definition.version, mapping={}, by=DESK)
    }
    assert set(found) == {here.id, there.id}
    assert found[here.id].outcome is Outcome.NEEDS_MAPPING
    assert found[there.id].outcome is Outcome.AUTOMATIC
    mapped = processes.migration_plan(
        key="lv_two_links", version=definition.version, mapping={"contract_sign": "both_sign"}, by=DESK
    )
    assert {one.plan.stage for one in mapped} == {"both_sign", "metering"}
    assert {one.id: one.row.seq for one in (here, there, other, done)} == seqs


def test_migrating_goes_in_batches_and_the_cases_go_on_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MAIN_PATH, "both_sign", "sign_contract")
    told = [at_signing() for _ in range(3)]
    definition = publish(renamed())
    at = told[-1].at + timedelta(hours=1)

    def go(after: int) -> processes.Migrated:
        return processes.migrate(
            key="lv_two_links", version=definition.version, mapping={"contract_sign": "both_sign"}, by=DESK, at=at,
            reason="统一改版", after=after, limit=2,
        )  # fmt: skip

    first = go(0)
    assert (len(first.done), first.left, first.last) == (2, 1, told[1].id)
    second = go(first.last)
    assert (len(second.done), second.left, second.refused) == (1, 0, ())
    assert go(0).done == ()
    for one in told:
        assert (one.state.stage, one.state.version) == ("both_sign", definition.version)
        one.at = at
        assert to_the_end(one).row.status == "completed"


def test_taking_a_case_over_leaves_out_no_milestone() -> None:
    here = Told().file(CLASSES["resident"]).to("survey")
    version = publish(renamed()).version
    for beyond in ("metering", "energise", "archive"):
        planned = processes.migration_plan(key="lv_two_links", version=version, mapping={"survey": beyond}, by=DESK)
        assert [one.plan.outcome for one in planned] == [Outcome.REFUSED]
        with pytest.raises(Refused, match="必经环节"):
            here.do(MigrateCase(version=version, stage=beyond, reason="抄近路"))
    assert here.state.stage == "survey"


def test_a_case_taken_over_and_back_is_taken_over_again() -> None:
    told = Told().file(CLASSES["resident"]).to("survey")
    old = told.state.version
    new = publish(edited()).version
    for version in (new, old, new):
        told.at += timedelta(hours=1)
        done = processes.migrate(key="lv_two_links", version=version, mapping={}, by=DESK, at=told.at, reason="演练")
        assert done.done == (told.receipt.number,)
        assert told.state.version == version


def test_migrating_needs_power_reason_and_a_version_of_that_process() -> None:
    version = open_shelf().books.current["hv"].version
    at = MONDAY
    with pytest.raises(Refused, match="没有这个流程版本"):
        processes.migrate(key="lv_two_links", version=version, mapping={}, by=DESK, at=at, reason="试")
    with pytest.raises(Refused, match="管理员"):
        processes.migrate(key="hv", version=version, mapping={}, by=CLERK, at=at, reason="试")
    with pytest.raises(Refused, match="原因"):
        processes.migrate(key="hv", version=version, mapping={}, by=DESK, at=at, reason="")


def test_an_administrator_sees_only_the_cases_of_the_own_unit() -> None:
    Told().file(CLASSES["resident"]).to("survey")
    version = publish(edited()).version
    elsewhere = replace(DESK, unit=99)
    assert processes.migration_plan(key="lv_two_links", version=version, mapping={}, by=elsewhere) == ()


def test_versions_name_what_is_in_force_and_who_runs_under_it() -> None:
    Told().file(CLASSES["resident"]).to("survey")
    definition = publish(edited())
    found = {one.definition.version: one for one in processes.versions()}
    assert found[definition.version].in_force
    assert (found[definition.version].open_cases, found[definition.version].reason) == (0, "演练修订")
    old = [one for one in found.values() if one.definition.key == "lv_two_links" and not one.in_force]
    assert [one.open_cases for one in old] == [1]


@pytest.fixture
def next_release(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Bring in a release whose two-link process reads otherwise; afterwards this one is back."""

    def bring() -> None:
        changed = {**shipped.shipped_texts(), "lv_two_links": edited()}
        monkeypatch.setattr(shipped, "shipped_texts", lambda: changed)
        forget()

    def forget() -> None:
        shipped.shipped_definitions.cache_clear()
        books._shelf.cache_clear()

    yield bring
    monkeypatch.undo()
    forget()


def test_a_case_begun_under_the_last_release_goes_on_under_this_one(next_release: Callable[[], None]) -> None:
    books.keep_release()
    told = at_signing()
    begun = told.state.version
    next_release()
    books.keep_release()
    assert open_shelf().books.current["lv_two_links"].version != begun
    to_the_end(told)
    assert (told.state.version, told.state.status) == (begun, Status.COMPLETED)
    assert at_signing().state.version != begun
