"""设计与工程类表单: design, plan, hidden works, progress, finish, external works, contact."""

from typing import Any

from yekuo.interfaces.desk.forms.base import DeedForm, FormCase
from yekuo.interfaces.desk.forms.fields import Day, Papers, Pick, Text, Whole, YesNo
from yekuo.interfaces.look.names import CONTACT_WAY_NAMES
from yekuo.rules.deeds import works


class SubmitDesignForm(DeedForm):
    """送审设计: drawings handed in for the customer."""

    deed = works.SubmitDesign
    help = "替客户登记送审的图纸；登记后转到设计审查，审查时限开始计算。"
    submit = "登记送审"
    designer = Text("设计单位", hint="由客户自行选择，我方不得指定。")
    licence = Text("设计资质证书号", most=60)
    papers = Papers("设计图纸", "design", required=True)


class PlanWorksForm(DeedForm):
    """客户工程计划: who builds, from when to when."""

    deed = works.PlanWorks
    help = "登记客户自己选的施工单位和计划；到计划日期会提醒跟进，工单仍在客户施工。"
    submit = "登记计划"
    builder = Text("施工单位", hint="由客户自行选择，我方不得指定。")
    licence = Text("承装(修、试)许可证号", most=60)
    start_on = Day("计划开工日期")
    finish_on = Day("计划完工日期")

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will show the plan as it stands."""
        plan = case.state.plan
        names = ("builder", "licence", "start_on", "finish_on")
        return {name: getattr(plan, name) for name in names} if plan else {"start_on": case.today}


class RecordHiddenWorksForm(DeedForm):
    """隐蔽工程记录: before it is covered."""

    deed = works.RecordHiddenWorks
    help = "隐蔽部位覆盖之前拍照留存，供中间检查和竣工检验核对。"
    submit = "记录"
    what = Text("隐蔽部位", hint="例如电缆沟、接地网、预埋件。")
    photos = Papers("照片", "hidden_photo", required=True, image=True)


class ReportWorksForm(DeedForm):
    """工程进度: how far the works are."""

    deed = works.ReportWorks
    help = "登记工程进度，客户和督导都能看到；全部完成后另行登记完工或验收。"
    submit = "登记进度"
    percent = Whole("完成进度", least=0, most=100, suffix="%")
    note = Text("进度说明", most=500, lines=2, required=False)

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will show the last progress."""
        return {"percent": case.state.works_percent}


class FinishWorksForm(DeedForm):
    """客户工程完工: recorded for the customer."""

    deed = works.FinishWorks
    help = "登记客户受电工程完工；下一步由客户提交竣工资料、申请竣工检验。"
    submit = "登记完工"
    finished_on = Day("完工日期")

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will propose today."""
        return {"finished_on": case.today}


class AcceptExternalWorksForm(DeedForm):
    """外部工程验收: our own works up to the boundary."""

    deed = works.AcceptExternalWorks
    help = "登记供电公司投资的外部工程已验收合格；这是送电的条件之一。"
    submit = "登记验收合格"
    content = Text("验收内容", most=500, lines=3, hint="例如：低压线路 60 米、表箱 1 只，验收合格。")
    papers = Papers("验收资料", "external_works")


class ContactCustomerForm(DeedForm):
    """联系客户: every attempt counts, reached or not."""

    deed = works.ContactCustomer
    help = "每次联系都登记，联系不上也登记；不影响环节和时限。"
    submit = "登记联系"
    way = Pick("联系方式", CONTACT_WAY_NAMES, radio=True, css="wide")
    reached = YesNo("是否联系上", yes="已联系上", no="未联系上")
    note = Text("联系内容", most=500, lines=3, required=False)
    call_on = Day("答应哪天再联系", required=False, hint="到那天会出现在“今天”里。")

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will propose a call that got through."""
        return {"way": "phone", "reached": True}


FORMS = (
    SubmitDesignForm, PlanWorksForm, RecordHiddenWorksForm, ReportWorksForm, FinishWorksForm, AcceptExternalWorksForm,
    ContactCustomerForm,
)  # fmt: skip
