"""送电单据: 供用电合同(简式), 电能计量装接单 and 送电单."""

from collections.abc import Iterable, Mapping

from yekuo.rules.contract import ContractKind, dispatch_due
from yekuo.rules.deeds.closing import ConfirmSafety, DraftContract, Energise, InstallMeter, SignContract
from yekuo.rules.metering import MeterInstalled, Reading
from yekuo.rules.names import CONTRACT_NAMES, METERING_NAMES, REGISTER_NAMES, SIDE_NAMES, WIRING_NAMES, name_of
from yekuo.rules.prints.intake import DATED, who
from yekuo.rules.prints.sheet import NONE, Block, Cells, Grid, Sign, Signs, Words, cell, day, figure, moment, size
from yekuo.rules.prints.subject import Subject, Told
from yekuo.rules.scheme import Scheme
from yekuo.rules.state import ContractState
from yekuo.rules.when import BUSINESS_NAMES, total_capacity

LAW = "《电力供应与使用条例》第三十三条"


def contract_title(subject: Subject) -> str:
    """This function will name the contract by its kind."""
    held = subject.state.contract
    return f"{CONTRACT_NAMES[held.kind]}（简式）" if held else "供用电合同（简式）"


def contract(subject: Subject) -> tuple[Block, ...]:
    """This function will print the agreed headings of the contract with what the case knows of each."""
    held = subject.state.contract
    if held is None:
        raise ValueError(subject.number)
    drafted = subject.last(DraftContract)
    agreed = set(drafted[1].clauses) if drafted else {one.code for one in subject.contracts.headings if one.mandatory}
    said = _clauses(subject, held)
    headings = [one for one in subject.contracts.headings if one.code in agreed]
    rows = tuple((str(number), one.name, said.get(one.code, NONE)) for number, one in enumerate(headings, 1))
    signed = {one.body.side: one for one in subject.told if isinstance(one.body, SignContract)}
    return (
        Cells(
            cells=(
                cell("合同编号", held.number),
                cell("合同种类", CONTRACT_NAMES[held.kind]),
                cell("供电方（甲方）", subject.office.name, wide=True),
                cell("用电方（乙方）", subject.applicant.name),
                cell("证件号码", subject.applicant.id_number),
                cell("联系电话", subject.applicant.phone),
                cell("户号", subject.account or subject.word("account_number") or "（归档时编号）"),
                cell("用电地址", subject.applicant.address, wide=True),
            )
        ),
        Words(
            lines=(f"　　根据{LAW}，双方就供用电事项约定如下。本件为简式合同；双方另签有正式文本的，以正式文本为准。",)
        ),
        Grid(title="合同条款", head=("序号", "条款", "约定"), widths=(1, 4, 9), rows=rows),
        Signs(columns=tuple(_side(side, held, signed) for side in ("utility", "customer"))),
    )


def _side(side: str, held: ContractState, signed: Mapping[str, Told]) -> Sign:
    name = f"{SIDE_NAMES[side]}（盖章/签字）"
    done = held.utility_signed if side == "utility" else held.customer_signed
    row = signed.get(side)
    at = moment(row.at if row else None)
    told = f"电子签署：{at}" if at else "已签订（随申请签订的标准合同）" if done else "尚未签署"
    return Sign(who=name, lines=(told, DATED))


def _clauses(subject: Subject, held: ContractState) -> dict[str, str]:
    facts, plan = subject.facts, _bound(subject, held)
    metering = "；".join(
        f"计量点 {one.number} {METERING_NAMES[one.mode]}、{WIRING_NAMES[one.wiring]}"
        for one in (plan.metering if plan else ())
    )
    term = f"自送电之日起 {held.years} 年" if held.years else "自送电之日起，至办理销户之日止"
    return {
        "supply": f"{name_of(facts.voltage)}供电，{facts.sources} 路电源；供电质量和停限电按国家标准及《供电营业规则》执行。",
        "use": f"用电容量 {size(total_capacity(facts), facts.voltage)}；用电性质 {name_of(plan.tariff if plan else None)}；"
        f"重要性等级 {name_of(facts.importance)}；用电地址见上。",
        "metering": f"{metering or '按供电方案装设电能计量装置'}；电价按价格主管部门公布的标准执行，电费按抄见电量结算。",
        "maintenance": f"产权分界点：{plan.boundary}。" if plan and plan.boundary else "按供电方案确定的产权分界点划分。",
        "term": f"{term}。",
        "breach": "按《中华人民共和国民法典》《电力供应与使用条例》《供电营业规则》的规定承担。",
        "other": "双方可另行签订补充协议，补充协议与本合同具有同等效力。",
    }  # fmt: skip


def _bound(subject: Subject, held: ContractState) -> Scheme | None:
    version = held.scheme_version
    return subject.state.schemes[version - 1] if version else subject.state.scheme


def metering(subject: Subject) -> tuple[Block, ...]:
    """This function will list what hangs on the wall: assets, ratios, seals, first readings, terminal."""
    told = subject.last(InstallMeter)
    plan = {one.number: one for one in (subject.state.scheme.metering if subject.state.scheme else ())}
    blocks: list[Block] = [
        Cells(
            cells=(
                *who(subject, final=True),
                cell("装接容量", size(total_capacity(subject.facts), subject.facts.voltage)),
                cell("计量点", f"{len(subject.state.meters)} 个"),
                cell("登记人", told[0].who if told else ""),
                cell("登记时间", moment(told[0].at if told else None)),
            )
        )
    ]
    for one in subject.state.meters:
        point = plan.get(one.point)
        words = (
            f"{METERING_NAMES[point.mode]}，{WIRING_NAMES[point.wiring]}，{point.location or NONE}" if point else NONE
        )
        blocks += [_meter(one, words), _readings(one)]
    blocks += _removed(told[1] if told else None)
    blocks.append(
        Words(
            title="核对",
            lines=("客户已核对电能表示数、封印和接线，示数以本单为结算起点。",),
            boxed=True,
        )
    )
    blocks.append(
        Signs(
            columns=(
                Sign(who="装表人（签字）", lines=(DATED,)),
                Sign(who="复核人（签字）", lines=(DATED,)),
                Sign(who="客户（签字）", lines=(DATED,)),
            )
        )
    )
    return tuple(blocks)


