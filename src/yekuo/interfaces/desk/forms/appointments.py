"""预约类表单: slots put forward, a visit agreed, moved, missed or called off."""

from datetime import date, timedelta
from typing import Any

from yekuo.interfaces.desk.forms.base import DeedForm, FormCase, Row
from yekuo.interfaces.desk.forms.fields import Day, Pick, Rows, Text, YesNo
from yekuo.interfaces.look.names import role_name
from yekuo.rules.appointments import (
    FAULT_NAMES,
    PART_NAMES,
    ROLES,
    SLOTS_AT_MOST,
    VISIT_NAMES,
    WAITED_IN,
    Part,
    Slot,
    Visit,
    live,
    slot_words,
)
from yekuo.rules.deeds import appointments as deeds
from yekuo.rules.engine.appointing import visits_due
from yekuo.rules.refusal import Refused

SATURDAY = 5


def weekday_after(day: date, days: int) -> date:
    """This function will propose a day some weekdays later; whoever fills in the form knows about holidays."""
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return day


def likely(case: FormCase, visit: Visit, able: tuple[int, ...]) -> int | str:
    """This function will propose who comes: whoever has the work, else who fills in the form, else the only one."""
    for one in (case.state.people.get(ROLES.get(visit, "")), case.by.person):
        if one in able:
            return one
    return able[0] if len(able) == 1 else ""


def free_visits(case: FormCase) -> list[Visit]:
    """This function will list the visits that may be agreed and are not, the one the case waits for first."""
    due = [visit for visit in visits_due(case.state) if live(case.state.bookings, visit) is None]
    waited = WAITED_IN.get(case.state.stage)
    return sorted(due, key=lambda visit: visit is not waited)


def live_visits(case: FormCase) -> list[Visit]:
    """This function will list the visits promised and still to come."""
    return [one.visit for one in case.state.bookings if one.live]


def people_for(case: FormCase, visits: list[Visit]) -> tuple[int, ...]:
    """This function will list who can come for one of these visits."""
    roles = dict.fromkeys(ROLES.get(visit, "") for visit in visits)
    return tuple(dict.fromkeys(person for role in roles for person in (case.holders(role) if role else case.names)))


class VisitForm(DeedForm):
    """上门事项: a form about one of the visits of a case."""

    visit = Pick("上门事项")

    def visits(self) -> list[Visit]:
        """This function will list the visits the form may be about; Refused when there is none."""
        return live_visits(self.case)

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will propose the first."""
        self.case = case
        found = self.visits()
        if not found:
            raise Refused("现在没有可以办理的预约")
        return {"visit": found[0].value}

    def prepare(self) -> None:
        """This function will offer the visits."""
        self.pick("visit").offer({one: VISIT_NAMES[one] for one in self.visits()})

    @property
    def summary(self) -> list[tuple[str, str]]:
        """This function will list what is promised or put forward now."""
        state, names = self.case.state, self.case.names
        pairs = [
            (VISIT_NAMES[one.visit], f"已约 {slot_words(one)}，{names.get(one.person, '')}" + _times(one.moved))
            for one in state.bookings
            if one.live
        ]
        for one in state.proposals:
            words = "；".join(slot_words(slot) for slot in one.slots)
            pairs.append(
                (f"{'客户' if one.by_customer else '我方'}提出", f"{words}{'（' + one.note + '）' if one.note else ''}")
            )
        return pairs


def _times(moved: int) -> str:
    return f"（已改约 {moved} 次）" if moved else ""


class SlotForm(VisitForm):
    """约时间: a person, a day, a part of it."""

    template = "desk/forms/appointment.html"
    person = Pick("上门人员", empty="请选择人员")
    day = Day("日期")
    part = Pick(
        "时段", PART_NAMES, radio=True, css="wide", hint="半天的约定由班组在当天上午或下午内安排；要准点选两小时段。"
    )

    def prepare(self) -> None:
        """This function will offer who can come."""
        super().prepare()
        able = people_for(self.case, self.visits())
        self.pick("person").offer({person: self.case.names[person] for person in able})

    def clean(self) -> dict[str, Any]:
        """This function will refuse a person who does not come for this visit."""
        found = super().clean() or {}
        visit, person = found.get("visit"), found.get("person")
        role = ROLES.get(visit, "") if visit else ""
        if visit and role and person and person not in self.case.holders(role):
            self.add_error(
                "person", f"{self.case.names[person]}没有“{role_name(role)}”岗位，不能去{VISIT_NAMES[visit]}"
            )
        return found

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will propose what the customer put forward, else the person of the role tomorrow morning."""
        found = super().start(case)
        visit = Visit(found["visit"])
        able = people_for(case, [visit])
        person = likely(case, visit, able)
        wanted = next((one.slots[0] for one in case.state.proposals if one.visit is visit and one.by_customer), None)
        day = wanted.day if wanted else weekday_after(case.today, 1)
        return {**found, "person": person, "day": day, "part": (wanted.part if wanted else Part.MORNING).value}


