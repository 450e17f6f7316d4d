"""时钟: hand-made histories of each class, right to the day, with the derivation that proves it."""

from dataclasses import replace
from datetime import date

import pytest

from tests.rules.histories import (
    BOOK,
    CALENDAR,
    DUAL,
    HV_START,
    LOW,
    PLACE,
    RESIDENT,
    SINGLE,
    THREE_ZERO,
    at,
    clocks,
    pause,
    run,
)
from yekuo.rules.calendar import Unit
from yekuo.rules.clocks import Clock, read_clocks
from yekuo.rules.derivations import explain
from yekuo.rules.facts import Place
from yekuo.rules.levels import Level, breaches, keep_closed, left, level, moments, moved
from yekuo.rules.limits import Rank
from yekuo.rules.notices import Notice, read_days
from yekuo.rules.timeline import Cause, Pause, Permit, Run, Timeline

# --- 居民低压


def test_resident_two_links() -> None:
    """Accepted Friday 09-18; Sunday 09-20 works; 中秋 09-25..27; scheme on the spot, power on Thursday 09-24."""
    story = Timeline(
        accepted_at=at("2026-09-18 10:00"),
        energised_at=at("2026-09-24 16:00"),
        runs=(
            run("accept", "2026-09-17 20:00", "2026-09-18 10:00"),
            run("scheme_reply", "2026-09-18 10:00", "2026-09-21 15:00"),
            run("meter_energise", "2026-09-22 09:00", "2026-09-24 16:00"),
            run("archive", "2026-09-24 16:00"),
        ),
    )
    found = clocks(story, RESIDENT)
    assert found["pre_acceptance.1"].due_at == at("2026-09-18 17:30")
    assert found["stage.scheme_reply.1"].due_at == at("2026-09-22 17:30"), "3 days: Sunday 20, 21, 22"
    assert found["stage.meter_energise.1"].due_at == at("2026-09-28 17:30"), "3 days: 23, 24, Monday 28"
    assert found["end_to_end"].due_at == at("2026-09-24 17:30"), "5 days: Sunday 20, 21, 22, 23, 24"
    assert (found["utility_sum"].budget, found["utility_sum"].due_at, found["utility_sum"].used_closed) == (
        None,
        None,
        4,
    )
    now = at("2026-09-25 09:00")
    assert {clock.key: level(clock, now) for clock in found.values() if clock.stopped_at} == {
        "pre_acceptance.1": Level.MET,
        "stage.scheme_reply.1": Level.MET,
        "stage.meter_energise.1": Level.MET,
        "utility_sum": Level.MET,
        "end_to_end": Level.MET,
    }
    archive = found["stage.archive.1"]
    assert (archive.due_at, archive.target_at) == (None, at("2026-10-09 17:30"))
    assert level(archive, at("2026-10-09 17:29")) is Level.NORMAL
    assert level(archive, at("2026-10-09 17:30")) is Level.YELLOW


def test_one_minute_after_close_of_business_on_the_last_day_is_late() -> None:
    def end_to_end(energised: str) -> Clock:
        story = Timeline(accepted_at=at("2026-09-18 10:00"), energised_at=at(energised))
        return clocks(story, RESIDENT)["end_to_end"]

    assert level(end_to_end("2026-09-24 17:30"), at("2026-09-30 09:00")) is Level.MET
    assert level(end_to_end("2026-09-24 17:31"), at("2026-09-30 09:00")) is Level.BREACHED


