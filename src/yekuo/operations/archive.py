"""归档: what a finished case leaves behind, written in the archiving deed's own transaction."""

from datetime import date
from typing import TYPE_CHECKING

from yekuo.records import accounts, applications, log
from yekuo.records.models import Account
from yekuo.rules.calendar import day_of
from yekuo.rules.deeds.closing import ArchiveCase, InstallMeter
from yekuo.rules.facts import Business
from yekuo.rules.metering import MeterRemoved, removal_problems
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.state import CaseState
from yekuo.rules.when import total_capacity

if TYPE_CHECKING:
    from yekuo.operations.consequences import Done


def open_account(done: "Done") -> None:
    """This function will follow an archived case: account, metering points, meters and contract. Raises Refused.

    An increase of an account of ours changes that account; meters hung for it replace the old ones.
    """
    body, state = done.event.body, done.after
    if not isinstance(body, ArchiveCase) or state.facts is None or state.timeline.energised_at is None:
        raise Refused("还没有送电，不能建立户号", code="not_energised")
    account = _changed(done) or _opened(done, body)
    powered = day_of(state.timeline.energised_at)
    if state.scheme is not None:
        accounts.add_points(account, case=done.case, points=state.scheme.metering, meters=state.meters)
    if state.contract is not None:
        accounts.add_contract(
            account,
            case=done.case,
            contract=state.contract,
            since=powered,
            until=_years_after(powered, state.contract.years),
            dispatch=state.dispatch_agreement,
        )


def _opened(done: "Done", body: ArchiveCase) -> Account:
    state = done.after
    facts, energised = state.facts, state.timeline.energised_at
    if facts is None:
        raise LookupError(done.case)
    tariff = state.scheme.tariff if state.scheme else None
    return accounts.open_account(
        case=done.case,
        unit=done.unit,
        person=state.applicant,
        site=state.site,
        kind=facts.kind.value,
        voltage=int(facts.voltage),
        capacity=total_capacity(facts),
        importance=facts.importance.value,
        tariff=tariff.value if tariff else "",
        energised_at=energised,
        opened_at=done.at,
        archive_number=body.number[:40],
        shelf=body.shelf[:40],
    )


def _changed(done: "Done") -> Account | None:
    facts = done.after.facts
    if facts is None or facts.business is not Business.INCREASE:
        return None
    filed = applications.newest(done.case)
    account = accounts.by_number(str(filed.form.get("account_number", ""))) if filed else None
    if account is None:
        return None
    accounts.change_capacity(
        account, case=done.case, capacity=total_capacity(facts), voltage=int(facts.voltage), at=done.at
    )
    if done.after.meters:
        on = min(one.installed_on for one in done.after.meters)
        accounts.take_down(account, case=done.case, removed=_removed(done.case), on=on)
    return account


def _removed(case: int) -> tuple[MeterRemoved, ...]:
    """The latest installation says which meters came down."""
    bodies = (entry.event.body for entry in log.entries(case))
    return next((body.removed for body in reversed(list(bodies)) if isinstance(body, InstallMeter)), ())


def old_account(case: int, state: CaseState) -> Account | None:
    """This function will find the account of ours that a case increases, None for any other case."""
    number = _own_number(case, state)
    return accounts.by_number(number) if number else None


def old_meters(case: int, state: CaseState) -> tuple[str, ...]:
    """This function will list the assets that hang at the account a case increases."""
    account = old_account(case, state)
    return tuple(one.asset for one in accounts.hanging_at(account)) if account else ()


def _years_after(day: date, years: int) -> date | None:
    if not years:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)


def check_meters(done: "Done") -> None:
    """This function will refuse to hang a meter that hangs at another account already. Raises Refused."""
    body = done.event.body
    if not isinstance(body, InstallMeter):
        return
    found = accounts.hanging(one.meter_asset for one in body.meters)
    own = _own_number(done.case, done.after)
    old = old_account(done.case, done.after)
    hanging = accounts.first_readings(old) if old else {}
    wrong = removal_problems(hanging, body.removed, body.meters, on=day_of(done.event.at))
    if wrong:
        raise Refused("；".join(one.message for one in wrong), problems=wrong, code="old_meter")
    problems = tuple(
        Problem(f"meters.{one.point}.meter_asset", f"电能表 {one.meter_asset} 已装在户号 {found[one.meter_asset]}")
        for one in body.meters
        if found.get(one.meter_asset, own) != own
    )
    if problems:
        raise Refused(problems[0].message, problems=problems, code="meter_in_use")


def _own_number(case: int, state: CaseState) -> str:
    filed = applications.newest(case) if state.facts and state.facts.business is Business.INCREASE else None
    return str(filed.form.get("account_number", "")) if filed else ""
