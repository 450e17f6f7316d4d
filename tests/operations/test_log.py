"""办理日志: the replayed log is the stored state, and the database itself keeps the log as it was written."""

import hashlib
import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from tests.operations.told import BOOKS, CLASSES, DESK, OTHER, Told
from tests.rules.cases import cast, paper
from yekuo.operations import audit
from yekuo.operations.rulebook import import_notice
from yekuo.records import codec, log
from yekuo.records.models import Case, Clock, Event, Outbox, Task
from yekuo.rules.calendar import BEIJING
from yekuo.rules.deeds import Deed, course
from yekuo.rules.deeds.works import ContactCustomer
from yekuo.rules.engine.decide import offered
from yekuo.rules.notices import parse_notice
from yekuo.rules.refusal import Refused
from yekuo.rules.rehearsal import rehearse
from yekuo.rules.story import fold
from yekuo.rules.timeline import Cause

pytestmark = pytest.mark.django_db


def refold(told: Told) -> object:
    start = codec.read_opening(told.row.opening).state()
    return fold((entry.event for entry in log.entries(told.id)), start=start)


@pytest.mark.parametrize("name", CLASSES)
def test_the_replayed_log_is_the_stored_state_and_every_projection(name: str) -> None:
    told = Told().file(CLASSES[name]).to("completed")
    assert refold(told) == told.state
    assert audit.verify().findings == ()


def pause(told: Told) -> course.RequestPause:
    return course.RequestPause(cause=Cause.CUSTOMER_PAPERS, reason="等客户", evidence=(paper("pause_evidence"),))


COURSE: dict[str, Callable[[Told], Deed]] = {
    "request_pause": pause,
    "approve_pause": lambda t: course.ApprovePause(number=len(t.state.pause_cases)),
    "refuse_pause": lambda t: course.RefusePause(number=len(t.state.pause_cases), note="不成立"),
    "resume_case": lambda t: course.ResumeCase(),
    "apply_permit": lambda t: course.ApplyPermit(what="占掘路", receipt="A1"),
    "decide_permit": lambda t: course.DecidePermit(number=len(t.state.timeline.permits), granted=True),
    "return_stage": lambda t: course.ReturnStage(to="survey", reason="重新勘查"),
    "hand_over": lambda t: course.HandOver(role="surveyor", person=random.choice((7, 9)), reason="请假"),
    "urge_case": lambda t: course.UrgeCase(text="请快些"),
    "withdraw_application": lambda t: course.WithdrawApplication(reason="不办了"),
    "terminate_case": lambda t: course.TerminateCase(reason="无法联系", evidence=(paper("evidence"),)),
}
RARE = ("withdraw_application", "terminate_case")


