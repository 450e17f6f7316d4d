"""单位查询: the tree of units, whose place a unit is in, and when its counter is open."""

from collections.abc import Iterable
from datetime import time

from django.db.models import QuerySet

from yekuo.records.models import Unit
from yekuo.records.models.unit import UnitKind
from yekuo.rules.facts import Place
from yekuo.rules.refusal import Problem, Refused

CLOSE_OF_BUSINESS = time(17, 30)


def unit(key: int) -> Unit:
    """This function will find a unit. Raises Refused when there is none."""
    found = Unit.objects.filter(pk=key).first()
    if found is None:
        raise Refused("没有这个单位", code="unknown_unit")
    return found


def by_code(code: str) -> Unit:
    """This function will find a unit by its code. Raises Refused when there is none."""
    found = Unit.objects.filter(code=code).first()
    if found is None:
        raise Refused(f"没有代码为 {code} 的单位", code="unknown_unit")
    return found


def tree() -> QuerySet[Unit]:
    """This function will list the active units, depth first."""
    return Unit.objects.filter(active=True)


def descendants(top: Unit) -> QuerySet[Unit]:
    """This function will list a unit and all below it, closed ones too (their cases remain)."""
    return Unit.objects.filter(path__startswith=top.path)


def descendant_keys(key: int) -> tuple[int, ...]:
    """This function will list the keys of a unit and all below it; none for an unknown unit."""
    top = Unit.objects.filter(pk=key).first()
    return tuple(descendants(top).values_list("pk", flat=True)) if top else ()


def ancestors(low: Unit) -> QuerySet[Unit]:
    """This function will list a unit and those above it, from the top."""
    codes = low.path.strip("/").split("/")
    return Unit.objects.filter(path__in=["/".join(codes[: n + 1]) + "/" for n in range(len(codes))])


def place_of(one: Unit) -> Place:
    """This function will say whose limits and calendar apply in a unit."""
    return Place(company=one.company, province=one.province, city=one.city)


def phones(keys: Iterable[int]) -> dict[int, str]:
    """This function will give the telephone numbers of units by key, in one query."""
    return dict(Unit.objects.filter(pk__in=set(keys)).values_list("pk", "phone"))


def closes_at(one: Unit) -> time:
    """This function will name the close of business of a unit, 17:30 unless it says otherwise."""
    return one.closes_at or CLOSE_OF_BUSINESS


def add_unit(
    *,
    code: str,
    name: str,
    kind: str,
    parent: Unit | None = None,
    company: str = "",
    province: str = "",
    city: str = "",
    opens_at: time | None = None,
    closes_at: time | None = None,
    phone: str = "",
    address: str = "",
) -> Unit:
    """This function will add a unit below another; company, province and city come from above unless given."""
    problems = _problems(code, name, kind, parent, company, province)
    if problems:
        raise Refused("单位信息不完整", problems=problems)
    return Unit.objects.create(
        code=code,
        name=name.strip(),
        kind=kind,
        parent=parent,
        path=f"{parent.path if parent else ''}{code}/",
        company=company or (parent.company if parent else ""),
        province=province or (parent.province if parent else ""),
        city=city or (parent.city if parent else ""),
        opens_at=opens_at,
        closes_at=closes_at,
        phone=phone,
        address=address,
    )


def _problems(code: str, name: str, kind: str, parent: Unit | None, company: str, province: str) -> tuple[Problem, ...]:
    found = []
    if not (code.isascii() and code.isalnum() and len(code) <= 20):
        found.append(Problem("code", "单位代码只能用字母和数字，最多 20 位"))
    elif Unit.objects.filter(code=code).exists():
        found.append(Problem("code", f"单位代码 {code} 已经用过"))
    if not name.strip():
        found.append(Problem("name", "请填写单位名称"))
    if kind not in UnitKind.values:
        found.append(Problem("kind", "请选择单位层级"))
    if parent is None and not (company and province):
        found.append(Problem("company", "最上级单位要写明所属公司和省份"))
    return tuple(found)
