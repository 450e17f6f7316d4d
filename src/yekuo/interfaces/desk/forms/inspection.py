"""检验类表单: requests, arrival on site, checklists with defects, answers to defects."""

from datetime import timedelta
from typing import Any

from django.forms.boundfield import BoundField
from django.utils.datastructures import MultiValueDict

from yekuo.interfaces.desk.forms.base import DeedForm, FormCase, Row
from yekuo.interfaces.desk.forms.fields import Day, Papers, Pick, Rows, Text, Ticks, Whole, YesNo
from yekuo.interfaces.desk.forms.intake import paper_lines
from yekuo.rules.deeds import inspection as deeds
from yekuo.rules.inspection import (
    SEVERITY_NAMES,
    CheckedItem,
    Defect,
    InspectionKind,
    Item,
    Result,
    Severity,
    checklist,
    completion_kind,
)
from yekuo.rules.materials import Due
from yekuo.rules.rounds import SAMPLE_NAMES, required

DAYS_TO_RECTIFY = 7


class ItemRow(Row):
    """检查项."""

    name = "检查项"
    result = Pick("结果", Result, radio=True)
    note = Text("说明", most=200, required=False)

    @property
    def title(self) -> str:
        """This function will name the item by its code."""
        return self.key


class DefectRow(Row):
    """缺陷."""

    name = "缺陷"
    item = Pick("对应检查项", required=False, empty="其他")
    text = Text("缺陷内容", most=300, css="wide")
    severity = Pick("缺陷等级", Severity)
    deadline = Day("整改期限")
    photos = Papers("缺陷照片", "defect_photo", required=True, image=True, most=5)

    def prepare(self) -> None:
        """This function will offer the items of both checklists the case may meet."""
        field = self.fields["item"]
        if isinstance(field, Pick):
            field.offer({one.code: f"{one.code} {one.text}" for one in items_of(self.case, kind_of(self.case))})
        longest = self.case.books.checklists.longest
        days = "，".join(f"{SEVERITY_NAMES[one]} {most} 天" for one, most in longest.items())
        self.fields["deadline"].help_text = f"最长：{days}。" if days else ""

    def defect(self) -> Defect:
        """This function will build the defect after it was cleaned."""
        typed = self.cleaned_data
        return Defect(
            code=self.key, item=typed["item"] or "", text=typed["text"], deadline=typed["deadline"],
            severity=typed["severity"],
            photos=tuple(paper.file for paper in typed["photos"]),
        )  # fmt: skip


def kind_of(case: FormCase) -> InspectionKind:
    """This function will say which checklist is used where the case stands."""
    return InspectionKind.MID if case.state.stage.startswith("mid") else completion_kind(case.facts)


def items_of(case: FormCase, kind: InspectionKind) -> tuple[Item, ...]:
    """This function will list the items to look at."""
    return checklist(kind, case.facts, table=case.books.checklists)


class RequestMidInspectionForm(DeedForm):
    """申请中间检查: asked for by the customer."""

    deed = deeds.RequestMidInspection
    help = "替客户申请中间检查；登记后转用电检查员约时间到场，检查时限开始计算。"
    submit = "登记申请"
    content = Text("要检查的隐蔽部位", most=300, lines=2)
    wanted_on = Day("期望检查日期", required=False)
    papers = Papers("施工及试验记录", "hidden_works")


class StartForm(DeedForm):
    """到场: the clock of the inspection stops when it starts on site."""

    submit = "到场，开始检查"
    note = Text("到场说明", most=300, lines=2, required=False, hint="陪同人员、现场情况。")


class StartMidInspectionForm(StartForm):
    """开始中间检查."""

    deed = deeds.StartMidInspection
    help = "到达现场时点这里；中间检查时限到此停止，接着逐项检查并出具意见。"


class StartCompletionInspectionForm(StartForm):
    """开始竣工检验."""

    deed = deeds.StartCompletionInspection
    help = "到达现场时点这里；竣工检验时限到此停止，接着逐项检验并出具意见。"


