"""短信: text messages to a phone through the company's gateway; in a rehearsal they are shown on the console instead."""

import hmac
import http.client
import json
import sys
import urllib.error
import urllib.request
from typing import Protocol, TextIO

from yekuo.rules.people import mask_phone

TIMEOUT_SECONDS = 8
ANSWER_AT_MOST = 2000


class SmsFailed(Exception):  # noqa: N818 - what happened
    """Raised when a message was not taken over; the message says why, in Chinese and without the text."""


class SmsDown(SmsFailed):
    """Raised when the gateway is out of reach: no other message would fare better now."""


class SmsSender(Protocol):
    """短信通道: what the product asks of a gateway."""

    def send(self, *, phone: str, text: str, reference: str) -> None:
        """This function will hand a message over. `reference` is the same when it is tried again. Raises SmsFailed."""


class GatewaySms:
    """短信网关: POST of JSON {phone, text, reference}, signed by HMAC-SHA256 of the body; any 2xx means taken over."""

    def __init__(self, url: str, key: str) -> None:
        """This function will speak to one address (https, or http inside the company's network)."""
        if not url.startswith(("https://", "http://")):
            raise SmsFailed("短信网关地址应以 https:// 或 http:// 开头")
        self.url = url
        self.key = key.encode()

    def send(self, *, phone: str, text: str, reference: str) -> None:
        """This function will hand a message over. Raises SmsFailed."""
        body = json.dumps({"phone": phone, "text": text, "reference": reference}, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Reference": reference,
            "X-Signature": hmac.digest(self.key, body, "sha256").hex(),
        }
        request = urllib.request.Request(self.url, data=body, headers=headers, method="POST")  # noqa: S310 - checked above
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                answer.read(ANSWER_AT_MOST)
        except urllib.error.HTTPError as error:
            error.close()
            raise SmsFailed(f"短信网关拒绝（{error.code}）") from error
        except (OSError, http.client.HTTPException) as error:
            raise SmsDown("短信网关没有应答") from error


class FakeSms:
    """演示短信: written to the console; nobody's phone rings."""

    def __init__(self, out: TextIO | None = None) -> None:
        """This function will write to `out`, the console unless told otherwise."""
        self.out = out

    def send(self, *, phone: str, text: str, reference: str) -> None:
        """This function will show a message; the number is masked even here."""
        out = self.out or sys.stderr
        out.write(f"【演示短信 {reference}】{mask_phone(phone)} {text}\n")
        out.flush()


class NoSms:
    """没有通道: what a production installation has until a gateway is named."""

    def send(self, *, phone: str, text: str, reference: str) -> None:
        """This function will always fail, and say what is missing."""
        raise SmsDown("还没有配置短信网关（YEKUO_SMS_URL）")
