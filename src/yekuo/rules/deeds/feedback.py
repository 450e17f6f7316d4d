"""客户服务: a paper sent back with its reason, and the customer's own word on how they were served."""

from dataclasses import dataclass
from typing import ClassVar

from yekuo.rules.deeds.base import Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPaper(Deed):
    """退回资料: `codes` are those the paper was handed in under; it counts as missing until another one comes."""

    deed: ClassVar[str] = "return_paper"
    event: ClassVar[str] = "paper_returned"
    title: ClassVar[str] = "退回资料"
    codes: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateService(Deed):
    """客户评价: 1 to 5, and the questions a revisit asks, answered by the customer without anybody calling."""

    deed: ClassVar[str] = "rate_service"
    event: ClassVar[str] = "service_rated"
    title: ClassVar[str] = "客户评价"
    grade: int
    told_once: bool = True
    repeated_trip: bool = False
    named_builder: bool = False
    extra_fee: bool = False
    on_time: bool = True
    note: str = ""
