"""方案单据: 现场勘查单, 供电方案答复单 and 设计审查意见单."""

from decimal import Decimal

from yekuo.rules.calendar import day_of
from yekuo.rules.deeds.scheme import AnswerScheme, DeliverReply, SubmitSurvey
from yekuo.rules.deeds.works import ReviewDesign, SubmitDesign
from yekuo.rules.facts import Facts
from yekuo.rules.metering import MeteringMode, MeteringPoint
from yekuo.rules.names import (
    CONNECTION_NAMES,
    INTERLOCK_NAMES,
    LAYING_NAMES,
    METERING_NAMES,
    OPERATING_NAMES,
    RECEIVING_NAMES,
    REPLY_WAY_NAMES,
    SOURCE_ROLE_NAMES,
    WIRING_NAMES,
    name_of,
)
from yekuo.rules.prints.intake import DATED, who
from yekuo.rules.prints.sheet import (
    NONE,
    Block,
    Cell,
    Cells,
    Grid,
    Sign,
    Signs,
    Words,
    cell,
    day,
    figure,
    moment,
    money,
    size,
    yes,
)
from yekuo.rules.prints.subject import Subject
from yekuo.rules.scheme import FeeLine, Scheme, Source
from yekuo.rules.when import total_capacity, voltage_name

TO_FIND = "勘查后确定"


def survey(subject: Subject) -> tuple[Block, ...]:
    """This function will put what was asked beside what was found on site."""
    told = subject.last(SubmitSurvey)
    if told is None:
        raise ValueError(subject.number)
    row, found = told
    asked, kept = _facts(subject.asked), _facts(found.facts)
    rows = tuple(
        (label, one, other, _differs(one, other)) for (label, one), (_, other) in zip(asked, kept, strict=True)
    )
    photos = f"{len(found.photos)} 张" if found.photos else "无"
    appointment = subject.state.appointments.get("surveyor")
    return (
        Cells(
            cells=(
                *who(subject, asked=True),
                cell("联系人", subject.applicant.contact or subject.applicant.name),
                cell("联系电话", subject.applicant.phone),
                cell("预约时间", moment(appointment)),
                cell("勘查时间", moment(row.at)),
                cell("勘查员", row.who),
                cell("现场照片", photos),
            )
        ),
        Grid(title="申请值与核定值", head=("项目", "申请值", "核定值", "有无变化"), widths=(3, 4, 4, 2), rows=rows),
        Cells(
            title="勘查结论",
            cells=(
                cell("供电条件", "具备" if found.ready else f"暂不具备：{found.obstacle}", wide=True),
                cell("供电点", found.supply_point, wide=True),
                cell("受电点", found.receiving_point, wide=True),
                cell("计量点", found.metering_point, wide=True),
                cell("勘查意见", found.opinion, wide=True),
            ),
        ),
        Signs(columns=(Sign(who="勘查员（签字）", lines=(DATED,)), Sign(who="客户（签字）", lines=(DATED,)))),
    )


def _differs(asked: str, found: str) -> str:
    return "无" if asked == found else "已核定" if asked == TO_FIND else "有变化"


def _facts(facts: Facts) -> list[tuple[str, str]]:
    return [
        ("业务类型", name_of(facts.business)),
        ("客户类别", name_of(facts.kind)),
        ("供电电压", name_of(facts.voltage)),
        ("申请（核定）容量", size(facts.capacity_kva, facts.voltage)),
        ("原有容量", size(facts.original_kva, facts.voltage) if facts.original_kva else "无"),
        ("电源路数", f"{facts.sources} 路"),
        ("重要性等级", name_of(facts.importance)),
        ("特殊负荷", yes(facts.special_load)),
        ("外部工程", yes(facts.external_works, unknown=TO_FIND)),
        ("客户受电工程", yes(facts.customer_works, unknown=TO_FIND)),
    ]


