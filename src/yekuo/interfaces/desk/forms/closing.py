"""送电类表单: contract, fees, meters, safety, energising, archive, revisit."""

from decimal import Decimal
from typing import Any

from django import forms

from yekuo.interfaces.desk.forms.base import DeedForm, FormCase, Row
from yekuo.interfaces.desk.forms.conditions import Condition, conditions_of
from yekuo.interfaces.desk.forms.fields import (
    Carried,
    Day,
    Lines,
    Number,
    Papers,
    Pick,
    Rows,
    Text,
    Tick,
    Ticks,
    Whole,
    YesNo,
)
from yekuo.interfaces.desk.forms.scheme_rows import Ratio
from yekuo.interfaces.desk.forms.summary import point_words
from yekuo.interfaces.look.names import GRADE_NAMES, REGISTER_NAMES, SIDE_NAMES
from yekuo.rules.contract import ContractKind, kind_for
from yekuo.rules.deeds import closing
from yekuo.rules.metering import MeteringPoint, MeterInstalled, MeterRemoved, Reading
from yekuo.rules.proposal import CONTRACT_YEARS

MEASURES = (
    "临时接地线、短路线已全部拆除", "设备上无人工作、无遗留物", "相序、相位核对正确", "保护和自动装置已按定值投入",
    "防误闭锁和防倒送措施可靠", "标示牌、围栏已恢复正常",
)  # fmt: skip


class DraftContractForm(DeedForm):
    """起草供用电合同: for the version the customer agreed to."""

    deed = closing.DraftContract
    help = "依据客户确认的方案起草合同；保存后先由供电方签，再请客户签，双方签完才能送电。"
    submit = "起草合同"
    scheme_version = Carried()
    kind = Pick("合同种类", ContractKind)
    number = Text("合同编号", most=60)
    years = Whole("合同期限", least=1, most=99, suffix="年")
    clauses = Ticks("合同条款", hint="电力供应与使用条例第三十三条规定的条款不能少。")

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will propose kind, number, longest term and every clause."""
        kind = kind_for(case.facts)
        headings = case.books.contracts.headings
        return {
            "scheme_version": case.state.agreed_version or case.state.replied_version, "kind": kind,
            "number": f"HT{case.number}", "years": CONTRACT_YEARS[kind], "clauses": [one.code for one in headings],
        }  # fmt: skip

    def prepare(self) -> None:
        """This function will list the clauses of the law."""
        headings = self.case.books.contracts.headings
        self.ticks("clauses").offer(
            {one.code: one.name + ("（法定）" if one.mandatory else "（选用）") for one in headings}
        )


class SignContractForm(DeedForm):
    """签订供用电合同: one side at a time."""

    deed = closing.SignContract
    help = "登记一方已签字；供电方先签，再请客户签，双方签完合同生效。"
    submit = "登记签字"
    number = Text("合同编号", most=60)
    side = Pick("签署方", SIDE_NAMES, radio=True)
    signature = Text("签字人", most=60, required=False, hint="客户签字的，写客户或其代理人姓名。")

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will propose the side whose turn it is."""
        held = case.state.contract
        side = "customer" if held and held.utility_signed else "utility"
        return {"number": held.number if held else "", "side": side}


class SignDispatchAgreementForm(DeedForm):
    """签订调度协议."""

    deed = closing.SignDispatchAgreement
    help = "登记已与客户签订电力调度协议；这是送电的条件之一。"
    submit = "登记协议"
    number = Text("调度协议编号", most=60)


