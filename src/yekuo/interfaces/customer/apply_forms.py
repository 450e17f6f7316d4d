"""申请表单: the pages of an application, each with its own checks, in words anybody understands."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from yekuo.interfaces.look.forms import DateInput, TelInput
from yekuo.rules.people import credit_code_error, identity_error, mobile_error, name_error, phone_error

KINDS = (
    ("resident", "居民家庭，自己家里用"),
    ("nonresident", "单位、店铺、个体户、农业等"),
    ("quarter", "住宅小区整体（开发、物业）"),
)
ID_TYPES = (
    ("resident_id", "居民身份证"),
    ("credit_code", "营业执照上的统一社会信用代码"),
    ("passport", "护照"),
    ("permit", "港澳台居民通行证或居住证"),
    ("military", "军人证件"),
    ("other_organisation", "其他单位证件"),
)
ORGANISATION_TYPES = ("credit_code", "other_organisation")
YES_NO = (("yes", "是"), ("no", "不是"))
ACTING = (("self", "本人（本单位）办理"), ("agent", "我替别人办"))
OWNERSHIP = (("own", "自己的"), ("rent", "租来的"))
BUSINESSES = (("new", "新装：这里还没有电表"), ("increase", "增容：已有电表，电不够用"))
USES = {
    "resident": (("life", "日常生活"), ("charger", "家用充电桩"), ("other", "其他")),
    "nonresident": (
        ("shop", "店铺、餐饮"),
        ("office", "办公"),
        ("factory", "工厂、加工"),
        ("farming", "农业、灌溉、养殖"),
        ("charger", "充电桩、充电站"),
        ("public", "学校、医院等公共服务"),
        ("site", "建筑施工"),
        ("other", "其他"),
    ),
    "quarter": (("quarter", "居民住宅小区"),),
}
ALL_USES = tuple({code: (code, name) for group in USES.values() for code, name in group}.values())
IMPORTANCES = (
    ("ordinary", "没有，或者不清楚"),
    ("temporary", "有，临时性重要用户"),
    ("second", "有，二级重要用户"),
    ("first", "有，一级重要用户"),
    ("special", "有，特级重要用户"),
)
SOURCES = (("1", "一路就够"), ("2", "两路（一路停电时另一路顶上）"), ("3", "三路"))


def _text(attrs: dict[str, Any] | None = None) -> forms.TextInput:
    return forms.TextInput(attrs=attrs)


def _private(attrs: dict[str, Any] | None = None) -> forms.TextInput:
    return forms.TextInput(attrs={"data-private": True, "autocomplete": "off", "spellcheck": "false", **(attrs or {})})


class Page(forms.Form):
    """申请页: knows the day, which other pages' answers it needs, and which fields are asked only sometimes."""

    use_required_attribute = False

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        on: date,
        told: dict[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """This function will take the day the page is filled in and what other pages said."""
        super().__init__(data, initial=dict(initial or {}), label_suffix="")
        self.on = on
        self.told = told or {}

    def said(self, name: str) -> str:
        """This function will give a cleaned choice, '' while it is missing."""
        return str(self.cleaned_data.get(name) or "")

    def want(self, name: str, message: str) -> None:
        """This function will ask for a field that this situation needs."""
        if name not in self.errors and not self.said(name).strip():
            self.add_error(name, message)

    def check(self, name: str, error: str) -> None:
        """This function will put an error at a field unless one stands there."""
        if error and name not in self.errors:
            self.add_error(name, error)


class WhoPage(Page):
    """谁用电: the applicant, how to reach them, and whether somebody else fills this in."""

    kind = forms.ChoiceField(
        label="谁用电", choices=KINDS, widget=forms.RadioSelect, error_messages={"required": "请选一项"}
    )
    private_business = forms.ChoiceField(
        label="是民营企业或个体工商户吗", choices=YES_NO, widget=forms.RadioSelect, required=False
    )
    name = forms.CharField(
        label="姓名或单位名称",
        max_length=60,
        help_text="和证件上一样",
        error_messages={"required": "请填写姓名或单位名称", "max_length": "名称太长，请按证件填写"},
        widget=_private({"autocomplete": "name"}),
    )
    id_type = forms.ChoiceField(label="用什么证件", choices=ID_TYPES)
    id_number = forms.CharField(
        label="证件号码",
        max_length=40,
        error_messages={"required": "请填写证件号码", "max_length": "证件号码太长，请核对"},
        widget=_private({"autocapitalize": "characters"}),
    )
    contact = forms.CharField(
        label="联系人姓名", max_length=30, required=False, help_text="单位申请时填写", widget=_private()
    )
    phone = forms.CharField(
        label="联系电话",
        max_length=20,
        help_text="我们上门前会打这个电话",
        widget=TelInput,
        error_messages={"required": "请填写联系电话"},
    )
    acting = forms.ChoiceField(label="您是", choices=ACTING, widget=forms.RadioSelect, initial="self")
    agent_name = forms.CharField(label="您的姓名", max_length=30, required=False, widget=_private())
    agent_number = forms.CharField(label="您的身份证号", max_length=18, required=False, widget=_private())
    agent_phone = forms.CharField(label="您的手机号", max_length=20, required=False, widget=TelInput)

    def clean(self) -> dict[str, Any]:
        """This function will check numbers, and ask for what an organisation or an agent has to say besides."""
        super().clean()
        self.check("phone", phone_error(self.said("phone")) if self.said("phone") else "")
        for name in ("name", "contact", "agent_name"):
            self.check(name, name_error(self.said(name)) if self.said(name) else "")
        self._check_number()
        if self.said("kind") in ("nonresident", "quarter"):
            self.want("private_business", "请选一项") if self.said("kind") == "nonresident" else None
            if self.said("id_type") in ORGANISATION_TYPES:
                self.want("contact", "请填写联系人姓名")
        if self.said("acting") == "agent":
            self._check_agent()
        return self.cleaned_data

    def _check_number(self) -> None:
        number, kind = self.said("id_number"), self.said("id_type")
        if self.said("kind") == "resident" and kind in ORGANISATION_TYPES:
            self.check("id_type", "居民家庭请选个人证件")
            return
        if number and kind == "resident_id":
            self.check("id_number", identity_error(number, on=self.on))
        if number and kind == "credit_code":
            self.check("id_number", credit_code_error(number))
        if number and len(number.strip()) < 4:
            self.check("id_number", "证件号码太短，请核对")

    def _check_agent(self) -> None:
        self.want("agent_name", "请填写您的姓名")
        self.want("agent_number", "请填写您的身份证号")
        self.want("agent_phone", "请填写您的手机号")
        if self.said("agent_number"):
            self.check("agent_number", identity_error(self.said("agent_number"), on=self.on))
        if self.said("agent_phone"):
            self.check("agent_phone", mobile_error(self.said("agent_phone")))


class WherePage(Page):
    """在哪用电: the unit that serves the place, the address, and whose premises they are."""

    unit = forms.ChoiceField(
        label="所在地区",
        error_messages={"required": "请选择所在地区", "invalid_choice": "没有这个地区，请重新选择"},
    )
    address = forms.CharField(
        label="详细地址",
        max_length=120,
        min_length=5,
        help_text="写到门牌号；农村写到村、组；空地写清附近的标志",
        error_messages={
            "required": "请填写详细地址",
            "min_length": "地址太短，上门的人会找不到",
            "max_length": "地址太长，请删减到 120 字以内",
        },
        widget=forms.Textarea(attrs={"rows": 3, "data-private": True, "autocomplete": "street-address"}),
    )
    ownership = forms.ChoiceField(
        label="房子（场地）是",
        choices=OWNERSHIP,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一项"},
    )

    def __init__(self, *args: Any, units: tuple[tuple[int, str], ...], **kwargs: Any) -> None:
        """This function will offer the units that take applications."""
        super().__init__(*args, **kwargs)
        choices = [(str(key), name) for key, name in units]
        if len(choices) > 1:
            choices.insert(0, ("", "请选择"))
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


class WhatPage(Page):
    """要用多少电: new or more, for what, how many kW; at high voltage also sources and importance."""

    business = forms.ChoiceField(
        label="要办什么", choices=BUSINESSES, widget=forms.RadioSelect, error_messages={"required": "请选一项"}
    )
    account = forms.CharField(
        label="现在的户号",
        max_length=20,
        required=False,
        help_text="电费单、短信或电表旁的卡片上有",
        widget=_text({"inputmode": "numeric"}),
    )
    existing = forms.DecimalField(
        label="现在的容量",
        required=False,
        max_digits=9,
        decimal_places=2,
        min_value=Decimal(0),
        error_messages={
            "invalid": "请填数字，例如 8",
            "min_value": "不能是负数",
            "max_digits": "数字太大，请核对",
            "max_whole_digits": "数字太大，请核对",
            "max_decimal_places": "小数最多两位",
        },
        widget=_text({"inputmode": "decimal"}),
    )
    use = forms.ChoiceField(label="用电做什么", choices=ALL_USES, error_messages={"required": "请选一项"})
    load_kw = forms.DecimalField(
        label="需要多少千瓦",
        max_digits=9,
        decimal_places=2,
        min_value=Decimal("0.1"),
        error_messages={
            "required": "请填写千瓦数；不清楚的话，对照下面的电器表加一加",
            "invalid": "请填数字，例如 8",
            "min_value": "千瓦数要大于 0",
            "max_digits": "数字太大，请核对",
            "max_whole_digits": "数字太大，请核对",
            "max_decimal_places": "小数最多两位",
        },
        widget=_text({"inputmode": "decimal"}),
    )
    high_voltage = forms.ChoiceField(
        label="要不要高压专用变压器",
        choices=(("auto", "按千瓦数定，不清楚就选这个"), ("yes", "要，我方自建变压器（10 千伏及以上）")),
        widget=forms.RadioSelect,
        initial="auto",
        required=False,
    )
    transformers_kva = forms.DecimalField(
        label="变压器总容量",
        required=False,
        max_digits=9,
        decimal_places=0,
        min_value=Decimal(10),
        help_text="不清楚就空着，我们按千瓦数换算",
        error_messages={
            "invalid": "请填整数，例如 630",
            "min_value": "最小 10 千伏安",
            "max_digits": "数字太大，请核对",
            "max_whole_digits": "数字太大，请核对",
            "max_decimal_places": "请填整数",
        },
        widget=_text({"inputmode": "numeric"}),
    )
    sources = forms.ChoiceField(
        label="需要几路电源", choices=SOURCES, widget=forms.RadioSelect, initial="1", required=False
    )
    importance = forms.ChoiceField(
        label="政府把您单位列入重要电力用户名单了吗",
        choices=IMPORTANCES,
        initial="ordinary",
        required=False,
        help_text="停电会造成人身伤亡、严重污染、爆炸火灾或重大损失的单位，由政府列入名单",
    )
    special_load = forms.ChoiceField(
        label="有电弧炉、轧机、大型整流或变频这类设备吗",
        choices=(("no", "没有"), ("yes", "有")),
        widget=forms.RadioSelect,
        initial="no",
        required=False,
    )
    generation_kw = forms.DecimalField(
        label="光伏等发电设备的功率",
        required=False,
        max_digits=9,
        decimal_places=2,
        min_value=Decimal("0.1"),
        help_text="要把电送进电网的才填",
        error_messages={
            "invalid": "请填数字，例如 20",
            "min_value": "最小 0.1 千瓦；没有就空着",
            "max_digits": "数字太大，请核对",
            "max_whole_digits": "数字太大，请核对",
            "max_decimal_places": "最多两位小数",
        },
        widget=_text({"inputmode": "decimal"}),
    )
    wanted_on = forms.DateField(
        label="希望哪天用上电",
        required=False,
        widget=DateInput,
        error_messages={"invalid": "日期不对，请按 2027-01-05 这样填写"},
    )
    remark = forms.CharField(
        label="还有什么要说的",
        required=False,
        max_length=300,
        error_messages={"max_length": "太长，请写在 300 字以内"},
        widget=forms.Textarea(attrs={"rows": 2, "data-private": True}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """This function will offer the uses that fit who applies."""
        super().__init__(*args, **kwargs)
        kind = str(self.told.get("kind", ""))
        uses = USES.get(kind, ALL_USES)
        if kind == "resident":
            for name in ("high_voltage", "transformers_kva", "sources", "importance", "special_load"):
                del self.fields[name]
        self.fields["use"].choices = uses if len(uses) == 1 else [("", "请选择"), *uses]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """This function will ask for the account where there is one, and refuse a date that has passed."""
        super().clean()
        if self.said("business") == "increase":
            self.want("existing", "请填写现在的容量，电费单上有；不清楚可打 95598 问")
        wanted = self.cleaned_data.get("wanted_on")
        if wanted is not None and wanted < self.on:
            self.check("wanted_on", "日期不能早于今天")
        return self.cleaned_data


class CheckPage(Page):
    """核对提交: consents; a tick is a signature, so each says in full what it means."""

    truthful = forms.BooleanField(
        label="以上内容真实，我同意供电公司为办理用电使用这些信息",
        error_messages={"required": "请勾选确认内容真实"},
    )
    promises = forms.BooleanField(
        label="缺的资料，我承诺按时补齐", required=False, error_messages={"required": "请勾选承诺"}
    )
    contract = forms.BooleanField(label="我已看过供用电合同，同意并签订", required=False)
    key = forms.CharField(
        label="页面", widget=forms.HiddenInput, required=False, max_length=80,
        error_messages={"max_length": "已过期，请返回上一页重新打开"},
    )  # fmt: skip

    def __init__(self, *args: Any, owed: bool, standard_contract: bool, **kwargs: Any) -> None:
        """This function will ask for a promise when papers are owed, and for a contract where it is a standard one."""
        super().__init__(*args, **kwargs)
        if not owed:
            del self.fields["promises"]
        else:
            self.fields["promises"].required = True
        if not standard_contract:
            del self.fields["contract"]