def reply(subject: Subject) -> tuple[Block, ...]:
    """This function will answer with one version of the scheme: sources, receiving, metering, fees, validity."""
    plan = subject.state.schemes[subject.state.replied_version - 1]
    return (
        Cells(title="客户信息", cells=_customer(subject, plan)),
        _sources(plan),
        _lines(plan),
        *_receiving(plan),
        _metering(plan.metering),
        Cells(title="运行与结算", cells=_whole(plan)),
        *_feeding(subject.facts, plan),
        _fees(plan),
        Cells(title="答复信息", cells=_answered(subject, plan)),
        Words(
            title="告知事项",
            lines=(
                "1. 请在有效期内开工；需要延长的，请在期满前提出。对方案有异议的，请在收到之日起一个月内提出。",
                "2. 受电工程的设计、施工和设备供应由您自主选择具有相应资质的单位，任何单位和个人不得指定。",
                "3. 本单所列以外的费用一律不收取。监督电话 12398。",
            ),
            boxed=True,
        ),
        Signs(
            columns=(Sign(who="客户签收（签字/盖章）", lines=(DATED,)), Sign(who="供电企业（盖章）", lines=(DATED,)))
        ),
    )


def _customer(subject: Subject, plan: Scheme) -> tuple[Cell, ...]:
    facts = subject.facts
    return (
        *who(subject),
        cell("联系人", subject.applicant.contact or subject.applicant.name),
        cell("联系电话", subject.applicant.phone),
        cell("行业", subject.word("industry")),
        cell("重要性等级", name_of(facts.importance)),
        cell("用电类别", name_of(plan.tariff)),
        cell("供电容量", size(total_capacity(facts), facts.voltage)),
        cell("计算负荷", figure(plan.calculated_load_kw, "kW")),
        cell("受电设备总容量", _installed(plan, facts)),
        cell("一级／二级负荷", _loads(plan)),
    )


def _installed(plan: Scheme, facts: Facts) -> str:
    """The customer's transformers together, at low voltage what was applied for."""
    if plan.transformers:
        return figure(sum((one.capacity_kva for one in plan.transformers), Decimal(0)), "kVA")
    return size(total_capacity(facts), facts.voltage)


def _loads(plan: Scheme) -> str:
    first, second = figure(plan.first_grade_load_kw, "kW"), figure(plan.second_grade_load_kw, "kW")
    return f"{first or NONE} ／ {second or NONE}"


def _sources(plan: Scheme) -> Block:
    rows = tuple(
        (
            str(one.number), SOURCE_ROLE_NAMES[one.role], voltage_name(one.voltage), size(one.capacity_kva, one.voltage),
            one.substation or NONE, one.bus or NONE, one.feeder or NONE,
        )
        for one in plan.sources
    )  # fmt: skip
    head = ("电源", "性质", "电压", "供电容量", "变电站", "母线", "线路")
    return Grid(title=f"供电电源（{len(rows)} 路）", head=head, widths=(2, 2, 3, 3, 5, 4, 4), rows=rows)


def _lines(plan: Scheme) -> Block:
    rows = tuple(
        (
            str(one.number), _joined(one.supply_area, one.switch), CONNECTION_NAMES[one.connection], LAYING_NAMES[one.laying],
            one.conductor or NONE, _length(one), "客户投资" if one.customer_built else "供电企业投资",
        )
        for one in plan.sources
    )  # fmt: skip
    head = ("电源", "接入点（台区、开关）", "接线方式", "敷设", "线路型号", "长度", "外部工程")
    return Grid(head=head, widths=(2, 6, 3, 2, 5, 4, 4), rows=rows)


def _length(one: Source) -> str:
    lengths = ((one.overhead_m, "架空"), (one.cable_m, "电缆"))
    return "，".join(f"{name} {figure(metres)} m" for metres, name in lengths if metres) or NONE


def _joined(*parts: str) -> str:
    return " ".join(one for one in parts if one) or NONE


def _receiving(plan: Scheme) -> tuple[Block, ...]:
    points = tuple(
        (str(one.number), one.name or NONE, RECEIVING_NAMES[one.kind], one.protection or NONE)
        for one in plan.receiving_points
    )
    machines = tuple(
        (
            str(one.number), str(one.receiving_point), figure(one.capacity_kva, "kVA"), one.model or NONE,
            "原有" if one.existing else "新装",
        )
        for one in plan.transformers
    )  # fmt: skip
    shown: list[Block] = []
    if points:
        shown.append(Grid(title="受电点", head=("受电点", "名称", "类型", "保护"), widths=(2, 5, 4, 4), rows=points))
    if machines:
        head = ("变压器", "受电点", "容量", "型号", "状态")
        shown.append(Grid(title="受电变压器", head=head, widths=(2, 2, 3, 5, 2), rows=machines))
    return tuple(shown)


