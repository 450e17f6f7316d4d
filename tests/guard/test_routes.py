"""门禁表: every address of the product with who may come through it, and a crawl by those who may not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from tests.interfaces.desk_stage import Stage
from yekuo.records.models import Staff
from yekuo.rules.deeds import REGISTRY

EVERYBODY = "everybody"
STAFF = "staff with a unit and a role"
CASE = "staff within whose reach the case lies"
FILING = "staff with the power to file an application"
HANDING = "staff with the power to hand cases over"
KEEPER = "staff with a power over rules"
OVERSEEING = "staff with the power to oversee a unit"
GRID = "staff with a power over the network"
OWN = "the person signed in, about themselves"
CUSTOMER = "a customer signed in, about their own cases"
KEY = "a program with a key, or staff signed in"

ROUTES: dict[str, str] = {
    "health": EVERYBODY,
    # sign-in
    "account_login": EVERYBODY, "account_logout": OWN, "account_inactive": EVERYBODY, "account_signup": EVERYBODY,
    "account_reauthenticate": OWN, "account_email": EVERYBODY, "account_email_verification_sent": EVERYBODY,
    "account_confirm_email": EVERYBODY, "account_change_password": OWN, "account_set_password": EVERYBODY,
    "account_reset_password": EVERYBODY, "account_reset_password_done": EVERYBODY,
    "account_reset_password_from_key": EVERYBODY, "account_reset_password_from_key_done": EVERYBODY,
    "account_confirm_login_code": EVERYBODY, "mfa_authenticate": EVERYBODY, "mfa_index": OWN,
    "mfa_reauthenticate": OWN, "mfa_activate_totp": OWN, "mfa_deactivate_totp": OWN, "mfa_view_recovery_codes": OWN,
    "mfa_generate_recovery_codes": OWN, "mfa_download_recovery_codes": OWN, "mfa_list_webauthn": OWN,
    "mfa_add_webauthn": OWN, "mfa_reauthenticate_webauthn": OWN, "mfa_remove_webauthn": OWN, "mfa_edit_webauthn": OWN,
    # the desk
    "desk:inbox": STAFF, "desk:today": STAFF, "desk:chase": STAFF, "desk:schedule": STAFF, "desk:remind": CASE,
    "desk:managed": STAFF, "desk:cases": STAFF, "desk:suspended": STAFF, "desk:closed": STAFF,
    "desk:done": STAFF, "desk:opened": STAFF, "desk:reassign": HANDING,
    "desk:search": STAFF, "desk:powers": STAFF, "desk:new": FILING, "desk:case": CASE, "desk:review": CASE,
    "desk:board": CASE, "desk:inspections": CASE,
    "desk:paper": CASE, "desk:whole": CASE, "desk:print": CASE, "desk:print_whole": CASE,
    "desk:print_batch": STAFF, "desk:deed": CASE,
    "desk:workbench": CASE, "desk:workbench_map": CASE, "desk:workbench_choose": CASE, "desk:workbench_check": CASE,
    # the counter and the halls
    "desk:found": FILING, "desk:capacity": STAFF, "desk:hall_own": FILING, "desk:hall": FILING, "desk:hall_take": FILING,
    "desk:halls": STAFF, "desk:hall_screen": STAFF, "desk:hall_arrange": STAFF, "desk:hall_open": STAFF, "desk:ticket": STAFF,
    "desk:number": EVERYBODY, "desk:import": FILING, "desk:import_template": FILING, "desk:import_sheet": FILING,
    "desk:sheets": STAFF, "desk:sheet": STAFF, "desk:complaints": STAFF, "desk:complaint": STAFF,
    "desk:revisits": STAFF, "desk:messages": STAFF, "desk:messages_read": STAFF, "desk:morning": OVERSEEING,
    "desk:supervision": OVERSEEING, "desk:satisfaction": OVERSEEING, "desk:sheet_new": OVERSEEING,
    "desk:complaint_new": FILING,
    # the network
    "desk:open_capacity": GRID, "desk:open_capacity_map": GRID, "desk:open_capacity_export": GRID, "desk:attempts": GRID,
    "desk:needs": GRID, "desk:need": GRID,
    "desk:grid": GRID, "desk:grid_revisions": GRID, "desk:grid_back": GRID, "desk:grid_import": GRID,
    "desk:grid_template": GRID, "desk:grid_upload": GRID, "desk:grid_issues": GRID, "desk:grid_export": GRID,
    "desk:grid_exports": GRID, "desk:doubts": GRID, "desk:doubt": CASE,
    # the rules
    "rules:home": STAFF, "rules:calendar": STAFF, "rules:days": STAFF, "rules:limits": STAFF,
    "rules:limit_changes": STAFF, "rules:limit": STAFF, "rules:processes": STAFF, "rules:process": STAFF,
    "rules:process_text": STAFF, "rules:papers": STAFF, "rules:fees": STAFF, "rules:checklists": STAFF,
    "rules:messages": STAFF, "rules:messages_read": STAFF, "rules:notice": KEEPER, "rules:local": KEEPER,
    "rules:limit_add": KEEPER, "rules:limit_confirm": KEEPER, "rules:limit_amend": KEEPER, "rules:limit_drop": KEEPER,
    "rules:publish": KEEPER, "rules:migrate": KEEPER,
    # everybody's look
    "look:size": EVERYBODY, "look:styleguide": EVERYBODY, "look:sample": EVERYBODY,
    # customers
    "customer:landing": EVERYBODY, "customer:nearby": EVERYBODY, "customer:needs": EVERYBODY, "customer:signin": EVERYBODY,
    "customer:signin_code": EVERYBODY, "customer:rehearsed": EVERYBODY, "customer:start": EVERYBODY,
    "customer:become": EVERYBODY, "customer:attempt": EVERYBODY, "customer:signout": EVERYBODY,
    "customer:apply": EVERYBODY, "customer:discard": CUSTOMER, "customer:apply_page": CUSTOMER,
    "customer:mine": CUSTOMER, "customer:file": CUSTOMER, "customer:progress": CUSTOMER, "customer:done": CUSTOMER,
    "customer:urge": CUSTOMER, "customer:deed": CUSTOMER,
    "customer:complain": CUSTOMER, "customer:judge": CUSTOMER,
    "customer:give": CUSTOMER, "customer:revoke": CUSTOMER, "customer:mandated": EVERYBODY,
    "customer:mandated_deed": EVERYBODY, "customer:mandated_file": EVERYBODY,
    "customer:linked_progress": EVERYBODY, "customer:urge_by_link": EVERYBODY,
    "customer:print": CUSTOMER, "customer:verify": EVERYBODY, "customer:verified": EVERYBODY,
    # programs
    "api:operations": EVERYBODY, "api:openapi": EVERYBODY, "api:root": EVERYBODY, "api:nowhere": EVERYBODY,
    "api:list_cases": KEY, "api:file_new": KEY, "api:read_case": KEY, "api:read_log": KEY, "api:file_again": KEY,
    "api:upload": KEY, "api:due_date": KEY, "api:list_limits": KEY,
    **{f"api:{deed}": KEY for deed in REGISTRY if deed != "file_application"},
}  # fmt: skip
SAMPLES = {
    "key": "1",
    "hall": "1",
    "kind": "accounts",
    "form": "application",
    "field": "phone",
    "deed": "urge_case",
    "page": "who",
    "pk": "1",
    "rest": "x",
    "uidb36": "1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """地址: its name and its pattern, such as desk/case/<slug:number>/."""

    name: str
    pattern: str

    def address(self, number: str) -> str:
        """This function will write the address of one case."""
        plain = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", self.pattern.replace("^", "").replace("$", ""))
        filled = re.sub(
            r"<(?:\w+:)?(\w+)>", lambda found: number if found[1] == "number" else SAMPLES.get(found[1], "x"), plain
        )
        return f"/{filled}"


def routes() -> Iterator[Route]:
    """This function will walk every address of the product; those of an installation part without a name are its 404s."""
    yield from _walk(get_resolver(), "", ())


def _walk(resolver: URLResolver, prefix: str, spaces: tuple[str, ...]) -> Iterator[Route]:
    for found in resolver.url_patterns:
        pattern = f"{prefix}{found.pattern}"
        if isinstance(found, URLResolver):
            yield from _walk(found, pattern, (*spaces, found.namespace) if found.namespace else spaces)
        elif found.name:
            yield Route(name=":".join((*spaces, found.name)), pattern=pattern)
        elif not pattern.startswith("accounts/"):
            raise AssertionError(f"an address without a name: {pattern}")


def guarded(*who: str) -> list[Route]:
    return [route for route in routes() if ROUTES.get(route.name) in who]


def test_every_address_names_who_may_come_through_it() -> None:
    there = {route.name for route in routes()}
    assert there - set(ROUTES) == set(), "name who may use it in ROUTES"
    assert set(ROUTES) - there == set(), "no longer an address"


@pytest.fixture
def stage(db: None) -> Stage:
    return Stage()


def test_a_stranger_is_sent_to_sign_in_or_away(stage: Stage) -> None:
    case = stage.case().filed()
    let_in = []
    for route in guarded(STAFF, CASE, FILING, HANDING, OVERSEEING, KEEPER, GRID, OWN, CUSTOMER, KEY):
        answer = Client().get(route.address(case.number))
        if answer.status_code not in (301, 302, 401, 403, 404, 405):
            let_in.append((route.name, answer.status_code))
    assert let_in == []


def test_staff_without_a_unit_or_a_role_come_through_no_door(stage: Stage) -> None:
    case = stage.case().filed()
    loose = Staff.objects.create_user(username="loose", password="loose-2026-loose")
    bare = stage.hire("bare", "无岗位", (), stage.county)
    let_in = []
    for person in (loose, bare):
        desk = Client()
        desk.force_login(person)
        for route in guarded(STAFF, CASE, FILING, HANDING, OVERSEEING, KEEPER, GRID, KEY):
            answer = desk.get(route.address(case.number))
            if answer.status_code not in (401, 403, 404, 405) or case.number in _said(answer):
                let_in.append((person.username, route.name, answer.status_code))
    assert let_in == []


def test_a_foreigner_finds_no_trace_of_a_case_at_any_address(stage: Stage) -> None:
    case = stage.case("hv_multi").filed().to("review")
    desk = Client()
    desk.force_login(stage.foreigner)
    seen = []
    for route in guarded(CASE, CUSTOMER, KEY):
        answer = desk.get(route.address(case.number))
        if (
            case.name in _said(answer)
            or case.phone[-4:] in _said(answer)
            or (ROUTES[route.name] == CASE and answer.status_code != 404)
        ):
            seen.append((route.name, answer.status_code))
    for route in guarded(STAFF, OVERSEEING):
        said = _said(desk.get(route.address(case.number), {"text": case.phone[-4:], "q": case.number}))
        if case.name in said or f"/case/{case.number}/" in said:
            seen.append((route.name, 200))
    assert seen == []


def test_a_post_by_a_foreigner_changes_nothing(stage: Stage) -> None:
    case = stage.case("hv_multi").filed().to("review")
    before = case.kinds
    desk = Client()
    desk.force_login(stage.foreigner)
    for route in guarded(CASE):
        assert desk.post(route.address(case.number), {"reason": "看一看数据"}).status_code in (404, 405)
    for deed in REGISTRY:
        assert desk.post(f"/desk/case/{case.number}/do/{deed}/", {"key": "0" * 32}).status_code == 404
    assert case.kinds == before


def test_a_door_with_a_power_is_closed_to_other_roles(stage: Stage) -> None:
    desk = Client()
    desk.force_login(stage.people["analyst"])
    for route in guarded(FILING, HANDING, OVERSEEING, KEEPER):
        answer = desk.get(route.address("YK2026030000001"))
        assert answer.status_code in (403, 404), route.name


def test_what_concerns_the_network_is_closed_to_roles_without_a_power_over_it(stage: Stage) -> None:
    desk = Client()
    desk.force_login(stage.people["finance"])
    for route in guarded(GRID):
        answer = desk.get(route.address("YK2026030000001"))
        assert answer.status_code in (403, 404, 405), route.name


def _said(answer: Any) -> str:
    return b"".join(answer).decode(errors="replace")