class ConclusionForm(DeedForm):
    """检查结论: every item of the checklist, every defect with its deadline."""

    template = "desk/forms/conclusion.html"
    submit = "出具意见"
    items = Rows("检查项", ItemRow, fixed=True)
    defects = Rows("缺陷", DefectRow, most=30, keys="Q[0-9]{1,2}-[0-9]{1,2}", add="增加缺陷")
    passed = YesNo("结论", yes="合格", no="不合格，需整改")

    @property
    def full(self) -> bool:
        """This function will say whether everything is looked at again though it was in order before."""
        return bool(self.sent.get("full")) or self.sent.get("rework") == "full"

    @property
    def known(self) -> tuple[Item, ...]:
        """This function will list every item of this inspection."""
        return items_of(self.case, kind_of(self.case))

    @property
    def checked(self) -> tuple[Item, ...]:
        """This function will list the items to look at: after a failed round only what failed and what was changed."""
        state = self.case.state
        return self.known if self.full else required(self.known, state.rounds, changed=state.changed_items)

    @property
    def settled(self) -> tuple[Item, ...]:
        """This function will list the items found in order before and not looked at again."""
        return tuple(one for one in self.known if one not in self.checked)

    @property
    def lines(self) -> list[tuple[Item, Row]]:
        """This function will pair each item with its row."""
        return list(zip(self.checked, self.rows["items"], strict=True))

    @property
    def defects_rows(self) -> BoundField:
        """This function will return the defects."""
        return self["defects"]

    @property
    def verdict(self) -> BoundField:
        """This function will return the conclusion."""
        return self["passed"]

    def start_rows(self, group: str) -> dict[str, dict[str, Any]]:
        """This function will show every item without a result; defects come one by one."""
        return {one.code: {} for one in self.checked} if group == "items" else {}

    def new_row(self, group: str, key: str) -> dict[str, Any]:
        """This function will propose a week for putting it right, as a minor defect."""
        return {"deadline": self.case.today + timedelta(days=DAYS_TO_RECTIFY), "severity": Severity.MINOR.value}

    def next_key(self, group: str, keys: list[str]) -> str:
        """This function will number defects within the inspection: Q2-1 is the first of the second."""
        taken = {*keys, *(defect.code for defect in self.case.state.defects)}
        series = f"Q{min(self.case.state.inspections + 1, 99)}"
        return next(f"{series}-{number}" for number in range(1, 100) if f"{series}-{number}" not in taken)

    def rework(self, wish: str, data: MultiValueDict[str, Any]) -> None:
        """This function will pass the items not yet judged, or open a defect for each failed one."""
        if wish == "pass":
            for one in self.checked:
                if not data.get(f"items.{one.code}.result"):
                    data[f"items.{one.code}.result"] = Result.OK.value
        if wish == "defects":
            self._open_defects(data)

    def _open_defects(self, data: MultiValueDict[str, Any]) -> None:
        keys = data.getlist("defects.rows")
        named = {str(data.get(f"defects.{key}.item")) for key in keys}
        for one in self.checked:
            if data.get(f"items.{one.code}.result") != Result.FAILED.value or one.code in named:
                continue
            key = self.next_key("defects", data.getlist("defects.rows"))
            note = str(data.get(f"items.{one.code}.note") or "")
            self.put_row(data, "defects", key, {**self.new_row("defects", key), "item": one.code, "text": note})
            data["passed"] = "no"
            self.focus = self.focus or f"defects.{key}"

    def values(self) -> dict[str, Any]:
        """This function will give verdict, items and defects."""
        items = tuple(
            CheckedItem(code=key, result=typed["result"], note=typed["note"]) for key, typed in self.lines_of("items")
        )
        defects = tuple(row.defect() for row in self.rows["defects"] if isinstance(row, DefectRow))
        return {"passed": self.cleaned_data["passed"], "items": items, "defects": defects}


class ConcludeMidInspectionForm(ConclusionForm):
    """中间检查意见."""

    deed = deeds.ConcludeMidInspection
    help = "逐项填写检查结果；合格的客户继续施工，不合格的写明缺陷和期限，转客户整改。"


class ConcludeCompletionInspectionForm(ConclusionForm):
    """竣工检验意见."""

    deed = deeds.ConcludeCompletionInspection
    help = "逐项填写检验结果；合格的进入合同和装表，不合格的写明缺陷和期限，转客户整改后重新报验。"