def test_pre_acceptance_ends_with_the_one_time_notice_and_starts_anew_with_the_next_submission() -> None:
    """Submitted Saturday 09-19 (off); the notice goes out on make-up Sunday 09-20; handed in again on 09-21."""
    story = Timeline(
        runs=(run("accept", "2026-09-19 21:00", "2026-09-20 17:00"), run("accept", "2026-09-21 11:00", visit=2)),
    )
    found = clocks(story, RESIDENT)
    assert set(found) == {"pre_acceptance.1", "pre_acceptance.2"}, "no other clock before acceptance"
    assert level(found["pre_acceptance.1"], at("2026-09-22 08:00")) is Level.MET
    second = found["pre_acceptance.2"]
    assert (second.due_at, second.warn_at, second.urgent_at) == (
        at("2026-09-22 17:30"),
        at("2026-09-22 08:30"),
        at("2026-09-22 08:30"),
    )
    accepted = clocks(replace(story, accepted_at=at("2026-09-22 18:00")), RESIDENT)["pre_acceptance.2"]
    assert accepted.stopped_at == at("2026-09-22 18:00")
    assert level(accepted, at("2026-09-22 18:00")) is Level.BREACHED


# --- 低压非居民, 三零


def test_low_voltage_is_strict_until_the_survey_knows_about_works() -> None:
    """The example of the papers: Friday 2026-09-18 and 15 working days is Thursday 2026-10-15."""
    story = Timeline(accepted_at=at("2026-09-18 10:00"))
    unknown = clocks(story, LOW)["end_to_end"]
    assert (unknown.budget, unknown.due_at) == (5, at("2026-09-24 17:30"))
    works = clocks(story, replace(LOW, external_works=True))["end_to_end"]
    assert (works.budget, works.due_at, works.provisional) == (15, at("2026-10-15 17:30"), False)
    assert works.limit_id == "policy-2025.end_to_end.works"
    assert [row.days for row in works.derivation.stretches] == [15]
    named = [(row.day, row.name) for row in works.derivation.special_days if row.working]
    assert named == [(date(2026, 9, 20), "调休上班"), (date(2026, 10, 10), "调休上班")]


def test_three_zero_in_shanghai_counts_calendar_days() -> None:
    shanghai = Place(company="SGCC", province="上海", city="上海")
    story = Timeline(accepted_at=at("2026-09-24 10:00"))
    clock = clocks(story, THREE_ZERO, place=shanghai)["end_to_end"]
    assert (clock.unit, clock.budget, clock.due_at) == (Unit.CD, 10, at("2026-10-08 17:30")), "10-04 is in 国庆"
    assert clock.urgent_at == at("2026-09-30 08:30"), "one working day before Thursday 10-08"
    assert left(clock, at("2026-09-30 12:00"), CALENDAR) == 4
    assert {row.limit_id for row in clock.derivation.considered} == {
        "shanghai-2024.end_to_end.le160",
        "policy-1479.end_to_end.2022.lv_nonres_three_zero",
        "policy-2025.end_to_end.works",
    }


@pytest.mark.parametrize(
    ("accepted", "days", "due"),
    [
        ("2021-06-01 09:00", 25, "2021-07-07 17:30"),  # Tuesday; 端午 Monday 06-14
        ("2021-12-31 09:00", 20, "2022-01-29 17:30"),  # Friday; 元旦 to Monday 01-03; make-up Saturday 01-29
        ("2023-01-03 09:00", 15, "2023-01-29 17:30"),  # Tuesday; 春节 01-21..27; make-up Saturday 28, Sunday 29
    ],
)
def test_three_zero_by_the_day_of_acceptance(accepted: str, days: int, due: str) -> None:
    clock = clocks(Timeline(accepted_at=at(accepted)), replace(THREE_ZERO, external_works=True))["end_to_end"]
    assert (clock.budget, clock.due_at) == (days, at(due))


