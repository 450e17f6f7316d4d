"""台账布景: a unit with the small town's network, and cases brought to their reply with a scheme that names where they draw."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.grid.town import Sheets
from tests.operations.grid_stage import town_of
from tests.operations.told import CLASSES, MONDAY, UNIT, Told
from tests.rules.cases import cast
from yekuo.operations.grids.standing import Network
from yekuo.records.models import CapacityHold, Unit
from yekuo.rules.deeds.scheme import DeliverReply, DraftScheme
from yekuo.rules.rehearsal import rehearse
from yekuo.rules.scheme import Scheme


def town(*, at: datetime = MONDAY, sheets: Sheets | None = None, measured_until: date | None = None) -> Network:
    Unit.objects.get_or_create(
        pk=UNIT,
        defaults={
            "code": "330106", "name": "西湖供电公司", "kind": "county", "path": "330106/", "company": "SGCC",
            "province": "浙江",
        },
    )  # fmt: skip
    return town_of(UNIT, at=at, sheets=sheets, measured_until=measured_until)


def wanted(scheme: Scheme, *, kva: int, feeders: tuple[str, ...]) -> Scheme:
    """The scheme of a rehearsal with sources on these feeders, each of the same capacity."""
    sources = tuple(
        replace(scheme.sources[0], number=number, capacity_kva=Decimal(kva), feeder=feeder)
        for number, feeder in enumerate(feeders, 1)
    )
    return replace(scheme, sources=sources, calculated_load_kw=None)


def drafted(told: Told, *, kva: int = 800, feeder: str = "东一线", **changes: Any) -> Told:
    """On from a case in 拟定方案 to 答复 with the source on this feeder."""
    draft = rehearse(cast(), "draft_scheme", told.state, told.at)
    assert isinstance(draft, DraftScheme)
    told.do(DraftScheme(scheme=wanted(draft.scheme, kva=kva, feeders=(feeder,))))
    return told.to("reply")


def ready(*, kva: int = 800, feeder: str = "东一线", at: datetime = MONDAY) -> Told:
    """A 10 kV case of this capacity whose scheme names this feeder, about to be replied."""
    told = Told(at).file(replace(CLASSES["hv_single"], capacity_kva=Decimal(kva)))
    told.to("scheme")
    return drafted(told, kva=kva, feeder=feeder)


def reply(told: Told, **more: Any) -> Told:
    told.do(DeliverReply(version=len(told.state.schemes), way="上门"), **more)
    return told


def replied(*, kva: int = 800, feeder: str = "东一线", at: datetime = MONDAY) -> Told:
    return reply(ready(kva=kva, feeder=feeder, at=at))


def hold_of(told: Told, source: int = 1) -> CapacityHold:
    return CapacityHold.objects.get(case=told.id, source=source)


DAY = timedelta(days=1)