def _metering(points: tuple[MeteringPoint, ...]) -> Block:
    rows = tuple(
        (
            str(one.number), str(one.source), METERING_NAMES[one.mode], WIRING_NAMES[one.wiring],
            f"{one.metering_class.value} 类", _meter(one),
            _ratios(one), one.location or NONE, one.collection or NONE,
        )
        for one in points
    )  # fmt: skip
    head = ("计量点", "电源", "方式", "接线", "类别", "电能表和准确度", "互感器", "位置", "采集")
    return Grid(title="计量", head=head, widths=(3, 2, 4, 4, 3, 7, 6, 4, 4), rows=rows)


def _meter(one: MeteringPoint) -> str:
    """The meter with its accuracy, active and reactive."""
    accuracy = one.accuracy
    classes = f"有功 {accuracy.active} 级" + (f"、无功 {accuracy.reactive} 级" if accuracy.reactive else "")
    return f"{one.meter_spec}，{classes}" if one.meter_spec else classes


def _ratios(one: MeteringPoint) -> str:
    accuracy = one.accuracy
    ratios = (
        one.ct_ratio and f"TA {one.ct_ratio} {accuracy.ct} 级".replace("  级", ""),
        one.vt_ratio and f"TV {one.vt_ratio} {accuracy.vt} 级".replace("  级", ""),
    )
    return "，".join(each for each in ratios if each) or "直接接入"


def _whole(plan: Scheme) -> tuple[Cell, ...]:
    return (
        *_equipment(plan),
        cell("运行方式", OPERATING_NAMES[plan.operating_mode]),
        cell("闭锁方式", INTERLOCK_NAMES[plan.interlock]),
        cell("产权分界点", plan.boundary, wide=True),
        cell("保安负荷", figure(plan.security_load_kva, "kVA")),
        cell("自备应急电源", figure(plan.emergency_kva, "kVA") or "无"),
        cell("电价类别", name_of(plan.tariff)),
        cell(
            "功率因数标准",
            f"{plan.power_factor:.2f}，不足的由客户补偿{_compensation(plan)}" if plan.power_factor else "",
        ),
        cell("变压器损耗", _transformer_losses(plan), wide=True),
        cell("方案备注", plan.remarks, wide=True),
    )


def _equipment(plan: Scheme) -> tuple[Cell, ...]:
    """主接线和柜配置: what follows from sources and transformers, for the designer to detail; nothing at low voltage."""
    if not plan.transformers:
        return ()
    sources, machines = len(plan.sources), len(plan.transformers)
    split = sources > 1 and machines > 1
    wiring = (
        "单母线分段"
        if split
        else f"单母线，{sources} 路进线"
        if sources > 1
        else "单母线"
        if machines > 1
        else "线路—变压器组"
    )
    high = {one.source for one in plan.metering if one.mode is MeteringMode.HIGH_HIGH}
    bays = [f"进线 {sources} 面"]
    bays += [f"计量 {len(high)} 面", f"电压互感器 {sources} 面"] if high else []
    bays += [f"馈电 {machines} 面"] + (["母联 1 面", "隔离 1 面"] if split else [])
    low = "" if high else "；低压计量柜 1 面"
    return (
        cell("主接线（建议）", wiring),
        cell("开关柜（建议，设计时细化）", f"高压：{'、'.join(bays)}；低压无功补偿 {machines} 面{low}", wide=True),
    )


def _compensation(plan: Scheme) -> str:
    """无功补偿: 20 to 30 percent of the transformers, where there are any."""
    total = sum((one.capacity_kva for one in plan.transformers), Decimal(0))
    return f"，宜按 {total * 20 / 100:.0f}–{total * 30 / 100:.0f} kvar 配置" if total else ""