def test_low_voltage_sum_counts_only_our_stages() -> None:
    """Reply in 3 days, customer builds for weeks, inspection 1 day, metering open since Wednesday 10-28."""
    story = Timeline(
        accepted_at=at("2026-09-18 10:00"),
        runs=(
            run("scheme_reply", "2026-09-18 10:00", "2026-09-22 11:00"),  # Sunday 20, 21, 22
            run("completion_inspection", "2026-10-26 09:00", "2026-10-27 09:00"),  # 27
            run("meter_energise", "2026-10-28 09:00"),
        ),
    )
    clock = clocks(story, replace(LOW, external_works=False))["utility_sum"]
    assert (clock.budget, clock.used_closed, clock.left_days, clock.running) == (6, 4, None, True)
    assert clock.due_at == at("2026-10-30 17:30"), "two days left after 10-28: 29 and 30"
    assert (clock.warn_at, clock.urgent_at) == (at("2026-09-22 08:30"), at("2026-10-29 08:30"))
    assert [(row.first, row.last, row.days) for row in clock.derivation.stretches] == [
        (date(2026, 9, 20), date(2026, 9, 22), 3),
        (date(2026, 10, 27), date(2026, 10, 27), 1),
        (date(2026, 10, 29), date(2026, 10, 30), 2),
    ]


# --- 高压单电源


def test_high_voltage_single_scheme_reply_and_sum_run_together() -> None:
    found = clocks(HV_START, SINGLE)
    scheme, total = found["stage.scheme_reply.1"], found["utility_sum"]
    assert (scheme.budget, scheme.due_at) == (20, at("2026-03-30 17:30"))
    assert scheme.target_at == at("2026-03-17 17:30"), "the internal 11 days"
    assert (total.budget, total.due_at) == (22, at("2026-04-01 17:30"))
    assert {row.rank: row.due_at for row in total.ranks} == {
        Rank.POLICY: at("2026-04-01 17:30"),
        Rank.PROMISE: at("2026-04-01 17:30"),
    }
    assert level(scheme, at("2026-03-17 17:30")) is Level.YELLOW, "past the internal budget, inside the law"
    assert (found["end_to_end"].budget, found["end_to_end"].due_at) == (None, None)


def test_an_approved_pause_takes_out_only_whole_working_days() -> None:
    """Approved Tuesday 03-10 at 09:00, ended Friday 03-13 at 11:00: Wednesday and Thursday are taken out."""
    story = replace(HV_START, pauses=(pause(1, "2026-03-10 09:00", "2026-03-13 11:00"),))
    found = clocks(story, SINGLE)
    assert found["stage.scheme_reply.1"].due_at == at("2026-04-01 17:30")
    assert found["utility_sum"].due_at == at("2026-04-03 17:30")
    excluded = found["stage.scheme_reply.1"].derivation.excluded
    assert [(row.day, row.pauses) for row in excluded] == [(date(2026, 3, 11), (1,)), (date(2026, 3, 12), (1,))]


@pytest.mark.parametrize(
    ("approved", "ended", "taken_out"),
    [
        ("2026-03-10 00:00", "2026-03-11 00:00", 1),  # midnight to midnight: Tuesday is whole
        ("2026-03-10 00:01", "2026-03-11 00:00", 0),
        ("2026-03-10 00:00", "2026-03-10 23:59", 0),
        ("2026-03-13 18:00", "2026-03-16 07:00", 0),  # only a weekend inside
        ("2026-03-13 18:00", "2026-03-17 00:00", 1),  # Monday inside
        ("2026-04-03 18:00", "2026-04-07 08:00", 0),  # 清明 04-04..06 and no working day
    ],
)
def test_edges_of_a_pause(approved: str, ended: str, taken_out: int) -> None:
    plain = Timeline(accepted_at=at("2026-03-02 09:00"), runs=(run("scheme_reply", "2026-03-02 09:00"),))
    story = replace(plain, pauses=(pause(1, approved, ended),))
    clock = clocks(story, DUAL)["stage.scheme_reply.1"]
    assert clock.budget == 45
    assert clock.due_at == CALENDAR.due(at("2026-03-02 09:00"), 45 + taken_out).at


