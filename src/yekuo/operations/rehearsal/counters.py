"""演练营业厅: halls of grades A, B and C with today's numbers, and the accounts that were there before the product."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from yekuo.operations import hall
from yekuo.operations.account_rows import take_over
from yekuo.operations.rehearsal.company import Company
from yekuo.operations.rehearsal.plan import credit_code, identity
from yekuo.operations.rehearsal.words import AREAS, BRANDS, ESTATES, FACTORIES, GIVEN, SHOPS, STREETS, SURNAMES
from yekuo.records.models import Account, Hall
from yekuo.rules.actor import Actor
from yekuo.rules.facts import CustomerKind, Voltage
from yekuo.rules.hall import Grade, Purpose, Serves
from yekuo.rules.scheme import Tariff
from yekuo.rules.taking_over import TakenOver

GRADES = (Grade.A, Grade.B, Grade.C)
FIRST_SERIAL = 5001
HOMES, LOW = 130, 45
"""Of two hundred: homes, then shops and workshops at low voltage, the rest factories at 10 kV."""
LOW_KW = (15, 20, 30, 40, 60, 80, 100)
HIGH_KVA = (160, 200, 250, 315, 400, 500, 630, 800, 1000, 1250)


def seed_accounts(company: Company, *, at: datetime, count: int = 200) -> tuple[Account, ...]:
    """This function will take over accounts of an older system in every county, the same ones on every telling."""
    return tuple(account for held in seed_holdings(company, at=at, count=count).values() for _, account in held)


def seed_holdings(
    company: Company, *, at: datetime, count: int = 200
) -> dict[str, tuple[tuple[TakenOver, Account], ...]]:
    """This function will take over those accounts and give by unit what stood in each row beside its account."""
    dice = Random("accounts")  # noqa: S311 - a story, not a secret
    counties = sorted(AREAS)
    rows: dict[str, list[TakenOver]] = {code: [] for code in counties}
    for place in range(count):
        code = counties[place % len(counties)]
        rows[code].append(_row(dice, place, count, code, at.date()))
    return {
        code: tuple(zip(rows[code], take_over(rows[code], unit=company.units[code].pk, at=at), strict=True))
        for code in counties
    }


def _row(dice: Random, place: int, count: int, code: str, on: date) -> TakenOver:
    serial = FIRST_SERIAL + place
    since = on - timedelta(days=dice.randrange(400, 6000))
    street = f"{AREAS[code]}{dice.choice(STREETS[code])} {100 + place} 号"
    if place * 200 < HOMES * count:
        name = dice.choice(SURNAMES) + dice.choice(GIVEN)
        where = f"{AREAS[code]}{dice.choice(ESTATES)} {1 + place % 9} 幢 {101 + place} 室"
        return TakenOver(
            kind=CustomerKind.RESIDENT, name=name, id_type="resident_id", id_number=identity(serial),
            phone=f"1370571{serial:04d}", area=AREAS[code], address=where, voltage=Voltage.V220,
            capacity=Decimal(dice.choice((6, 8, 10, 12))), tariff=Tariff.RESIDENT.value, energised_on=since,
            meter_asset=f"DB{code}{serial:06d}", contract_number=f"HT{since:%Y}-{serial}",
        )  # fmt: skip
    low = place * 200 < (HOMES + LOW) * count
    trade = dice.choice(SHOPS) if low else dice.choice(FACTORIES)[0]
    capacity = Decimal(dice.choice(LOW_KW if low else HIGH_KVA))
    ratio = "" if low and capacity < 40 else "150/5" if low else "75/5"
    two_part = not low and capacity >= 315
    return TakenOver(
        kind=CustomerKind.NONRESIDENT, name=f"江州{dice.choice(BRANDS)}{trade}有限公司", id_type="credit_code",
        id_number=credit_code(serial), phone=f"1370571{serial:04d}", contact=f"{dice.choice(SURNAMES)}先生",
        area=AREAS[code], address=street, voltage=Voltage.V380 if low else Voltage.KV10, capacity=capacity,
        tariff=(Tariff.BUSINESS_TWO_PART if two_part else Tariff.BUSINESS).value, energised_on=since,
        meter_asset=f"DB{code}{serial:06d}", ct_ratio=ratio, contract_number=f"HT{since:%Y}-{serial}",
    )  # fmt: skip


def seed_halls(company: Company) -> tuple[Hall, ...]:
    """This function will open a hall in every county: an A, a B and a C hall."""
    found = []
    for grade, code in zip(GRADES, sorted(AREAS), strict=False):
        unit = company.units[code]
        found.append(hall.open_hall(unit=unit.pk, code=f"hall-{code}", name=f"{unit.name}营业厅", grade=grade))
    return tuple(found)


WAITING = (
    (-38, Purpose.APPLY, Serves.RESIDENT), (-34, Purpose.PAPERS, Serves.RESIDENT), (-31, Purpose.APPLY, Serves.RESIDENT),
    (-27, Purpose.ASK, Serves.RESIDENT), (-19, Purpose.APPLY, Serves.BUSINESS), (-12, Purpose.CONTRACT, Serves.BUSINESS),
    (-7, Purpose.APPLY, Serves.RESIDENT), (-3, Purpose.APPLY, Serves.RESIDENT),
)  # fmt: skip


def seed_queue(company: Company, halls: tuple[Hall, ...], *, at: datetime) -> None:
    """This function will let this morning's customers take numbers: some done, one in hand past its minutes, some waiting."""
    for number, one in enumerate(halls):
        clerk = _clerk(company, one)
        if clerk is not None:
            _morning(one, clerk, at=at, numbers=WAITING[: len(WAITING) - 2 * number])


def _clerk(company: Company, one: Hall) -> Actor | None:
    return next((by for by in company.actors.values() if by.unit == one.unit and "clerk" in by.roles), None)


def _morning(one: Hall, clerk: Actor, *, at: datetime, numbers: tuple[tuple[int, Purpose, Serves], ...]) -> None:
    window = one.windows.order_by("number").first()
    if window is None:
        raise LookupError(one.code)
    hall.sit_down(window=window.pk, by=clerk, at=at - timedelta(minutes=40))
    served = 0
    for minutes, purpose, serves in numbers:
        moment = at + timedelta(minutes=minutes)
        hall.take_number(
            hall=one.pk, purpose=purpose, serves=serves, by=clerk, at=moment, key=f"demo-{one.code}-{minutes}"
        )
        if served < 2 and minutes < -30:
            taken = hall.call_next(by=clerk, at=moment + timedelta(seconds=30))
            if taken is not None:
                hall.start_serving(by=clerk, at=moment + timedelta(seconds=50))
                hall.finish(ticket=taken.pk, by=clerk, at=moment + timedelta(minutes=3))
            served += 1
    called = hall.call_next(by=clerk, at=at - timedelta(minutes=17))
    if called is not None:
        hall.start_serving(by=clerk, at=at - timedelta(minutes=16))
