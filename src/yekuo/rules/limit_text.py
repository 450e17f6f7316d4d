"""时限文本: reads the limit book from TOML text; a wrong line is named, never skipped."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from yekuo.rules.calendar import Unit
from yekuo.rules.facts import CustomerClass
from yekuo.rules.limits import ClockKind, Limit, LimitBook, Rank, Scope, StopRule, WarningSteps
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.timeline import Cause

E = TypeVar("E", bound=StrEnum)
_LIMIT_KEYS = frozenset(
    {
        "document",
        "id",
        "clock",
        "stage",
        "starts",
        "stops",
        "classes",
        "days",
        "unit",
        "rank",
        "scope",
        "where",
        "clause",
    }
    | {"source", "condition", "external_works", "min_voltage", "max_voltage", "max_capacity", "from", "to", "confirmed"}
    | {"note", "title"}
)


@dataclass(frozen=True, slots=True)
class _Row:
    """A TOML table with the name it is called by in complaints."""

    name: str
    data: Mapping[str, object]

    def bad(self, key: str, message: str) -> Refused:
        text = f"{self.name} 的 {key}：{message}"
        return Refused(f"时限文件有误：{text}", problems=(Problem(key, text),), code="bad_limits")

    def text(self, key: str, *, needed: bool = False) -> str:
        value = self.data.get(key, "")
        if not isinstance(value, str) or (needed and not value):
            raise self.bad(key, "应是文字")
        return value

    def day(self, key: str) -> date | None:
        value = self.data.get(key)
        if value is not None and type(value) is not date:
            raise self.bad(key, "应是日期，例如 2022-01-01")
        return value

    def number(self, key: str, value: object = None) -> int | None:
        value = self.data.get(key) if value is None else value
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise self.bad(key, "应是整数")
        return value

    def flag(self, key: str) -> bool | None:
        value = self.data.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.bad(key, "应是 true 或 false")
        return value

    def word(self, key: str, kind: type[E], default: E | None = None) -> E:
        value = self.data.get(key, default)
        if not isinstance(value, str):
            raise self.bad(key, "未填写")
        try:
            return kind(value)
        except ValueError as error:
            raise self.bad(key, f"“{value}”不在 {'、'.join(kind)} 之中") from error

    def words(self, key: str, kind: type[E]) -> tuple[E, ...]:
        values = self.data.get(key)
        if not isinstance(values, list) or not values:
            raise self.bad(key, "应是非空列表")
        return tuple(_Row(self.name, {key: value}).word(key, kind) for value in values)

    def only(self, keys: frozenset[str]) -> None:
        for key in self.data:
            if key not in keys:
                raise self.bad(key, "不认识的键")


def parse_limits(*texts: str) -> LimitBook:
    """This function will read the limit book from one or more TOML texts.

    Raises Refused naming the table and key that is wrong.
    """
    files = [_load(text) for text in texts]
    warnings = [file["warning"] for file in files if "warning" in file]
    return LimitBook(
        limits=tuple(limit for file in files for limit in _limits(file)),
        stop_rules=tuple(_stop(row) for file in files for row in _rows(file, "stop")),
        warning=_warning(_Row("warning", _table(warnings[-1], "warning"))) if warnings else WarningSteps(),
        stage_names=_pairs(files, "stages"),
        sources=_pairs(files, "sources"),
    )


def _load(text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"时限文件读不懂：{error}", code="bad_limits") from error


def _table(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise Refused(f"时限文件有误：{name} 应是表", code="bad_limits")
    return value


def _rows(file: Mapping[str, object], key: str) -> Iterator[_Row]:
    rows = file.get(key, [])
    if not isinstance(rows, list):
        raise Refused(f"时限文件有误：{key} 应是表的列表", code="bad_limits")
    for number, row in enumerate(rows, 1):
        yield _Row(f"第 {number} 条 {key}", _table(row, key))


def _pairs(files: list[Mapping[str, object]], key: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for file in files for name, value in _table(file.get(key, {}), key).items())


def _limits(file: Mapping[str, object]) -> Iterator[Limit]:
    documents = _table(file.get("document", {}), "document")
    for row in _rows(file, "limit"):
        key = row.text("document", needed=True)
        if key not in documents:
            raise row.bad("document", f"没有名为 {key} 的文件")
        document = _table(documents[key], f"document.{key}")
        full = _Row(f"{row.name}（{key}）", {**document, **row.data})
        full.only(_LIMIT_KEYS)
        yield from _limits_of(key, full)


def _limits_of(key: str, row: _Row) -> Iterator[Limit]:
    clock = row.word("clock", ClockKind)
    name = f"{key}.{row.text('id') or row.text('stage') or clock}"
    days = row.data.get("days")
    if isinstance(days, dict):
        for one, number in days.items():
            kind = _Row(row.name, {"days": one}).word("days", CustomerClass)
            yield _limit(f"{name}.{kind}", clock, (kind,), row.number("days", number), row)
    else:
        yield _limit(name, clock, row.words("classes", CustomerClass), row.number("days"), row)


def _limit(id_: str, clock: ClockKind, classes: tuple[CustomerClass, ...], days: int | None, row: _Row) -> Limit:
    if days is None:
        raise row.bad("days", "未填写")
    capacity = row.number("max_capacity")
    return Limit(
        id=id_,
        document=row.text("title", needed=True),
        rank=row.word("rank", Rank),
        scope=row.word("scope", Scope),
        clock=clock,
        days=days,
        classes=classes,
        stage=row.text("stage"),
        unit=row.word("unit", Unit, Unit.WD),
        where=row.text("where"),
        clause=row.text("clause"),
        source=row.text("source"),
        starts=row.text("starts"),
        stops=row.text("stops"),
        condition=row.text("condition"),
        external_works=row.flag("external_works"),
        min_voltage=row.number("min_voltage"),
        max_voltage=row.number("max_voltage"),
        max_capacity=None if capacity is None else Decimal(capacity),
        since=row.day("from"),
        until=row.day("to"),
        confirmed=bool(row.flag("confirmed")),
        note=row.text("note"),
    )


def _stop(row: _Row) -> StopRule:
    return StopRule(
        causes=row.words("causes", Cause),
        clocks=row.words("clocks", ClockKind),
        scope=row.word("scope", Scope),
        where=row.text("where"),
        document=row.text("document"),
        since=row.day("from"),
        until=row.day("to"),
        confirmed=bool(row.flag("confirmed")),
        note=row.text("note"),
    )


def _warning(row: _Row) -> WarningSteps:
    row.only(frozenset({"yellow_most", "yellow_part", "red_left", "red_from_days"}))
    values = {key: number for key in row.data if (number := row.number(key)) is not None}
    if any(value < 1 for value in values.values()):
        raise row.bad("warning", "档位必须是正整数")
    return WarningSteps(**values)