class RequestCompletionForm(DeedForm):
    """竣工报验: the completion papers, one upload each."""

    deed = deeds.RequestCompletion
    template = "desk/forms/completion.html"
    help = "替客户登记竣工报验；资料齐了转用电检查员约时间检验，检验时限开始计算。"
    submit = "登记报验"
    wanted_on = Day("期望检验日期", required=False)

    def prepare(self) -> None:
        """This function will make one upload for each completion paper not yet there."""
        for line in paper_lines(self.case, by=Due.COMPLETION):
            one = line.requirement
            if one.due is Due.COMPLETION and not line.handed:
                hint = f"{line.choice}。" if line.choice else ""
                field = Papers(one.name, one.code, required=True, hint=f"{hint}照片或 PDF，每个不超过 10 MB。")
                self.fields[f"papers.{one.code}"] = field

    def values(self) -> dict[str, Any]:
        """This function will gather the papers of all uploads."""
        papers = tuple(
            paper for name, kept in self.cleaned_data.items() if name.startswith("papers.") for paper in kept
        )
        return {"wanted_on": self.cleaned_data["wanted_on"], "papers": papers}

    @property
    def uploads(self) -> int:
        """This function will count the papers still asked for."""
        return sum(name.startswith("papers.") for name in self.fields)


class AnswerRow(Row):
    """缺陷答复."""

    name = "缺陷"
    done = Text("整改情况", most=500, lines=2)

    @property
    def about(self) -> str:
        """This function will say what was wrong and by when it was to be put right."""
        found = next((one for one in self.case.state.defects if one.code == self.key), None)
        return f"{found.text}（期限 {found.deadline:%Y-%m-%d}）" if found else ""


class ReportRectifiedForm(DeedForm):
    """报告整改完成: an answer to every defect."""

    deed = deeds.ReportRectified
    help = "逐条写明整改情况并附照片；登记后回到报验，由检查员复验。"
    submit = "登记整改完成"
    answers = Rows("整改答复", AnswerRow, fixed=True)
    changed = Ticks("整改时还动了哪些部位", required=False, hint="勾选的检查项复验时会再看一遍。")
    papers = Papers("整改照片", "rectified_photo")

    def prepare(self) -> None:
        """This function will offer the items of the checklist that have no defect of their own."""
        named = {defect.item for defect in self.case.state.defects}
        items = items_of(self.case, kind_of(self.case))
        self.ticks("changed").offer({one.code: f"{one.code} {one.text}" for one in items if one.code not in named})

    def start_rows(self, group: str) -> dict[str, dict[str, Any]]:
        """This function will ask for an answer to every open defect."""
        return {defect.code: {} for defect in self.case.state.defects}

    def values(self) -> dict[str, Any]:
        """This function will give the answers and the photos."""
        answers = tuple(deeds.Rectified(code=key, done=typed["done"]) for key, typed in self.lines_of("answers"))
        return {
            "answers": answers, "papers": self.cleaned_data["papers"], "changed": self.cleaned_data["changed"],
        }  # fmt: skip


class SampleMaterialForm(DeedForm):
    """材料抽检: what was taken, and what the test said."""

    deed = deeds.SampleMaterial
    help = "登记客户工程材料的抽检；不合格的须换料后再抽检合格，竣工检验才能下合格结论。"
    submit = "登记抽检"
    item = Text("抽检材料", most=60, hint="例如：10 千伏电力电缆、真空断路器。")
    maker = Text("生产厂家", most=60)
    model = Text("型号规格", most=60, required=False)
    quantity = Whole("抽检数量", least=1, most=10_000)
    result = Pick("结果", SAMPLE_NAMES, radio=True)
    certificate = Text("检验报告或合格证编号", most=60, required=False, hint="待结果的可以先不填。")
    note = Text("不合格项目和处理意见", most=300, lines=2, required=False)
    papers = Papers("检验报告、合格证", "sample_report")


FORMS = (
    RequestMidInspectionForm, StartMidInspectionForm, ConcludeMidInspectionForm, RequestCompletionForm,
    StartCompletionInspectionForm, ConcludeCompletionInspectionForm, ReportRectifiedForm, SampleMaterialForm,
)  # fmt: skip
