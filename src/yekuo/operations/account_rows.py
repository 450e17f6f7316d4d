"""存量户号导入: accounts of an older system are taken over with metering point, meter and contract, so that they can grow."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time

from django.db import transaction

from yekuo.operations.rows import Become, Checked
from yekuo.records import accounts, persons, sites
from yekuo.records.models import Account
from yekuo.records.models.person import ORGANISATIONS
from yekuo.records.persons import PersonContent
from yekuo.records.sites import SiteContent
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import BEIJING, day_of
from yekuo.rules.importing import RawRow, repeated
from yekuo.rules.people import mask_identity, mask_name, mask_organisation, mask_phone
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.taking_over import COLUMNS, TakenOver, read_account

__all__ = ["COLUMNS", "EXAMPLES", "check", "take", "take_over"]

EXAMPLES = (
    {one.field: one.example for one in COLUMNS},
    {
        "kind": "居民", "name": "刘芳", "id_number": "11010519491231002X", "phone": "13805710002", "area": "城关县",
        "address": "江州市城关县东街 18 号", "voltage": "220 伏", "capacity": "8", "tariff": "居民",
        "energised_on": "2016-03-01",
    },
)  # fmt: skip
NOON = time(12, 0)


def check(rows: Sequence[RawRow], unit: int, at: datetime) -> tuple[Checked, ...]:
    """This function will check rows among each other and against the accounts and meters there are."""
    numbers, meters = repeated(rows, "number"), repeated(rows, "meter_asset")
    taken = accounts.numbers_there(row.values.get("number", "") for row in rows)
    hanging = accounts.hanging(row.values.get("meter_asset", "") for row in rows)
    found = []
    for row in rows:
        problems = [*_read_problems(row, at)]
        number, asset = row.values.get("number", ""), row.values.get("meter_asset", "")
        if number in taken:
            problems.append(Problem("number", f"户号 {number} 已经存在"))
        if number.upper() in numbers:
            problems.append(
                Problem("number", f"户号 {number} 在表里出现多次（第 {_lines(numbers[number.upper()])} 行）")
            )
        if asset in hanging:
            problems.append(Problem("meter_asset", f"电能表 {asset} 已装在户号 {hanging[asset]}"))
        if asset.upper() in meters:
            problems.append(
                Problem("meter_asset", f"电能表 {asset} 在表里出现多次（第 {_lines(meters[asset.upper()])} 行）")
            )
        found.append(_shown(row, tuple(problems)))
    return tuple(found)


def _lines(lines: tuple[int, ...]) -> str:
    return "、".join(str(one) for one in lines)


def _read_problems(row: RawRow, at: datetime) -> tuple[Problem, ...]:
    try:
        read_account(row.values, on=day_of(at))
    except Refused as refused:
        return refused.problems
    return ()


def _shown(row: RawRow, problems: tuple[Problem, ...]) -> Checked:
    values = row.values
    name = values.get("name", "")
    resident = values.get("kind") == "居民"
    about = " · ".join(
        text for text in (values.get("number", "新编户号"), values.get("kind", ""), values.get("voltage", ""),
                          values.get("capacity", "")) if text
    )  # fmt: skip
    return Checked(
        line=row.line, name=mask_name(name) if resident else name, id_number=mask_identity(values.get("id_number", "")),
        phone=mask_phone(values.get("phone", "")), address=values.get("address", ""), about=about, problems=problems,
    )  # fmt: skip


def take(row: RawRow, unit: int, sheet: int, by: Actor, at: datetime) -> Become:
    """This function will take over the account of one row. Raises Refused."""
    one = read_account(row.values, on=day_of(at))
    account = _taken(one, unit=unit, sheet=sheet, at=at)
    name = mask_organisation(one.name) if one.id_type in ORGANISATIONS else mask_name(one.name)
    return Become(line=row.line, number=account.number, name=name)


def take_over(rows: Iterable[TakenOver], *, unit: int, at: datetime, sheet: int | None = None) -> tuple[Account, ...]:
    """This function will take over accounts of a unit, all or none; `sheet` is the table they came with."""
    with transaction.atomic():
        return tuple(_taken(one, unit=unit, sheet=sheet, at=at) for one in rows)


def _taken(one: TakenOver, *, unit: int, sheet: int | None, at: datetime) -> Account:
    person = persons.keep(
        PersonContent(
            id_type=one.id_type, name=one.name, id_number=one.id_number, phone=one.phone, contact=one.contact
        ),
        at=at,
    )
    site = sites.keep(SiteContent(area=one.area, address=_without_area(one)), at=at)
    account = accounts.open_account(
        number=one.number, case=None, sheet=sheet, unit=unit, person=person.pk, site=site.pk, kind=one.kind.value,
        voltage=int(one.voltage), capacity=one.capacity, importance=one.importance.value, tariff=one.tariff,
        energised_at=datetime.combine(one.energised_on, NOON, tzinfo=BEIJING), opened_at=at, archive_number="存量导入",
    )  # fmt: skip
    accounts.add_taken_over(account, one)
    return account


def _without_area(one: TakenOver) -> str:
    """The area stands before the address; written in both it would be said twice."""
    return one.address.removeprefix(one.area) if one.area else one.address
