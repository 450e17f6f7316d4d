"""接口模式: what can be sent, made from the dataclasses of the rules, so that nothing is described twice."""

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Any, ClassVar, Union, get_args, get_origin, get_type_hints

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Strict,
    WithJsonSchema,
    create_model,
)
from pydantic import Field as Described

from yekuo.interfaces.api.words import label_of
from yekuo.interfaces.look.names import table_of
from yekuo.rules.deeds.base import Paper

TEXT_AT_MOST = 2000
ITEMS_AT_MOST = 300
WHOLE_AT_MOST = 2**53 - 1
NUMBER_AT_MOST = Decimal(10) ** 10


class Sent(BaseModel):
    """来件: what came in; unknown fields are refused, for a misspelt one must not be lost."""

    model_config = ConfigDict(extra="forbid")
    made_of: ClassVar[type | None] = None


def storable(text: str) -> str:
    """This function will return the text; ValueError when it holds what no database keeps."""
    if any(char == "\0" or 0xD800 <= ord(char) < 0xE000 for char in text):
        raise ValueError("有无法保存的字符，请检查粘贴的文字")
    return text


def _written(value: object) -> object:
    """A number is no date: what a library makes of 20270105 is not what was meant."""
    if not isinstance(value, str):
        raise ValueError("应为文字，如 2027-01-05")  # noqa: TRY004 - pydantic gathers value errors only
    if len(value) > 40:
        raise ValueError("太长")
    return value


def _plain_zero(value: Decimal) -> Decimal:
    """Nothing is nothing, however many places it was written with."""
    return value if value else Decimal(0)


def _measured(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError("应为数字")  # noqa: TRY004
    if len(str(value)) > 40:
        raise ValueError("数字太长")
    return value


Text = Annotated[str, Strict(), Described(max_length=TEXT_AT_MOST), AfterValidator(storable)]
Whole = Annotated[int, Strict(), Described(ge=-WHOLE_AT_MOST, le=WHOLE_AT_MOST)]
YesNo = Annotated[bool, Strict()]
Number = Annotated[
    Decimal,
    BeforeValidator(_measured),
    Described(ge=-NUMBER_AT_MOST, le=NUMBER_AT_MOST, decimal_places=6),
    AfterValidator(_plain_zero),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]}),
]
Day = Annotated[
    date,
    BeforeValidator(_written),
    Described(ge=date(1990, 1, 1), le=date(2199, 12, 31)),
    WithJsonSchema({"type": "string", "format": "date"}),
]
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_written),
    Described(ge=datetime(1990, 1, 1, tzinfo=UTC), le=datetime(2199, 12, 31, tzinfo=UTC)),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
PLAIN: dict[Any, Any] = {str: Text, int: Whole, bool: YesNo, Decimal: Number, date: Day, datetime: Moment}


@cache
def shape_of(kind: type[Any], base: type[Sent] = Sent, name: str = "") -> type[Sent]:
    """This function will make the schema of a dataclass and of those within it; `base` may bring fields of its own."""
    hints = get_type_hints(kind)
    inside: dict[str, Any] = {_inner(one.name): _field(kind, one, hints[one.name]) for one in fields(kind)}
    made: type[Sent] = create_model(name or kind.__name__, __base__=base, __doc__=_doc(kind), **inside)
    made.made_of = kind
    return made


def _inner(name: str) -> str:
    """Some names are taken by what every schema can do."""
    return f"{name}_" if hasattr(Sent, name) else name


def _doc(kind: type) -> str:
    return (kind.__doc__ or "").split("\n", 1)[0]


def _field(kind: type, one: "Field[Any]", hint: Any) -> tuple[Any, Any]:
    told: dict[str, Any] = {"description": _about(label_of(one.name, kind), hint)}
    if one.default is not MISSING:
        told["default"] = one.default
    elif one.default_factory is not MISSING:
        told["default_factory"] = one.default_factory
    if _inner(one.name) != one.name:
        told["alias"] = one.name
    return _shaped(hint), Described(**told)


def _about(label: str, hint: Any) -> str:
    choices = next((one for one in (hint, *get_args(hint)) if isinstance(one, type) and issubclass(one, Enum)), None)
    if choices is None:
        return label
    return f"{label}：" + "；".join(f"{key.value} {word}" for key, word in table_of(choices).items())


def _shaped(hint: Any) -> Any:
    if hint in PLAIN:
        return PLAIN[hint]
    if is_dataclass(hint) and isinstance(hint, type):
        return shape_of(hint)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return Union[tuple(_shaped(one) for one in inner)]  # noqa: UP007 - made while running
    if origin is tuple and inner[1:] == (Ellipsis,):
        return Annotated[tuple[_shaped(inner[0]), ...], Described(max_length=ITEMS_AT_MOST)]  # type: ignore[misc]
    return hint


def value_of(sent: Any) -> Any:
    """This function will turn what came in back into the dataclasses it was made of."""
    if isinstance(sent, Sent) and sent.made_of is not None:
        names = (one.name for one in fields(sent.made_of))
        return sent.made_of(**{name: value_of(getattr(sent, _inner(name))) for name in names})
    return tuple(map(value_of, sent)) if isinstance(sent, tuple) else sent


def papers_in(value: Any) -> Iterator[Paper]:
    """This function will list the papers a deed refers to, wherever they stand; a photo by its key has no digest."""
    if isinstance(value, Paper):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from papers_in(one)
    elif is_dataclass(value):
        for one in fields(value):
            inside = getattr(value, one.name)
            if one.name == "photos" and all(isinstance(key, int) for key in inside):
                yield from (Paper(code="", file=key, digest="") for key in inside)
            else:
                yield from papers_in(inside)
