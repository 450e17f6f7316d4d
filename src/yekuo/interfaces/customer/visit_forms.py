"""约时间与评价: the forms of a visit to be agreed, and of the customer's word on the feedback."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from yekuo.interfaces.customer.deed_forms import FORMS as OTHERS
from yekuo.interfaces.customer.deed_forms import DeedForm, Papers
from yekuo.interfaces.look.forms import DateInput
from yekuo.operations.appointments import offers_of
from yekuo.rules.appointments import PART_NAMES, VISIT_NAMES, Part, Slot, Visit
from yekuo.rules.deeds import appointments, feedback
from yekuo.rules.deeds.base import Deed
from yekuo.rules.engine.appointing import visits_due
from yekuo.rules.materials import Requirement
from yekuo.rules.state import CaseState

HALVES = (Part.MORNING, Part.AFTERNOON)
PROPOSED = 3
NO_YES = (("no", "没有"), ("yes", "有"))
GRADES = (("5", "非常满意"), ("4", "满意"), ("3", "一般"), ("2", "不满意"), ("1", "非常不满意"))


class ChooseTimeForm(DeedForm):
    """选上门时间."""

    title = "选上门时间"
    lead = "下面的时间我们都有人，选一个就约定了。都不方便的，返回后点“提方便的时间”。"
    button = "就约这个时间"
    done = "约好了，我们会准时上门"
    slot = forms.ChoiceField(widget=forms.RadioSelect, error_messages={"required": "请选一个时间"})

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, state: CaseState, wanted: Sequence[Requirement]
    ) -> None:
        """This function will offer what the company put forward."""
        super().__init__(data, state=state, wanted=wanted)
        found = [
            (f"{one.visit.value} {day.isoformat()} {part} {person}", f"{one.title}：{words}")
            for one in offers_of(state)
            if not one.by_customer
            for day, part, person, words in one.slots
        ]
        field = self.fields["slot"]
        field.choices = found  # type: ignore[attr-defined]  # a ChoiceField
        field.error_messages["invalid_choice"] = "这个时间刚刚不能选了，请看下面现有的时间"

    def labels(self) -> Mapping[str, str]:
        """This function will word the fields."""
        return {"slot": "哪个时间方便"}

    def deed(self, papers: Papers) -> Deed:
        """This function will promise the visit."""
        visit, day, part, person = self.told("slot").split(" ")
        return appointments.MakeAppointment(
            visit=Visit(visit), person=int(person), day=date.fromisoformat(day), part=Part(part)
        )


class OfferTimesForm(DeedForm):
    """提方便的时间."""

    title = "提方便的时间"
    lead = "写最多三个您方便的时间，我们从里面定一个告诉您。"
    button = "提交"
    done = "您方便的时间已收到，定下来会告诉您"
    visit = forms.ChoiceField(widget=forms.RadioSelect, error_messages={"required": "请选一项"})
    note = forms.CharField(required=False, max_length=200, error_messages={"max_length": "太长，请写在 200 字以内"})

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, state: CaseState, wanted: Sequence[Requirement]
    ) -> None:
        """This function will ask for up to three half days."""
        super().__init__(data, state=state, wanted=wanted)
        due = visits_due(state)
        self.fields["visit"].choices = [(one.value, VISIT_NAMES[one]) for one in due]  # type: ignore[attr-defined]
        self.fields["visit"].initial = due[0].value if due else None
        for number in range(1, PROPOSED + 1):
            again = "" if number == 1 else "（可不填）"
            self.fields[f"day_{number}"] = forms.DateField(
                label=f"第 {number} 个时间{again}",
                required=number == 1,
                widget=DateInput,
                error_messages={"required": "请至少填一天", "invalid": "日期不对，请按 2027-01-05 这样填写"},
            )
            self.fields[f"part_{number}"] = forms.ChoiceField(
                label=f"第 {number} 个时间的上午或下午",
                choices=[(one.value, PART_NAMES[one]) for one in HALVES],
                required=False,
                error_messages={"invalid_choice": "请选上午或下午"},
            )
        self.order_fields([*(one for one in self.fields if one != "note"), "note"])

    def labels(self) -> Mapping[str, str]:
        """This function will word the fields."""
        return {"visit": "约什么", "note": "要告诉我们的（可不填）"}

    def deed(self, papers: Papers) -> Deed:
        """This function will put the slots forward."""
        return appointments.ProposeAppointment(
            visit=Visit(self.told("visit")), slots=tuple(self._slots()), note=self.told("note") or ""
        )

    def _slots(self) -> Iterator[Slot]:
        for number in range(1, PROPOSED + 1):
            day = self.told(f"day_{number}")
            if day:
                yield Slot(day=day, part=Part(self.told(f"part_{number}") or Part.MORNING.value))


def _asked() -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=NO_YES,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一项", "invalid_choice": "请从列出的里面选"},
    )


class RateForm(DeedForm):
    """评价: nothing is answered beforehand; what nobody said is not put into their mouth."""

    title = "评价这次服务"
    lead = "您的评价由上级查看，不影响您用电。"
    button = "提交评价"
    done = "谢谢您的评价"
    grade = forms.ChoiceField(choices=GRADES, widget=forms.RadioSelect, error_messages={"required": "请选一项"})
    told_once = forms.ChoiceField(
        choices=(("yes", "是"), ("no", "不是")), widget=forms.RadioSelect,
        error_messages={"required": "请选一项"},
    )  # fmt: skip
    on_time = forms.ChoiceField(
        choices=(("yes", "是"), ("no", "不是")), widget=forms.RadioSelect,
        error_messages={"required": "请选一项"},
    )  # fmt: skip
    repeated_trip = _asked()
    named_builder = _asked()
    extra_fee = _asked()
    note = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "太长，请写在 500 字以内"},
    )

    def labels(self) -> Mapping[str, str]:
        """This function will word the fields."""
        return {
            "grade": "总的来说，您满意吗",
            "told_once": "要什么资料，是一次告诉您的吗",
            "on_time": "是按答应的时间送电的吗",
            "repeated_trip": "有没有让您重复跑腿",
            "named_builder": "有没有人指定设计、施工单位或买谁的设备",
            "extra_fee": "有没有收过方案以外的钱",
            "note": "想说的话（可不填）",
        }

    def deed(self, papers: Papers) -> Deed:
        """This function will rate the feedback."""
        said = {name: self.told(name) == "yes" for name in ("told_once", "on_time", "repeated_trip", "named_builder")}
        return feedback.RateService(
            grade=int(self.told("grade")),
            extra_fee=self.told("extra_fee") == "yes",
            note=self.told("note") or "",
            **said,
        )


FORMS: dict[str, type[DeedForm]] = {
    **OTHERS,
    "make_appointment": ChooseTimeForm,
    "propose_appointment": OfferTimesForm,
    "rate_service": RateForm,
}
"""What a customer does by form; urging is one button without a form, a complaint has a page of its own."""
