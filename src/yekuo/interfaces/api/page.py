"""接口说明页: a plain list of the operations, and their description as OpenAPI; nothing in them is secret."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yekuo.interfaces.api.door import ABOUT, description


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """接口操作: a line of the list."""

    method: str
    address: str
    summary: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """接口分组: operations that belong together."""

    name: str
    operations: tuple[Operation, ...]


def as_text() -> str:
    """This function will write the description as it is committed and served."""
    return json.dumps(description(), ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


@lru_cache(maxsize=1)
def _bytes() -> bytes:
    return as_text().encode()


@require_safe
@login_not_required
def openapi(request: HttpRequest) -> HttpResponse:
    """This function will serve the description for programs that make clients."""
    return HttpResponse(_bytes(), content_type="application/json")


@require_safe
@login_not_required
def operations(request: HttpRequest) -> HttpResponse:
    """This function will show every operation with the fields it takes."""
    return render(request, "api/operations.html", {"about": ABOUT, "rooms": _rooms()})


@lru_cache(maxsize=1)
def _rooms() -> tuple[Room, ...]:
    found: dict[str, list[Operation]] = {}
    for address, methods in description()["paths"].items():
        for method, told in methods.items():
            line = Operation(
                method=method.upper(), address=address, summary=told["summary"], fields=tuple(_fields(told))
            )
            found.setdefault(told["tags"][0], []).append(line)
    return tuple(Room(name=name, operations=tuple(lines)) for name, lines in found.items())


def _fields(told: dict[str, Any]) -> list[str]:
    """What can be sent, what must be sent marked so."""
    asked = [(one["name"], one["required"]) for one in told["parameters"] if one["in"] != "path"]
    for content in told.get("requestBody", {}).get("content", {}).values():
        shape = _looked_up(content["schema"])
        must = shape.get("required", [])
        asked += [(name, name in must) for name in shape.get("properties", {})]
    return [f"{name}（必填）" if required else name for name, required in asked]


def _looked_up(schema: dict[str, Any]) -> dict[str, Any]:
    for part in (schema, *schema.get("allOf", [])):
        if "$ref" in part:
            found: dict[str, Any] = description()["components"]["schemas"][part["$ref"].rsplit("/", 1)[-1]]
            return found
    return schema
