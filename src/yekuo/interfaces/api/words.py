"""接口词汇: the Chinese name of every field that can be sent, and what is wrong with it in a sentence."""

import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from yekuo.operations.application import NAMES, Application
from yekuo.rules.refusal import Problem

_WORDS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    files("yekuo.interfaces.api").joinpath("words.toml").read_text(encoding="utf-8")
)
LABELS, KINDS = _WORDS["labels"], _WORDS["mistakes"]
LIMITED = {
    "string_too_long": ("太长，最多 {} 个字", "max_length"), "string_too_short": ("太短，至少 {} 个字", "min_length"),
    "too_long": ("项数太多，最多 {} 项", "max_length"), "less_than_equal": ("不能大于 {}", "le"),
    "greater_than_equal": ("不能小于 {}", "ge"), "decimal_max_digits": ("数字太长，最多 {} 位", "max_digits"),
    "decimal_max_places": ("小数最多 {} 位", "decimal_places"),
    "decimal_whole_digits": ("整数部分最多 {} 位", "whole_digits"),
}  # fmt: skip
OUTSIDE = {"body", "query", "path", "header", "form", "file"}


def label_of(name: str, kind: type | None = None) -> str:
    """This function will name a field in Chinese, an application's as its form does; one without a name keeps its own."""
    first, second = (NAMES, LABELS) if kind is Application else (LABELS, NAMES)
    return first.get(name) or second.get(name) or name


def problems_of(errors: Iterable[Mapping[str, Any]], kind: type | None = None) -> tuple[Problem, ...]:
    """This function will turn what validation found into one problem per field, in sentences; `kind` was to be read."""
    found: dict[str, Problem] = {}
    for error in errors:
        path = _path(error)
        field = ".".join(map(str, path))
        found.setdefault(field, Problem(field, f"{_subject(path, kind)}{_complaint(error)}"))
    return tuple(found.values())


def _path(error: Mapping[str, Any]) -> list[str | int]:
    """Where it is, as the sender knows it: without where it came from and what we call the body."""
    path = list(error["loc"])
    if path and path[0] in OUTSIDE:
        path = path[2:] if path[0] == "body" else path[1:]
    return [_safe(part) for part in path]


def _safe(part: str | int) -> str | int:
    """A field nobody knows is named by whoever sent it, in characters that can be sent back."""
    return part if isinstance(part, int) else part.encode("utf-8", "replace").decode("utf-8").replace("\0", "?")[:60]


def _subject(path: list[str | int], kind: type | None) -> str:
    if not path:
        return "请求内容"
    names = [
        f"第 {part + 1} 项" if isinstance(part, int) else label_of(part, None if depth else kind)
        for depth, part in enumerate(path)
    ]
    return "的".join((f"“{names[0]}”", *names[1:])) if len(names) > 1 else f"“{names[0]}”"


def _complaint(error: Mapping[str, Any]) -> str:
    kind = str(error["type"])
    if kind in LIMITED:
        words, name = LIMITED[kind]
        return words.format(error.get("ctx", {}).get(name, ""))
    if kind == "value_error":
        return str(error.get("ctx", {}).get("error", "填得不对"))
    return KINDS.get(kind, "填得不对")
