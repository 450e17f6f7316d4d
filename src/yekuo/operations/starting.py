"""开始申请: whoever begins an application has made contact: recorded at once, and taken back when they give it up.

The regulator compares when somebody first came with when the application was accepted; a form half filled in counts.
"""

from datetime import datetime

from yekuo.operations.opening import open_case
from yekuo.operations.perform import perform
from yekuo.records import accounts, cases, units
from yekuo.records.models import Account, CustomerAccount
from yekuo.records.scope import scope_of
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.deeds.course import WithdrawApplication
from yekuo.rules.deeds.intake import MakeContact
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.state import Status

NOTE = "开始填写网上申请"
GIVEN_UP = "申请人放弃了没填完的申请"
MOVED = "申请人改到别的地区申请"


def begin_application(*, unit: int, by: Actor, at: datetime, key: str, case: int = 0) -> int:
    """This function will record the first contact of an application being filled in, and return its case.

    `case` is the one begun before: kept while its unit stays, given up for a new one when the applicant chose another.
    The same key again returns the same case. Raises Refused for a unit that takes no applications.
    """
    where = units.unit(unit)
    if not where.active:
        raise Refused("这个单位已停用，请重新选择", problems=(Problem("unit", "请重新选择所在地区"),), code="form")
    if case:
        found = cases.case(case, scope=scope_of(by))
        if found.unit == unit and found.status == Status.OPEN.value:
            return case
        give_up_application(case=case, by=by, at=at, reason=MOVED)
    contact = MakeContact(channel="web", note=NOTE)
    return open_case(unit=unit, place=units.place_of(where), deed=contact, by=by, at=at, key=f"{key}.{unit}").case


def give_up_application(*, case: int, by: Actor, at: datetime, reason: str = GIVEN_UP) -> bool:
    """This function will take back an application that was begun and never filed; False when there is nothing to take back."""
    found = cases.visible_to(scope_of(by)).filter(pk=case, applicant=None, status=Status.OPEN.value).first()
    if found is None:
        return False
    perform(case=case, deed=WithdrawApplication(reason=reason), by=by, at=at)
    return True


def own_accounts(by: Actor) -> tuple[Account, ...]:
    """This function will list the accounts that stand under the phone a customer signed in with; nobody else's."""
    if by.kind is not ActorKind.CUSTOMER:
        return ()
    account = CustomerAccount.objects.filter(pk=by.person, blocked=False).first()
    return accounts.of_phone(bytes(account.phone_index)) if account else ()
