"""接口所示: what is read through the API, as schemas; moments are in +08:00, numbers exact, personal data masked."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field, PlainSerializer, WithJsonSchema

from yekuo.rules.calendar import BEIJING

Moment = Annotated[
    datetime,
    PlainSerializer(lambda moment: moment.astimezone(BEIJING).isoformat(), return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Amount = Annotated[
    Decimal,
    PlainSerializer(lambda value: f"{value.normalize():f}", return_type=str),
    WithJsonSchema({"type": "string"}),
]


class Named(Schema):
    """代码与名称: a code of ours and its Chinese name."""

    key: str
    name: str


class Receipt(Schema):
    """回执: where in the log a deed stands, and where its case stands after it."""

    number: str = Field(description="工单编号")
    seq: int = Field(description="日志序号")
    stage: Named = Field(description="办理后所在环节")
    status: Named = Field(description="办理后的工单状态")
    at: Moment = Field(description="登记时间")
    replayed: bool = Field(description="这个提交编号以前已办成，没有重复办理")


class Line(Schema):
    """清单行: a case in a list."""

    number: str = Field(description="工单编号")
    status: Named
    stage: Named
    waiting: Named = Field(description="在等谁")
    customer_class: str
    business: str
    voltage: int | None = Field(description="伏")
    capacity: Amount | None = Field(description="千伏安；低压为千瓦")
    applicant: str = Field(description="户名，个人已脱敏")
    unit: int
    due_at: Moment | None = Field(description="最早的到期时间")
    provisional: bool = Field(description="到期时间为暂定")
    paused: str = Field(description="挂起原因代码，空为未挂起")
    urged: int = Field(description="催办次数")
    entered_at: Moment = Field(description="进入本环节的时间")
    accepted_at: Moment | None


class Page(Schema):
    """清单: one page, the deadline first; `next` is where the next one begins, empty at the end."""

    cases: list[Line]
    next: str


class RankDue(Schema):
    """分级到期: when the strictest limit of one rank is broken."""

    rank: Named
    due_at: Moment | None
    provisional: bool


class Clock(Schema):
    """时限: one clock of a case as it stands now; days in its own unit, `left` negative when over."""

    key: str
    kind: Named
    stage: Named | None
    visit: int
    level: Named
    running: bool
    started_at: Moment
    stopped_at: Moment | None
    budget: int | None
    unit: str = Field(description="WD 工作日，CD 日历日")
    used: int
    left: int | None
    due_at: Moment | None
    provisional: bool
    paused_by: list[int] = Field(description="生效中的挂起号")
    limit: str = Field(description="起约束作用的时限编号")
    ranks: list[RankDue]
    derivation: list[str] = Field(description="推导，逐行中文")


class Task(Schema):
    """待办: one open task."""

    key: str
    stage: Named
    role: Named
    person: int = Field(description="员工编号，0 为该岗位任何人")
    person_name: str
    waiting: Named
    opened_at: Moment
    days: int = Field(description="会审席位的工作日数，0 为不另计")


class Offer(Schema):
    """可办: a deed the caller may do now."""

    deed: str
    title: str
    address: str


class Missing(Schema):
    """缺件: a paper still missing for acceptance."""

    code: str
    wording: str
    may_promise: bool


class Applicant(Schema):
    """用电人: masked."""

    name: str
    id_type: str
    id_number: str
    phone: str


class CaseShown(Schema):
    """工单: the state of a case at the moment of reading, with its clocks, tasks and what the caller may do."""

    number: str
    status: Named
    process: str
    process_version: str
    stage: Named
    visit: int
    expected: str = Field(description="办理时可原样送回，以免办在已流转的环节上")
    seq: int
    entered_at: Moment
    last_at: Moment
    unit: Named
    place: dict[str, str]
    waiting: Named = Field(description="在等谁")
    facts: dict[str, Any] | None = Field(description="办电事实，栏目同提交申请时的 facts")
    customer_class: Named | None
    applicant: Applicant | None
    address: str = Field(description="用电地址，已脱敏")
    filed_at: Moment | None
    accepted_at: Moment | None
    energised_at: Moment | None
    ended_at: Moment | None
    due_at: Moment | None = Field(description="最早到期的时限")
    provisional: bool
    clocks: list[Clock]
    tasks: list[Task]
    offers: list[Offer]
    people: dict[str, int] = Field(description="岗位与员工编号")
    missing: list[Missing]
    scheme: dict[str, Any] | None = Field(description="最新一版供电方案，栏目同拟定方案时的 scheme")
    replied_version: int
    agreed_version: int
    contract: dict[str, Any] | None
    defects: list[dict[str, Any]] = Field(description="未整改的缺陷")
    pauses: list[dict[str, Any]] = Field(description="全部挂起：号、原因、申请、批准、结束时间")


class Doer(Schema):
    """办理人: staff by name; a customer only as such."""

    kind: str
    person: int
    name: str
    roles: list[str]


class LogRow(Schema):
    """日志行: one deed as it was recorded; personal data is referenced, never here."""

    seq: int
    kind: str
    title: str
    happened_at: Moment
    recorded_at: Moment
    by: Doer
    stage: Named = Field(description="办理时所在环节")
    moved_to: Named | None
    detail: dict[str, Any]
    process_version: str
    limits_version: str
    calendar_version: str
    hash: str = Field(description="本行的链接值，十六进制")
    prev_hash: str


class LogPage(Schema):
    """日志: rows in order; `next` is the number to read on after, 0 at the end."""

    rows: list[LogRow]
    next: int


class PaperKept(Schema):
    """已存资料: what a deed's `papers`, `photos` or `evidence` refers to."""

    code: str
    file: int
    digest: str


class SpecialDay(Schema):
    """特殊日: a holiday or a make-up day that lay in the way."""

    day: date
    name: str
    working: bool


class Due(Schema):
    """到期: the end of a period with everything it rests on."""

    due_at: Moment
    day: date
    provisional: bool
    derivation: list[str] = Field(description="推导，逐行中文")
    special_days: list[SpecialDay]
    province: str
    calendar_version: str


class LimitShown(Schema):
    """时限: one sentence of one paper."""

    id: str
    title: str
    rank: Named
    scope: Named
    where: str
    clock: Named
    stage: Named | None
    classes: list[Named]
    days: int
    unit: str
    condition: str
    external_works: bool | None
    min_voltage: int | None
    max_voltage: int | None
    max_capacity: Amount | None
    since: date | None
    until: date | None
    confirmed: bool
    binds: bool
    why_not: str = Field(description="不作为依据的原因")
    source: str


class LimitsShown(Schema):
    """时限库: the limits that match, and the version they were read from."""

    version: str
    limits: list[LimitShown]
