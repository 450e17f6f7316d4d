"""检验: mid-inspection, completion inspection, defects and rectification."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from yekuo.rules.deeds.base import Deed, Paper
from yekuo.rules.inspection import CheckedItem, Defect
from yekuo.rules.rounds import SampleResult


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMidInspection(Deed):
    """申请中间检查: before hidden works are covered."""

    deed: ClassVar[str] = "request_mid_inspection"
    event: ClassVar[str] = "mid_inspection_requested"
    title: ClassVar[str] = "申请中间检查"
    content: str
    wanted_on: date | None = None
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StartMidInspection(Deed):
    """开始中间检查: on site; the stage clock stops here (RULEBASE 8.3)."""

    deed: ClassVar[str] = "start_mid_inspection"
    event: ClassVar[str] = "mid_inspection_started"
    title: ClassVar[str] = "到场开始中间检查"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcludeMidInspection(Deed):
    """中间检查结论: every item, every defect."""

    deed: ClassVar[str] = "conclude_mid_inspection"
    event: ClassVar[str] = "mid_inspection_concluded"
    title: ClassVar[str] = "出具中间检查意见"
    passed: bool
    items: tuple[CheckedItem, ...]
    defects: tuple[Defect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCompletion(Deed):
    """竣工报验: completion report and the request for inspection; each request opens a new stage clock (8.3)."""

    deed: ClassVar[str] = "request_completion"
    event: ClassVar[str] = "completion_requested"
    title: ClassVar[str] = "竣工报验"
    wanted_on: date | None = None
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StartCompletionInspection(Deed):
    """开始竣工检验: on site; the stage clock stops here (RULEBASE 8.3)."""

    deed: ClassVar[str] = "start_completion_inspection"
    event: ClassVar[str] = "completion_inspection_started"
    title: ClassVar[str] = "到场开始竣工检验"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcludeCompletionInspection(Deed):
    """竣工检验结论: every item, every defect."""

    deed: ClassVar[str] = "conclude_completion_inspection"
    event: ClassVar[str] = "completion_inspection_concluded"
    title: ClassVar[str] = "出具竣工检验意见"
    passed: bool
    items: tuple[CheckedItem, ...]
    defects: tuple[Defect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectified:
    """整改答复: what was done about one defect."""

    code: str
    done: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRectified(Deed):
    """整改完成: an answer to every open defect; `changed` are items of the checklist that were touched besides."""

    deed: ClassVar[str] = "report_rectified"
    event: ClassVar[str] = "defects_rectified"
    title: ClassVar[str] = "报告整改完成"
    answers: tuple[Rectified, ...]
    papers: tuple[Paper, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleMaterial(Deed):
    """材料抽检: some pieces of a material of the customer's works, tested or sent to be tested."""

    deed: ClassVar[str] = "sample_material"
    event: ClassVar[str] = "material_sampled"
    title: ClassVar[str] = "登记材料抽检"
    item: str
    maker: str
    model: str = ""
    quantity: int
    result: SampleResult
    certificate: str = ""
    note: str = ""
    papers: tuple[Paper, ...] = ()
