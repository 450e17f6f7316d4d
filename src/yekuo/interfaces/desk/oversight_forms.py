"""督办与投诉表单: one per step; content is checked by the rules, which name the field."""

from collections.abc import Mapping
from typing import Any

from django import forms

from yekuo.interfaces.desk.forms.fields import Day, Moment, Pick, Text, YesNo
from yekuo.interfaces.look.forms import TelInput
from yekuo.interfaces.look.names import CONTACT_WAY_NAMES
from yekuo.rules.complaints import SOURCES, TOPICS
from yekuo.rules.supervision import KIND_NAMES, OTHER

RECEIVER_NAMES = {"chief": "班长/主任", "manager": "客户经理"}
REASON_NAMES = {**{kind.value: name for kind, name in KIND_NAMES.items()}, OTHER: "其他"}


def _offer(form: forms.Form, name: str, names: Mapping[Any, str]) -> None:
    """This function will fill a choice of the form."""
    field = form.fields[name]
    if not isinstance(field, Pick):
        raise TypeError(name)
    field.offer(names)


class IssueForm(forms.Form):
    """发督办单: `unit` is asked for only where no case says it."""

    reason = Pick("督办事由", REASON_NAMES)
    unit = Pick("被督办单位", required=False)
    to = Pick("发给")
    reply_by = Moment("答复期限", hint="按本单位工作日历给出，可改。")
    text = Text("督办事项和要求", most=2000, lines=5)

    def __init__(self, *args: Any, people: dict[str, str], units: dict[int, str], **more: Any) -> None:
        """This function will offer the receivers, and the units where there is no case."""
        super().__init__(*args, **more)
        _offer(self, "to", people)
        if units:
            _offer(self, "unit", units)
        else:
            del self.fields["unit"]

    @property
    def receiver(self) -> tuple[str, int]:
        """This function will part what was chosen into role and person."""
        role, _, person = str(self.cleaned_data["to"]).partition("-")
        return role, int(person or 0)

    def place(self, path: str) -> tuple[forms.BaseForm, str | None]:
        """This function will show what is wrong with role or person at the choice of the receiver."""
        name = "to" if path in ("role", "person") else path
        return self, name if name in self.fields else None


class ReplyForm(forms.Form):
    """答复督办单."""

    cause = Text("原因", most=1000, lines=3)
    measures = Text("整改措施", most=2000, lines=4)
    done_by = Day("完成日期", required=False)


class CheckForm(forms.Form):
    """复核督办单: a sheet sent back needs a new deadline."""

    closed = YesNo("复核结论", yes="同意，办结", no="退回，重新答复")
    note = Text("复核意见", most=1000, lines=3)
    reply_by = Moment("新的答复期限", required=False, hint="退回时填写。")

    def clean(self) -> dict[str, Any]:
        """This function will drop the deadline of a sheet that is closed."""
        found = super().clean() or {}
        if found.get("closed"):
            found["reply_by"] = None
        return found


class EscalateForm(forms.Form):
    """升级督办单."""

    reason = Text("升级原因", most=500, lines=2)


class ComplaintForm(forms.Form):
    """登记投诉: about a case, or about none and then with name and phone."""

    source = Pick("投诉来源", {key: name for key, name in SOURCES.items() if key != "customer"})
    source_number = Text("来源工单编号", most=40, required=False, hint="95598、12345、12398 转来的必填。")
    called_at = Moment("来电（投诉）时间", hint="按客户说话的时间填，时限从这时起算。")
    topic = Pick("投诉内容", TOPICS)
    case = Text("关联工单", most=20, required=False, hint="申请编号；没有的留空。")
    name = Text("投诉人", most=60, required=False, hint="没有关联工单时填写。")
    phone = forms.CharField(label="联系电话", max_length=20, required=False, widget=TelInput())
    about = Pick("投诉涉及的人员", required=False, empty="未指明人员", hint="选了的，不会派给他（她）本人。")
    text = Text("客户说了什么", most=2000, lines=5, hint="照客户的话写。")

    def __init__(self, *args: Any, people: dict[int, str], **more: Any) -> None:
        """This function will offer whom it may be about."""
        super().__init__(*args, **more)
        _offer(self, "about", people)


class ContactForm(forms.Form):
    """联系投诉人."""

    way = Pick("联系方式", CONTACT_WAY_NAMES)
    reached = YesNo("是否联系上", yes="已联系上", no="没有联系上")
    note = Text("情况说明", most=500, lines=2, required=False)


class AnswerForm(forms.Form):
    """答复投诉: findings stay with us, the answer is what the customer reads."""

    justified = YesNo("投诉是否属实", yes="属实", no="不属实")
    findings = Text("调查结果", most=2000, lines=3, hint="内部记录，客户看不到。")
    answer = Text("给客户的答复", most=2000, lines=4, hint="客户会在进度页看到这段话。")


class JudgeForm(forms.Form):
    """客户评价投诉处理, as the customer told us."""

    satisfied = YesNo("客户是否满意", yes="满意，办结", no="不满意，重新办理")
    text = Text("客户的话", most=1000, lines=3, required=False)
