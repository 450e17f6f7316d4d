"""随机行走: every case command at any moment; the log always folds to the state and the case can always be finished."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.cases import BOOKS, CLASSES, EVERYBODY, SECOND, Walk, cast, paper
from yekuo.rules.deeds import Deed, course, intake
from yekuo.rules.deeds.scheme import RemoveReviewer
from yekuo.rules.engine.course import jump_targets, return_targets
from yekuo.rules.engine.decide import offered
from yekuo.rules.refusal import Refused
from yekuo.rules.rehearsal import next_step, rehearse
from yekuo.rules.state import Status
from yekuo.rules.story import fold
from yekuo.rules.timeline import Cause

Command = Callable[[Walk, Random], Deed]


def _pause(walk: Walk, dice: Random) -> Deed:
    return course.RequestPause(cause=dice.choice(list(Cause)), reason="客户要求暂缓", evidence=(paper("letter"),))


def _number(walk: Walk) -> int:
    return len(walk.state.timeline.pauses)


def _return(walk: Walk, dice: Random) -> Deed:
    return course.ReturnStage(to=dice.choice(return_targets(BOOKS, walk.state) or ("survey",)), reason="资料有误")


def _jump(walk: Walk, dice: Random) -> Deed:
    return course.JumpStage(to=dice.choice(jump_targets(BOOKS, walk.state) or ("energise",)), reason="主任批准")


def _convert(walk: Walk, dice: Random) -> Deed:
    wanted = CLASSES[dice.choice(list(CLASSES))]
    return intake.ConvertBusiness(facts=replace(wanted, external_works=None), reason="申请类型选错")


COMMANDS: tuple[Command, ...] = (
    _pause,
    lambda w, d: course.ApprovePause(number=_number(w)),
    lambda w, d: course.RefusePause(number=_number(w), note="证据不足"),
    lambda w, d: course.ResumeCase(),
    lambda w, d: course.DisputePause(number=1, text="我没有要求暂停"),
    lambda w, d: course.ApplyPermit(what="占道挖掘", receipt="ZJ-1"),
    lambda w, d: course.DecidePermit(number=len(w.state.timeline.permits), granted=True),
    _return, _jump, _convert,
    lambda w, d: course.HandOver(role="manager", person=d.choice((7, 8)), reason="出差"),
    lambda w, d: course.DelegateTask(role="manager", person=8, until=w.at + timedelta(days=3), reason="出差"),
    lambda w, d: course.UrgeCase(),
    lambda w, d: RemoveReviewer(member=w.state.review.pending[0].member if w.state.review and w.state.review.pending else "x",
                                reason="不涉及"),
)  # fmt: skip


def _try(walk: Walk, deed: Deed, dice: Random) -> None:
    before = walk.state
    try:
        walk.do(deed, by=dice.choice((EVERYBODY, SECOND)), at=walk.at + timedelta(minutes=dice.randint(1, 4000)))
    except Refused:
        if walk.state != before:
            raise AssertionError("拒绝办理却改变了状态") from None


def _somewhere(walk: Walk, dice: Random) -> Deed | None:
    names = [name for name in offered(books=BOOKS, state=walk.state, at=walk.at) if name not in SPECIAL]
    told = cast(good=dice.random() > 0.2, works=dice.random() > 0.5)
    try:
        onward = next_step(told, walk.state, walk.at)
        return rehearse(told, onward if dice.random() < 0.8 or not names else dice.choice(names), walk.state, walk.at)
    except (IndexError, LookupError):
        return None


def _command(walk: Walk, dice: Random) -> Deed:
    return dice.choice(COMMANDS)(walk, dice)


def _decided(walk: Walk, dice: Random) -> Deed | None:
    """Pauses would stay undecided by pure chance, so half the time somebody decides them."""
    if dice.random() < 0.5 or not (walk.state.pause or walk.state.pause_requested):
        return None
    return course.ResumeCase() if walk.state.pause else course.ApprovePause(number=_number(walk))


SPECIAL = {"file_application", "convert_business", "remove_reviewer"}


def wander(name: str, dice: Random, length: int) -> Walk:
    """This function will do anything allowed, in any order."""
    walk = Walk().file(CLASSES[name])
    for _ in range(length):
        deed = _decided(walk, dice) or (_command(walk, dice) if dice.random() < 0.2 else _somewhere(walk, dice))
        if deed is not None and walk.state.status is Status.OPEN:
            _try(walk, deed, dice)
    return walk


def bring_home(walk: Walk) -> None:  # noqa: C901 - one story, told in one place
    """This function will finish whatever case it is given, by ordinary deeds only."""
    walk.at = max(walk.at, walk.state.last_at)
    if walk.state.status is not Status.OPEN:
        return
    if walk.state.pause:
        walk.do(course.ResumeCase())
    for role, person in walk.state.people.items():
        if person != EVERYBODY.person:
            walk.do(course.HandOver(role=role, person=EVERYBODY.person, reason="收尾"))
    for _ in range(120):
        if walk.state.stage == "completed":
            return
        try:
            walk.step()
        except Refused as refused:
            targets = return_targets(BOOKS, walk.state)
            if not targets:
                raise AssertionError(f"无路可退: {refused.message}") from refused
            wanted = "works" if "works" in targets and "检验" in refused.message else targets[0]
            walk.do(course.ReturnStage(to=wanted, reason="补办"))
    raise AssertionError(f"走不到办结: {walk.state.stage}")


@pytest.mark.parametrize("name", CLASSES)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), length=st.integers(5, 70))
def test_log_folds_to_state_and_no_walk_dead_ends(name: str, seed: int, length: int) -> None:
    walk = wander(name, Random(seed), length)
    assert fold(walk.events, start=walk.start) == walk.state
    if walk.state.status is Status.OPEN:
        bring_home(walk)
        assert walk.state.energised
    assert fold(walk.events, start=walk.start) == walk.state


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_at_most_one_stage_clock_runs_and_runs_never_overlap(seed: int) -> None:
    walk = wander("hv_multi", Random(seed), 60)
    runs = walk.state.timeline.runs
    assert sum(run.stopped_at is None for run in runs) <= 1
    for earlier, later in pairwise(runs):
        assert earlier.stopped_at is not None
        assert earlier.stopped_at <= later.started_at


@pytest.mark.parametrize("name", CLASSES)
def test_walks_reach_far_enough_to_mean_something(name: str) -> None:
    seen: set[str] = set()
    for seed in range(30):
        seen |= {event.kind for event in wander(name, Random(seed), 80).events}
    assert {"energised", "stage_returned", "pause_approved", "business_converted", "case_resumed"} <= seen