def test_touching_pauses_are_one() -> None:
    """The first ends Wednesday 03-11 at noon just when the second begins: Wednesday lies wholly inside both together."""
    both = (pause(1, "2026-03-10 09:00", "2026-03-11 12:00"), pause(2, "2026-03-11 12:00", "2026-03-12 15:00"))
    clock = clocks(replace(HV_START, pauses=both), SINGLE)["stage.scheme_reply.1"]
    assert [(row.day, row.pauses) for row in clock.derivation.excluded] == [(date(2026, 3, 11), (1, 2))]
    gap = (both[0], pause(2, "2026-03-11 12:01", "2026-03-12 15:00"))
    assert clocks(replace(HV_START, pauses=gap), SINGLE)["stage.scheme_reply.1"].derivation.excluded == ()


def test_while_paused_there_is_no_due_date_and_what_is_left_is_stored() -> None:
    story = replace(HV_START, pauses=(pause(7, "2026-03-10 09:00"),))
    found = clocks(story, SINGLE)
    scheme = found["stage.scheme_reply.1"]
    assert (scheme.due_at, scheme.paused_by, scheme.used_closed, scheme.left_days) == (None, (7,), 6, 14)
    assert (found["utility_sum"].due_at, found["utility_sum"].left_days) == (None, 16)
    assert moments(scheme) == ()
    for moment in ("2026-03-10 10:00", "2026-03-20 10:00", "2026-12-01 10:00"):
        assert level(scheme, at(moment)) is Level.PAUSED
        assert left(scheme, at(moment), CALENDAR) == 14
    assert any("第 7 号挂起生效中" in line and "剩余 14" in line for line in explain(scheme.derivation))


def test_a_pause_approved_on_the_last_day_does_not_undo_that_day() -> None:
    """Approved at 10:00 on Monday 03-30, the 20th day: the day is not wholly inside, so 17:30 is due all the same."""
    story = replace(HV_START, pauses=(pause(1, "2026-03-30 10:00"),))
    scheme = clocks(story, SINGLE)["stage.scheme_reply.1"]
    assert (scheme.due_at, scheme.left_days) == (at("2026-03-30 17:30"), 0)
    assert level(scheme, at("2026-03-30 12:00")) is Level.PAUSED
    assert level(scheme, at("2026-03-30 17:30")) is Level.OVERDUE


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_stops_stage_and_sum_but_not_end_to_end(cause: Cause) -> None:
    low = replace(LOW, external_works=True)
    story = replace(HV_START, pauses=(pause(1, "2026-03-03 09:00", "2026-03-05 09:00", cause),))
    found, plain = clocks(story, low), clocks(HV_START, low)
    assert found["stage.scheme_reply.1"].due_at == CALENDAR.due(at("2026-03-02 09:00"), 9).at
    assert found["utility_sum"].due_at == CALENDAR.due(at("2026-03-02 09:00"), 7).at
    assert found["end_to_end"].due_at == plain["end_to_end"].due_at


def test_a_pause_not_approved_or_refused_helps_nobody() -> None:
    asked = Pause(number=1, cause=Cause.CUSTOMER_SITE, requested_at=at("2026-03-03 09:00"))
    refused = replace(asked, approved_at=at("2026-03-03 10:00"), refused_at=at("2026-03-03 10:00"))
    for useless in (asked, refused, replace(asked, refused_at=at("2026-03-04 09:00"))):
        assert clocks(replace(HV_START, pauses=(useless,)), SINGLE) == clocks(HV_START, SINGLE)


def test_a_return_opens_a_second_visit_of_the_stage_and_the_sum_goes_on() -> None:
    """Reply on Monday 03-16 (day 10); the customer objects; redrawn from Wednesday 03-18, reply again Friday 03-20."""
    story = Timeline(
        accepted_at=at("2026-03-02 09:00"),
        runs=(
            run("scheme_reply", "2026-03-02 09:00", "2026-03-16 10:00"),
            run("scheme_reply", "2026-03-18 14:00", "2026-03-20 10:00", visit=2),
        ),
    )
    found = clocks(story, SINGLE)
    assert found["stage.scheme_reply.2"].due_at == CALENDAR.due(at("2026-03-18 14:00"), 20).at
    total = found["utility_sum"]
    assert (total.used_closed, total.left_days, total.due_at, total.running) == (12, 10, None, False)
    assert level(total, at("2026-06-01 09:00")) is Level.WAITING
    assert "当前没有供电企业环节在办" in " ".join(explain(total.derivation))


