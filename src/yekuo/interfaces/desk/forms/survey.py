"""勘查类表单: who goes, and what was found on site, declared and approved values side by side."""

from datetime import datetime
from typing import Any

from django.forms.boundfield import BoundField

from yekuo.interfaces.desk.forms.base import WHEN, DeedForm, FormCase
from yekuo.interfaces.desk.forms.fields import Moment, Papers, Pick, Position, Text, YesNo
from yekuo.interfaces.desk.forms.intake import FactsForm, facts_start, unit_of
from yekuo.interfaces.look.names import name_of, role_name
from yekuo.rules.deeds import scheme
from yekuo.rules.facts import Facts

NOBODY = ("customer", "member", "")


def roles_of(case: FormCase) -> dict[str, str]:
    """This function will name the roles that act in the process of the case, in the order of its stages."""
    owners = (case.definition.stage(key).owner for key in case.definition.order)
    return {one: role_name(one) for one in owners if one not in NOBODY}


class RoleForm(DeedForm):
    """岗位与人员: a form that names a person for a role; the person must hold the role."""

    role = Pick("岗位")
    person = Pick("人员", empty="请选择人员")

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will propose the role whose turn it is."""
        owner = case.state.owner
        role = owner if owner in roles_of(case) else next(iter(roles_of(case)), "")
        return {"role": role}

    def prepare(self) -> None:
        """This function will offer the roles of the process and the people of the unit."""
        self.pick("role").offer(roles_of(self.case))
        self.offer_staff("person")

    def clean(self) -> dict[str, Any]:
        """This function will refuse a person who does not hold the role."""
        found = super().clean() or {}
        role, person = found.get("role"), found.get("person")
        if role and person and person not in self.case.holders(role):
            able = "、".join(self.case.names[one] for one in self.case.holders(role)) or "本单位暂无"
            self.add_error("person", f"{self.case.names[person]}没有“{role_name(role)}”岗位；有此岗位的：{able}")
        return found


class AssignPersonForm(RoleForm):
    """派工: who acts for a role, and when the customer expects them."""

    deed = scheme.AssignPerson
    help = "把工单派给具体的人，并登记与客户约定的上门时间；派工后只有被派的人能办理这一环节。"
    submit = "派工"
    appointment = Moment("预约上门时间", required=False, hint="与客户约定的时间，客户会收到通知。")
    note = Text("派工说明", most=500, lines=2, required=False)

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will propose whoever holds the role already, or the only one who can."""
        found = super().start(case)
        able = case.holders(found["role"])
        person = case.state.people.get(found["role"]) or (able[0] if len(able) == 1 else "")
        appointment: datetime | None = case.state.appointments.get(found["role"])
        return {
            **found,
            "person": person,
            "appointment": appointment if appointment and appointment > case.at else None,
        }


class SubmitSurveyForm(FactsForm):
    """提交勘查结果: the approved values replace the declared ones, and all clocks are read anew."""

    deed = scheme.SubmitSurvey
    template = "desk/forms/survey.html"
    help = "核定值会替换申请值，时限按核定结果重新计算；提交后转到拟定供电方案。"
    submit = "提交勘查结果"
    business = None  # type: ignore[assignment]  # Django's way to leave a field out
    external_works = YesNo("外部(配套)工程", yes="需要", no="不需要", hint="供电公司投资建设到分界点的工程。")
    customer_works = YesNo("客户受电工程", yes="需要", no="不需要", hint="客户自己投资建设的受电设施。")
    ready = YesNo("是否具备供电条件", yes="具备", no="暂不具备")
    obstacle = Text("暂不具备的原因和所需配套工程", most=500, lines=2, required=False)
    supply_point = Text("供电点", suggest="supply-points", hint="低压填台区，高压填变电站、线路和杆号。")
    receiving_point = Text("受电点", required=False)
    metering_point = Text("计量点位置", required=False)
    opinion = Text("勘查意见", most=500, lines=3, required=False)
    photos = Papers("现场照片", "survey_photo", image=True, most=5, hint="最多 5 张，每张不超过 10 MB。")
    position = Position("现场坐标")

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will show the facts as declared, or what an earlier survey found."""
        last = case.state.survey
        words = ("supply_point", "receiving_point", "metering_point", "opinion", "position")
        return {**facts_start(case.facts), "ready": True, **{one: getattr(last, one) for one in words if last}}

    def values(self) -> dict[str, Any]:
        """This function will give the facts found and what was seen."""
        return {**super().values(), "facts": self.facts()}

    @property
    def compared(self) -> list[tuple[BoundField, str]]:
        """This function will pair each approved value with the declared one in words."""
        declared = declared_words(self.case.facts)
        return [(self[name], declared[name]) for name in self.fields if name in declared]

    @property
    def rest(self) -> list[BoundField]:
        """This function will list the fields that have no declared value."""
        declared = declared_words(self.case.facts)
        return [self[name] for name in self.fields if name not in declared and name != WHEN]

    @property
    def supply_points(self) -> list[str]:
        """This function will suggest the supply points known to us, for the voltage of the case."""
        high = self.case.facts.high_voltage
        words = (f"{one.substation} {one.feeder}" if high else one.supply_area for one in self.case.stations)
        return list(dict.fromkeys(word.strip() for word in words if word.strip()))


def declared_words(facts: Facts) -> dict[str, str]:
    """This function will put the facts into words, by field."""
    unit = unit_of(facts)
    sure = {True: "需要", False: "不需要", None: "未申报"}
    return {
        "kind": name_of(facts.kind),
        "voltage": name_of(facts.voltage),
        "capacity_kva": f"{facts.capacity_kva.normalize():f} {unit}",
        "original_kva": f"{facts.original_kva.normalize():f} {unit}",
        "sources": f"{facts.sources} 路",
        "importance": name_of(facts.importance),
        "special_load": "有" if facts.special_load else "无",
        "generation_kw": f"{facts.generation_kw.normalize():f} kW" if facts.generation_kw else "无",
        "zero_investment": "是" if facts.zero_investment else "否",
        "external_works": sure[facts.external_works],
        "customer_works": sure[facts.customer_works],
    }


FORMS = (AssignPersonForm, SubmitSurveyForm)
