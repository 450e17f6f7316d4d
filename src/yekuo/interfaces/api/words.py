"""接口词汇: the Chinese name of every field that can be sent, and what is wrong with it in a sentence."""

from collections.abc import Iterable, Mapping
from typing import Any

from yekuo.operations.application import NAMES
from yekuo.rules.refusal import Problem

LABELS: Mapping[str, str] = {
    "accuracy": "准确度等级", "active": "有功等级", "agent": "由他人代办", "agree": "是否同意", "amount": "金额(元)",
    "answers": "整改答复", "applied_on": "客户记得的申请日期", "appointment": "预约时间", "basis": "计价依据",
    "boundary": "产权分界点", "builder": "施工单位", "bus": "母线", "business": "业务类型", "cable_m": "电缆长度(米)",
    "calculated_load_kw": "计算负荷(千瓦)", "capacity_kva": "容量(千伏安，低压为千瓦)", "cause": "挂起原因",
    "channel": "受理渠道", "clauses": "合同条款", "code": "编码", "collection": "采集方式", "conductor": "导线型号",
    "confirmed": "是否已确认", "connection": "接线方式", "content": "内容", "contract_number": "合同编号",
    "ct": "电流互感器等级", "ct_assets": "电流互感器资产号", "ct_ratio": "电流互感器变比", "customer_built": "客户投资建设",
    "customer_signed": "客户已签字", "customer_works": "有客户工程", "deadline": "整改期限", "defects": "缺陷",
    "designer": "设计单位", "digest": "文件摘要(SHA-256)", "done": "整改情况", "edition": "标准版本",
    "electricians": "电工证号", "emergency_kva": "自备应急电源容量(千伏安)", "evidence": "证明材料",
    "existing": "原有", "existing_kva": "原有容量(千伏安)", "expected": "打开时的环节", "expected_until": "预计恢复日期",
    "external_works": "有外部工程", "extra_fee": "有额外收费", "facts": "办电事实", "feeder": "线路", "fees": "收费项目",
    "file": "文件编号", "finish_on": "计划竣工日期", "finished_on": "完工日期", "first_grade_load_kw": "一级负荷(千瓦)",
    "grade": "满意度(1 到 5)", "granted": "是否批准", "happened_at": "发生时间", "importance": "重要性等级",
    "installed_on": "装表日期", "installer": "装表人", "interlock": "闭锁方式", "item": "项目", "items": "检查项",
    "kind": "类别", "laying": "敷设方式", "licence": "资质证号", "location": "计量点位置", "manager": "客户经理(员工编号)",
    "measures": "安全措施", "member": "会审成员", "meter_asset": "电能表资产号", "meter_spec": "电能表规格",
    "metering": "计量点", "metering_class": "计量装置分类", "metering_point": "计量点位置", "meters": "电能表",
    "missing": "缺件", "mode": "计量方式", "model": "型号", "name": "名称", "named_builder": "被指定施工单位",
    "note": "说明", "number": "编号", "obstacle": "不具备条件的原因", "operating_mode": "运行方式", "opinion": "勘查意见",
    "opinions": "审查意见", "original_kva": "原有容量(千伏安，低压为千瓦)", "overhead_m": "架空长度(米)",
    "own_generation": "有自备电源", "papers": "资料", "passed": "是否合格", "percent": "进度(百分比)",
    "person": "人员(员工编号)", "photos": "照片", "point": "计量点号", "position": "位置", "power_factor": "功率因数",
    "powered_on": "客户记得的送电日期", "promised": "容缺资料", "protection": "保护方式", "quantity": "数量",
    "reached": "是否联系上", "reactive": "无功等级", "readings": "示数", "ready": "现场是否具备条件", "reason": "原因",
    "receipt": "回执号(票据号)", "receiving_point": "受电点", "receiving_points": "受电点", "register": "示数类型",
    "remark": "备注", "remarks": "备注", "repeated_trip": "重复跑腿", "result": "检查结果", "role": "岗位",
    "scheme": "供电方案", "scheme_version": "方案版本", "seals": "封印号", "second_grade_load_kw": "二级负荷(千瓦)",
    "security_load_kva": "保安负荷(千伏安)", "shelf": "存放位置", "side": "签字方", "signature": "签名",
    "signs_standard_contract": "同意标准合同", "situation": "申请人情形", "source": "电源号", "sources": "电源",
    "special_load": "有特殊负荷", "stage": "环节", "start_on": "计划开工日期", "substation": "变电站",
    "supply_area": "台区", "supply_point": "供电点", "switch": "开关", "tariff": "电价类别", "tenant": "租用场所",
    "terminal_asset": "采集终端资产号", "terminal_tested": "终端已调试", "text": "文字", "to": "去往环节",
    "told_once": "一次告知", "transformers": "变压器", "unit": "单位", "unit_price": "单价(元)", "until": "委托至",
    "valid_until": "方案有效期", "value": "示数值", "version": "版本", "voltage": "供电电压(伏)", "vt": "电压互感器等级",
    "vt_assets": "电压互感器资产号", "vt_ratio": "电压互感器变比", "wanted_on": "希望日期", "way": "方式",
    "what": "内容", "wiring": "接线", "years": "合同年限", "zero_investment": "享受“三零”",
    "after": "分页位置", "case": "工单编号", "class": "客户类别", "clock": "时钟种类", "days": "天数",
    "due_before": "到期早于", "Idempotency-Key": "请求头 Idempotency-Key（提交编号）", "on": "日期",
    "party": "在等谁", "province": "省份", "size": "每页条数", "start": "起算日", "status": "工单状态",
    "transformers_kva": "变压器总容量", "private_business": "民营企业", "high_voltage": "要求高压", "load_nature": "负荷性质",
}  # fmt: skip
OF_APPLICATION = {**LABELS, **NAMES}

