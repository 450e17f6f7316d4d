"""个人信息: what is masked is revealed for a reason and on record, erased on request, sealed anew when keys change."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from yekuo.records import (
    applications,
    cases,
    disclosures,
    files,
    persons,
    resealing,
    sites,
    staff,
    tables,
    units,
)
from yekuo.records.models import Account, Case, Person, Staff
from yekuo.records.models.disclosure import DisclosureKind
from yekuo.records.scope import scope_of
from yekuo.records.sealed import phone_index
from yekuo.records.staff import actor_of
from yekuo.rules import powers
from yekuo.rules.actor import Actor
from yekuo.rules.messages import address_error
from yekuo.rules.people import mobile_error
from yekuo.rules.powers import Role
from yekuo.rules.refusal import Problem, Refused

__all__ = ["actor_of", "add_staff", "erase", "reseal", "reveal", "set_mail", "set_staff_roles"]

REASON_AT_LEAST = 4
REASON_AT_MOST = 200
REVEALS_A_DAY = 200
OUTSIDE = {Role.CUSTOMER, Role.AGENT, Role.DESIGNER, Role.BUILDER, Role.SYSTEM}


def _reason(reason: str) -> str:
    told = reason.strip()
    if not REASON_AT_LEAST <= len(told) <= REASON_AT_MOST:
        message = f"请写明理由，{REASON_AT_LEAST} 到 {REASON_AT_MOST} 个字"
        raise Refused(message, problems=(Problem("reason", message),), code="reason")
    return told


def reveal(*, person: int, field: str, reason: str, by: Actor, at: datetime, case: int | None = None) -> str:
    """This function will give one masked value in full and append who saw it, why and when. Raises Refused.

    Only the applicant of a case the reader may see is ever revealed.
    """
    told = _reason(reason)
    if field not in persons.FIELDS:
        raise Refused("没有这一项信息", code="unknown_field")
    if not powers.may(by.roles, "reveal_personal", None, table=tables.powers()):
        raise Refused("您的岗位没有“查看完整个人信息”的权限", code="forbidden")
    seen_in = cases.visible_to(scope_of(by)).filter(applicant=person)
    found = seen_in.filter(pk=case).first() if case is not None else seen_in.first()
    subject = persons.person(person)
    if found is None or subject is None:
        raise Refused("没有这个用电人", code="not_found")
    if subject.erased_at is not None:
        raise Refused("该用电人的信息已按要求删除", code="erased")
    if disclosures.revealed_since(by, at - timedelta(days=1)) >= REVEALS_A_DAY:
        raise Refused(f"一天内已查看 {REVEALS_A_DAY} 次完整信息，请联系管理员", code="too_many")
    with transaction.atomic():
        disclosures.append(
            kind=DisclosureKind.REVEALED, subject="person", keys=(person,), field=field, case=found.pk, reason=told,
            by=by, at=at,
        )  # fmt: skip
        value: str = getattr(subject, field).open()
    return value


def erase(*, person: int, reason: str, by: Actor, at: datetime) -> int:
    """This function will empty an applicant's data, forms, papers and addresses for good and leave the log as it is.

    Every row of the same number goes; returns how many. Raises Refused while a case is open or an account in force.
    """
    told = _reason(reason)
    if Role.ADMINISTRATOR not in by.roles:
        raise Refused("只有管理员可以删除个人信息", code="forbidden")
    subject = persons.person(person)
    if subject is None:
        raise Refused("没有这个用电人", code="not_found")
    with transaction.atomic():
        keys = persons.same_applicant(subject)
        involved = list(Case.objects.select_for_update().filter(applicant__in=keys).order_by("pk"))
        _check_erasable(involved, keys)
        places = _places_only_theirs(involved, keys)
        disclosures.append(kind=DisclosureKind.ERASED, subject="person", keys=keys, reason=told, by=by, at=at)
        disclosures.append(kind=DisclosureKind.ERASED, subject="site", keys=places, reason=told, by=by, at=at)
        applications.empty(keys)
        sites.erase(places, at=at)
        files.remove_of_cases((one.pk for one in involved), at=at)
        return persons.erase(keys, at=at)


def _check_erasable(involved: Iterable[Case], keys: Iterable[int]) -> None:
    numbers = [one.number for one in involved if one.status == "open"]
    if numbers:
        raise Refused(f"还有在办工单 {'、'.join(numbers[:3])}，办结或终止后才能删除", code="in_use")
    account = Account.objects.filter(person__in=tuple(keys)).first()
    if account is not None:
        raise Refused(f"户号 {account.number} 正在用电，供用电合同期间须保留，不能删除", code="in_use")


def _places_only_theirs(involved: Iterable[Case], keys: tuple[int, ...]) -> tuple[int, ...]:
    places = {one.site for one in involved if one.site}
    shared = set(Case.objects.filter(site__in=places).exclude(applicant__in=keys).values_list("site", flat=True))
    return tuple(sorted(places - shared))


def reseal() -> int:
    """This function will seal with the newest key whatever an older one sealed; returns how many boxes."""
    return resealing.reseal()


def add_staff(
    *,
    username: str,
    name: str,
    unit: int,
    roles: Iterable[str],
    password: str,
    at: datetime,
    by: Actor | None = None,
    phone: str = "",
) -> Staff:
    """This function will add a member of staff with unit and roles. Raises Refused with every problem by field.

    `by` None is the installation itself, which makes the first administrator.
    """
    if by is not None and Role.ADMINISTRATOR not in by.roles:
        raise Refused("只有管理员可以增加人员", code="forbidden")
    where = units.unit(unit)
    wanted = tuple(roles)
    person = Staff(
        username=username.strip(), name=name.strip(), unit=where, phone=phone, phone_index=phone_index(phone)
    )
    problems = [*_staff_problems(person, wanted, phone), *_password_problems(person, password)]
    if problems:
        raise Refused("人员信息还有需要改的地方", problems=tuple(problems), code="form")
    person.set_password(password)
    with transaction.atomic():
        person.save()
        staff.set_roles(person, wanted, by=by.person if by else 0, at=at)
    return person


def _staff_problems(person: Staff, roles: tuple[str, ...], phone: str) -> Iterable[Problem]:
    name = person.username
    if not (1 <= len(name) <= 40 and name.isascii() and all(one.isalnum() or one in "._-" for one in name)):
        yield Problem("username", "登录名用字母、数字和 . _ -，最多 40 位")
    elif Staff.objects.filter(username__iexact=name).exists():
        yield Problem("username", f"登录名 {name} 已经用过")
    if not person.name:
        yield Problem("name", "请填写姓名")
    if phone and mobile_error(phone):
        yield Problem("phone", mobile_error(phone))
    yield from _role_problems(roles)


def _role_problems(roles: tuple[str, ...]) -> Iterable[Problem]:
    if not roles:
        yield Problem("roles", "请至少选一个岗位")
    unknown = [one for one in roles if one not in set(Role) - OUTSIDE]
    if unknown:
        yield Problem("roles", f"没有这个岗位：{'、'.join(unknown)}")


def _password_problems(person: Staff, password: str) -> Iterable[Problem]:
    try:
        validate_password(password, person)
    except ValidationError as error:
        yield from (Problem("password", message) for message in error.messages)


def set_staff_roles(*, person: int, roles: Iterable[str], by: Actor, at: datetime) -> None:
    """This function will give a member of staff exactly these roles. Raises Refused."""
    if Role.ADMINISTRATOR not in by.roles:
        raise Refused("只有管理员可以调整岗位", code="forbidden")
    wanted = tuple(roles)
    problems = tuple(_role_problems(wanted))
    found = staff.staff_member(person)
    if found is None:
        raise Refused("没有这名员工", code="not_found")
    if found.pk == by.person:
        raise Refused("不能调整自己的岗位，请由另一名管理员办理", code="same_person")
    if problems:
        raise Refused(problems[0].message, problems=problems, code="form")
    with transaction.atomic():
        staff.set_roles(found, wanted, by=by.person, at=at)


def set_mail(*, person: int, address: str, by: Actor | None = None) -> None:
    """This function will note where a member of staff gets letters, '' for nowhere. Raises Refused.

    People set their own, administrators anybody's; `by` None is the installation itself.
    """
    if by is not None and by.person != person and Role.ADMINISTRATOR not in by.roles:
        raise Refused("只有本人或管理员可以改邮箱", code="forbidden")
    told = address.strip()
    wrong = address_error(told) if told else ""
    if wrong:
        raise Refused(wrong, problems=(Problem("email", wrong),), code="form")
    found = staff.staff_member(person)
    if found is None:
        raise Refused("没有这名员工", code="not_found")
    found.email = told
    found.save(update_fields=["email"])


def history_of(*, person: int, by: Actor) -> tuple[dict[str, object], ...]:
    """This function will list who saw or erased an applicant's data, for supervisors and administrators of their cases."""
    if not {Role.ADMINISTRATOR, Role.SUPERVISOR1, Role.SUPERVISOR2} & set(by.roles):
        raise Refused("您的岗位不能查看调阅记录", code="forbidden")
    if not Person.objects.filter(pk=person).exists() or not (
        cases.visible_to(scope_of(by)).filter(applicant=person).exists()
    ):
        raise Refused("没有这个用电人", code="not_found")
    rows = disclosures.of("person", (person,))[:200]
    names = staff.names_of(row.by for row in rows)
    return tuple(
        {
            "at": row.at,
            "who": names.get(row.by, "系统"),
            "what": row.get_kind_display(),
            "field": persons.FIELDS.get(row.field, ""),
            "reason": row.reason,
        }
        for row in rows
    )
