"""受理台查找: the accounts and cases of who stands at the counter, by number, name, phone, address or a ticket of 95598."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yekuo.interfaces.desk.lists import TEXT_AT_MOST
from yekuo.interfaces.desk.reader import Reader, desk, must
from yekuo.interfaces.desk.rows import rows_of
from yekuo.records import accounts, hall, persons, sites, worklist
from yekuo.records.accounts import Account
from yekuo.records.scope import Scope
from yekuo.rules.facts import CustomerKind, Voltage
from yekuo.rules.when import KIND_NAMES, voltage_name

MOST = 30
RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """户号显示: an account as a clerk sees it, masked."""

    number: str
    name: str
    id_number: str
    phone: str
    address: str
    kind: str
    capacity: str
    since: str


@require_safe
@desk
def found(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will list what there is about somebody within the clerk's reach, before anything is typed anew."""
    must(reader, "file_application", "受理台查找")
    text = request.GET.get("who", "").replace("\x00", "").strip()[:TEXT_AT_MOST]
    held = held_rows(accounts.found(reader.scope, text)) if text else []
    lines = worklist.found(reader.scope, text, most=MOST) if text else ()
    called = worklist.by_keys(reader.scope, hall.cases_of_source(text)) if text else ()
    known = {one.number for one in lines}
    rows = rows_of(reader, [*lines, *(one for one in called if one.number not in known)])
    context = {
        "text": text, "accounts": held, "rows": rows, "at": reader.at,
        "open": [one for one in rows if one.closed_at is None],
        "ended": [one for one in rows if one.closed_at is not None and reader.at - one.closed_at <= RECENT],
    }  # fmt: skip
    return render(request, "desk/found.html", context)


def held_rows(found: tuple[Account, ...]) -> list[Held]:
    """This function will make accounts ready to be shown, in two questions for all of them."""
    people, places = persons.shown(one.person for one in found), sites.shown(one.site for one in found)
    rows = []
    for one in found:
        person, place = people.get(one.person), places.get(one.site)
        rows.append(
            Held(
                number=one.number, name=person.name if person else "—", id_number=person.id_number if person else "",
                phone=person.phone if person else "", address=place.address if place else "",
                kind=KIND_NAMES[CustomerKind(one.kind)], capacity=capacity_words(one),
                since=f"{one.energised_at:%Y-%m-%d}",
            )
        )  # fmt: skip
    return rows


def capacity_words(one: Account) -> str:
    """This function will say what an account has ('10 千伏 315 千伏安')."""
    unit = "千伏安" if one.voltage >= Voltage.KV10 else "千瓦"
    return f"{voltage_name(Voltage(one.voltage))} {one.capacity.normalize():f} {unit}"


def account_shown(number: str, scope: Scope) -> Held | None:
    """This function will show one account within reach, None for any other number."""
    one = accounts.within(number.strip(), scope) if number.strip() else None
    return held_rows((one,))[0] if one else None