def test_reinspection_has_its_own_clock_and_never_restarts_the_sum() -> None:
    """First inspection found defects; the second is asked for on Friday 2026-05-08 (Saturday 05-09 works)."""
    story = Timeline(
        accepted_at=at("2026-03-02 09:00"),
        runs=(
            run("scheme_reply", "2026-03-02 09:00", "2026-03-20 10:00"),  # 14 days: 03-03 .. 03-20
            run("completion_inspection", "2026-04-28 10:00", "2026-04-30 10:00"),  # 29, 30
            run("completion_inspection", "2026-05-08 16:00", visit=2),
        ),
    )
    found = clocks(story, SINGLE)
    again = found["stage.completion_inspection.2"]
    assert again.due_at == at("2026-05-18 17:30"), "Saturday 9, 11, 12, 13, 14, 15, Monday 18"
    total = found["utility_sum"]
    assert (total.used_closed, total.due_at) == (16, at("2026-05-15 17:30")), "six left: 9, 11, 12, 13, 14, 15"


def test_a_day_on_which_two_stages_run_counts_once() -> None:
    story = Timeline(
        accepted_at=at("2026-03-02 09:00"),
        runs=(
            run("scheme_reply", "2026-03-02 09:00", "2026-03-06 10:00"),  # 3, 4, 5, 6
            run("design_review", "2026-03-09 09:00", "2026-03-12 09:00"),  # 10, 11, 12
            run("mid_inspection", "2026-03-10 09:00", "2026-03-13 09:00"),  # 11, 12, 13
            replace(run("completion_inspection", "2026-03-16 09:00", "2026-03-20 09:00"), utility_sum=False),
            run("archive", "2026-03-16 09:00", "2026-03-20 09:00"),
        ),
    )
    assert clocks(story, SINGLE)["utility_sum"].used_closed == 8


def test_the_sum_spent_to_the_day_is_met_until_we_work_on() -> None:
    """22 days used by Wednesday 04-01 at noon; what comes after decides."""
    closed = run("scheme_reply", "2026-03-02 09:00", "2026-04-01 12:00")

    def total(*more: Run, energised: str = "") -> Clock:
        story = Timeline(
            accepted_at=at("2026-03-02 09:00"),
            runs=(closed, *more),
            energised_at=at(energised) if energised else None,
        )
        return clocks(story, SINGLE)["utility_sum"]

    waiting = total()
    assert (waiting.left_days, waiting.due_at) == (0, None)
    assert level(waiting, at("2026-05-01 09:00")) is Level.WAITING
    same_day = total(run("meter_energise", "2026-04-01 14:00"))
    assert same_day.due_at == at("2026-04-01 17:30")
    later = total(run("meter_energise", "2026-04-20 09:00"))
    assert later.due_at == at("2026-04-20 17:30"), "its own first day does not count"
    done = total(run("meter_energise", "2026-04-20 09:00", "2026-04-20 16:00"), energised="2026-04-20 16:00")
    assert level(done, at("2026-04-20 16:00")) is Level.MET
    late = total(run("meter_energise", "2026-04-20 09:00", "2026-04-21 16:00"), energised="2026-04-21 16:00")
    assert level(late, at("2026-04-21 16:00")) is Level.BREACHED
    assert breaches(late, at("2026-04-21 16:00")) == (Rank.POLICY, Rank.PROMISE)


