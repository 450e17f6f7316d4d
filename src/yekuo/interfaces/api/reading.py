"""接口读取: JSON as it may come in: small, flat enough, exact in its numbers, and with every name said once."""

import json
from decimal import Decimal
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

from yekuo.rules.refusal import Refused

BODY_AT_MOST = 1024 * 1024
DIGITS_AT_MOST = 40


def refused(message: str) -> Refused:
    """This function will make the refusal of a request that cannot be read at all."""
    return Refused(message, code="bad_request")


class StrictParser(Parser):
    """严格读取: what is not plain JSON is refused in words; decimals stay exact."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """This function will read the body. Raises Refused, which the framework keeps as the cause of its own error."""
        return read_json(request.body)


def read_json(body: bytes) -> dict[str, Any]:
    """This function will read a JSON object. Raises Refused saying what is wrong with it."""
    try:
        found = json.loads(
            body.decode("utf-8-sig"),
            parse_float=_decimal,
            parse_int=_whole,
            parse_constant=_no_constant,
            object_pairs_hook=_once,
        )
    except UnicodeDecodeError:
        raise refused("请求内容不是 UTF-8 编码") from None
    except RecursionError:
        raise refused("请求内容嵌套太深") from None
    except json.JSONDecodeError as error:
        raise refused(f"请求内容不是有效的 JSON（第 {error.lineno} 行第 {error.colno} 个字符附近）") from None
    if not isinstance(found, dict):
        raise refused("请求内容应为 JSON 对象，即用大括号括起来的一组栏目")
    return found


def _decimal(text: str) -> Decimal:
    _check_length(text)
    return Decimal(text)


def _whole(text: str) -> int:
    _check_length(text)
    return int(text)


def _check_length(text: str) -> None:
    if len(text) > DIGITS_AT_MOST:
        raise refused(f"请求内容中有超过 {DIGITS_AT_MOST} 位的数字")


def _no_constant(text: str) -> NoReturn:
    raise refused(f"请求内容中有 {text}，应为有限的数字")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise refused("请求内容中有重复的栏目")
    if any(char == "\0" or 0xD800 <= ord(char) < 0xE000 for name in found for char in name):
        raise refused("请求内容的栏目名中有无法识别的字符")
    return found
