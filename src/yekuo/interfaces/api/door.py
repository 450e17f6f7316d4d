"""接口: every operation of the product for programs: the deeds of the registry, cases, papers, calendar and limits."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import File, Form, NinjaAPI, Query, UploadedFile
from pydantic import Field

from yekuo.interfaces.api import cases, doing, rules
from yekuo.interfaces.api.answers import READ_TROUBLES, WRITE_TROUBLES, Trouble, add_handlers, answers, described
from yekuo.interfaces.api.entrance import ApiKeyBearer, PerMinute, StaffSession, caller_of
from yekuo.interfaces.api.reading import StrictParser
from yekuo.interfaces.api.shapes import Day, Moment, Text
from yekuo.interfaces.api.shown import CaseShown, Due, LimitsShown, LogPage, Page, PaperKept, Receipt
from yekuo.rules.calendar import Unit
from yekuo.rules.deeds import (
    REGISTRY,
    appointments,
    capacity,
    closing,
    course,
    feedback,
    inspection,
    intake,
    oversight,
    scheme,
    works,
)
from yekuo.rules.facts import CustomerClass
from yekuo.rules.limits import ClockKind
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.state import Party, Status

ROOMS: Mapping[str, str] = {
    intake.__name__: "业务受理", scheme.__name__: "勘查与方案", works.__name__: "设计与工程",
    inspection.__name__: "检验", closing.__name__: "合同、装表、送电", course.__name__: "过程控制",
    appointments.__name__: "预约", oversight.__name__: "督办与投诉",
    feedback.__name__: "客户服务", capacity.__name__: "容量",
}  # fmt: skip
READING, TIMING, KEEPING = "工单", "日历与时限", "资料"
ABOUT = (
    "业扩报装平台的程序接口。读写都以一名员工的岗位和单位范围办理：登录会话（写操作须带 CSRF 令牌）或"
    "接口密钥（请求头 Authorization: Bearer）。写操作须带请求头 Idempotency-Key。"
    "时间一律带时区；小数可写成字符串；不认识的栏目会被拒绝。未办成时返回 message（中文说明）、code 和逐项 problems。"
)

api = NinjaAPI(
    title="业扩通接口",
    version="1",
    description=ABOUT,
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
    auth=[ApiKeyBearer(), StaffSession()],
    throttle=PerMinute(),
    parser=StrictParser(),
)
add_handlers(api)
Size = Annotated[int, Field(ge=1, le=cases.SIZE_AT_MOST)]


# --- cases ----------------------------------------------------------------------------------------------------


@api.get("/cases", response=Page, tags=[READING], summary="工单清单，先到期的在前")
def list_cases(
    request: HttpRequest,
    status: Annotated[Status, Query(Status.OPEN, description="工单状态")],
    stage: Annotated[Text, Query("", description="环节代码")],
    party: Annotated[Party | None, Query(None, description="在等谁")],
    due_before: Annotated[Moment | None, Query(None, description="只要这个时间之前到期的")],
    after: Annotated[Text, Query("", description="上一页返回的 next")],
    size: Annotated[Size, Query(cases.SIZE, description="每页条数")],
) -> Page:
    """本单位范围内的工单；没有期限的排在最后。"""
    caller = caller_of(request)
    return cases.list_cases(caller, status=status, stage=stage, party=party, before=due_before, after=after, size=size)


api.post(
    "/cases", response=Receipt, tags=[READING], summary="提交用电申请并立案", operation_id="file_new",
)(doing.file_new)  # fmt: skip


@api.get("/cases/{number}", response=CaseShown, tags=[READING], summary="读工单")
def read_case(request: HttpRequest, number: str) -> CaseShown:
    """办电事实、全部时限及其推导、待办、在等谁、现在可办什么。个人信息已脱敏。"""
    return cases.show_case(caller_of(request), number)


@api.get("/cases/{number}/events", response=LogPage, tags=[READING], summary="读办理日志")
def read_log(
    request: HttpRequest,
    number: str,
    after: Annotated[int, Query(0, ge=0, le=2**31 - 1, description="从这个序号之后读起")],
    size: Annotated[Size, Query(cases.SIZE_AT_MOST, description="每页条数")],
) -> LogPage:
    """按序逐行：何时、何人、何事、所用流程、时限库与日历的版本，以及链接值。没有个人信息。"""
    return cases.show_log(caller_of(request), number, after=after, size=size)


# --- deeds ----------------------------------------------------------------------------------------------------


def _add_deeds() -> None:
    for key, kind in REGISTRY.items():
        view = doing.file_again if kind is intake.FileApplication else doing.view_of(kind)
        room = ROOMS[kind.__module__]
        path = f"/cases/{{number}}/deeds/{key}"
        api.post(path, response=Receipt, tags=[room], summary=kind.title, operation_id=key)(view)


_add_deeds()


# --- papers ---------------------------------------------------------------------------------------------------


@api.post("/files", response=PaperKept, tags=[KEEPING], summary="上传资料")
def upload(
    request: HttpRequest,
    file: Annotated[UploadedFile, File(..., description="照片或 PDF")],
    code: Annotated[Text, Form(..., description="资料代码，如 id_card")],
    case: Annotated[Text, Form("", description="工单编号；为尚未提交的申请上传时不填")],
) -> PaperKept:
    """返回的三项原样用于办理时的 papers、photos 或 evidence。照片会去掉拍摄地点后重新保存；没用到的会被清理。"""
    if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
        most = settings.UPLOAD_MAX_BYTES // 1024 // 1024
        wrong = Problem("file", f"文件超过 {most} MB，请压缩后再传")
        raise Refused(wrong.message, problems=(wrong,), code="too_large")
    return doing.keep_paper(
        caller_of(request), content=file.read(), name=str(file.name or "资料"), code=code, number=case
    )


# --- calendar and limits --------------------------------------------------------------------------------------


@api.get("/calendar/due", response=Due, tags=[TIMING], summary="推算到期日")
def due_date(
    request: HttpRequest,
    start: Annotated[Day, Query(..., description="起算日，当日不计入")],
    days: Annotated[int, Query(..., ge=1, le=400, description="天数")],
    province: Annotated[Text, Query("", description="省份，如 浙江；不填为全国")],
    unit: Annotated[Unit, Query(Unit.WD, description="WD 工作日；CD 日历日")],
) -> Due:
    """按国务院放假通知、各省补充和下班时间推算，逐行说明依据；次年通知未公布的为暂定。"""
    return rules.due_date(caller_of(request), start=start, days=days, province=province, unit=unit)


@api.get("/limits", response=LimitsShown, tags=[TIMING], summary="时限库")
def list_limits(
    request: HttpRequest,
    kind: Annotated[CustomerClass | None, Query(None, alias="class", description="客户类别")],
    clock: Annotated[ClockKind | None, Query(None, description="时钟种类")],
    stage: Annotated[Text, Query("", description="环节代码")],
    province: Annotated[Text, Query("", description="只要这个省的地方时限")],
    on: Annotated[Day | None, Query(None, description="只要这一天施行的")],
) -> LimitsShown:
    """全部匹配的时限，不论是否有约束力；不作为依据的写明原因。"""
    return rules.list_limits(caller_of(request), kind=kind, clock=clock, stage=stage, province=province, on=on)


# --- its description ------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def description() -> Mapping[str, Any]:
    """This function will give the OpenAPI description, as committed in openapi.json."""
    found = dict(api.get_openapi_schema(path_prefix="/api/v1/"))
    about = dict(found["info"])
    trouble = Trouble.model_json_schema(ref_template="#/components/schemas/{model}")
    found["components"]["schemas"] |= {**trouble.pop("$defs"), Trouble.__name__: trouble}
    found["components"]["responses"] = answers()
    for methods in found["paths"].values():
        for method, told in methods.items():
            told["responses"]["200"] = told["responses"].pop(200) | {"description": "办成"}
            told["responses"] |= described(READ_TROUBLES if method == "get" else WRITE_TROUBLES)
    return {**_told(found), "info": about}


def _told(value: Any) -> Any:
    """Of a class the Chinese term is told, not the note to its reader; titles made of field names say nothing."""
    if isinstance(value, list):
        return [_told(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _told(one) for name, one in value.items() if name != "title" or not isinstance(one, str)}
    if isinstance(kept.get("description"), str):
        kept["description"] = kept["description"].split(": ", 1)[0]
    return kept
