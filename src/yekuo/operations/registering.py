"""督办与投诉登记: a step goes through the case's log where there is a case, else into the register alone; one transaction."""

from datetime import datetime

from django.db import transaction

from yekuo.operations import oversight as following
from yekuo.operations import perform
from yekuo.operations.books import open_shelf
from yekuo.operations.oversight import Taken
from yekuo.operations.permission import check_role
from yekuo.records import codec, log, oversight, units
from yekuo.records.oversight import About
from yekuo.records.scope import scope_of
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import BEIJING
from yekuo.rules.deeds.base import Deed
from yekuo.rules.engine.oversight import content_problems
from yekuo.rules.refusal import Refused


def enter(
    *, deed: Deed, case: int, unit: int, by: Actor, at: datetime, key: str = "", name: str = "", phone: str = ""
) -> str:
    """This function will enter a sheet or complaint and return its number; the same key again returns the first.

    Raises Refused and then has kept nothing.
    """
    with transaction.atomic():
        if key:
            log.one_at_a_time(f"{by.kind.value}:{by.person}:{key}")
        if case:
            receipt = perform.perform(case=case, deed=deed, by=by, at=at, key=key)
            return oversight.entered_at(case, receipt.seq)
        return _alone(deed, unit=unit, by=by, at=at, key=key, name=name, phone=phone)


def step(*, deed: Deed, case: int, unit: int, by: Actor, at: datetime, key: str = "") -> None:
    """This function will take a further step on a sheet or complaint. Raises Refused and then has changed nothing."""
    with transaction.atomic():
        if case:
            perform.perform(case=case, deed=deed, by=by, at=at, key=key)
        else:
            _alone(deed, unit=unit, by=by, at=at, key=key)


def _alone(deed: Deed, *, unit: int, by: Actor, at: datetime, key: str, name: str = "", phone: str = "") -> str:
    used = oversight.step_by_key(by, key)
    if used:
        return used
    units.unit(unit)
    scope = scope_of(by)
    if by.staff and not scope.everything and unit not in scope.units:
        raise Refused("没有这个单位，或不在您的范围内", code="not_found")
    check_role(deed, None, by=by, shelf=open_shelf())
    codec.encode(deed)  # refuses what cannot be stored
    problems = content_problems(deed, at=at)
    if problems:
        raise Refused("；".join(one.message for one in problems), problems=problems)
    about = About(unit=unit)
    moment = at.astimezone(BEIJING)
    return following.take(Taken(deed=deed, by=by, at=moment, about=about, key=key, name=name, phone=phone))