class SettleFeeForm(DeedForm):
    """登记业务收费: only lines of the scheme."""

    deed = closing.SettleFee
    help = "登记客户已缴清的费用；只能是方案列明的项目，缴清后工单继续往下走。"
    submit = "登记收费"
    line = Pick("收费项目", radio=True, stacked=True)
    amount = Number("实收金额", suffix="元", most=10_000_000_000)
    receipt = Text("收据号", most=60)

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will propose the first line not paid."""
        owed = case.books.unpaid(case.state)
        return {"line": f"{owed[0].item}-{owed[0].source}", "amount": owed[0].amount} if owed else {}

    def prepare(self) -> None:
        """This function will list what is not paid."""
        owed = self.case.books.unpaid(self.case.state)
        self.pick("line").offer(
            {f"{one.item}-{one.source}": f"{one.name}(电源 {one.source}) 应收 {one.amount:,.2f} 元" for one in owed}
        )

    def values(self) -> dict[str, Any]:
        """This function will part the line into item and source."""
        item, _, source = self.cleaned_data["line"].rpartition("-")
        return {
            "item": item, "source": int(source), "amount": self.cleaned_data["amount"],
            "receipt": self.cleaned_data["receipt"],
        }  # fmt: skip

    def place(self, path: str) -> tuple[forms.BaseForm, str | None]:
        """This function will show what is wrong with the item at the choice of the line."""
        return super().place("line" if path == "item" else path)


class MeterRow(Row):
    """计量点装表."""

    name = "计量点"
    meter_asset = Text("电能表资产号", most=40)
    ct_assets = Lines("电流互感器资产号", rows=0, split=True, required=False, css="", hint="几只用顿号隔开。")
    ct_ratio = Ratio("电流互感器变比", hint="按铭牌填写，直接接入的不填。")
    vt_assets = Lines("电压互感器资产号", rows=0, split=True, required=False, css="", hint="几只用顿号隔开。")
    vt_ratio = Ratio("电压互感器变比")
    seals = Lines("封印号", rows=0, split=True, css="", hint="几个用顿号隔开。")
    total = Number("初始示数 总", places=4, most=100_000_000, suffix="kWh")
    peak = Number("初始示数 峰", places=4, most=100_000_000, required=False, suffix="kWh")
    flat = Number("初始示数 平", places=4, most=100_000_000, required=False, suffix="kWh")
    valley = Number("初始示数 谷", places=4, most=100_000_000, required=False, suffix="kWh")
    reactive = Number("初始示数 无功", places=4, most=100_000_000, required=False, suffix="kvarh")
    terminal_asset = Text("采集终端资产号", most=40)
    terminal_tested = Tick("采集终端调试通过")
    installed_on = Day("装表日期")
    installer = Text("装表人", most=40, required=False)
    customer_signed = Tick("客户已在装接单上签字")

    @property
    def point(self) -> MeteringPoint | None:
        """This function will find the point of the scheme."""
        made = self.case.state.scheme
        return next((one for one in made.metering if str(one.number) == self.key), None) if made else None

    @property
    def about(self) -> str:
        """This function will say what the scheme asks for."""
        return f"方案：{point_words(self.point)}" if self.point else ""

    def prepare(self) -> None:
        """This function will leave out transformers the scheme has not, and ask for those it has."""
        point = self.point
        for name, ratio in (("ct", point.ct_ratio if point else ""), ("vt", point.vt_ratio if point else "")):
            if ratio:
                self.fields[f"{name}_assets"].required = self.fields[f"{name}_ratio"].required = True
            else:
                del self.fields[f"{name}_assets"]
                del self.fields[f"{name}_ratio"]

    def meter(self) -> MeterInstalled:
        """This function will build the record after it was cleaned."""
        typed = dict(self.cleaned_data)
        readings = tuple(
            Reading(register=name, value=value) for name in REGISTER_NAMES if (value := typed.pop(name)) is not None
        )
        return MeterInstalled(point=int(self.key), readings=readings, **typed)


class RemovalRow(Row):
    """原表拆回: an old meter of the account, with the readings its last bill is settled by."""

    name = "原电能表"
    total = Number(
        "拆表示数 总", places=4, most=100_000_000, required=False, suffix="kWh", hint="原表继续用的不填，在上面登记它。"
    )
    peak = Number("拆表示数 峰", places=4, most=100_000_000, required=False, suffix="kWh")
    flat = Number("拆表示数 平", places=4, most=100_000_000, required=False, suffix="kWh")
    valley = Number("拆表示数 谷", places=4, most=100_000_000, required=False, suffix="kWh")
    reactive = Number("拆表示数 无功", places=4, most=100_000_000, required=False, suffix="kvarh")
    removed_on = Day("拆表日期")
    seals = Lines("拆下的封印号", rows=0, split=True, required=False, css="", hint="几个用顿号隔开。")

    def removal(self) -> MeterRemoved | None:
        """This function will build the record after it was cleaned, None for a meter that stays."""
        typed = dict(self.cleaned_data)
        readings = tuple(
            Reading(register=name, value=value) for name in REGISTER_NAMES if (value := typed.pop(name)) is not None
        )
        return MeterRemoved(meter_asset=self.key, readings=readings, **typed) if readings else None


class InstallMeterForm(DeedForm):
    """装表: one record per metering point of the scheme."""

    deed = closing.InstallMeter
    help = "按方案逐个计量点登记装好的设备；变比与方案不符不能提交，登记后转到送电。"
    submit = "登记装表"
    meters = Rows("装表记录", MeterRow, fixed=True)
    removed = Rows("原表拆回", RemovalRow, fixed=True, hint="增容换表时抄录原表示数，电费结清到这一天。")
    photos = Papers("装表照片", "meter_photo", image=True)

    def prepare(self) -> None:
        """This function will ask for old meters only where there are any."""
        if not self.case.hanging:
            del self.fields["removed"]

    def start_rows(self, group: str) -> dict[str, dict[str, Any]]:
        """This function will make a record per point, with the ratios of the scheme, read at zero today."""
        if group == "removed":
            return {asset: {"removed_on": self.case.today} for asset in self.case.hanging}
        made = self.case.state.scheme
        me = self.case.names.get(self.case.by.person, "")
        return {
            str(one.number): {
                "ct_ratio": one.ct_ratio, "vt_ratio": one.vt_ratio, "total": Decimal(0),
                "installed_on": self.case.today, "installer": me,
            }
            for one in (made.metering if made else ())
        }  # fmt: skip

    def values(self) -> dict[str, Any]:
        """This function will give the records and the photos."""
        meters = tuple(row.meter() for row in self.rows["meters"] if isinstance(row, MeterRow))
        old = (row.removal() for row in self.rows.get("removed", ()) if isinstance(row, RemovalRow))
        removed = tuple(one for one in old if one is not None)
        return {"meters": meters, "photos": self.cleaned_data["photos"], "removed": removed}


class ConfirmSafetyForm(DeedForm):
    """确认送电安全条件: each measure is ticked by the person on site."""

    deed = closing.ConfirmSafety
    help = "到现场逐项确认后打勾；高压客户登记持证电工，这是送电的条件之一。"
    submit = "确认"
    measures = Ticks("安全措施", required=False)
    others = Lines("其他措施", rows=2, required=False, hint="一行一条。")
    electricians = Lines(
        "持证电工证号", rows=2, required=False, split=True, hint="高压客户必填，几个用顿号或换行隔开。"
    )

    def prepare(self) -> None:
        """This function will list the usual measures; low voltage has no electricians to name."""
        self.ticks("measures").offer({one: one for one in MEASURES})
        if not self.case.facts.high_voltage:
            del self.fields["electricians"]

    def values(self) -> dict[str, Any]:
        """This function will join ticked and written measures."""
        typed = self.cleaned_data
        return {"measures": (*typed["measures"], *typed["others"]), "electricians": typed.get("electricians", ())}


class EnergiseForm(DeedForm):
    """送电: every condition is shown before the button."""

    deed = closing.Energise
    template = "desk/forms/energise.html"
    help = "所有条件齐备才能送电；送电后各项时限停止，工单转到归档。"
    submit = "登记送电"
    remark = Text("送电说明", most=500, lines=2, required=False)

    @property
    def conditions(self) -> list[Condition]:
        """This function will list every condition of this case, what is missing first."""
        return sorted(conditions_of(self.case), key=lambda one: one.met)

    @property
    def lacking(self) -> int:
        """This function will count what is missing."""
        return sum(not one.met for one in self.conditions)


class ArchiveCaseForm(DeedForm):
    """归档."""

    deed = closing.ArchiveCase
    help = "核对资料后归档，同时建立户号、计量点、电表和合同档案；接着回访客户。"
    submit = "归档"
    number = Text("档案号", most=60)
    shelf = Text("存放位置", most=60, hint="例如：一柜三层。")
    remark = Text("归档说明", most=500, lines=2, required=False)

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will propose a number."""
        return {"number": f"DA{case.number}"}


