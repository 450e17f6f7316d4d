"""台账随走: whatever deeds follow each other, entries fold to what is held, what is held sums to the balances, and full AC allows it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.grid.town import town as small
from tests.operations.ledger_stage import drafted, ready, reply, town
from tests.operations.test_ledger import even
from tests.operations.told import Told
from yekuo.grid.promising import Ground
from yekuo.operations.grids import ledger, standing
from yekuo.operations.grids.inflight import counted, stated
from yekuo.records.models import Grid
from yekuo.rules.deeds.capacity import ReleaseCapacity
from yekuo.rules.deeds.course import ReturnStage, WithdrawApplication
from yekuo.rules.deeds.scheme import AnswerScheme
from yekuo.rules.deeds.works import ReportWorks
from yekuo.rules.refusal import Refused

pytestmark = pytest.mark.django_db
SIZES = (2500, 3000, 4000)
Act = Callable[[Told], object]


class UndoneError(Exception):
    """The example is over: everything it did is taken back."""


def another_line(told: Told) -> None:
    told.do(AnswerScheme(version=told.state.replied_version, agree=False, text="换一条线"))
    reply(drafted(told, kva=2500, feeder="西一线"))


def extended(told: Told) -> None:
    told.do(ReturnStage(to="reply", reason="延期"))
    reply(told)


def late(told: Told) -> None:
    told.at += timedelta(days=400)
    ledger.sweep(at=told.at)


def other_network(told: Told) -> None:
    sheets = small()
    sheets["馈线"][0]["额定电流(A)"] = "390"
    sheets["在途"] = []
    town(at=told.at, sheets=sheets)


ACTS: dict[str, Act] = {
    "reply": reply,
    "object": lambda told: told.do(AnswerScheme(version=1, agree=False, text="太远")),
    "another": another_line,
    "extend": extended,
    "works": lambda told: told.to("works").do(ReportWorks(percent=10)),
    "withdraw": lambda told: told.do(WithdrawApplication(reason="不办了")),
    "release": lambda told: told.do(ReleaseCapacity(reason="客户暂缓")),
    "late": late,
    "network": other_network,
    "power": lambda told: told.to("archive"),
}


def walked(cases: list[Told], steps: list[tuple[int, str]]) -> None:
    at = [told.at for told in cases]
    try:
        with transaction.atomic():
            for which, act in steps:
                try:
                    with transaction.atomic():
                        ACTS[act](cases[which])
                except (Refused, AssertionError):
                    pass  # not its moment: nothing may have changed
                even()
            within_limits()
            raise UndoneError
    except UndoneError:
        for told, moment in zip(cases, at, strict=True):
            told.at = moment


def within_limits() -> None:
    network = standing.network(Grid.objects.get().pk)
    assert network is not None
    of_file = stated(network)
    ground = Ground(network.atlas, of_file)
    assert ground.fit(counted(network)[len(of_file) :]).fits


def test_any_walk_over_deeds_leaves_the_ledger_even() -> None:
    town()
    cases = [ready(kva=kva) for kva in SIZES]
    steps = st.lists(st.tuples(st.integers(0, len(SIZES) - 1), st.sampled_from(sorted(ACTS))), min_size=3, max_size=7)

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    @given(steps=steps)
    def walk(steps: list[tuple[int, str]]) -> None:
        walked(cases, steps)

    walk()
    walked(
        cases, [(0, "reply"), (1, "reply"), (2, "reply"), (0, "withdraw"), (1, "works"), (2, "late"), (2, "release")]
    )
    walked(
        cases, [(0, "reply"), (1, "reply"), (0, "another"), (2, "reply"), (1, "power"), (0, "network"), (2, "extend")]
    )
