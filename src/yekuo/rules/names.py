"""名称: the Chinese name of every code the rules use, for pages and prints to share."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from yekuo.rules.appointments import FAULT_NAMES, PART_NAMES, STANDING_NAMES, VISIT_NAMES
from yekuo.rules.contract import ContractKind
from yekuo.rules.deeds import BY_EVENT, REGISTRY
from yekuo.rules.engine.decide import STATUS_NAMES as ENDED_NAMES
from yekuo.rules.facts import CustomerClass, Voltage
from yekuo.rules.inspection import SEVERITY_NAMES, InspectionKind, Result
from yekuo.rules.limits import ClockKind, Rank
from yekuo.rules.materials import DUE_NAMES
from yekuo.rules.metering import Edition, MeteringClass, MeteringMode, Wiring
from yekuo.rules.powers import Role
from yekuo.rules.rounds import SAMPLE_NAMES
from yekuo.rules.scheme import Connection, Interlock, Laying, OperatingMode, ReceivingKind, SourceRole, Tariff
from yekuo.rules.state import Party, Status
from yekuo.rules.timeline import Cause
from yekuo.rules.when import BUSINESS_NAMES, IMPORTANCE_NAMES, KIND_NAMES, voltage_name

VOLTAGE_NAMES = {one: voltage_name(one) for one in Voltage}
CLASS_NAMES = {
    CustomerClass.RESIDENT: "低压居民",
    CustomerClass.THREE_ZERO: "低压非居民(三零)",
    CustomerClass.LV_OTHER: "低压非居民",
    CustomerClass.HV_SINGLE: "高压单电源",
    CustomerClass.HV_MULTI: "高压双(多)电源",
}
STATUS_NAMES = {Status.OPEN: "在途", **ENDED_NAMES}
PARTY_NAMES = {
    Party.UTILITY: "我方",
    Party.CUSTOMER: "客户",
    Party.GOVERNMENT: "政府",
    Party.THIRD: "第三方",
    Party.NOBODY: "—",
}
CAUSE_NAMES = {
    Cause.CUSTOMER_POSTPONED: "客户申请暂缓",
    Cause.CUSTOMER_PAPERS: "等客户补资料",
    Cause.CUSTOMER_SITE: "客户现场不具备条件",
    Cause.GOVERNMENT_PERMIT: "政府审批(占掘路等)",
    Cause.ACCESS_STUDY: "接入系统设计(110 千伏及以上)",
    Cause.OUTAGE_WINDOW: "等停电计划",
    Cause.FORCE_MAJEURE: "不可抗力",
}
ROLE_NAMES = {
    Role.CLERK: "受理员",
    Role.MANAGER: "客户经理",
    Role.SURVEYOR: "勘查员",
    Role.PLANNER: "发展专责",
    Role.OPERATIONS: "运检专责",
    Role.CONSTRUCTION: "建设专责",
    Role.DISPATCHER: "调控专责",
    Role.FINANCE: "财务专责",
    Role.MATERIALS: "物资专责",
    Role.METERING: "计量专责",
    Role.INSPECTOR: "用电检查员",
    Role.CHIEF: "班长/主任",
    Role.SUPERVISOR1: "一级督导",
    Role.SUPERVISOR2: "二级督导",
    Role.ANALYST: "分析员",
    Role.ADMINISTRATOR: "管理员",
    Role.CUSTOMER: "客户",
    Role.AGENT: "代办人",
    Role.DESIGNER: "设计单位",
    Role.BUILDER: "施工单位",
    Role.SYSTEM: "系统",
}
CHANNEL_NAMES = {
    "counter": "营业厅",
    "web": "网上国网等线上渠道",
    "phone": "电话",
    "95598": "95598 热线",
    "visit": "上门",
    "agent": "代办人",
    "government": "政务服务平台",
}
CONTACT_WAY_NAMES = {"phone": "电话", "sms": "短信", "online": "线上消息", "visit": "上门", "counter": "营业厅当面"}
REPLY_WAY_NAMES = {"online": "线上送达", "counter": "营业厅当面送达", "visit": "上门送达", "post": "邮寄(签收)"}
SIDE_NAMES = {"utility": "供电方", "customer": "用电方"}
SOURCE_ROLE_NAMES = {SourceRole.MAIN: "主供", SourceRole.STANDBY: "备用", SourceRole.SECURITY: "保安"}
CONNECTION_NAMES = {
    Connection.DEDICATED: "专线",
    Connection.TAP: "公线 T 接",
    Connection.RING: "环网",
    Connection.PUBLIC_LV: "低压公变",
}
LAYING_NAMES = {Laying.OVERHEAD: "架空", Laying.CABLE: "电缆", Laying.MIXED: "混合"}
OPERATING_NAMES = {
    OperatingMode.SINGLE: "单电源",
    OperatingMode.MAIN_STANDBY: "一主一备",
    OperatingMode.SPLIT: "多路同时供电、分列运行",
    OperatingMode.MUTUAL_STANDBY: "多路互为备用",
}
INTERLOCK_NAMES = {
    Interlock.NONE: "无",
    Interlock.MECHANICAL: "机械闭锁",
    Interlock.ELECTRICAL: "电气闭锁",
    Interlock.BOTH: "机械加电气闭锁",
}
TARIFF_NAMES = {
    Tariff.RESIDENT: "居民生活",
    Tariff.FARMING: "农业生产",
    Tariff.BUSINESS: "工商业(单一制)",
    Tariff.BUSINESS_TWO_PART: "工商业(两部制)",
}
RECEIVING_NAMES = {
    ReceivingKind.POLE: "双杆台",
    ReceivingKind.BOX: "箱变",
    ReceivingKind.SUBSTATION: "变电站(配电室)",
    ReceivingKind.METERING_CABINET: "计量柜",
    ReceivingKind.RING_CABINET: "环网柜",
    ReceivingKind.LOW_VOLTAGE: "低压",
}
METERING_NAMES = {
    MeteringMode.HIGH_HIGH: "高供高计",
    MeteringMode.HIGH_LOW: "高供低计",
    MeteringMode.LOW_LOW: "低供低计",
}
WIRING_NAMES = {Wiring.SINGLE_PHASE: "单相", Wiring.THREE_WIRE: "三相三线", Wiring.FOUR_WIRE: "三相四线"}
EDITION_NAMES = {Edition.E2000: "DL/T 448—2000", Edition.E2016: "DL/T 448—2016"}
METERING_CLASS_NAMES = {one: f"{one.value} 类" for one in MeteringClass}
REGISTER_NAMES = {"total": "总", "peak": "峰", "flat": "平", "valley": "谷", "reactive": "无功"}
INSPECTION_NAMES = {
    InspectionKind.MID: "中间检查",
    InspectionKind.COMPLETION_HV: "高压竣工检验",
    InspectionKind.COMPLETION_LV: "低压竣工检验",
}
RESULT_NAMES = {Result.OK: "合格", Result.FAILED: "不合格", Result.NOT_APPLICABLE: "不涉及"}
CONTRACT_NAMES = {
    ContractKind.HIGH_VOLTAGE: "高压供用电合同",
    ContractKind.LOW_VOLTAGE: "低压供用电合同",
    ContractKind.RESIDENT: "居民供用电合同",
    ContractKind.TEMPORARY: "临时供用电合同",
}
GRADE_NAMES = {5: "非常满意", 4: "满意", 3: "一般", 2: "不满意", 1: "非常不满意"}
CLOCK_KIND_NAMES = {
    ClockKind.PRE_ACCEPTANCE: "受理前",
    ClockKind.STAGE: "环节时限",
    ClockKind.UTILITY_SUM: "合计办理",
    ClockKind.END_TO_END: "全过程",
    ClockKind.PERMIT: "政府审批",
}
RANK_NAMES = {Rank.LAW: "法规", Rank.POLICY: "政策", Rank.PROMISE: "承诺", Rank.INTERNAL: "内部"}
STAGE_CLOCK_NAMES = {
    "accept": "业务受理",
    "scheme_reply": "供电方案答复",
    "design_review": "设计审查",
    "mid_inspection": "中间检查",
    "completion_inspection": "竣工检验",
    "meter_energise": "装表接电",
    "archive": "归档",
    "revisit": "回访",
}
DEED_NAMES = {key: deed.title for key, deed in REGISTRY.items()}
EVENT_NAMES = {kind: deed.title for kind, deed in BY_EVENT.items()}

_OF_ENUMS: tuple[Mapping[Any, str], ...] = (
    BUSINESS_NAMES, KIND_NAMES, IMPORTANCE_NAMES, VOLTAGE_NAMES, CLASS_NAMES, STATUS_NAMES, PARTY_NAMES, CAUSE_NAMES,
    ROLE_NAMES, DUE_NAMES, SOURCE_ROLE_NAMES, CONNECTION_NAMES, LAYING_NAMES, OPERATING_NAMES, INTERLOCK_NAMES,
    TARIFF_NAMES, RECEIVING_NAMES, METERING_NAMES, WIRING_NAMES, EDITION_NAMES, METERING_CLASS_NAMES,
    INSPECTION_NAMES, RESULT_NAMES, CONTRACT_NAMES, CLOCK_KIND_NAMES, RANK_NAMES, VISIT_NAMES, PART_NAMES,
    STANDING_NAMES, FAULT_NAMES, SEVERITY_NAMES, SAMPLE_NAMES,
)  # fmt: skip
_TABLES: dict[type, Mapping[Any, str]] = {type(next(iter(table))): table for table in _OF_ENUMS}


def name_of(value: Enum | None) -> str:
    """This function will give the Chinese name of a member of any enumeration of the rules, '—' for None."""
    return "—" if value is None else _TABLES[type(value)][value]


def table_of(kind: type[Enum]) -> Mapping[Any, str]:
    """This function will return the names of all members of an enumeration; KeyError when it has no table."""
    return _TABLES[kind]


def role_name(key: str) -> str:
    """This function will name a role by its key; the key itself when it is unknown."""
    return ROLE_NAMES[Role(key)] if key in set(Role) else key