class RevisitCustomerForm(DeedForm):
    """回访: the customer's own account, in the customer's own dates."""

    deed = closing.RevisitCustomer
    help = "照客户说的登记，不要替客户回答；登记后工单办结。"
    submit = "登记回访"
    reached = YesNo("是否联系上客户", yes="已联系上", no="没有联系上")
    told_once = YesNo("一次告知了全部所需资料")
    repeated_trip = YesNo("为同一件事多跑了路")
    named_builder = YesNo("被指定过设计、施工或供货单位")
    extra_fee = YesNo("被收过方案以外的费用")
    applied_on = Day("客户记得的申请日期", required=False, hint="问客户，不要照系统填。")
    powered_on = Day("客户记得的通电日期", required=False, hint="问客户，不要照系统填。")
    grade = Pick("总体评价", GRADE_NAMES, radio=True, css="wide", required=False)
    note = Text("客户的话", most=1000, lines=3, required=False)

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will answer nothing in the customer's place."""
        return {"reached": True}

    def clean(self) -> dict[str, Any]:
        """This function will ask for the grade, and send back whoever reached nobody."""
        found = super().clean() or {}
        if found.get("reached") is False:
            self.add_error("reached", "没有联系上客户不能结束回访；请登记“联系客户”，改日再回访")
        elif not found.get("grade") and "grade" not in self.errors:
            self.add_error("grade", "请选择总体评价")
        for name in ("applied_on", "powered_on"):
            if found.get(name) and found[name] > self.case.today:
                self.add_error(name, "日期不能晚于今天")
        if found.get("applied_on") and found.get("powered_on") and found["powered_on"] < found["applied_on"]:
            self.add_error("powered_on", "通电日期不能早于申请日期")
        return found


FORMS = (
    DraftContractForm, SignContractForm, SignDispatchAgreementForm, SettleFeeForm, InstallMeterForm, ConfirmSafetyForm,
    EnergiseForm, ArchiveCaseForm, RevisitCustomerForm,
)  # fmt: skip