def test_the_sum_broken_in_an_early_stage_is_broken_when_it_happened() -> None:
    story = Timeline(
        accepted_at=at("2026-03-02 09:00"),
        runs=(
            run("scheme_reply", "2026-03-02 09:00", "2026-04-10 12:00"),
            run("meter_energise", "2026-05-20 09:00"),
        ),
    )
    found = clocks(story, SINGLE)
    total = found["utility_sum"]
    assert total.due_at == at("2026-04-01 17:30")
    assert level(total, at("2026-05-20 10:00")) is Level.OVERDUE
    assert level(found["stage.scheme_reply.1"], at("2026-05-20 10:00")) is Level.BREACHED
    assert breaches(found["stage.scheme_reply.1"], at("2026-05-20 10:00")) == (Rank.LAW, Rank.INTERNAL)


# --- 高压双电源


def test_high_voltage_dual_into_a_year_not_announced() -> None:
    """Accepted Thursday 2026-10-29: 45 days end on 12-31, 32 days on 12-14."""
    story = Timeline(accepted_at=at("2026-10-29 09:00"), runs=(run("scheme_reply", "2026-10-29 09:00"),))
    found = clocks(story, DUAL)
    scheme, total = found["stage.scheme_reply.1"], found["utility_sum"]
    assert (scheme.due_at, scheme.provisional) == (at("2026-12-31 17:30"), True)
    assert "2027 年放假通知尚未导入" in scheme.derivation.provisional_reason
    assert any(line.startswith("暂定：") for line in explain(scheme.derivation))
    assert (total.due_at, total.provisional) == (at("2026-12-14 17:30"), False)

    earlier_notice = Notice(year=2027, off=read_days("2027-01-01"), make_up=read_days("2026-12-26 2026-12-27"))
    later_notice = Notice(year=2027, off=read_days("2026-12-31..2027-01-03"))
    for notice, due, earlier in (
        (earlier_notice, "2026-12-29 17:30", True),
        (later_notice, "2027-01-04 17:30", False),
    ):
        after = clocks(story, DUAL, calendar=CALENDAR.with_notice(notice))
        move = moved(scheme, after["stage.scheme_reply.1"])
        assert move is not None
        assert (move.after, move.earlier, move.was_provisional, move.still_provisional) == (
            at(due),
            earlier,
            True,
            False,
        )
        assert moved(total, after["utility_sum"]) is None


def test_a_closed_clock_is_kept_when_a_notice_comes() -> None:
    story = Timeline(
        accepted_at=at("2026-10-29 09:00"), runs=(run("scheme_reply", "2026-10-29 09:00", "2026-12-31 17:00"),)
    )
    before = read_clocks(story, DUAL, PLACE, BOOK, CALENDAR)
    notice = Notice(year=2027, off=read_days("2027-01-01"), make_up=read_days("2026-12-26 2026-12-27"))
    after = read_clocks(story, DUAL, PLACE, BOOK, CALENDAR.with_notice(notice))
    kept = {clock.key: clock for clock in keep_closed(before, after)}
    [old] = [clock for clock in before if clock.key == "stage.scheme_reply.1"]
    assert kept["stage.scheme_reply.1"] is old
    assert all(moved(one, other) is None for one, other in zip(before, after, strict=True) if one.stopped_at)
    assert kept["end_to_end"].derivation.calendar_version != old.derivation.calendar_version


def test_a_permit_has_its_own_clock_that_nothing_stops_while_ours_stand() -> None:
    """Applied Friday 09-18 with the 10 days of ≤ 20 kV: Sunday 20, 21..24, 28, 29, 30, then 10-08 and 10-09."""
    story = Timeline(
        accepted_at=at("2026-09-01 09:00"),
        runs=(run("scheme_reply", "2026-09-01 09:00"),),
        pauses=(pause(1, "2026-09-18 09:00", cause=Cause.GOVERNMENT_PERMIT),),
        permits=(Permit(number=1, applied_at=at("2026-09-18 09:00")),),
    )
    found = clocks(story, DUAL)
    assert found["permit.1"].due_at == at("2026-10-09 17:30")
    assert found["permit.1"].paused_by == ()
    assert found["stage.scheme_reply.1"].paused_by == (1,)
    assert found["utility_sum"].paused_by == (1,)
    assert found["end_to_end"].paused_by == ()
    decided = replace(story, permits=(replace(story.permits[0], decided_at=at("2026-10-12 09:00")),))
    assert level(clocks(decided, DUAL)["permit.1"], at("2026-10-12 09:00")) is Level.BREACHED


