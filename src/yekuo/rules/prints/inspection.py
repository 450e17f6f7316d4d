"""检验单据: 中间检查意见单, 竣工检验意见单 and 整改通知单."""

from yekuo.rules.deeds.inspection import (
    ConcludeCompletionInspection,
    ConcludeMidInspection,
    ReportRectified,
    RequestCompletion,
    RequestMidInspection,
    StartCompletionInspection,
    StartMidInspection,
)
from yekuo.rules.inspection import InspectionKind, Item, completion_kind
from yekuo.rules.names import RESULT_NAMES
from yekuo.rules.prints.intake import DATED, who
from yekuo.rules.prints.sheet import NONE, Block, Cell, Cells, Grid, Sign, Signs, Words, cell, day, moment
from yekuo.rules.prints.subject import Subject, Told

ASKED = "请逐项整改，完成后在网上或向客户经理申请复验。"
Concluded = ConcludeMidInspection | ConcludeCompletionInspection


def mid(subject: Subject) -> tuple[Block, ...]:
    """This function will say what the inspection of hidden works found."""
    told = subject.last(ConcludeMidInspection)
    if told is None:
        raise ValueError(subject.number)
    asked = subject.before(told[0], RequestMidInspection)
    began = subject.before(told[0], StartMidInspection)
    about = cell("检查内容", asked[1].content if asked else "", wide=True)
    times = (asked[0] if asked else None, began[0] if began else None)
    return _opinion(subject, *told, times, about, InspectionKind.MID)


def completion(subject: Subject) -> tuple[Block, ...]:
    """This function will say what the inspection of the finished works found."""
    told = subject.last(ConcludeCompletionInspection)
    if told is None:
        raise ValueError(subject.number)
    asked = subject.before(told[0], RequestCompletion)
    began = subject.before(told[0], StartCompletionInspection)
    count = sum(isinstance(one.body, RequestCompletion) for one in subject.told[: subject.told.index(told[0])])
    papers = f"，随附资料 {len(asked[1].papers)} 份" if asked and asked[1].papers else ""
    about = cell("报验情况", f"第 {count} 次报验{papers}" if count else "", wide=True)
    times = (asked[0] if asked else None, began[0] if began else None)
    return _opinion(subject, *told, times, about, completion_kind(subject.facts))


def _opinion(
    subject: Subject,
    row: Told,
    body: Concluded,
    times: tuple[Told | None, Told | None],
    about: Cell,
    kind: InspectionKind,
) -> tuple[Block, ...]:
    asked, began = times
    plan = subject.state.plan
    items = {one.code: one for one in subject.checklists.items[kind]}
    return (
        Cells(
            cells=(
                *who(subject),
                cell("施工单位", plan.builder if plan else ""),
                cell("资质证书号", plan.licence if plan else ""),
                cell("申请时间", moment(asked.at if asked else None)),
                cell("到场时间", moment(began.at if began else None)),
                cell("检查人", row.who),
                cell("结论时间", moment(row.at)),
                about,
            )
        ),
        _items(body, items),
        _defects(body, items),
        Cells(cells=(cell("总体结论", _verdict(body), wide=True),)),
        Signs(
            columns=(
                Sign(who="检查人（签字）", lines=(DATED,)),
                Sign(who="供电企业（盖章）", lines=(DATED,)),
                Sign(who="客户（签字/盖章）", lines=(DATED,)),
            )
        ),
    )


def _verdict(body: Concluded) -> str:
    if body.passed:
        return "合格"
    return "不合格。请按整改通知单逐项整改，完成后申请复验；复验从重新申请之日起计算时限。"


def _items(body: Concluded, items: dict[str, Item]) -> Block:
    rows = []
    for number, one in enumerate(body.items, 1):
        item = items.get(one.code)
        rows.append(
            (
                str(number), item.text if item else one.code, item.clause if item else NONE, RESULT_NAMES[one.result],
                one.note or NONE,
            )
        )  # fmt: skip
    head = ("序号", "检查项目", "依据", "结果", "说明")
    return Grid(title=f"检查项目（{len(rows)} 项）", head=head, widths=(2, 9, 8, 3, 4), rows=tuple(rows))


def _defects(body: Concluded, items: dict[str, Item]) -> Block:
    if not body.defects:
        return Words(title="缺陷", lines=("无",), boxed=True)
    rows = tuple((one.code, one.text, _clause(items, one.item), day(one.deadline)) for one in body.defects)
    return Grid(
        title=f"缺陷（{len(rows)} 项）", head=("编号", "内容", "依据", "整改期限"), widths=(2, 9, 6, 4), rows=rows
    )


def _clause(items: dict[str, Item], code: str) -> str:
    return items[code].clause if code in items else NONE


def rectify(subject: Subject) -> tuple[Block, ...]:
    """This function will list what has to be put right, by when, what was answered, and who looks again."""
    row, body, kind = _failed(subject)
    answered = subject.after(row, ReportRectified)
    said = {one.code: one.done for one in answered[1].answers} if answered else {}
    items = {one.code: one for one in subject.checklists.items[kind]}
    rows = tuple(
        (one.code, one.text, _clause(items, one.item), day(one.deadline), said.get(one.code, ""), "")
        for one in body.defects
    )
    name = "中间检查" if kind is InspectionKind.MID else "竣工检验"
    head = ("编号", "缺陷内容", "依据", "整改期限", "整改情况", "复核")
    return (
        Words(
            lines=(
                f"{subject.applicant.name}：",
                f"　　{moment(row.at)[:10]} 对您的受电工程进行{name}，发现下列 {len(rows)} 项缺陷。{ASKED}",
            )
        ),
        Cells(cells=(*who(subject), cell("检查类型", name), cell("检查人", row.who))),
        Grid(title="整改内容", head=head, widths=(2, 7, 5, 4, 5, 2), rows=rows),
        Cells(
            cells=(
                cell("报告整改完成", moment(answered[0].at if answered else None)),
                cell("联系电话", subject.office.phone),
            )
        ),
        Signs(
            columns=(
                Sign(who="供电企业（盖章）", lines=(DATED,)),
                Sign(who="客户签收（签字）", lines=(DATED,)),
                Sign(who="复核人（签字）", lines=(DATED,)),
            )
        ),
    )


def _failed(subject: Subject) -> tuple[Told, Concluded, InspectionKind]:
    """The newest conclusion that left defects."""
    for one in reversed(subject.told):
        body = one.body
        if isinstance(body, ConcludeMidInspection) and body.defects:
            return one, body, InspectionKind.MID
        if isinstance(body, ConcludeCompletionInspection) and body.defects:
            return one, body, completion_kind(subject.facts)
    raise ValueError(subject.number)