def _feeding(facts: Facts, plan: Scheme) -> tuple[Block, ...]:
    """发电并网: what feeds in, where, how it is metered and cut off; nothing for who only draws."""
    if facts.generation_kw <= 0:
        return ()
    point = next((one for one in plan.sources if one.number == 1), None)
    return (
        Cells(
            title="发电并网",
            cells=(
                cell("并网发电容量", figure(facts.generation_kw, "kW")),
                cell("并网电压", voltage_name(facts.voltage)),
                cell("并网点", f"客户受电点内，经电源 {point.number} 上网" if point else ""),
                cell("消纳方式", "自发自用、余量上网或全部上网，以购售电合同为准"),
                cell("计量", "电源计量点双向计量"),
                cell("涉网保护", f"防孤岛保护；{INTERLOCK_NAMES[plan.interlock]}"),
                cell("协议", f"购售电合同{'、并网调度协议' if facts.high_voltage else ''}，并网前签订"),
            ),
        ),
    )


def _transformer_losses(plan: Scheme) -> str:
    """变损: metered behind the transformer they are reckoned and added, metered before it they are in the reading."""
    modes = {one.mode for one in plan.metering}
    if MeteringMode.HIGH_LOW in modes:
        return "高供低计，变压器损耗按标准计算加收"
    return "高供高计，不另计变压器损耗" if MeteringMode.HIGH_HIGH in modes else ""


def _basis(one: FeeLine) -> str:
    sure = one.confirmed or "须确认" in one.basis
    return one.basis if sure else f"{one.basis}（收取前须确认）"


def _fees(plan: Scheme) -> Block:
    if not plan.fees:
        return Words(title="费用", lines=("本方案不收取费用。",), boxed=True)
    rows = tuple(
        (
            f"{one.name}（电源 {one.source}）" if one.source else one.name, f"{figure(one.quantity)} {one.unit}",
            money(one.unit_price), money(one.amount), _basis(one),
        )
        for one in plan.fees
    )  # fmt: skip
    total = sum((one.amount for one in plan.fees), Decimal(0))
    head = ("费用名称", "数量", "单价（元）", "应收（元）", "依据")
    rows = (*rows, ("合计", "", "", money(total), ""))
    return Grid(title="费用", head=head, widths=(4, 3, 3, 3, 6), rows=rows)


def _answered(subject: Subject, plan: Scheme) -> tuple[Cell, ...]:
    told = subject.last(DeliverReply)
    said = subject.after(told[0], AnswerScheme) if told else None
    opinion = "" if said is None else "同意" if said[1].agree else f"不同意：{said[1].text}"
    return (
        cell("方案版本", f"第 {plan.version} 版"),
        cell("有效期自", day(day_of(told[0].at)) if told and plan.valid_until else ""),
        cell("有效期至", day(plan.valid_until)),
        cell("答复人", told[0].who if told else ""),
        cell("答复时间", moment(told[0].at if told else None)),
        cell("答复方式", REPLY_WAY_NAMES.get(told[1].way, told[1].way) if told else ""),
        cell("客户意见时间", moment(said[0].at if said else None)),
        cell("客户意见", opinion, wide=True),
        cell("答复说明", told[1].remark if told else "", wide=True),
    )


def design(subject: Subject) -> tuple[Block, ...]:
    """This function will say what was found in the design documents handed in."""
    told = subject.last(ReviewDesign)
    if told is None:
        raise ValueError(subject.number)
    row, body = told
    sent = subject.before(row, SubmitDesign)
    lines = tuple((str(number), text) for number, text in enumerate(body.opinions, 1)) or (("—", "无意见"),)
    return (
        Cells(
            cells=(
                *who(subject),
                cell("设计单位", sent[1].designer if sent else ""),
                cell("资质证书号", sent[1].licence if sent else ""),
                cell("报送人", sent[0].who if sent else ""),
                cell("报送时间", moment(sent[0].at if sent else None)),
                cell("图纸份数", f"{len(sent[1].papers)} 份" if sent else ""),
                cell("依据方案", f"第 {subject.state.replied_version} 版供电方案"),
                cell("审图人", row.who),
                cell("审查时间", moment(row.at)),
            )
        ),
        Grid(title="审查意见", head=("序号", "意见"), widths=(1, 12), rows=lines),
        Cells(cells=(cell("审查结论", "同意" if body.passed else "不同意，请修改后重新报送", wide=True),)),
        Signs(
            columns=(
                Sign(who="审图人（签字）", lines=(f"{day(day_of(row.at))}",)),
                Sign(who="供电企业（盖章）", lines=(DATED,)),
                Sign(who="客户签收（签字）", lines=(DATED,)),
            )
        ),
    )
