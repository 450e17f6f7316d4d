"""接口答复: every refusal as JSON in Chinese: a sentence, a machine code and each problem with its field."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException, UnreadablePostError
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from pydantic import Field

from yekuo.interfaces.api.words import problems_of
from yekuo.operations.application import Application
from yekuo.operations.casefile import NotFound
from yekuo.rules.refusal import Problem, Refused

FILINGS = ("/v1/cases", "/deeds/file_application")
"""Ends of addresses whose fields go by the names of the application form."""
log = logging.getLogger("yekuo.api")

STATUS = {
    "not_found": 404, "no_limit": 404, "unknown_unit": 422, "forbidden": 403, "same_person": 403, "csrf": 403,
    "no_unit": 403, "bad_request": 400, "too_large": 413, "bad_file": 422, "too_many": 409, "bad_key": 422,
    "bad_content": 422, "bad_text": 422, "bad_moment": 422, "form": 422, "calendar_ends": 422, "invalid": 422,
}  # fmt: skip


class Wrong(Schema):
    """问题: one thing to put right."""

    field: str = Field(description="栏目，嵌套的以点连接；空为整体")
    message: str = Field(description="哪里不对，中文一句话")


class Trouble(Schema):
    """未办成: why a request was not carried out; nothing was changed."""

    message: str = Field(description="可直接显示给办理人的中文说明")
    code: str = Field(description="机器可读的原因代码")
    problems: list[Wrong] = Field(description="逐项问题")


WORDS = {
    400: "请求内容读不懂", 401: "没有登录，或密钥无效", 403: "岗位没有这项权限", 404: "没有，或不在可见范围内",
    409: "工单现在不允许，或已被他人办理", 413: "内容太大", 422: "填写有误，逐项见 problems", 429: "太频繁",
}  # fmt: skip
READ_TROUBLES = (401, 403, 404, 422, 429)
WRITE_TROUBLES = (400, 401, 403, 404, 409, 413, 422, 429)


def described(codes: Iterable[int]) -> dict[str, Any]:
    """This function will refer to the answers of an operation that was not carried out."""
    return {str(code): {"$ref": f"#/components/responses/{code}"} for code in codes}


def answers() -> dict[str, Any]:
    """This function will describe every answer that operations refer to."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{Trouble.__name__}"}}}
    return {str(code): {"description": words, "content": content} for code, words in WORDS.items()}


def trouble(status: int, message: str, *, code: str, problems: tuple[Problem, ...] = ()) -> HttpResponse:
    """This function will make the answer to a request that was not carried out."""
    listed = [{"field": one.field, "message": one.message} for one in problems]
    content = {"message": message, "code": code, "problems": listed}
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})


def not_carried_out(refused: Refused) -> HttpResponse:
    """This function will answer a refusal: 422 when something sent is wrong, 409 when the case does not allow it now."""
    status = STATUS.get(refused.code, 422 if refused.problems else 409)
    return trouble(status, refused.message, code=refused.code, problems=refused.problems)


def not_found(request: HttpRequest, **_: object) -> HttpResponse:
    """This function will answer any address the API does not have."""
    return trouble(404, "没有这个接口地址，请对照 /api/v1/openapi.json", code="not_found")


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return not_carried_out(error)


def _no_case(request: HttpRequest, error: Exception) -> HttpResponse:
    return trouble(404, "没有这个工单", code="not_found")


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    problems = problems_of(error.errors, Application if request.path.endswith(FILINGS) else None)
    return trouble(422, "；".join(one.message for one in problems[:5]), code="invalid", problems=problems)


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    cause = error.__cause__
    if isinstance(cause, Refused):
        return not_carried_out(cause)
    return trouble(error.status_code, "请求内容读不懂", code="bad_request")


def _who_are_you(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    answer = trouble(401, "请先登录，或在请求头 Authorization 中带上有效的接口密钥", code="unauthenticated")
    answer["WWW-Authenticate"] = 'Bearer realm="yekuo"'
    return answer


def _too_often(request: HttpRequest, error: Throttled) -> HttpResponse:
    return trouble(429, "请求太频繁，请稍后再试", code="too_often")


def _too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    return trouble(413, "请求内容太大", code="too_large")


def _unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    return trouble(400, "请求内容不完整或格式不对", code="bad_request")


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("%s %s", request.method, request.path, exc_info=error)
    return trouble(500, "系统出错，没有办成，请稍后重试；提交编号不变就不会重复办理", code="broken")


HANDLERS: tuple[tuple[type[Exception], Callable[..., HttpResponse]], ...] = (
    (Exception, _broken),
    (SuspiciousOperation, _unreadable),
    (MultiPartParserError, _unreadable),
    (RawPostDataException, _unreadable),
    (UnreadablePostError, _unreadable),
    (RequestDataTooBig, _too_large),
    (Http404, _no_case),
    (NotFound, _no_case),
    (Refused, _refused),
    (ValidationError, _invalid),
    (HttpError, _http_error),
    (AuthenticationError, _who_are_you),
    (Throttled, _too_often),
)


def add_handlers(api: NinjaAPI) -> None:
    """This function will let every error of an API be answered here."""
    for kind, handler in HANDLERS:
        api.add_exception_handler(kind, handler)