def _meter(one: MeterInstalled, words: str) -> Block:
    return Cells(
        title=f"计量点 {one.point}：{words}",
        cells=(
            cell("电能表资产号", one.meter_asset),
            cell("装表日期", day(one.installed_on)),
            cell("电流互感器变比", one.ct_ratio or "直接接入"),
            cell("电流互感器资产号", _list(one.ct_assets)),
            cell("电压互感器变比", one.vt_ratio),
            cell("电压互感器资产号", _list(one.vt_assets)),
            cell("采集终端资产号", one.terminal_asset),
            cell("终端调试", "已通过" if one.terminal_tested else "未通过"),
            cell("封印号", _list(one.seals)),
            cell("装表人", one.installer),
            cell("客户现场签字", "已签" if one.customer_signed else "未签", wide=True),
        ),
    )


def _readings(one: MeterInstalled) -> Block:
    rows = tuple(
        (
            REGISTER_NAMES.get(each.register, each.register),
            figure(each.value),
            "kvarh" if each.register == "reactive" else "kWh",
        )
        for each in one.readings
    )
    return Grid(head=("示数类型", "起始示数", "单位"), widths=(3, 4, 2), rows=rows)


def _removed(body: InstallMeter | None) -> tuple[Block, ...]:
    if body is None or not body.removed:
        return ()
    rows = tuple(
        (one.meter_asset, day(one.removed_on), _list(_register_words(one.readings)), _list(one.seals) or NONE)
        for one in body.removed
    )
    head = ("电能表资产号", "拆表日期", "拆表示数", "封印号")
    return (Grid(title="拆除的原电能表", head=head, widths=(4, 4, 6, 4), rows=rows),)


def _list(found: Iterable[str]) -> str:
    return "、".join(one for one in found if one)


def energising_title(subject: Subject) -> str:
    """This function will name the form by what was energised."""
    facts = subject.state.facts
    return f"{BUSINESS_NAMES[facts.business]}送电单" if facts else "新装(增容)送电单"


def energising(subject: Subject) -> tuple[Block, ...]:
    """This function will confirm that power flows, and that everything asked before was there."""
    told = subject.last(Energise)
    rows = tuple((str(number), *line) for number, line in enumerate(_conditions(subject), 1))
    readings = tuple(
        (str(one.point), one.meter_asset, _list(_register_words(one.readings)), _list(one.seals))
        for one in subject.state.meters
    )
    return (
        Cells(
            cells=(
                *who(subject, final=True),
                cell("送电容量", size(total_capacity(subject.facts), subject.facts.voltage)),
                cell("受理时间", moment(subject.state.timeline.accepted_at)),
                cell("送电时间", moment(subject.state.timeline.energised_at)),
                cell("送电负责人", told[0].who if told else ""),
                cell("送电说明", told[1].remark if told else "", wide=True),
            )
        ),
        Grid(title="送电条件", head=("序号", "项目", "情况"), widths=(1, 4, 8), rows=rows),
        Grid(
            title="送电时计量",
            head=("计量点", "电能表资产号", "起始示数", "封印号"),
            widths=(2, 4, 5, 4),
            rows=readings or (("—", "—", "—", "—"),),
        ),
        Signs(
            columns=(
                Sign(who="送电人（签字）", lines=(DATED,)),
                Sign(who="供电企业（盖章）", lines=(DATED,)),
                Sign(who="客户（签字/盖章）", lines=(DATED,)),
            )
        ),
    )


def _register_words(readings: Iterable[Reading]) -> Iterable[str]:
    return (f"{REGISTER_NAMES.get(each.register, each.register)} {figure(each.value)}" for each in readings)


def _conditions(subject: Subject) -> list[tuple[str, str]]:
    state, facts = subject.state, subject.facts
    held, plan = state.contract, state.scheme
    safety = subject.last(ConfirmSafety)
    own = bool(plan and plan.own_generation)
    due = dispatch_due(facts, own_generation=own, table=subject.contracts)
    tested = sum(one.terminal_tested for one in state.meters)
    fees = "、".join(f"{one.receipt}" for one in state.fees_paid)
    works = facts.customer_works is not False
    return [
        ("外部工程", "已验收合格" if state.external_accepted else "无外部工程"),
        ("客户受电工程", ("已检验合格" if state.completion_passed else NONE) if works else "无客户受电工程"),
        ("供用电合同", f"{_kind(held)} {held.number}，双方已签订" if held and held.signed else NONE),
        ("调度协议", state.dispatch_agreement or (NONE if due else "不需要")),
        ("业务费用", f"已结清（票据 {fees}）" if fees else "无应收费用"),
        ("计量与采集", f"装表 {len(state.meters)} 个计量点，终端调试通过 {tested} 个"),
        ("安全措施", "、".join(state.measures) or NONE),
        ("持证电工", "、".join(state.electricians) or ("不需要" if not facts.high_voltage else NONE)),
        ("确认人", f"{safety[0].who}　{moment(safety[0].at)}" if safety else NONE),
    ]


def _kind(held: ContractState) -> str:
    return CONTRACT_NAMES.get(held.kind, CONTRACT_NAMES[ContractKind.LOW_VOLTAGE])