KINDS = {
    "int_type": "应为整数", "int_parsing": "应为整数", "int_from_float": "应为整数", "int_parsing_size": "数字太大",
    "bool_type": "应为 true 或 false", "bool_parsing": "应为 true 或 false", "string_type": "应为文字",
    "string_unicode": "有无法识别的字符", "decimal_type": "应为数字", "decimal_parsing": "应为数字",
    "finite_number": "应为有限的数字", "enum": "不在可选值之内", "literal_error": "不在可选值之内",
    "date_type": "应为日期，如 2027-01-05", "date_parsing": "应为日期，如 2027-01-05",
    "date_from_datetime_parsing": "应为日期，如 2027-01-05", "date_from_datetime_inexact": "应为日期，如 2027-01-05",
    "datetime_type": "应为带时区的时间，如 2027-01-05T09:30:00+08:00",
    "datetime_parsing": "应为带时区的时间，如 2027-01-05T09:30:00+08:00",
    "datetime_from_date_parsing": "应为带时区的时间，如 2027-01-05T09:30:00+08:00",
    "datetime_object_invalid": "应为带时区的时间，如 2027-01-05T09:30:00+08:00",
    "timezone_aware": "要写明时区，如 2027-01-05T09:30:00+08:00", "tuple_type": "应为列表", "list_type": "应为列表",
    "model_type": "应为一组栏目（JSON 对象）", "model_attributes_type": "应为一组栏目（JSON 对象）",
    "dict_type": "应为一组栏目（JSON 对象）", "extra_forbidden": "是不认识的栏目", "missing": "没有填写",
    "string_pattern_mismatch": "格式不对",
}  # fmt: skip
LIMITED = {
    "string_too_long": ("太长，最多 {} 个字", "max_length"), "string_too_short": ("太短，至少 {} 个字", "min_length"),
    "too_long": ("项数太多，最多 {} 项", "max_length"), "less_than_equal": ("不能大于 {}", "le"),
    "greater_than_equal": ("不能小于 {}", "ge"), "decimal_max_digits": ("数字太长，最多 {} 位", "max_digits"),
    "decimal_max_places": ("小数最多 {} 位", "decimal_places"),
    "decimal_whole_digits": ("整数部分最多 {} 位", "whole_digits"),
}  # fmt: skip
OUTSIDE = {"body", "query", "path", "header", "form", "file"}


def label_of(name: str, *, labels: Mapping[str, str] = LABELS) -> str:
    """This function will name a field in Chinese; one without a name keeps its own."""
    return labels.get(name, name)


def problems_of(errors: Iterable[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """This function will turn what validation found into one problem per field, in sentences."""
    found: dict[str, Problem] = {}
    for error in errors:
        path = _path(error)
        field = ".".join(map(str, path))
        found.setdefault(field, Problem(field, f"{_subject(path)}{_complaint(error)}"))
    return tuple(found.values())


def _path(error: Mapping[str, Any]) -> list[str | int]:
    """Where it is, as the sender knows it: without where it came from and what we call the body."""
    path = list(error["loc"])
    if path and path[0] in OUTSIDE:
        path = path[2:] if path[0] == "body" else path[1:]
    return [_safe(part) for part in path]


def _safe(part: str | int) -> str | int:
    """A field nobody knows is named by whoever sent it, in characters that can be sent back."""
    return part if isinstance(part, int) else part.encode("utf-8", "replace").decode("utf-8").replace("\0", "?")[:60]


def _subject(path: list[str | int]) -> str:
    if not path:
        return "请求内容"
    names = [f"第 {part + 1} 项" if isinstance(part, int) else label_of(part) for part in path]
    return "的".join((f"“{names[0]}”", *names[1:])) if len(names) > 1 else f"“{names[0]}”"


def _complaint(error: Mapping[str, Any]) -> str:
    kind = str(error["type"])
    if kind in LIMITED:
        words, name = LIMITED[kind]
        return words.format(error.get("ctx", {}).get(name, ""))
    if kind == "value_error":
        return str(error.get("ctx", {}).get("error", "填得不对"))
    return KINDS.get(kind, "填得不对")
