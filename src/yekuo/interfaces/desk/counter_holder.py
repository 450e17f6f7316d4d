"""受理台户主: an application for an account takes over who holds it and where, once the holder's papers were looked at."""

from collections.abc import Mapping

from yekuo.records import accounts, persons, sites
from yekuo.records.accounts import Account
from yekuo.records.scope import Scope
from yekuo.rules.facts import Business, Voltage
from yekuo.rules.refusal import Problem, Refused

TAIL = 4
PREFILL = ("load_kw", "voltage", "transformers_kva", "use")
AT_MOST = 20


def started(query: Mapping[str, str], scope: Scope) -> dict[str, str]:
    """This function will give what an address fills into the form: a worked-out capacity, or an account to be increased."""
    told = {name: query[name][:AT_MOST] for name in PREFILL if query.get(name)}
    account = accounts.within(query.get("account", "").strip(), scope) if query.get("account") else None
    return {**told, **_about(account)} if account else told


def _about(account: Account) -> dict[str, str]:
    return {
        "business": Business.INCREASE.value, "account_number": account.number, "kind": account.kind,
        "existing": f"{account.capacity.normalize():f}", "importance": account.importance,
        **({"voltage": str(account.voltage)} if account.voltage >= Voltage.KV10 else {}),
    }  # fmt: skip


def completed(typed: Mapping[str, object], *, tail: str, scope: Scope) -> dict[str, object]:
    """This function will add the holder and the place of an account to what was typed; what was typed stands.

    Raises Refused when the account lies elsewhere or the holder's papers end in other figures.
    """
    number = str(typed.get("account_number") or "").strip()
    if typed.get("business") != Business.INCREASE.value or not number or not tail:
        return dict(typed)
    account = accounts.within(number, scope)
    if account is None:
        raise _wrong("account_number", "您的单位范围内没有这个户号，请核对")
    person, site = persons.person(account.person), sites.site(account.site)
    if person is None or site is None or person.erased_at is not None:
        raise _wrong("holder_tail", "户号档案里没有用电人信息，请逐项填写")
    held = persons.content_of(person)
    if held.id_number[-TAIL:].upper() != tail.strip().upper():
        raise _wrong("holder_tail", "与户号档案的证件后四位不符，请核对证件")
    place = sites.content_of(site)
    kept: dict[str, object] = {
        "name": held.name, "id_number": held.id_number, "phone": held.phone, "contact": held.contact,
        "legal_person": held.legal_person, "area": place.area, "address": place.address, "point": place.point,
        "existing": f"{account.capacity:f}",
    }  # fmt: skip
    found = {**typed, **{name: value for name, value in kept.items() if value and not typed.get(name)}}
    if not typed.get("id_number"):
        found["id_type"] = held.id_type
    return {**found, "kind": account.kind}


def _wrong(field: str, message: str) -> Refused:
    return Refused(message, problems=(Problem(field, message),), code="form")