def stroll(told: Told, rng: random.Random, steps: int) -> int:
    """Try anything that is offered or may come at any time; refusals are part of a stroll."""
    done = 0
    for turn in range(steps):
        state = told.state
        if state.status != "open":
            break
        name = rng.choice([*offered(books=BOOKS, state=state, at=told.at), *COURSE])
        if name in RARE and (turn < steps // 2 or rng.random() > 0.1):
            continue
        after = timedelta(minutes=rng.choice((1, 300, 3000)))
        play = cast(good=rng.random() < 0.7, works=rng.random() < 0.5)
        by = OTHER if rng.random() < 0.4 else DESK
        try:
            deed = COURSE[name](told) if name in COURSE else rehearse(play, name, state, told.at + after)
            told.do(deed, by=by, after=after)
            done += 1
        except (Refused, LookupError):
            continue
    return done


@pytest.mark.parametrize("seed", range(16))
def test_after_a_random_stroll_the_log_gives_every_projection(seed: int) -> None:
    rng = random.Random(seed)
    random.seed(seed)
    told = Told().file(rng.choice(list(CLASSES.values())))
    assert stroll(told, rng, 160) > 10
    assert refold(told) == told.state
    assert [str(one) for one in audit.verify().findings] == []


def test_a_rebuild_makes_lost_projections_again_and_then_finds_nothing() -> None:
    told = Told().file(CLASSES["hv_multi"]).to("completion_inspect")
    before = Case.objects.values().get(pk=told.id)
    tasks = list(Task.objects.order_by("key").values("key", "role", "person", "party", "opened_at", "closed_at"))
    clocks = list(Clock.objects.order_by("key").values("key", "due_at", "used", "left_days", "stopped_at", "ranks"))
    Task.objects.all().delete()
    Clock.objects.filter(stopped_at=None).delete()
    Case.objects.update(stage="survey", due_at=None, snapshot="{}")
    assert {one.what for one in audit.rebuild().findings} == {"snapshot", "column", "task", "clock"}
    assert Case.objects.values().get(pk=told.id) == before
    assert (
        list(Task.objects.order_by("key").values("key", "role", "person", "party", "opened_at", "closed_at")) == tasks
    )
    assert (
        list(Clock.objects.order_by("key").values("key", "due_at", "used", "left_days", "stopped_at", "ranks"))
        == clocks
    )
    assert audit.rebuild().whole
    assert audit.verify().whole


NOTICE = parse_notice("""
year = 2027
papers = ["测试文号"]
off = ["2027-01-01..2027-01-03", "2027-02-05..2027-02-11", "2027-04-03..2027-04-05", "2027-05-01..2027-05-05",
       "2027-06-09", "2027-09-15", "2027-10-01..2027-10-07"]
make_up = ["2026-12-27", "2027-01-30", "2027-02-20", "2027-04-25", "2027-05-08", "2027-09-26", "2027-10-09"]
""")


def test_clocks_stopped_under_an_older_calendar_stay_and_still_verify() -> None:
    told = Told(datetime(2026, 12, 21, 9, tzinfo=BEIJING)).file(CLASSES["hv_multi"]).to("review")
    told.at = datetime(2026, 12, 28, 9, tzinfo=BEIJING)
    told.to("design_review")
    old = Clock.objects.get(case_id=told.id, key="stage.scheme_reply.1")
    assert old.provisional
    import_notice(notice=NOTICE, by=DESK, at=told.at, reason="测试文号")
    assert audit.verify().whole
    told.do(pause(told))
    told.do(course.ApprovePause(number=1), by=OTHER)
    told.do(course.ResumeCase(), after=timedelta(days=9))
    assert Clock.objects.values().get(pk=old.pk) == vars_of(old)
    told.to("works")
    assert audit.verify().whole
    Clock.objects.filter(pk=old.pk).update(due_at=told.at)
    assert [one.what for one in audit.rebuild().findings] == ["clock"]
    assert Clock.objects.get(pk=old.pk).due_at == old.due_at
    assert audit.verify().whole


def vars_of(clock: Clock) -> dict[str, object]:
    return {field.attname: getattr(clock, field.attname) for field in Clock._meta.concrete_fields}


@pytest.mark.parametrize(
    "statement",
    ["update records_event set note = ''", "update records_event set stage = 'x'", "delete from records_event",
     "truncate records_event", "update records_seal set cases = 0", "delete from records_seal"],
)  # fmt: skip
def test_the_app_role_cannot_change_the_log(statement: str) -> None:
    Told()
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as sql:
        sql.execute(statement)
    assert Event.objects.count() == 1


def test_the_log_holds_references_and_no_column_that_depends_on_now() -> None:
    told = Told().file(CLASSES["resident"])
    filed = list(log.entries(told.id))[1]
    assert filed.event.body.applicant == 1  # type: ignore[attr-defined]
    assert set(codec.plain(filed.row.body)) >= {"applicant", "applicant_digest", "site", "site_digest"}


def test_what_the_customer_must_hear_is_in_the_outbox_once() -> None:
    told = Told().file(CLASSES["resident"]).to("survey")
    topics = list(Outbox.objects.filter(case_id=told.id).order_by("id").values_list("topic", flat=True))
    assert topics == ["customer.application_filed", "customer.application_accepted"]


@pytest.mark.parametrize("text", ["空\x00字符", "半个\ud83d"])
def test_text_that_no_database_keeps_is_refused_and_nothing_is_written(text: str) -> None:
    told = Told().file(CLASSES["resident"]).to("survey")
    seq = told.row.seq
    with pytest.raises(Refused, match="无法保存的字符"):
        told.do(ContactCustomer(way="phone", reached=True, note=text))
    assert told.row.seq == seq == Event.objects.filter(case_id=told.id).count()


def test_numbers_of_a_month_follow_each_other_without_a_gap() -> None:
    first, second = Told(), Told()
    assert (first.receipt.number, second.receipt.number) == ("YK2026030000001", "YK2026030000002")


def test_an_outsider_can_make_the_same_canonical_bytes_with_plain_json() -> None:
    told = Told().file(CLASSES["hv_multi"]).to("reply")
    before = codec.first_link(
        case=told.id, number=told.receipt.number, unit=told.row.unit, opening=told.row.opening
    )  # fmt: skip
    for row in Event.objects.filter(case_id=told.id).order_by("seq"):
        columns = [
            row.case_id, row.seq, row.kind, row.stage, *(int(moment.timestamp() * 1_000_000 + 0.5) for moment in (
                row.happened_at, row.recorded_at)), row.actor_kind, row.actor, row.actor_unit, row.actor_roles, row.body,
            row.move, row.process_version, row.limits_version, row.calendar_version, row.key,
        ]  # fmt: skip
        told_plainly = json.dumps(columns, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        before = hashlib.sha256(before + told_plainly).digest()
        assert bytes(row.hash) == before
