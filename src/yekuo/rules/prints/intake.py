"""受理单据: 用电申请单, 一次性告知书 and 受理回执."""

from yekuo.rules import materials
from yekuo.rules.deeds.intake import AcceptApplication, FileApplication, IssueNotice, SupplyPapers
from yekuo.rules.materials import DUE_NAMES, Due, Requirement
from yekuo.rules.names import CHANNEL_NAMES, name_of
from yekuo.rules.prints.sheet import NONE, Block, Cell, Cells, Grid, Sign, Signs, Words, cell, day, moment, size, yes
from yekuo.rules.prints.subject import Subject, Told
from yekuo.rules.when import total_capacity

USE_NAMES = {
    "life": "日常生活", "shop": "店铺、餐饮", "office": "办公", "factory": "工厂、加工", "farming": "农业、灌溉、养殖",
    "charger": "充电设施", "public": "学校、医院等公共服务", "site": "建筑施工", "quarter": "居民住宅小区", "other": "其他",
}  # fmt: skip
DATED = "日期：　　　　年　　月　　日"
PROMISES = (
    "1. 本表及所附资料真实、有效；如有变更，及时告知供电企业。",
    "2. 受电工程的设计、施工和设备供应由客户自主选择具有相应资质的单位，任何单位和个人不得指定。",
    "3. 除国家和省级价格主管部门明文规定的项目外，供电企业不收取其他费用。监督电话 12398。",
)


def who(subject: Subject, *, asked: bool = False, final: bool = False) -> tuple[Cell, ...]:
    """This function will give the cells every form opens with.

    `asked` takes the facts as applied for; only a `final` form waits for the number of the new account, so that an earlier
    paper does not change when the case is archived.
    """
    facts = subject.asked if asked else subject.facts
    number = (subject.account if final else "") or subject.word("account_number")
    return (
        cell("户名", subject.applicant.name),
        cell("户号", number or "（新户，归档时编号）"),
        cell("用电地址", subject.applicant.address, wide=True),
        cell("业务类型", f"{name_of(facts.business)}（{name_of(facts.customer_class)}）"),
        cell("供电电压", name_of(facts.voltage)),
    )


def application(subject: Subject) -> tuple[Block, ...]:
    """This function will fill in the application as it was filed."""
    told = subject.last(FileApplication)
    filed = told[1] if told else None
    return (
        Cells(
            title="申请信息",
            cells=(
                cell("申请时间", moment(subject.state.filed_at)),
                cell("申请渠道", CHANNEL_NAMES.get(filed.channel, filed.channel) if filed else ""),
            ),
        ),
        Cells(title="申请人", cells=_applicant(subject)),
        Cells(title="用电需求", cells=_wish(subject)),
        _invoice(subject),
        _handed(subject),
        Words(title="申请人声明", lines=PROMISES, boxed=True),
        Signs(columns=(Sign(who="申请人（签字/盖章）", lines=(DATED,)), Sign(who="受理人（签字）", lines=(DATED,)))),
    )


def _applicant(subject: Subject) -> tuple[Cell, ...]:
    one = subject.applicant
    return (
        cell("户名", one.name),
        cell("客户类别", name_of(subject.asked.kind)),
        cell("证件类别", one.id_type),
        cell("证件号码", one.id_number),
        cell("法定代表人", one.legal_person),
        cell("联系人", one.contact),
        cell("联系电话", one.phone),
        cell("房屋产权", yes(subject.state.situation.tenant, ("租赁", "自有"))),
        cell("经办人", one.agent_name),
        cell("经办人电话", one.agent_phone),
        cell("经办人证件号", one.agent_number, wide=True),
        cell("用电地址", one.address, wide=True),
    )


def _wish(subject: Subject) -> tuple[Cell, ...]:
    facts = subject.asked
    own = subject.word("own_generation_kva")
    transformers = subject.word("transformers_kva")
    return (
        cell("业务类型", name_of(facts.business)),
        cell("原户号", subject.word("account_number")),
        cell("用电用途", USE_NAMES.get(subject.word("use"), subject.word("use"))),
        cell("行业", subject.word("industry")),
        cell("负荷性质", subject.word("load_nature")),
        cell("重要性等级", name_of(facts.importance)),
        cell("申请电压", name_of(facts.voltage)),
        cell("电源路数", f"{facts.sources} 路"),
        cell("申请容量", size(facts.capacity_kva, facts.voltage)),
        cell("原有容量", size(facts.original_kva, facts.voltage) if facts.original_kva else "无"),
        cell("合计容量", size(total_capacity(facts), facts.voltage)),
        cell("变压器总容量", f"{transformers} kVA" if transformers else ""),
        cell("自备电源", f"{own} kVA" if own else "无"),
        cell("特殊负荷", yes(facts.special_load)),
        cell("用电户数", subject.word("households")),
        cell("希望用电日期", day(subject.state.wanted_on)),
    )