def test_facts_changed_by_the_survey_recompute_from_the_original_acceptance() -> None:
    story = Timeline(accepted_at=at("2026-03-02 09:00"), runs=(run("scheme_reply", "2026-03-02 09:00"),))
    declared, surveyed = clocks(story, SINGLE), clocks(story, DUAL)
    assert declared["stage.scheme_reply.1"].due_at == at("2026-03-30 17:30")
    assert surveyed["stage.scheme_reply.1"].due_at == CALENDAR.due(at("2026-03-02 09:00"), 45).at
    assert surveyed["utility_sum"].due_at == CALENDAR.due(at("2026-03-02 09:00"), 32).at
    lowered = clocks(story, replace(LOW, external_works=True))
    assert lowered["stage.scheme_reply.1"].due_at == CALENDAR.due(at("2026-03-02 09:00"), 8).at


def test_conversion_keeps_the_clocks() -> None:
    """From resident to non-resident on Friday 09-25: everything still runs from Friday 09-18."""
    story = Timeline(accepted_at=at("2026-09-18 10:00"), runs=(run("scheme_reply", "2026-09-18 10:00"),))
    before, after = clocks(story, RESIDENT), clocks(story, replace(LOW, external_works=False))
    assert before["stage.scheme_reply.1"].due_at == at("2026-09-22 17:30")
    assert after["stage.scheme_reply.1"].due_at == at("2026-09-30 17:30"), "8 days: 20..24 are five, 28, 29, 30"
    assert {clock.started_at for clock in after.values()} == {at("2026-09-18 10:00")}


def test_withdrawal_stops_everything_and_says_so() -> None:
    story = Timeline(
        accepted_at=at("2026-03-02 09:00"),
        ended_at=at("2026-03-10 10:00"),
        runs=(run("scheme_reply", "2026-03-02 09:00"), run("revisit", "2026-03-10 11:00")),
        permits=(Permit(number=1, applied_at=at("2026-03-05 09:00")),),
        pauses=(pause(1, "2026-03-06 09:00"),),
    )
    found = clocks(story, SINGLE)
    assert set(found) == {"stage.scheme_reply.1", "utility_sum", "end_to_end", "permit.1"}
    for clock in found.values():
        assert (clock.stopped_at, clock.cut_off, clock.paused_by, moments(clock)) == (
            at("2026-03-10 10:00"),
            True,
            (),
            (),
        )
        assert level(clock, at("2026-04-01 09:00")) is Level.MET
    assert found["stage.scheme_reply.1"].used_closed == 5, "03-03..06 and 03-10; Monday 03-09 lay inside the pause"


def test_what_happens_after_a_clock_stopped_does_not_change_it() -> None:
    story = Timeline(
        accepted_at=at("2026-03-02 09:00"), runs=(run("scheme_reply", "2026-03-02 09:00", "2026-03-16 10:00"),)
    )
    later = replace(story, pauses=(pause(1, "2026-03-18 09:00"),))
    assert clocks(later, SINGLE)["stage.scheme_reply.1"] == clocks(story, SINGLE)["stage.scheme_reply.1"]
    inside = replace(story, pauses=(pause(1, "2026-03-12 09:00"),))
    ended = replace(story, pauses=(pause(1, "2026-03-12 09:00", "2026-05-12 09:00"),))
    one, other = clocks(inside, SINGLE)["stage.scheme_reply.1"], clocks(ended, SINGLE)["stage.scheme_reply.1"]
    assert (one.due_at, one.used_closed) == (other.due_at, other.used_closed)
