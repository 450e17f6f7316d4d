"""户号查询: accounts, their metering points, meters and contracts; account numbers with a check digit."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q

from yekuo.records import persons, sites
from yekuo.records.log import cursor
from yekuo.records.models import Account, CapacityChange, Contract, Meter, MeteringPoint
from yekuo.records.scope import Scope
from yekuo.rules.facts import Voltage
from yekuo.rules.metering import Edition, MeteringClass, MeteringMode, MeterInstalled, MeterRemoved, Wiring
from yekuo.rules.metering import MeteringPoint as PlannedPoint
from yekuo.rules.state import ContractState
from yekuo.rules.taking_over import TakenOver

__all__ = ("Account",)  # rows that the pages show; everything below is this room's own
SERIES = "HH"
DIGITS = 9


def check_digit(digits: str) -> str:
    """This function will give the Luhn digit that tells a mistyped account number."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def number_error(number: str) -> str:
    """This function will say in Chinese what is wrong with an account number of ours, '' when nothing is."""
    if not (number.isascii() and number.isdigit() and len(number) == DIGITS + 1):
        return f"户号应为 {DIGITS + 1} 位数字"
    return "" if check_digit(number[:-1]) == number[-1] else "户号校验位不对，请核对是否输错"


def next_number() -> str:
    """This function will give the next account number; taken in the transaction, so that a refusal leaves no gap."""
    with cursor() as sql:
        found = sql.execute(
            "insert into records_numbering (series, last) values (%s, 100000001)"
            " on conflict (series) do update set last = records_numbering.last + 1 returning last",
            (SERIES,),
        ).fetchone()
    if found is None:
        raise LookupError(SERIES)
    digits = f"{found[0]:0{DIGITS}d}"
    return digits + check_digit(digits)


def by_number(number: str) -> Account | None:
    """This function will find an account by its number."""
    return Account.objects.filter(number=number.strip()).first()


def found(scope: Scope, text: str, *, most: int = 20) -> tuple[Account, ...]:
    """This function will find accounts within reach by number, by the holder's number, name or phone, or by address."""
    wanted = text.strip()
    if not wanted:
        return ()
    narrowed = Account.objects.all() if scope.everything else Account.objects.filter(unit__in=scope.units)
    if wanted.isascii() and wanted.isdigit() and 8 <= len(wanted) <= 13:
        exact = narrowed.filter(number=wanted).first()
        if exact is not None:
            return (exact,)
    people, places = persons.keys_found(wanted), sites.keys_found(wanted)
    return tuple(narrowed.filter(Q(person__in=people) | Q(site__in=places)).order_by("number")[:most])


def of_phone(index: bytes) -> tuple[Account, ...]:
    """This function will list the accounts whose holder has this phone on record, by number."""
    return tuple(Account.objects.filter(person__in=persons.with_phone(index)).order_by("number"))


def within(number: str, scope: Scope) -> Account | None:
    """This function will find an account by its number, only within reach."""
    found_one = by_number(number)
    reached = found_one is not None and (scope.everything or found_one.unit in scope.units)
    return found_one if reached else None


def changes_of(account: Account) -> tuple[CapacityChange, ...]:
    """This function will list what later cases made of an account, oldest first."""
    return tuple(CapacityChange.objects.filter(account=account).order_by("at", "pk"))


def of_case(case: int) -> Account | None:
    """This function will find the account a case opened or changed."""
    opened = Account.objects.filter(case=case).first()
    changed = CapacityChange.objects.select_related("account").filter(case=case).first()
    return opened or (changed.account if changed else None)


def open_account(*, number: str = "", **columns: object) -> Account:
    """This function will write an account under the number it had elsewhere, or under our next one."""
    return Account.objects.create(number=number or _free_number(), **columns)


def _free_number() -> str:
    """Numbers of older systems may lie in our series; those are passed by."""
    number = next_number()
    while Account.objects.filter(number=number).exists():
        number = next_number()
    return number


def numbers_there(numbers: Iterable[str]) -> set[str]:
    """This function will say which of these account numbers exist."""
    wanted = {one for one in numbers if one}
    return set(Account.objects.filter(number__in=wanted).values_list("number", flat=True))


