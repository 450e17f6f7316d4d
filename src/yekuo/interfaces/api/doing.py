"""接口办理: an application filed, any deed done, a paper uploaded; each calls the operation the desks call."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Header
from ninja.params.models import Body
from pydantic import Field

from yekuo.interfaces.api.cases import case_key, stage_of
from yekuo.interfaces.api.entrance import Caller, caller_of
from yekuo.interfaces.api.shapes import ITEMS_AT_MOST, Moment, Sent, Text, Whole, papers_in, shape_of, value_of
from yekuo.interfaces.api.shown import Named, PaperKept, Receipt
from yekuo.interfaces.look.names import STATUS_NAMES
from yekuo.operations.application import Application
from yekuo.operations.handing_in import hand_in
from yekuo.operations.intake import CHANNELS, file_application
from yekuo.operations.papers import store_paper
from yekuo.operations.perform import Receipt as Done
from yekuo.records import cases, files
from yekuo.records.units import descendant_keys
from yekuo.rules.deeds.base import Deed, Paper
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.state import Status

KEYS = re.compile(r"[!-~]{8,64}")
Key = Annotated[
    str,
    Header(
        ...,
        alias="Idempotency-Key",
        description="提交编号，8 到 64 个可见 ASCII 字符：同一编号重复提交只办一次，返回第一次的回执",
    ),
]
CHANNEL_WORDS = "；".join(f"{key} {name}" for key, name in CHANNELS.items())


class AboutTime(Sent):
    """办理时点: when it happened, and where the case stood when the sender looked; both may be left out."""

    happened_at: Moment | None = Field(None, description="现场发生的时间，仅现场作业可早于登记时间")
    expected: Text = Field("", description="读工单时的 expected，工单已流转则拒绝（409）")


class Papers(Sent):
    """申请随附: the papers that come with an application and how it came in."""

    channel: Text = Field("counter", description=f"受理渠道：{CHANNEL_WORDS}")
    papers: Annotated[tuple[shape_of(Paper), ...], Field(max_length=ITEMS_AT_MOST)] = Field(  # type: ignore[valid-type]
        (), description="先用 POST /files 上传得到"
    )


class AtUnit(Papers):
    """申请单位: which unit takes the application."""

    unit: Whole = Field(0, description="受理单位编号，0 为办理人所在单位")


FILING: Any = shape_of(Application, AtUnit, "Filing")
REFILING: Any = shape_of(Application, Papers, "FilingForCase")


def checked(key: str) -> str:
    """This function will return a submission's key. Raises Refused when it cannot be one."""
    if not KEYS.fullmatch(key):
        wrong = Problem("Idempotency-Key", "请求头 Idempotency-Key（提交编号）应为 8 到 64 个可见 ASCII 字符")
        raise Refused(wrong.message, problems=(wrong,), code="bad_key")
    return key


def receipt(caller: Caller, done: Done) -> Receipt:
    """This function will show a receipt with stage and status named."""
    version = cases.case(done.case, scope=caller.scope).process_version
    definition = caller.shelf.books.definitions.get(version)
    return Receipt(
        number=done.number, seq=done.seq, stage=stage_of(definition, done.stage),
        status=Named(key=done.status, name=STATUS_NAMES[Status(done.status)]), at=done.at, replayed=done.replayed,
    )  # fmt: skip


# --- applications ---------------------------------------------------------------------------------------------


def file_new(request: HttpRequest, body: Annotated[FILING, Body(...)], key: Key) -> Receipt:
    """提交用电申请并立案: a case is opened in the unit and the application filed, all or nothing."""
    caller = caller_of(request)
    return _file(caller, body, key, unit=_unit(caller, body.unit))


def file_again(request: HttpRequest, number: str, body: Annotated[REFILING, Body(...)], key: Key) -> Receipt:
    """提交申请: the application of a case that waits for one."""
    caller = caller_of(request)
    case = cases.case(case_key(caller, number), scope=caller.scope)
    return _file(caller, body, key, unit=case.unit, case=case.pk)


def _unit(caller: Caller, wanted: int) -> int:
    unit = wanted or caller.actor.unit
    if unit not in descendant_keys(caller.actor.unit):
        wrong = Problem("unit", "没有这个单位，或不在您的单位范围内")
        raise Refused(wrong.message, problems=(wrong,), code="unknown_unit")
    return unit


def _file(caller: Caller, body: Any, key: str, *, unit: int, case: int | None = None) -> Receipt:
    done = file_application(
        application=value_of(body), papers=value_of(body.papers), channel=body.channel, by=caller.actor,
        at=caller.at, key=checked(key), unit=unit, case=case,
    )  # fmt: skip
    return receipt(caller, done)


# --- deeds ----------------------------------------------------------------------------------------------------


def view_of(kind: type[Deed]) -> Callable[..., Receipt]:
    """This function will make the view that does one kind of deed; its body is the deed's own fields and AboutTime."""
    made_of: Any = kind
    shape: Any = shape_of(made_of, AboutTime)
    optional = not any(one.is_required() for one in shape.model_fields.values())

    def do(request: HttpRequest, number: str, body: Any, key: str) -> Receipt:
        caller = caller_of(request)
        case = case_key(caller, number)
        return receipt(caller, _do(caller, case, value_of(body), checked(key), body.happened_at, body.expected))

    do.__name__ = do.__qualname__ = kind.deed
    do.__doc__ = kind.__doc__
    do.__annotations__ |= {"body": Annotated[shape, Body(shape() if optional else ...)], "key": Key}
    return do


def _do(caller: Caller, case: int, deed: Deed, key: str, happened_at: datetime | None, expected: str) -> Done:
    return hand_in(
        case=case, deed=deed, papers=[_whole(one) for one in papers_in(deed)], by=caller.actor, at=caller.at,
        key=key, happened_at=happened_at, expected=expected,
    )  # fmt: skip


def _whole(paper: Paper) -> Paper:
    """A photo named by its key alone; whether it may be used is judged where it is bound."""
    found = files.file(paper.file) if not paper.digest else None
    return Paper(code=found.code, file=found.pk, digest=found.sha256) if found else paper


# --- papers ---------------------------------------------------------------------------------------------------


def keep_paper(caller: Caller, *, content: bytes, name: str, code: str, number: str) -> PaperKept:
    """This function will keep an upload, for a case or for an application still to be filed."""
    case = case_key(caller, number) if number else None
    kept = store_paper(content=content, name=name, code=code, by=caller.actor, at=caller.at, case=case)
    return PaperKept(code=kept.code, file=kept.file, digest=kept.digest)
