"""容量测算: appliances counted at the counter become a suggested load and supply, each step shown; nothing is kept."""

import re
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yekuo.interfaces.desk.reader import Reader, desk
from yekuo.records import accounts, tables
from yekuo.rules.appliances import SUPPLY_NAMES, Piece, Suggestion, Supply, suggest
from yekuo.rules.calendar import day_of
from yekuo.rules.facts import Voltage
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.when import voltage_name

OWN_ROWS = 3
NAME_AT_MOST = 30


@require_safe
@desk
def capacity(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will work out a capacity from what was counted; a plain address, so that it can be shown and shared."""
    typed = request.GET
    table, on = tables.appliances(), day_of(reader.at)
    use = typed.get("use", "")
    known = {one.code for one in table.uses}
    rows = table.offered(use, on=on) if use in known else ()
    found: Suggestion | None = None
    refused: Refused | None = None
    account = accounts.within(typed.get("account_number", "").strip(), reader.scope)
    if "work" in typed:
        try:
            found = _worked(typed, reader, use)
        except Refused as error:
            refused = error
    context = {
        "uses": table.uses, "use": use, "chosen": next((one for one in table.uses if one.code == use), None),
        "rows": [(one, typed.get(f"n_{one.code}", "")) for one in rows],
        "own": [
            (n, typed.get(f"own_name_{n}", ""), typed.get(f"own_kw_{n}", ""), typed.get(f"own_n_{n}", ""),
             f"own_3_{n}" in typed)
            for n in range(1, OWN_ROWS + 1)
        ],
        "area": typed.get("area_m2", ""),
        "existing": typed.get("existing", "") or (f"{account.capacity.normalize():f}" if account else ""),
        "existing_high": "existing_high" in typed or bool(account and account.voltage >= Voltage.KV10),
        "wants_high": "wants_high" in typed, "account": account, "found": found, "refused": refused,
        "supply": SUPPLY_NAMES[found.supply] if found else "",
        "voltage": voltage_name(found.voltage) if found else "",
        "goes_on": _goes_on(found, use, account.number if account else "") if found else "",
        "may_file": reader.may("file_application"), "at": reader.at,
    }  # fmt: skip
    return render(request, "desk/capacity.html", context)


def _worked(typed: "dict[str, str]", reader: Reader, use: str) -> Suggestion:
    problems: list[Problem] = []
    pieces = [*_counted(typed, problems), *_own(typed, problems)]
    existing = _number(typed, "existing", "原有容量", problems) or Decimal(0)
    area = _number(typed, "area_m2", "建筑面积", problems)
    if problems:
        raise Refused("有几处要改", problems=tuple(problems), code="form")
    return suggest(
        pieces, use=use, on=day_of(reader.at), table=tables.appliances(), sizes=tables.schemes().transformer_sizes,
        existing=existing, existing_high="existing_high" in typed, home_m2=area, wants_high="wants_high" in typed,
    )  # fmt: skip


def _counted(typed: "dict[str, str]", problems: list[Problem]) -> list[Piece]:
    found = []
    for one in tables.appliances().appliances:
        text = typed.get(f"n_{one.code}", "").strip()
        if text and text != "0":
            found.append(Piece(code=one.code, count=_count(text, one.name, f"n_{one.code}", problems)))
    return found


def _own(typed: "dict[str, str]", problems: list[Problem]) -> list[Piece]:
    found = []
    for n in range(1, OWN_ROWS + 1):
        name, kw, count = (typed.get(f"own_{part}_{n}", "").strip() for part in ("name", "kw", "n"))
        if not (name or kw or count):
            continue
        title = name[:NAME_AT_MOST] or f"其他设备 {n}"
        power = _number(typed, f"own_kw_{n}", f"{title}的功率", problems)
        if power is None and not problems:
            problems.append(Problem(f"own_kw_{n}", f"请填写{title}的单台功率"))
        found.append(
            Piece(
                name=title, kw=power, count=_count(count or "1", title, f"own_n_{n}", problems),
                three_phase=f"own_3_{n}" in typed,
            )
        )  # fmt: skip
    return found


def _count(text: str, name: str, field: str, problems: list[Problem]) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text):
        problems.append(Problem(field, f"{name}的台数请填 1 到 9999 的整数"))
        return 1
    return int(text)


def _number(typed: "dict[str, str]", field: str, title: str, problems: list[Problem]) -> Decimal | None:
    text = typed.get(field, "").strip()
    if not text:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not (found.is_finite() and 0 <= found <= Decimal(2_000_000)):
        problems.append(Problem(field, f"{title}填得不对，请填数字"))
        return None
    return found


def _goes_on(found: Suggestion, use: str, number: str) -> str:
    """What the application form takes over from the suggestion."""
    told = {"load_kw": f"{found.load_kw:f}", "voltage": str(int(found.voltage)), "use": use}
    if found.supply is Supply.HIGH_VOLTAGE and found.transformers_kva:
        told["transformers_kva"] = f"{found.transformers_kva:f}"
    if number:
        told["account"] = number
    return urlencode(told)
