"""版本对比: what one version of a process says otherwise than another, part by part, as data for the page to word."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from yekuo.rules.engine.definition import Definition, Stage


class Part(StrEnum):
    """部分: the process itself, a stage, a choice or a deed of any time."""

    PROCESS = "process"
    STAGE = "stage"
    CHOICE = "choice"
    ANYTIME = "anytime"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """差异: a part added (`before` None), taken out (`after` None), or one of whose fields changed; `field` '' is the whole."""

    part: Part
    key: str
    field: str = ""
    before: Any = None
    after: Any = None


_PROCESS = ("name", "edition", "source", "start", "serves", "links")


def differences(before: Definition, after: Definition) -> tuple[Difference, ...]:
    """This function will list what differs, in the order of the newer version, parts taken out last."""
    return (
        *(
            Difference(part=Part.PROCESS, key=after.key, field=name, before=was, after=now)
            for name in _PROCESS
            if (was := getattr(before, name)) != (now := getattr(after, name))
        ),
        *_stages(before, after),
        *_whole(Part.CHOICE, before.choices, after.choices),
        *_whole(
            Part.ANYTIME,
            {one.deed: one.when for one in before.anytime},
            {one.deed: one.when for one in after.anytime},
        ),
        *_order(before, after),
    )


def _stages(before: Definition, after: Definition) -> Iterator[Difference]:
    for key, stage in after.stages.items():
        was = before.stages.get(key)
        if was is None:
            yield Difference(part=Part.STAGE, key=key, after=stage)
        else:
            yield from _fields(was, stage)
    for key, stage in before.stages.items():
        if key not in after.stages:
            yield Difference(part=Part.STAGE, key=key, before=stage)


def _fields(was: Stage, now: Stage) -> Iterator[Difference]:
    for one in fields(Stage):
        old, new = getattr(was, one.name), getattr(now, one.name)
        if old != new:
            yield Difference(part=Part.STAGE, key=now.key, field=one.name, before=old, after=new)


def _whole(part: Part, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for key in dict.fromkeys((*after, *before)):
        if before.get(key) != after.get(key):
            yield Difference(part=part, key=key, before=before.get(key), after=after.get(key))


def _order(before: Definition, after: Definition) -> Iterator[Difference]:
    """Of the stages both have; the order is how the process is read and how far a jump or a return goes."""
    both = {*before.order} & {*after.order}
    if [key for key in before.order if key in both] != [key for key in after.order if key in both]:
        yield Difference(part=Part.PROCESS, key=after.key, field="order", before=before.order, after=after.order)
