"""进度链接: a way to one case without sign-in: read only and urging, until it expires or is revoked."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from yekuo.interfaces.look import clock
from yekuo.operations import signin
from yekuo.operations.casefile import CaseFile, NotFound, read_case
from yekuo.operations.signin import LinkGone
from yekuo.records import cases
from yekuo.records.scope import EVERYTHING
from yekuo.rules.actor import SYSTEM, Actor
from yekuo.rules.refusal import Refused

WHY = {
    "unknown": ("链接打不开", ("链接可能没有复制完整。请从短信里重新点开，或用申请时的手机号登录查看。",)),
    "expired": ("链接已过期", ("为保护您的信息，进度链接过一段时间就失效。请用申请时的手机号登录查看。",)),
    "revoked": ("链接已停用", ("这个链接已被停用。请用申请时的手机号登录查看，或打电话询问。",)),
}


@dataclass(frozen=True, slots=True)
class Gone(Exception):  # noqa: N818 - what the reader is told
    """Raised when a link leads nowhere (any more); it never says whether a case exists."""

    title: str
    lines: tuple[str, ...]


def follow(token: str, *, at: datetime) -> CaseFile:
    """This function will read the case a link leads to. Raises Gone."""
    try:
        found = cases.case(signin.case_of_link(token, at=at), scope=EVERYTHING)
        return read_case(number=found.number, by=SYSTEM, at=at)
    except LinkGone as gone:
        raise Gone(*WHY[gone.why]) from None
    except (NotFound, Refused):
        raise Gone(*WHY["unknown"]) from None


def link_to(request: HttpRequest, file: CaseFile) -> str:
    """This function will give the whole address of a link to a case, for a message, a receipt or a QR code."""
    token = signin.progress_link(case=file.id, at=clock.now(request))
    return request.build_absolute_uri(reverse("customer:linked_progress", args=[token]))


def urger(file: CaseFile) -> Actor:
    """This function will give the customer on whose behalf the holder of a link urges. Raises Refused when there is none."""
    found = signin.customer_of_case(file.id)
    if found is None:
        raise Refused("请打电话催办，或用申请时的手机号登录", code="no_customer")
    return found
