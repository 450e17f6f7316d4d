"""户号查询: accounts, their metering points, meters and contracts; account numbers with a check digit."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from yekuo.records.log import cursor
from yekuo.records.models import Account, CapacityChange, Contract, Meter, MeteringPoint
from yekuo.rules.metering import MeteringPoint as PlannedPoint
from yekuo.rules.metering import MeterInstalled
from yekuo.rules.state import ContractState

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


def of_case(case: int) -> Account | None:
    """This function will find the account a case opened or changed."""
    opened = Account.objects.filter(case=case).first()
    changed = CapacityChange.objects.select_related("account").filter(case=case).first()
    return opened or (changed.account if changed else None)


def open_account(**columns: object) -> Account:
    """This function will write a new account under the next number."""
    return Account.objects.create(number=next_number(), **columns)


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


def take_down(account: Account, *, on: date) -> int:
    """This function will mark an account's meters as taken down, when others are hung in their place."""
    return Meter.objects.filter(point__account=account, removed_on=None).update(removed_on=on)


def add_contract(
    account: Account, *, case: int, contract: ContractState, since: date, until: date | None, dispatch: str
) -> Contract:
    """This function will write the contract in force; the one before ends the day before."""
    Contract.objects.filter(account=account, until__gt=since).update(until=since)
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
