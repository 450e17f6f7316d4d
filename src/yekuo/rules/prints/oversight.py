"""督办单据: 督办单, the newest sheet issued about a case with what came of it."""

from yekuo.rules.deeds.oversight import AcknowledgeSheet, CheckSheet, EscalateSheet, IssueSheet, ReplySheet
from yekuo.rules.names import role_name
from yekuo.rules.prints.intake import DATED, who
from yekuo.rules.prints.sheet import Block, Cells, Grid, Sign, Signs, Words, cell, day, moment
from yekuo.rules.prints.subject import Subject, Told
from yekuo.rules.supervision import KIND_NAMES, Kind

Step = AcknowledgeSheet | ReplySheet | CheckSheet | EscalateSheet


def supervision(subject: Subject) -> tuple[Block, ...]:
    """This function will print the sheet: what is wrong, who must answer by when, and each step since."""
    told = subject.last(IssueSheet)
    if told is None:
        raise ValueError(subject.number)
    row, sheet = told
    steps = [one for one in subject.told if isinstance(one.body, Step) and one.body.sheet == subject.sheet]
    rows = tuple((moment(one.at), type(one.body).title, one.who, _words(one)) for one in steps)
    return (
        Cells(
            cells=(
                cell("督办单编号", subject.sheet),
                cell("督办事由", KIND_NAMES[Kind(sheet.reason)] if sheet.reason in set(Kind) else "其他"),
                cell("签发人", row.who),
                cell("签发时间", moment(row.at)),
                cell("承办岗位", role_name(sheet.role)),
                cell("答复期限", moment(sheet.reply_by)),
                *(who(subject) if subject.state.facts else ()),
            )
        ),
        Words(title="督办内容", lines=tuple(sheet.text.splitlines()) or ("—",), boxed=True),
        Grid(
            title="办理情况",
            head=("时间", "步骤", "办理人", "内容"),
            widths=(4, 4, 3, 9),
            rows=rows or (("—", "尚未签收", "—", "—"),),
        ),
        Signs(
            columns=(
                Sign(who="签发人（签字）", lines=(DATED,)),
                Sign(who="承办人（签字）", lines=(DATED,)),
                Sign(who="复核人（签字）", lines=(DATED,)),
            )
        ),
    )


def _words(one: Told) -> str:
    body = one.body
    if isinstance(body, ReplySheet):
        by = f"；完成期限：{day(body.done_by)}" if body.done_by else ""
        return f"原因：{body.cause}；措施：{body.measures}{by}"
    if isinstance(body, CheckSheet):
        again = f"；重新答复期限：{moment(body.reply_by)}" if body.reply_by else ""
        return f"{'通过，办结' if body.closed else '退回'}：{body.note}{again}"
    return body.reason if isinstance(body, EscalateSheet) else "—"
