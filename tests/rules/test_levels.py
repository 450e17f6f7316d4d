"""时限状态: what a clock means at a moment, when that changes, which rule it rests on and how it is told."""

from dataclasses import replace
from datetime import date

import pytest

from tests.rules.histories import BOOK, CALENDAR, HV_START, LOW, PLACE, RESIDENT, SINGLE, at, clocks, pause, run
from yekuo.rules.clocks import read_clocks
from yekuo.rules.derivations import explain
from yekuo.rules.facts import Place
from yekuo.rules.levels import Level, breaches, left, level, moments, next_change, used
from yekuo.rules.limits import ClockKind, Rank
from yekuo.rules.refusal import Refused
from yekuo.rules.timeline import Permit, Timeline


def test_levels_through_the_life_of_a_clock() -> None:
    """15 days from Friday 09-18: yellow when 3 are left (Saturday 10-10 works), red when 1 is, due Thursday 10-15."""
    clock = clocks(Timeline(accepted_at=at("2026-09-18 10:00")), replace(LOW, external_works=True))["end_to_end"]
    assert (clock.warn_at, clock.urgent_at) == (at("2026-10-12 08:30"), at("2026-10-14 08:30"))
    assert moments(clock) == (at("2026-10-12 08:30"), at("2026-10-14 08:30"), at("2026-10-15 17:30"))
    told = [
        ("2026-09-18 09:59", Level.WAITING, 0),
        ("2026-09-18 10:00", Level.NORMAL, 0),
        ("2026-09-20 00:00", Level.NORMAL, 1),
        ("2026-10-12 08:29", Level.NORMAL, 12),
        ("2026-10-12 08:30", Level.YELLOW, 12),
        ("2026-10-14 08:30", Level.RED, 14),
        ("2026-10-15 17:29", Level.RED, 15),
        ("2026-10-15 17:30", Level.OVERDUE, 15),
        ("2026-10-16 09:00", Level.OVERDUE, 16),
    ]
    for moment, expected, days in told:
        assert (level(clock, at(moment)), used(clock, at(moment), CALENDAR)) == (expected, days), moment
        assert left(clock, at(moment), CALENDAR) == 15 - days


def test_next_change_is_computed_with_or_without_a_moment() -> None:
    found = read_clocks(HV_START, SINGLE, PLACE, BOOK, CALENDAR)
    assert next_change(found) == min(moment for clock in found for moment in moments(clock))
    assert next_change(found, at("2026-03-30 17:30")) == at("2026-03-31 08:30"), "the sum turns red"
    assert next_change(found, at("2027-01-01 00:00")) is None


def test_a_confirmed_local_rule_stops_end_to_end_for_the_customers_waits() -> None:
    suizhou = Place(company="SGCC", province="湖北", city="随州")
    [flagged] = [rule for rule in BOOK.stop_rules if rule.where == "随州"]
    book = BOOK.with_stop_rule(replace(flagged, confirmed=True, since=date(2026, 1, 1)))
    story = Timeline(accepted_at=at("2026-03-02 09:00"), pauses=(pause(1, "2026-03-03 09:00", "2026-03-06 09:00"),))
    low = replace(LOW, external_works=True)
    plain = clocks(story, low, place=suizhou)["end_to_end"]
    local = clocks(story, low, place=suizhou, book=book)["end_to_end"]
    assert plain.due_at == CALENDAR.due(at("2026-03-02 09:00"), 15).at
    assert local.due_at == CALENDAR.due(at("2026-03-02 09:00"), 17).at


