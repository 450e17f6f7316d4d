"""抢占容量: fifty replies at once for the last 1,000 kVA of a feeder: each is delivered, none is promised what is not there."""

import math
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import transaction

from tests.grid.town import town as small
from tests.operations.ledger_stage import DAY, hold_of, ready, replied, town
from tests.operations.test_concurrency import all_at_once
from tests.operations.test_ledger import even
from tests.operations.told import DESK, Told
from yekuo.grid.capacity import with_inflight
from yekuo.grid.evaluate import refused_by_ac
from yekuo.grid.model import Inflight, Limits
from yekuo.grid.promising import Ground
from yekuo.operations.audit import verify
from yekuo.operations.grids import needs
from yekuo.operations.grids.inflight import counted, stated
from yekuo.operations.grids.standing import Network
from yekuo.operations.perform import Receipt, perform
from yekuo.records.models import CapacityHold, ElementBalance, GridNeed
from yekuo.rules.deeds import Deed
from yekuo.rules.deeds.capacity import ReleaseCapacity
from yekuo.rules.deeds.course import WithdrawApplication
from yekuo.rules.deeds.scheme import AnswerScheme, DeliverReply
from yekuo.rules.deeds.works import ReportWorks
from yekuo.rules.reservation import HoldState

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("crowd")]
MANY, EACH, LAST = 50, 100, 1000


def nearly_full() -> Network:
    """The town with the first section of 东一线 down to about 1,000 kVA by what its file promises already."""
    sheets, taken = small(), 1000.0
    sheets["在途"] = [{"申请编号": "YK9", "节点编号": "N2", "配变编号": "", "需要系数": "1"}]
    for _ in range(4):  # what is taken draws losses of its own
        sheets["在途"][0]["容量"] = f"{taken:.3f}"
        network = town(sheets=sheets)
        taken += Ground(network.atlas, stated(network)).rooms(["line/E1"])["line/E1"] - LAST
    return network


def most(network: Network) -> int:
    """How many of them full AC lets through, asked one by one."""
    ground = Ground(network.atlas, stated(network))
    one = Inflight(case="x", node="N1", p_kw=EACH * 0.95, q_kvar=EACH * math.sqrt(1 - 0.95**2))
    return next(count for count in range(MANY) if not ground.fit([one] * (count + 1)).fits)


def sending(told: Told) -> Callable[[], Receipt]:
    at = told.at
    return lambda: perform(case=told.id, deed=DeliverReply(version=1, way="上门"), by=DESK, at=at, key=f"r-{told.id}")


def test_fifty_replies_race_for_the_last_thousand_and_are_never_over_promised() -> None:
    network = nearly_full()
    cases = [ready(kva=EACH) for _ in range(MANY)]
    answers = all_at_once([sending(told) for told in cases])
    assert all(isinstance(one, Receipt) for one in answers)
    states = [hold_of(told).state for told in cases]
    reserved, waiting = states.count(HoldState.RESERVED), states.count(HoldState.WORKS)
    assert reserved + waiting == MANY
    assert reserved == most(network)
    assert LAST - EACH <= reserved * EACH <= LAST
    whole = with_inflight(network.grid, counted(network))
    assert refused_by_ac(whole, network.grid, Limits()) == ()
    needs = list(GridNeed.objects.all())
    assert len(needs) == waiting
    assert all(need.remedy.get("steps") and need.remedy["days"] > 0 for need in needs)
    assert {told.state.stage for told in cases} == {"answer"}
    even()
    assert verify().whole


def deed_of(told: Told, deed: Deed) -> Callable[[], Receipt]:
    at = told.at + DAY
    return lambda: perform(case=told.id, deed=deed, by=DESK, at=at, key=f"{type(deed).__name__}-{told.id}")


def planned(need: GridNeed, told: Told, how: str) -> Callable[[], Receipt]:
    """What a planner does; no receipt of a case comes of it, so that of the case stands for it."""
    at = told.at + DAY

    def run() -> Receipt:
        doing = needs.finish if how == "finish" else needs.drop
        doing(need=need.pk, note="随同竞争", by=DESK, at=at)
        return told.receipt

    return run


def test_everything_at_once_on_a_full_feeder_leaves_no_gap_and_no_surplus() -> None:
    """Replies, ends, works begun, releases and planners at the same moment: nothing is promised twice, nothing lies idle."""
    network = nearly_full()
    there = most(network)
    running = [replied(kva=EACH) for _ in range(there)]
    waiting = [replied(kva=EACH) for _ in range(6)]
    coming = [ready(kva=EACH) for _ in range(8)]
    assert {hold_of(told).state for told in running} == {HoldState.RESERVED}
    assert {hold_of(told).state for told in waiting} == {HoldState.WORKS}
    for told in running[4:6]:
        told.to("works")
    asked = {told.id: GridNeed.objects.get(case=told.id) for told in waiting}
    answers = all_at_once(
        [
            *(deed_of(told, WithdrawApplication(reason="不办了")) for told in running[:2]),
            *(deed_of(told, AnswerScheme(version=1, agree=False, text="太远")) for told in running[2:4]),
            *(deed_of(told, ReportWorks(percent=10)) for told in running[4:6]),
            *(deed_of(told, ReleaseCapacity(reason="客户暂缓")) for told in running[6:7]),
            *(sending(told) for told in coming),
            *(deed_of(told, WithdrawApplication(reason="不办了")) for told in waiting[:2]),
            *(planned(asked[told.id], told, "finish") for told in (*waiting[:2], waiting[2])),
            *(planned(asked[told.id], told, "drop") for told in waiting[1:3]),
        ]
    )
    assert all(isinstance(one, Receipt) for one in answers[: 7 + len(coming) + 2])
    states = Counter(CapacityHold.objects.values_list("state", flat=True))
    held = states[HoldState.RESERVED] + states[HoldState.COMMITTED]
    assert states[HoldState.COMMITTED] == 2
    assert states[HoldState.RELEASED] == 7
    assert held + states[HoldState.WORKS] == there - 5 + 4 + len(coming)
    assert held == there, "what was given back went to somebody, and no more than that"
    balance = ElementBalance.objects.get(element="line/E1")
    assert balance.held_kva == held * EACH <= balance.allowed_kva
    assert refused_by_ac(with_inflight(network.grid, counted(network)), network.grid, Limits()) == ()
    even()
    assert verify().whole


class KilledError(Exception):
    """The worker dies before it commits."""


@transaction.atomic
def dying(told: Told) -> None:
    sending(told)()
    assert hold_of(told).state == HoldState.RESERVED
    raise KilledError


def test_a_reply_that_dies_leaves_entries_holds_and_balances_as_they_were() -> None:
    town()
    first, second = ready(kva=EACH), ready(kva=EACH)
    sending(first)()
    with pytest.raises(KilledError):
        dying(second)
    assert not CapacityHold.objects.filter(case=second.id).exists()
    assert second.state.stage == "reply"
    even()
    sending(second)()
    even()
    assert ElementBalance.objects.get(element="line/E1").held_kva == 2 * EACH