def _invoice(subject: Subject) -> Block:
    one = subject.applicant
    return Cells(
        title="发票与备注",
        cells=(
            cell("发票抬头", one.invoice_title),
            cell("纳税人识别号", one.invoice_number),
            cell("发票接收", one.invoice_to, wide=True),
            cell("备注", one.remark, wide=True),
        ),
    )


def _handed(subject: Subject) -> Block:
    """What was asked for at the filing and what was there; what is due later is named, so that nothing comes as news."""
    told = subject.last(FileApplication)
    codes = [paper.code for paper in told[1].papers] if told else []
    wanted = materials.needed(subject.asked, subject.state.situation, table=subject.materials)
    rows = tuple((str(number), one.name, DUE_NAMES[one.due], _held(one, codes)) for number, one in enumerate(wanted, 1))
    return Grid(title="申请资料", head=("序号", "资料名称", "提供时点", "申请时收件"), widths=(1, 6, 2, 2), rows=rows)


def _held(one: Requirement, codes: list[str]) -> str:
    count = sum(code in one.codes for code in codes)
    if count:
        return f"已收 {count} 份"
    return "未收" if one.due is Due.ACCEPTANCE else "届时提供"


def notice(subject: Subject) -> tuple[Block, ...]:
    """This function will list everything that is missing, once."""
    told = subject.last(IssueNotice)
    if told is None:
        raise ValueError(subject.number)
    row, body = told
    named = [one for one in subject.needed if one.code in body.missing]
    missing = materials.missing(named, (), by=Due.ENERGISE)
    rows = tuple((str(number), one.wording) for number, one in enumerate(missing, 1))
    office, place = subject.office, subject.applicant.address or NONE
    where = f"{office.name}（{office.address}）" if office.address else office.name
    return (
        Words(
            lines=(
                f"{subject.applicant.name}：",
                f"　　您申请的用电业务（用电地址：{place}）还缺下列资料，现一次告知。补齐后即可受理，不会再要求其他资料。",
            )
        ),
        Grid(title="需要补充的资料", head=("序号", "资料名称与要求"), widths=(1, 12), rows=rows),
        Words(
            title="说明",
            lines=(
                *((body.remark,) if body.remark.strip() else ()),
                f"可以拍照在网上补交，也可以送到{where}，联系电话 {office.phone}。监督电话 12398。",
            ),
            boxed=True,
        ),
        Cells(cells=(cell("告知人", row.who), cell("告知时间", moment(row.at)))),
        Signs(columns=(Sign(who="客户（签字/盖章）", lines=(DATED,)), Sign(who="供电企业（盖章）", lines=(DATED,)))),
    )


def receipt(subject: Subject) -> tuple[Block, ...]:
    """This function will confirm the acceptance: what was taken in, what is owed, by when and who answers for it."""
    told = subject.last(AcceptApplication)
    facts, office = subject.asked, subject.office
    given = _given(subject, told[0]) if told else frozenset()
    wanted = materials.needed(facts, subject.state.situation, table=subject.materials)
    names = "、".join(dict.fromkeys(one.name for one in wanted if given & one.codes))
    owed = [one for one in materials.promised(wanted, ()) if one.code in subject.state.promised]
    return (
        Cells(
            cells=(
                *who(subject, asked=True),
                cell("申请容量", size(facts.capacity_kva, facts.voltage)),
                cell("受理时间", moment(subject.state.timeline.accepted_at)),
                cell("受理单位", office.name),
                cell("受理人", told[0].who if told else ""),
                cell("客户经理", subject.people.get("manager", "")),
                cell("联系电话", office.phone),
                cell("已收资料", names, wide=True),
                cell("容缺资料", "；".join(one.wording for one in owed) or "无", wide=True),
                cell("办理时限", "；".join((*subject.promises, "按国家公布的工作日计算")), wide=True),
            )
        ),
        Words(
            title="告知事项",
            lines=(
                "1. 您可以凭申请编号和预留手机号在网上查询进度，对每一次暂停计时都可以提出异议。",
                "2. 受电工程的设计、施工和设备供应由您自主选择，任何单位和个人不得指定。",
                "3. 除供电方案列明的费用外，不收取任何费用。监督电话 12398。",
            ),
            boxed=True,
        ),
        Signs(
            columns=(Sign(who="客户（签字/盖章）", lines=(DATED,)), Sign(who="受理单位（业务专用章）", lines=(DATED,)))
        ),
    )


def _given(subject: Subject, until: Told) -> frozenset[str]:
    """The codes of what was there when the application was accepted."""
    rows = subject.told[: subject.told.index(until)]
    bodies = (one.body for one in rows if isinstance(one.body, FileApplication | SupplyPapers))
    return frozenset(paper.code for body in bodies for paper in body.papers)
