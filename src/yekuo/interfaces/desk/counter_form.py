"""受理台表单: the whole application on one page, as the clerk hears it; every mistake is named by the operation that files it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.signing import Signer
from django.forms.boundfield import BoundField
from django.utils.datastructures import MultiValueDict

from yekuo.interfaces.desk.forms.base import Keeping
from yekuo.interfaces.desk.forms.fields import Moment, Papers
from yekuo.interfaces.look.forms import DateInput, TelInput
from yekuo.interfaces.look.names import CHANNEL_NAMES, VOLTAGE_NAMES
from yekuo.rules.deeds.base import Paper
from yekuo.rules.materials import DUE_NAMES, Due, Requirement
from yekuo.rules.when import BUSINESS_NAMES, IMPORTANCE_NAMES, KIND_NAMES

CHANNELS = ("counter", "phone", "95598", "visit", "agent")
ID_TYPES = (
    ("resident_id", "居民身份证"), ("credit_code", "统一社会信用代码"), ("passport", "护照"),
    ("permit", "港澳台居民通行证或居住证"), ("military", "军人证件"), ("other_organisation", "其他组织证件"),
)  # fmt: skip
USES = (
    ("", "请选择"), ("life", "日常生活"), ("shop", "店铺、餐饮"), ("office", "办公"), ("factory", "工厂、加工"),
    ("farming", "农业、灌溉、养殖"), ("charger", "充电设施"), ("public", "学校、医院等公共服务"), ("site", "建筑施工"),
    ("quarter", "居民住宅小区"), ("other", "其他"),
)  # fmt: skip
MUST = ("channel", "unit", "business", "kind", "name", "id_type", "id_number", "phone", "address", "load_kw")
GROUPS = (
    ("渠道与业务", ("channel", "unit", "business", "account_number", "holder_tail", "source_number", "source_at")),
    ("用电人", ("kind", "name", "id_type", "id_number", "phone", "contact", "legal_person", "private_business")),
    ("经办人（替别人办理时填写）", ("agent_name", "agent_number", "agent_phone")),
    ("用电地址", ("area", "address", "tenant", "point")),
    ("用电需求", (
        "load_kw", "existing", "use", "industry", "voltage", "transformers_kva", "sources",
        "importance", "special_load", "generation_kw", "own_generation_kva", "households", "wanted_on", "signs_standard_contract",
    )),
    ("发票与备注", ("invoice_title", "invoice_number", "invoice_to", "remark")),
)  # fmt: skip
PRIVATE = frozenset({
    "holder_tail",
    "name", "id_number", "phone", "contact", "legal_person", "agent_name", "agent_number", "agent_phone", "address",
    "point", "invoice_title", "invoice_number", "invoice_to", "remark",
})  # fmt: skip
BESIDE = frozenset({"channel", "unit", "source_number", "source_at", "holder_tail"})
"""Fields of the counter, which no application has."""
WIDE = frozenset({"address", "remark"})
SUFFIX = {
    "load_kw": "kW",
    "transformers_kva": "kVA",
    "generation_kw": "kW",
    "own_generation_kva": "kVA",
    "households": "户",
    "sources": "路",
}
HINTS = {
    "load_kw": "新增的负荷", "existing": "增容时填写现在的容量", "account_number": "增容时填写现在的户号",
    "source_number": "95598 等转来的必填，照抄工单号", "source_at": "客户第一次联系我们的时间，如实填写；柜台来的不填",
    "holder_tail": "核对证件后填写，用电人和地址就沿用户号档案，不用再填",
    "generation_kw": "光伏等要向电网送电的填写", "transformers_kva": "自建变压器时填写，不清楚留空", "voltage": "不清楚留空，系统按负荷推荐",
    "point": "经度,纬度；不清楚留空", "contact": "单位申请必填", "importance": "只按政府名单填写",
    "signs_standard_contract": "居民和三零客户可随申请签订标准合同", "area": "例如 西湖区",
}  # fmt: skip


class _Words(forms.CharField):
    """A text the operation checks: shown as required where it is, never judged here."""

    def validate(self, value: Any) -> None:
        """This function will leave judging to the operation."""


class _Choice(forms.ChoiceField):
    """A choice the operation checks; an unknown one comes back as it was sent."""

    def validate(self, value: Any) -> None:
        """This function will leave judging to the operation."""


def _must(name: str) -> bool:
    return name in MUST


def _text(name: str, label: str, *, lines: int = 0, mode: str = "") -> forms.CharField:
    attrs: dict[str, Any] = {"autocomplete": "off"}
    if name in PRIVATE:
        attrs["data-private"] = True
    if mode:
        attrs["inputmode"] = mode
    widget = forms.Textarea(attrs={"rows": lines, **attrs}) if lines else forms.TextInput(attrs=attrs)
    return _Words(label=label, required=_must(name), help_text=HINTS.get(name, ""), widget=widget)


def _choice(name: str, label: str, choices: Sequence[tuple[str, str]]) -> forms.ChoiceField:
    return _Choice(label=label, required=_must(name), help_text=HINTS.get(name, ""), choices=choices)


def _tick(name: str, label: str) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=HINTS.get(name, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """受理台: who keeps the uploads and for whom they are signed."""

    person: int
    keep_paper: "Callable[[UploadedFile[Any], str], Paper]"

    def signer(self) -> Signer:
        """This function will sign tokens that are good for this person's applications only."""
        return Signer(salt=f"counter:{self.person}")

    def paper_url(self, paper: Paper) -> str:
        """This function will say that an upload not filed yet has no page of its own."""
        return ""


