"""表格导入: a table is read and shown first; then exactly the rows somebody chose are taken in, all or none, once."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from yekuo.integrations.spreadsheets import read_table, template
from yekuo.operations import account_rows, resident_rows
from yekuo.operations.books import open_shelf
from yekuo.operations.rows import Become, Checked
from yekuo.records import imports, units
from yekuo.records.models import ImportSheet
from yekuo.records.scope import scope_of
from yekuo.rules import powers
from yekuo.rules.actor import Actor
from yekuo.rules.importing import Column, RawRow, read_rows
from yekuo.rules.refusal import Problem, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """导入种类: its power, its columns, how many rows at most, how rows are checked and taken in."""

    key: str
    title: str
    power: str
    columns: tuple[Column, ...]
    most: int
    check: Callable[[Sequence[RawRow], int, datetime], tuple[Checked, ...]]
    take: Callable[[RawRow, int, int, Actor, datetime], Become]
    examples: tuple[dict[str, str], ...]


KINDS = {
    one.key: one
    for one in (
        Kind(
            key="accounts", title="存量户号", power="import_accounts", columns=account_rows.COLUMNS, most=2000,
            check=account_rows.check, take=account_rows.take, examples=account_rows.EXAMPLES,
        ),
        Kind(
            key="residents", title="低压批量新装", power="import_residents", columns=resident_rows.COLUMNS, most=300,
            check=resident_rows.check, take=resident_rows.take, examples=resident_rows.EXAMPLES,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """导入预览: every row with its errors and warnings, or, once confirmed, what became of the chosen ones.

    `before` is when a table of exactly this content was taken in.
    """

    sheet: int
    kind: Kind
    name: str
    unit: int
    unit_name: str
    rows: tuple[Checked, ...]
    confirmed_at: datetime | None
    result: tuple[Become, ...]
    before: datetime | None


def blank(kind: str) -> bytes:
    """This function will make the workbook to fill in for a kind of import."""
    found = _kind(kind)
    return template(
        title=found.title,
        headings=[one.title for one in found.columns],
        must=[one.must for one in found.columns],
        hints=[one.hint for one in found.columns],
        examples=[[row.get(one.field, "") for one in found.columns] for row in found.examples],
    )


def _kind(kind: str) -> Kind:
    if kind not in KINDS:
        raise Refused("没有这种导入", code="not_found")
    return KINDS[kind]


def check_power(kind: str, by: Actor) -> None:
    """This function will refuse whoever may not import, naming who may."""
    shelf = open_shelf()
    allowed = powers.who_may(_kind(kind).power, None, table=shelf.powers)
    if set(allowed).isdisjoint(by.roles):
        names = "、".join(powers.role_name(role, table=shelf.powers) for role in allowed)
        raise Refused(f"您的岗位不能导入{_kind(kind).title}，可由{names}办理", code="forbidden")


def upload(*, kind: str, content: bytes, name: str, unit: int, by: Actor, at: datetime) -> int:
    """This function will read a table and keep it for its preview; nothing is taken in yet. Raises Refused."""
    found = _kind(kind)
    check_power(kind, by)
    scope = scope_of(by)
    where = units.unit(unit)
    if not where.active or not (scope.everything or where.pk in scope.units):
        raise Refused("请选择单位", problems=(Problem("unit", "请选择单位"),), code="form")
    rows = read_rows(read_table(content, name=name), found.columns, most=found.most)
    kept = json.dumps([[row.line, row.values] for row in rows], ensure_ascii=False)
    digest = hashlib.sha256(json.dumps([row.values for row in rows], sort_keys=True).encode()).hexdigest()
    return imports.keep(
        kind=kind, unit=unit, name=name, digest=digest, rows=len(rows), content=kept, by=by.person, at=at
    ).pk


def preview(*, sheet: int, by: Actor, at: datetime) -> Preview:
    """This function will check every row of a kept table against what there is now. Raises Refused for no such table."""
    found = imports.sheet(sheet, by=by.person)
    if found is None:
        raise Refused("没有这个导入表，请重新上传", code="not_found")
    kind = _kind(found.kind)
    rows = () if found.confirmed_at else kind.check(_rows(found), found.unit, at)
    before = imports.confirmed_before(found.digest, kind=found.kind, unit=found.unit)
    return Preview(
        sheet=found.pk, kind=kind, name=found.name, unit=found.unit, unit_name=units.unit(found.unit).name, rows=rows,
        confirmed_at=found.confirmed_at, result=_result(found),
        before=before.confirmed_at if before and before.pk != found.pk else None,
    )  # fmt: skip


def _rows(found: ImportSheet) -> tuple[RawRow, ...]:
    return tuple(RawRow(line=line, values=values) for line, values in json.loads(found.content.open()))


def _result(found: ImportSheet) -> tuple[Become, ...]:
    return tuple(Become(**row) for row in found.result)


def confirm(*, sheet: int, lines: Iterable[int], by: Actor, at: datetime) -> tuple[Become, ...]:
    """This function will take in exactly the chosen lines, all or none; confirmed again it gives the first result.

    Raises Refused with every line that cannot be taken in, and then has taken in nothing.
    """
    chosen = set(lines)
    with transaction.atomic():
        found = imports.lock(sheet, by=by.person)
        if found is None:
            raise Refused("没有这个导入表，请重新上传", code="not_found")
        if found.confirmed_at is not None:
            return _result(found)
        kind = _kind(found.kind)
        check_power(kind.key, by)
        rows = _chosen(_rows(found), chosen)
        _refuse_wrong(kind.check(rows, found.unit, at))
        result = tuple(_taken(kind, row, found, by, at) for row in rows)
        imports.confirm(
            found, result=[{"line": one.line, "number": one.number, "name": one.name} for one in result], at=at
        )
        return result


def _chosen(rows: tuple[RawRow, ...], chosen: set[int]) -> tuple[RawRow, ...]:
    found = tuple(row for row in rows if row.line in chosen)
    if not found:
        raise Refused("请至少选择一行", code="nothing_chosen")
    if len(found) != len(chosen):
        raise Refused("选择的行与表格不一致，请刷新预览后再确认", code="stale")
    return found


def _refuse_wrong(rows: Iterable[Checked]) -> None:
    problems = tuple(
        replace(one, message=f"第 {row.line} 行：{one.message}", field=f"rows.{row.line}.{one.field}")
        for row in rows
        for one in row.problems
    )
    if problems:
        raise Refused("选择的行里还有错误，没有导入任何一行", problems=problems, code="form")


def _taken(kind: Kind, row: RawRow, found: ImportSheet, by: Actor, at: datetime) -> Become:
    try:
        return kind.take(row, found.unit, found.pk, by, at)
    except Refused as refused:
        told = tuple(
            replace(one, message=f"第 {row.line} 行：{one.message}", field=f"rows.{row.line}.{one.field}")
            for one in refused.problems
        )
        raise Refused(
            f"第 {row.line} 行：{refused.message}；没有导入任何一行", problems=told, code=refused.code
        ) from refused


def drop(*, sheet: int, by: Actor) -> None:
    """This function will let an unconfirmed table go."""
    with transaction.atomic():
        found = imports.lock(sheet, by=by.person)
        if found is not None and found.confirmed_at is None:
            imports.drop(found)
