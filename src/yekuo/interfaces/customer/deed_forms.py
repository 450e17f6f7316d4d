"""办理表单: one short form per thing a customer does in a running case; each makes the deed it stands for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms

from yekuo.interfaces.look.forms import DateInput
from yekuo.rules.deeds import closing, course, inspection, intake, works
from yekuo.rules.deeds import scheme as schemes
from yekuo.rules.deeds.base import Deed, Paper
from yekuo.rules.materials import DUE_NAMES, Due, Requirement
from yekuo.rules.state import CaseState

Papers = tuple[Paper, ...]
STALE = dict.fromkeys(("required", "invalid", "max_length", "max_value"), "已过期，请返回进度页重新打开")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """上传处: one kind of paper a form takes, under the code it is handed in as."""

    code: str
    name: str
    why: str = ""
    required: bool = False


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _words(message: str, *, longest: int = 500) -> forms.CharField:
    return forms.CharField(
        max_length=longest,
        widget=_area(),
        error_messages={"required": message, "max_length": f"太长，请写在 {longest} 字以内"},
    )


def _line(message: str, *, longest: int = 80) -> forms.CharField:
    return forms.CharField(
        max_length=longest, error_messages={"required": message, "max_length": f"太长，请写在 {longest} 字以内"}
    )


def _day(message: str, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        required=required,
        widget=DateInput,
        error_messages={"required": message, "invalid": "日期不对，请按 2027-01-05 这样填写"},
    )


class DeedForm(forms.Form):
    """办理表单: `stamp` is the key the deed is done under, so that two clicks do one deed."""

    use_required_attribute = False
    title: ClassVar[str] = ""
    lead: ClassVar[str] = ""
    button: ClassVar[str] = "提交"
    done: ClassVar[str] = "已提交"
    stamp = forms.CharField(label="页面", widget=forms.HiddenInput, max_length=80, error_messages=STALE)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, state: CaseState, wanted: Sequence[Requirement]
    ) -> None:
        """This function will take the case as it stands and every paper it needs from first to last."""
        super().__init__(data, label_suffix="")
        self.state = state
        self.wanted = tuple(wanted)
        for name, label in self.labels().items():
            self.fields[name].label = label

    def labels(self) -> Mapping[str, str]:
        """This function will word the fields."""
        return {}

    def slots(self) -> tuple[Slot, ...]:
        """This function will list the papers the form takes."""
        return ()

    def deed(self, papers: Papers) -> Deed:
        """This function will make the deed from the checked answers and the files uploaded for it."""
        raise NotImplementedError

    def told(self, name: str) -> Any:
        """This function will give a checked answer."""
        return self.cleaned_data.get(name)


def _lacking(state: CaseState, wanted: Sequence[Requirement]) -> tuple[Requirement, ...]:
    given = {paper.code for paper in state.papers}
    return tuple(one for one in wanted if not given & one.codes)


def paper_slots(state: CaseState, wanted: Sequence[Requirement]) -> tuple[Slot, ...]:
    """This function will list what is still to come: first what the notice names, then what was promised, then the rest."""
    lacking = _lacking(state, wanted)
    back = {one.code: reason for one in wanted if (reason := returned_why(state, one))}
    told, owed = {*state.missing, *back}, set(state.promised)
    order = dict.fromkeys(told, 0) | dict.fromkeys(owed - told, 1)
    rows = sorted(lacking, key=lambda one: order.get(one.code, 2))
    return tuple(
        Slot(
            code=one.code,
            name=one.name,
            why=f"被退回：{back[one.code]}" if one.code in back else paper_why(one, told, owed),
            required=one.code in told,
        )
        for one in rows
    )


def returned_why(state: CaseState, one: Requirement) -> str:
    """This function will give why a paper was sent back, '' while none was or another has come."""
    return next((back.reason for back in reversed(state.returned) if one.codes & set(back.codes)), "")


def paper_why(one: Requirement, told: set[str], owed: set[str]) -> str:
    """This function will say by when a paper is wanted and what will do."""
    if one.code in told:
        when = "告知书上写明要补"
    elif one.code in owed and one.promise_until:
        when = f"您承诺{DUE_NAMES[one.promise_until]}补交"
    else:
        when = f"{DUE_NAMES[one.due]}要"
    choices = "、".join(paper.name for paper in one.any_of)
    return f"{when}；任选一种：{choices}" if len(one.any_of) > 1 else when


class SupplyPapersForm(DeedForm):
    """补资料."""

    title = "补资料"
    lead = "上传好后点“交上去”。可以分几次交；告知书上的都交齐了，供电公司马上核对。"
    button = "交上去"
    done = "资料已交，我们会尽快核对"

    def slots(self) -> tuple[Slot, ...]:
        """This function will list what is still to come."""
        return paper_slots(self.state, self.wanted) or (Slot(code="other", name="其他资料"),)

    def deed(self, papers: Papers) -> Deed:
        """This function will hand in the papers."""
        return intake.SupplyPapers(papers=papers)


class AnswerSchemeForm(DeedForm):
    """确认供电方案."""

    title = "确认供电方案"
    lead = "看清楚下面的方案，再选同意或有异议。"
    button = "提交我的意见"
    done = "您的意见已收到"
    version = forms.IntegerField(label="页面", widget=forms.HiddenInput, max_value=9999, error_messages=STALE)
    agree = forms.ChoiceField(
        choices=(("yes", "同意这个方案"), ("no", "有异议，请修改")),
        widget=forms.RadioSelect,
        error_messages={"required": "请选同意或有异议"},
    )
    text = forms.CharField(
        required=False, max_length=500, widget=_area(), error_messages={"max_length": "太长，请写在 500 字以内"}
    )

    def labels(self) -> Mapping[str, str]:
        """This function will word the fields."""
        return {"agree": "您的意见", "text": "异议写在这里（同意可不填）"}

    def clean(self) -> dict[str, Any]:
        """This function will ask for words when the customer objects."""
        super().clean()
        if self.told("agree") == "no" and not str(self.told("text") or "").strip():
            self.add_error("text", "有异议请写明，我们好据此修改")
        return self.cleaned_data

    def deed(self, papers: Papers) -> Deed:
        """This function will answer the version that was shown."""
        return schemes.AnswerScheme(
            version=self.told("version"), agree=self.told("agree") == "yes", text=self.told("text") or ""
        )


class SubmitDesignForm(DeedForm):
    """送审设计图纸."""

    title = "提交设计图纸"
    lead = "设计单位由您自己选，供电公司的人不得指定。"
    button = "提交图纸"
    done = "图纸已提交，正在安排审查"
    designer = _line("请填写设计单位")
    licence = _line("请填写设计资质证书号", longest=40)

    def labels(self) -> Mapping[str, str]:
        """This function will word the fields."""
        return {"designer": "设计单位", "licence": "设计资质证书号"}

    def slots(self) -> tuple[Slot, ...]:
        """This function will take the drawings."""
        return (Slot(code="design", name="设计图纸", why="一次接线图、平面图等，PDF 或照片", required=True),)

    def deed(self, papers: Papers) -> Deed:
        """This function will submit the design."""
        return works.SubmitDesign(designer=self.told("designer"), licence=self.told("licence"), papers=papers)


class PlanWorksForm(DeedForm):
    """施工计划."""

    title = "登记施工计划"
    lead = "施工单位由您自己选，供电公司的人不得指定。"
    done = "施工计划已登记"
    builder = _line("请填写施工单位")
    licence = _line("请填写许可证号", longest=40)
    start_on = _day("请填写开工日期")
    finish_on = _day("请填写完工日期")

    def labels(self) -> Mapping[str, str]:
        """This function will word the fields."""
        return {
            "builder": "施工单位",
            "licence": "承装（修、试）电力设施许可证号",
            "start_on": "计划开工日期",
            "finish_on": "计划完工日期",
        }

    def clean(self) -> dict[str, Any]:
        """This function will refuse a plan that ends before it begins."""
        super().clean()
        start, finish = self.told("start_on"), self.told("finish_on")
        if start and finish and finish < start:
            self.add_error("finish_on", "完工日期不能早于开工日期")
        return self.cleaned_data

    def deed(self, papers: Papers) -> Deed:
        """This function will plan the works."""
        told = self.cleaned_data
        return works.PlanWorks(
            builder=told["builder"], licence=told["licence"], start_on=told["start_on"], finish_on=told["finish_on"]
        )


class HiddenWorksForm(DeedForm):
    """隐蔽工程."""

    title = "登记隐蔽工程"
    lead = "电缆沟、接地网这些要埋起来的，埋之前拍照。"
    done = "隐蔽工程已登记"
    what = _line("请写明是哪个部位")

    def labels(self) -> Mapping[str, str]:
        """This function will word the fields."""
        return {"what": "哪个部位"}

    def slots(self) -> tuple[Slot, ...]:
        """This function will take the photographs."""
        return (Slot(code="hidden_photo", name="现场照片", why="拍清楚埋设情况", required=True),)

    def deed(self, papers: Papers) -> Deed:
        """This function will record hidden works."""
        return works.RecordHiddenWorks(what=self.told("what"), photos=papers)


class ReportWorksForm(DeedForm):
    """工程进度."""

    title = "报工程进度"
    lead = "让我们知道做到哪了，好提前安排检验。"
    done = "进度已登记"
    percent = forms.IntegerField(
        min_value=0,
        max_value=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "请填写做了百分之几",
            "invalid": "请填 0 到 100 的整数",
            "min_value": "请填 0 到 100 的整数",
            "max_value": "请填 0 到 100 的整数",
        },
    )
    note = forms.CharField(
        required=False, max_length=300, widget=_area(2), error_messages={"max_length": "太长，请写在 300 字以内"}
    )

    def labels(self) -> Mapping[str, str]:
        """This function will word the fields."""
        return {"percent": "做了百分之几", "note": "说明（可不填）"}

    def deed(self, papers: Papers) -> Deed:
        """This function will report progress."""
        return works.ReportWorks(percent=self.told("percent"), note=self.told("note") or "")


class FinishWorksForm(DeedForm):
    """完工."""

    title = "报完工"
    lead = "自己的工程全部做完了再报。报完工后就可以申请竣工检验。"
    button = "报完工"
    done = "已登记完工，下一步请申请竣工检验"
    finished_on = _day("请填写完工日期")

    def labels(self) -> Mapping[str, str]:
        """This function will word the fields."""
        return {"finished_on": "完工日期"}

    def deed(self, papers: Papers) -> Deed:
        """This function will report the works finished."""
        return works.FinishWorks(finished_on=self.told("finished_on"))


class MidInspectionForm(DeedForm):
    """申请中间检查."""

    title = "申请中间检查"
    lead = "隐蔽工程埋起来之前，我们上门查看。检查不收费。"
    button = "申请检查"
    done = "申请已收到，检查人员会和您约时间"
    content = _line("请写明要检查的部位", longest=200)
    wanted_on = _day("", required=False)

    def labels(self) -> Mapping[str, str]:
        """This function will word the fields."""
        return {"content": "要检查的部位", "wanted_on": "希望哪天来（可不填）"}

    def slots(self) -> tuple[Slot, ...]:
        """This function will take papers, if there are any."""
        return (Slot(code="mid_papers", name="施工记录", why="有就上传，没有可不传"),)

    def deed(self, papers: Papers) -> Deed:
        """This function will ask for the mid-inspection."""
        return inspection.RequestMidInspection(
            content=self.told("content"), wanted_on=self.told("wanted_on"), papers=papers
        )


class CompletionForm(DeedForm):
    """竣工报验."""

    title = "申请竣工检验"
    lead = "资料齐了就能申请，检验不收费。"
    button = "申请检验"
    done = "申请已收到，检验人员会和您约时间"
    wanted_on = _day("", required=False)

    def labels(self) -> Mapping[str, str]:
        """This function will word the fields."""
        return {"wanted_on": "希望哪天来（可不填）"}

    def slots(self) -> tuple[Slot, ...]:
        """This function will take the completion papers that are still missing."""
        lacking = (one for one in _lacking(self.state, self.wanted) if one.due is Due.COMPLETION)
        return tuple(
            Slot(code=one.code, name=one.name, why=paper_why(one, set(), set()), required=True) for one in lacking
        )

    def deed(self, papers: Papers) -> Deed:
        """This function will ask for the completion inspection."""
        return inspection.RequestCompletion(wanted_on=self.told("wanted_on"), papers=papers)


class RectifiedForm(DeedForm):
    """整改完成."""

    title = "报整改完成"
    lead = "每一处都写明怎么改的，最好附照片。"
    button = "报整改完成"
    done = "整改情况已收到"

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, state: CaseState, wanted: Sequence[Requirement]
    ) -> None:
        """This function will ask one answer per open defect."""
        super().__init__(data, state=state, wanted=wanted)
        for number, defect in enumerate(state.defects):
            field = _words("请写明怎么改的")
            field.label = f"{defect.text}（{defect.deadline:%Y-%m-%d} 前改好）"
            self.fields[f"answer_{number}"] = field

    def slots(self) -> tuple[Slot, ...]:
        """This function will take photographs of what was put right."""
        return (Slot(code="rectified_photo", name="整改后的照片", why="有就上传"),)

    def deed(self, papers: Papers) -> Deed:
        """This function will answer every defect."""
        answers = tuple(
            inspection.Rectified(code=defect.code, done=self.told(f"answer_{number}") or "")
            for number, defect in enumerate(self.state.defects)
        )
        return inspection.ReportRectified(answers=answers, papers=papers)


class SignContractForm(DeedForm):
    """签合同."""

    title = "签供用电合同"
    lead = "看清楚合同再签。签了以后供电公司才能送电。"
    button = "签字"
    done = "合同已签"
    number = forms.CharField(label="页面", widget=forms.HiddenInput, max_length=40, error_messages=STALE)
    agree = forms.BooleanField(error_messages={"required": "请先看合同，再勾选同意"})
    signature = _line("请填写您的姓名或单位名称", longest=60)

    def labels(self) -> Mapping[str, str]:
        """This function will word the fields."""
        return {"agree": "我已看过合同全部条款，同意签订", "signature": "签字（填写姓名或单位名称）"}

    def deed(self, papers: Papers) -> Deed:
        """This function will sign for the customer."""
        return closing.SignContract(side="customer", number=self.told("number"), signature=self.told("signature"))


class DisputePauseForm(DeedForm):
    """对暂停有异议."""

    title = "对暂停有异议"
    lead = "觉得不该暂停，写明理由，上级督导人员会看到并核查。"
    button = "提交异议"
    done = "异议已提交，督导人员会核查"
    number = forms.IntegerField(label="页面", widget=forms.HiddenInput, max_value=9999, error_messages=STALE)
    text = _words("请写明您的异议")

    def labels(self) -> Mapping[str, str]:
        """This function will word the fields."""
        return {"text": "为什么不该暂停"}

    def deed(self, papers: Papers) -> Deed:
        """This function will dispute the pause."""
        return course.DisputePause(number=self.told("number"), text=self.told("text"))


class WithdrawForm(DeedForm):
    """撤回申请."""

    title = "撤回申请"
    lead = "撤回后这件申请就结束了，要用电得重新申请。只是想改内容，不用撤回，打电话给客户经理就行。"
    button = "确定撤回"
    done = "申请已撤回"
    reason = _words("请写明撤回原因", longest=200)

    def labels(self) -> Mapping[str, str]:
        """This function will word the fields."""
        return {"reason": "为什么撤回"}

    def deed(self, papers: Papers) -> Deed:
        """This function will withdraw the application."""
        return course.WithdrawApplication(reason=self.told("reason"))


FORMS: dict[str, type[DeedForm]] = {
    "supply_papers": SupplyPapersForm,
    "answer_scheme": AnswerSchemeForm,
    "submit_design": SubmitDesignForm,
    "plan_works": PlanWorksForm,
    "record_hidden_works": HiddenWorksForm,
    "report_works": ReportWorksForm,
    "finish_works": FinishWorksForm,
    "request_mid_inspection": MidInspectionForm,
    "request_completion": CompletionForm,
    "report_rectified": RectifiedForm,
    "sign_contract": SignContractForm,
    "dispute_pause": DisputePauseForm,
    "withdraw_application": WithdrawForm,
}
"""Those whose content stands in this module; `visit_forms.FORMS` has them all."""


def today_first(deed: str, on: date) -> Mapping[str, Any]:
    """This function will fill in what is nearly always right."""
    return {"finished_on": on} if deed == "finish_works" else {}