def test_the_strictest_confirmed_rule_binds_and_every_rank_keeps_its_own() -> None:
    story = Timeline(accepted_at=at("2019-11-01 09:00"), runs=(run("scheme_reply", "2019-11-01 09:00"),))
    scheme = clocks(story, SINGLE)["stage.scheme_reply.1"]
    assert (scheme.budget, scheme.limit_id) == (15, "ten-promises-2011.scheme_reply.hv_single")
    assert {row.rank: row.due_at for row in scheme.ranks} == {
        Rank.LAW: at("2019-11-29 17:30"),
        Rank.PROMISE: at("2019-11-22 17:30"),
    }
    assert breaches(scheme, at("2019-11-25 09:00")) == (Rank.PROMISE,)
    assert breaches(scheme, at("2019-11-29 17:30")) == (Rank.LAW, Rank.PROMISE)
    in_henan = Place(company="SGCC", province="河南")
    low = clocks(HV_START, replace(LOW, external_works=True), place=in_henan)["end_to_end"]
    assert (low.budget, low.limit_id) == (5, "henan-law.end_to_end.lv")
    why = {row.limit_id: row.why_not for row in low.derivation.considered}
    assert why["henan-2019.end_to_end.works"] == "没有施行日期"


def test_the_derivation_is_told_line_by_line() -> None:
    story = Timeline(
        accepted_at=at("2026-09-18 10:00"),
        runs=(run("scheme_reply", "2026-09-18 10:00"),),
        pauses=(pause(3, "2026-09-21 09:00", "2026-09-24 10:00"),),
    )
    scheme = clocks(story, replace(LOW, external_works=True))["stage.scheme_reply.1"]
    assert explain(scheme.derivation) == (
        "供电方案答复：2026-09-18 星期五 10:00 起计，当日不计入。",
        "· 内部 《国家电网公司业扩报装管理规则》（国网营销/3 378-2017） 1 个工作日，到期 2026-09-20 星期日 17:30（不作为依据：内部规定，只用于预警）",
        "· 法规 《供电营业规则》（2024） 3 个工作日，到期 2026-09-24 星期四 17:30（不作为依据：待本地确认）",
        "· 内部 内部环节预算 3 个工作日，到期 2026-09-24 星期四 17:30（不作为依据：内部规定，只用于预警）",
        "★ 法规 《供电监管办法》第十一条 8 个工作日，到期 2026-10-09 星期五 17:30",
        "计入工作日：2026-09-20 星期日 至 2026-09-21 星期一 共 2 天；2026-09-24 星期四 至 2026-10-09 星期五 共 6 天。",
        "扣除 2026-09-22 星期二 至 2026-09-23 星期三 共 2 天：整日处于已批准的第 3 号挂起内。",
        "调休上班：2026-09-20 星期日",
        "中秋节放假：2026-09-25 星期五 至 2026-09-27 星期日",
        "国庆节放假：2026-10-01 星期四 至 2026-10-07 星期三",
        "到期：2026-10-09 星期五 17:30。",
        f"工作日历 全国 {CALENDAR.version}，时限库 {BOOK.version}。",
    )


def test_kinds_of_clock_are_never_mixed() -> None:
    story = Timeline(
        accepted_at=at("2026-03-02 09:00"),
        runs=(run("accept", "2026-03-01 09:00"), run("scheme_reply", "2026-03-02 09:00")),
        permits=(Permit(number=2, applied_at=at("2026-03-05 09:00")),),
    )
    found = clocks(story, SINGLE)
    assert [clock.kind for clock in found.values()] == [
        ClockKind.PRE_ACCEPTANCE,
        ClockKind.STAGE,
        ClockKind.UTILITY_SUM,
        ClockKind.END_TO_END,
        ClockKind.PERMIT,
    ]
    assert found["pre_acceptance.1"].stopped_at == at("2026-03-02 09:00")


def test_outside_the_calendar_a_clock_is_refused_not_guessed() -> None:
    before = Timeline(accepted_at=at("2014-12-30 09:00"), runs=(run("scheme_reply", "2014-12-30 09:00"),))
    with pytest.raises(Refused, match="工作日历只有"):
        clocks(before, RESIDENT)
    with pytest.raises(Refused, match="工作日历只有"):
        clocks(Timeline(accepted_at=at("2030-12-30 09:00")), RESIDENT)
    running = clocks(HV_START, SINGLE)["utility_sum"]
    with pytest.raises(Refused, match="工作日历只有"):
        used(running, at("2031-01-02 09:00"), CALENDAR)