class MakeAppointmentForm(SlotForm):
    """约定上门: the customer is told."""

    deed = deeds.MakeAppointment
    help = "与客户说好后登记；客户的进度页会显示时间和来人，这个人这个时段不会再被别的工单约走。"
    submit = "约定"
    note = Text("说明", most=200, required=False, hint="例如：客户要求提前一小时打电话。")

    def visits(self) -> list[Visit]:
        """This function will list the visits not yet agreed."""
        return free_visits(self.case)


class MoveAppointmentForm(SlotForm):
    """改约: counted, with who asked for it."""

    deed = deeds.MoveAppointment
    help = "换一个时间或换人；改约次数和原因都会留下，客户会收到通知。"
    submit = "改约"
    by_customer = YesNo("谁要求改", yes="客户要求", no="我方原因")
    reason = Text("改约原因", most=300, lines=2)


class SlotRow(Row):
    """可约时段."""

    name = "时段"
    day = Day("日期")
    part = Pick("时段", PART_NAMES)
    person = Pick("上门人员", empty="请选择人员")

    def prepare(self) -> None:
        """This function will offer who can come."""
        field = self.fields["person"]
        if isinstance(field, Pick):
            able = people_for(self.case, free_visits(self.case))
            field.offer({person: self.case.names[person] for person in able})


class ProposeAppointmentForm(VisitForm):
    """提出可约时段: the customer chooses one, and it is agreed at once."""

    deed = deeds.ProposeAppointment
    template = "desk/forms/proposal.html"
    help = "给客户几个时段挑；客户在进度页选中一个即算约定，不用再打电话。"
    submit = "发给客户选"
    slots = Rows("可选时段", SlotRow, keys="[1-9]", most=SLOTS_AT_MOST, add="再加一个时段")
    note = Text("说明", most=200, required=False)

    def visits(self) -> list[Visit]:
        """This function will list the visits not yet agreed."""
        return free_visits(self.case)

    def start_rows(self, group: str) -> dict[str, dict[str, Any]]:
        """This function will propose tomorrow, both halves of the day."""
        return {"1": self.new_row(group, "1"), "2": {**self.new_row(group, "2"), "part": Part.AFTERNOON.value}}

    def new_row(self, group: str, key: str) -> dict[str, Any]:
        """This function will propose a morning and the person of the role."""
        visits = free_visits(self.case)
        able = people_for(self.case, visits[:1])
        person = likely(self.case, visits[0], able) if visits else ""
        days = 1 if key in ("1", "2") else int(key) - 1
        return {"day": weekday_after(self.case.today, days), "part": Part.MORNING.value, "person": person}

    def values(self) -> dict[str, Any]:
        """This function will gather the slots."""
        slots = tuple(
            Slot(day=typed["day"], part=typed["part"], person=typed["person"]) for _, typed in self.lines_of("slots")
        )
        return {**super().values(), "slots": slots}


class MissAppointmentForm(VisitForm):
    """登记爽约: with whose fault it was."""

    deed = deeds.MissAppointment
    template = "desk/forms/appointment.html"
    help = "约好的时间没有办成就登记，写明是哪一方的原因；登记后请另约时间。"
    submit = "登记爽约"
    fault = Pick("原因在谁", FAULT_NAMES, radio=True, css="wide")
    reason = Text("经过", most=300, lines=2)


class CancelAppointmentForm(VisitForm):
    """取消预约: without another time."""

    deed = deeds.CancelAppointment
    template = "desk/forms/appointment.html"
    help = "约定作废，暂不另约；换时间请用“改约”。"
    submit = "取消预约"
    danger = True
    reason = Text("取消原因", most=300, lines=2)


FORMS = (
    MakeAppointmentForm, ProposeAppointmentForm, MoveAppointmentForm, MissAppointmentForm, CancelAppointmentForm,
)  # fmt: skip