def add_taken_over(account: Account, one: TakenOver) -> None:
    """This function will write metering point, meter and contract of an account taken over, as far as they are known."""
    high = one.voltage >= Voltage.KV10
    single = one.voltage is Voltage.V220
    mode = MeteringMode.HIGH_HIGH if high else MeteringMode.LOW_LOW
    wiring = Wiring.SINGLE_PHASE if single else Wiring.THREE_WIRE if high else Wiring.FOUR_WIRE
    point = MeteringPoint.objects.create(
        account=account, case=None, number=1, source=1, mode=mode.value, wiring=wiring.value,
        grade=(MeteringClass.V if single else MeteringClass.III if high else MeteringClass.IV).value,
        edition=Edition.E2016.value, ct_ratio=one.ct_ratio,
    )  # fmt: skip
    if one.meter_asset:
        Meter.objects.create(
            point=point, asset=one.meter_asset, terminal="", installed_on=one.installed_on or one.energised_on
        )
    if one.contract_number:
        kind = "high_voltage" if high else "resident" if account.kind == "resident" else "low_voltage"
        Contract.objects.create(
            account=account, case=None, number=one.contract_number, kind=kind, scheme_version=0,
            since=one.energised_on, until=one.contract_until,
        )  # fmt: skip


def change_capacity(account: Account, *, case: int, capacity: Decimal, voltage: int, at: datetime) -> None:
    """This function will record what a later case made of an account."""
    CapacityChange.objects.create(
        account=account, case=case, before=account.capacity, after=capacity, voltage=voltage, at=at
    )
    account.capacity = capacity
    account.voltage = voltage
    account.save(update_fields=["capacity", "voltage"])


def add_points(
    account: Account, *, case: int, points: Iterable[PlannedPoint], meters: Iterable[MeterInstalled]
) -> None:
    """This function will write the metering points of a scheme and the meters hung at them."""
    hung = {one.point: one for one in meters}
    for planned in points:
        one = hung.get(planned.number)
        point = MeteringPoint.objects.create(
            account=account,
            case=case,
            number=planned.number,
            source=planned.source,
            mode=planned.mode.value,
            wiring=planned.wiring.value,
            grade=planned.metering_class.value,
            edition=planned.edition.value,
            ct_ratio=one.ct_ratio if one else planned.ct_ratio,
            vt_ratio=one.vt_ratio if one else planned.vt_ratio,
            location=planned.location[:100],
        )
        if one:
            _hang(point, one)


def _hang(point: MeteringPoint, one: MeterInstalled) -> None:
    Meter.objects.create(
        point=point,
        asset=one.meter_asset,
        ct_assets=list(one.ct_assets),
        vt_assets=list(one.vt_assets),
        seals=list(one.seals),
        readings={reading.register: str(reading.value) for reading in one.readings},
        terminal=one.terminal_asset,
        installer=one.installer[:40],
        installed_on=one.installed_on,
    )


def hanging(assets: Iterable[str]) -> dict[str, str]:
    """This function will say which of these meters already hang somewhere: account number by asset."""
    found = Meter.objects.filter(asset__in=tuple(assets), removed_on=None).select_related("point__account")
    return {one.asset: one.point.account.number for one in found}


def hanging_at(account: Account) -> tuple[Meter, ...]:
    """This function will list the meters that hang at an account, by metering point."""
    found = Meter.objects.select_related("point").filter(point__account=account, removed_on=None)
    return tuple(found.order_by("point__number", "pk"))


def first_readings(account: Account) -> dict[str, dict[str, Decimal]]:
    """This function will give the readings an account's hanging meters were hung with, by asset and register."""
    return {
        one.asset: {register: Decimal(value) for register, value in one.readings.items()} for one in hanging_at(account)
    }


def take_down(account: Account, *, case: int, removed: Iterable[MeterRemoved], on: date) -> None:
    """This function will mark an account's meters as taken down, with the readings they were taken down with.

    Meters of which no reading was written down (those of cases before readings were asked) go on the day of the new.
    """
    told = {one.meter_asset: one for one in removed}
    for meter in hanging_at(account):
        one = told.get(meter.asset)
        meter.removed_on = one.removed_on if one else on
        meter.removed_readings = {reading.register: str(reading.value) for reading in one.readings} if one else {}
        meter.removed_case = case
        meter.save(update_fields=["removed_on", "removed_readings", "removed_case"])


def add_contract(
    account: Account, *, case: int, contract: ContractState, since: date, until: date | None, dispatch: str
) -> Contract:
    """This function will write the contract in force; the one before ends the day before."""
    Contract.objects.filter(account=account).filter(Q(until__gt=since) | Q(until=None)).update(until=since)
    return Contract.objects.create(
        account=account,
        case=case,
        number=contract.number[:40],
        kind=contract.kind.value,
        scheme_version=contract.scheme_version,
        since=since,
        until=until,
        dispatch_agreement=dispatch[:40],
    )