class CounterForm(Keeping):
    """新建申请: reads nothing itself; `typed` is what the operation is asked to read."""

    channel = _choice("channel", "受理渠道", [(one, CHANNEL_NAMES[one]) for one in CHANNELS])
    unit = _choice("unit", "受理单位", [])
    source_number = _text("source_number", "来源工单号")
    source_at = Moment("客户来电时间", required=False, hint=HINTS["source_at"])
    kind = _choice("kind", "用电人类别", [(one.value, name) for one, name in KIND_NAMES.items()])
    name = _text("name", "户名")
    id_type = _choice("id_type", "证件类别", ID_TYPES)
    id_number = _text("id_number", "证件号码")
    phone = forms.CharField(label="联系电话", widget=TelInput(), required=True)
    contact = _text("contact", "联系人")
    legal_person = _text("legal_person", "法定代表人")
    private_business = _tick("private_business", "民营企业或个体工商户")
    agent_name = _text("agent_name", "经办人姓名")
    agent_number = _text("agent_number", "经办人身份证号")
    agent_phone = _text("agent_phone", "经办人手机号", mode="tel")
    area = _text("area", "所在区域")
    address = _text("address", "用电地址", lines=2)
    tenant = _tick("tenant", "租用的房屋或场地")
    point = _text("point", "位置坐标")
    business = _choice("business", "业务类型", [(one.value, name) for one, name in BUSINESS_NAMES.items()])
    load_kw = _text("load_kw", "申请负荷", mode="decimal")
    account_number = _text("account_number", "现有户号", mode="numeric")
    holder_tail = _text("holder_tail", "户主证件后四位")
    existing = _text("existing", "原有容量", mode="decimal")
    use = _choice("use", "用电用途", USES)
    industry = _text("industry", "行业")
    voltage = _choice(
        "voltage", "供电电压", [("", "由系统推荐"), *[(str(int(one)), name) for one, name in VOLTAGE_NAMES.items()]]
    )
    transformers_kva = _text("transformers_kva", "变压器总容量", mode="decimal")
    sources = _text("sources", "电源路数", mode="numeric")
    importance = _choice("importance", "重要性等级", [(one.value, name) for one, name in IMPORTANCE_NAMES.items()])
    special_load = _tick("special_load", "有冲击、谐波等特殊负荷")
    own_generation_kva = _text("own_generation_kva", "自备电源容量", mode="decimal")
    generation_kw = _text("generation_kw", "并网发电容量", mode="decimal")
    households = _text("households", "户数", mode="numeric")
    wanted_on = forms.CharField(label="希望用电日期", required=False, widget=DateInput())
    signs_standard_contract = _tick("signs_standard_contract", "同意随申请签订标准供用电合同")
    invoice_title = _text("invoice_title", "发票抬头")
    invoice_number = _text("invoice_number", "纳税人识别号")
    invoice_to = _text("invoice_to", "发票接收手机或邮箱")
    remark = _text("remark", "备注", lines=2)

    use_required_attribute = False

    def __init__(
        self,
        data: "MultiValueDict[str, Any] | None" = None,
        files: "MultiValueDict[str, Any] | None" = None,
        *,
        counter: Counter,
        units: Sequence[tuple[int, str]],
        needed: Sequence[Requirement] = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """This function will offer the units, and one upload for every paper known to be needed at acceptance."""
        self.case = counter  # type: ignore[assignment]  # a form kept at the counter has no case yet
        super().__init__(data, files, initial={**FRESH, **(initial or {})}, label_suffix="")
        self.fields["unit"].choices = [(str(key), name) for key, name in units]  # type: ignore[attr-defined]
        self.fields["phone"].validate = lambda value: None  # type: ignore[method-assign]  # the operation judges
        self.needed = [one for one in needed if one.due is Due.ACCEPTANCE]
        for one in self.needed:
            self.fields[f"paper_{one.code}"] = Papers(one.name, one.code, hint=_paper_hint(one), most=10)

    @property
    def typed(self) -> dict[str, object]:
        """This function will give what was typed, as the operation reads it."""
        own = (name for name in self.base_fields if name not in BESIDE)
        return {name: self.cleaned_data[name] for name in own if self.cleaned_data.get(name) not in (None, "")}

    @property
    def papers(self) -> tuple[Paper, ...]:
        """This function will list the papers kept so far."""
        found = (self.cleaned_data.get(f"paper_{one.code}", ()) for one in self.needed)
        return tuple(paper for papers in found for paper in papers)

    @property
    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """This function will list the sections of the page."""
        return [(title, [self._drawn(name) for name in names if name in self.fields]) for title, names in GROUPS]

    def _drawn(self, name: str) -> BoundField:
        bound = self[name]
        bound.field.suffix = SUFFIX.get(name, "")  # type: ignore[attr-defined]
        bound.field.css = "wide" if name in WIDE else ""  # type: ignore[attr-defined]
        return bound

    @property
    def uploads(self) -> list[BoundField]:
        """This function will list the uploads, one per paper needed at acceptance."""
        return [self[f"paper_{one.code}"] for one in self.needed]


FRESH = {
    "channel": "counter",
    "kind": "resident",
    "id_type": "resident_id",
    "business": "new",
    "sources": "1",
    "importance": "ordinary",
}


def _paper_hint(one: Requirement) -> str:
    names = "、".join(paper.name for paper in one.any_of)
    choice = f"任选其一：{names}。" if len(one.any_of) > 1 else ""
    later = f"可容缺，承诺{DUE_NAMES[one.promise_until]}补齐。" if one.promise_until else "受理时必须有。"
    return f"{choice}{later}"
