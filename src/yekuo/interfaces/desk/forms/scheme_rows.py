"""方案明细行: sources, receiving points, transformers, metering points and fee lines as rows of the scheme's form."""

import re
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from yekuo.interfaces.desk.forms.base import Row
from yekuo.interfaces.desk.forms.fields import Number, Pick, Text, Tick, Whole
from yekuo.rules.facts import Voltage
from yekuo.rules.metering import Accuracy, Edition, MeteringClass, MeteringMode, MeteringPoint, MeteringTable, Wiring
from yekuo.rules.scheme import (
    Connection,
    FeeLine,
    Laying,
    ReceivingKind,
    ReceivingPoint,
    Source,
    SourceRole,
    Transformer,
)

RATIO = re.compile(r"[0-9]{1,6}/[0-9]{1,5}")
HIGH_ONLY = ("switch",)


class Ratio(Text):
    """变比: written 75/5 or 10000/100, '' where there is none."""

    def __init__(self, label: str, *, hint: str = "") -> None:
        """This function will take at most twelve characters."""
        super().__init__(label, most=12, required=False, hint=hint)

    def clean(self, value: Any) -> str:
        """This function will refuse what is no ratio."""
        text = str(super().clean(value)).replace(" ", "").replace("／", "/")
        if text and not RATIO.fullmatch(text):
            raise ValidationError("请写成如 75/5", code="invalid")
        return text


class SourceRow(Row):
    """电源."""

    name = "电源"
    role = Pick("性质", SourceRole)
    voltage = Pick("电压", Voltage)
    capacity_kva = Number("供电容量", suffix="kVA")
    existing_kva = Number("其中原有容量", required=False, suffix="kVA")
    substation = Text("变电站", required=False, suggest="stations-substation")
    bus = Text("母线", required=False, suggest="stations-bus")
    feeder = Text("线路", required=False, suggest="stations-feeder")
    switch = Text("开关", required=False, suggest="stations-switch")
    supply_area = Text("供电台区", required=False, suggest="stations-supply_area")
    connection = Pick("接线方式", Connection)
    laying = Pick("敷设方式", Laying)
    conductor = Text("导线型号", required=False, hint="例如 YJV22-8.7/15-3×120。")
    overhead_m = Number("架空长度", required=False, suffix="米", most=1_000_000)
    cable_m = Number("电缆长度", required=False, suffix="米", most=1_000_000)
    customer_built = Tick("外部工程由客户投资建设")

    def prepare(self) -> None:
        """This function will leave out what a low-voltage customer has not."""
        facts = self.case.facts
        if not facts.high_voltage:
            for name in HIGH_ONLY:
                del self.fields[name]
            self.fields["capacity_kva"].suffix = "kW"  # type: ignore[attr-defined]
            self.fields["existing_kva"].suffix = "kW"  # type: ignore[attr-defined]

    def source(self) -> Source:
        """This function will build the source; KeyError when a field was refused."""
        typed = {name: self.cleaned_data[name] for name in self.fields}
        for name in ("existing_kva", "overhead_m", "cable_m"):
            typed[name] = typed[name] or Decimal(0)
        return Source(number=int(self.key), **typed)


class ReceivingRow(Row):
    """受电点."""

    name = "受电点"
    label = Text("名称", most=60)
    kind = Pick("类型", ReceivingKind)
    protection = Text("保护方式", most=60, required=False, hint="跌落、真空断路器、刀闸等。")

    def receiving_point(self) -> ReceivingPoint:
        """This function will build the receiving point; KeyError when a field was refused."""
        typed = self.cleaned_data
        return ReceivingPoint(
            number=int(self.key), name=typed["label"], kind=typed["kind"], protection=typed["protection"]
        )


class TransformerRow(Row):
    """变压器."""

    name = "变压器"
    capacity_kva = Pick("容量(kVA)")
    receiving_point = Whole("所在受电点", least=1, most=99)
    model = Text("型号", most=60, required=False)
    existing = Tick("原有变压器")

    def prepare(self) -> None:
        """This function will offer the standard sizes."""
        sizes = sorted(self.case.desk.schemes.transformer_sizes)
        field = self.fields["capacity_kva"]
        if isinstance(field, Pick):
            field.offer({size: f"{size.normalize():f}" for size in sizes})

    def transformer(self) -> Transformer:
        """This function will build the transformer; KeyError when a field was refused."""
        return Transformer(number=int(self.key), **{name: self.cleaned_data[name] for name in self.fields})


class MeteringRow(Row):
    """计量点."""

    name = "计量点"
    source = Whole("所计电源", least=1, most=99)
    mode = Pick("计量方式", MeteringMode)
    location = Text("安装位置", required=False)
    wiring = Pick("接线方式", Wiring)
    metering_class = Pick("装置类别", MeteringClass, hint="准确度等级按类别取标准值。")
    edition = Pick("分类标准", Edition)
    ct_ratio = Ratio("电流互感器变比", hint="直接接入的不填。")
    vt_ratio = Ratio("电压互感器变比", hint="低压不填。")
    meter_spec = Text("电能表规格", most=60, required=False)
    collection = Text("采集方式", most=60, required=False)

    def point(self) -> MeteringPoint:
        """This function will build the metering point; KeyError when a field was refused."""
        typed = {name: self.cleaned_data[name] for name in self.fields}
        return MeteringPoint(
            number=int(self.key),
            accuracy=accuracy_of(
                typed["edition"], typed["metering_class"], typed["ct_ratio"], typed["vt_ratio"], self.case.desk.metering
            ),
            **typed,
        )

    @property
    def about(self) -> str:
        """This function will say which accuracies the class asks for."""
        if self.is_bound and not self.is_valid():
            return ""
        typed = self.cleaned_data if self.is_bound else self.initial
        edition, grade = typed.get("edition"), typed.get("metering_class")
        if not edition or not grade:
            return ""
        one = accuracy_of(edition, grade, typed.get("ct_ratio", ""), typed.get("vt_ratio", ""), self.case.desk.metering)
        parts = (("有功", one.active), ("无功", one.reactive), ("TA", one.ct), ("TV", one.vt))
        return "准确度：" + "、".join(f"{name} {value}" for name, value in parts if value)


def accuracy_of(edition: Edition, grade: MeteringClass, ct: str, vt: str, table: MeteringTable) -> Accuracy:
    """This function will read the accuracies of a class, without those of transformers that are not there."""
    found = table.accuracies[edition, grade]
    return Accuracy(active=found.active, reactive=found.reactive, ct=found.ct if ct else "", vt=found.vt if vt else "")


class FeeRow(Row):
    """收费项目: fixed where the province's rate is confirmed, else the rate and its basis are for the person to state."""

    name = "收费"
    line: FeeLine | None = None
    unit_price = Number("单价", suffix="元/kVA", most=100_000)
    basis = Text("收费依据", most=200, css="wide")

    def settle(self, line: FeeLine) -> None:
        """This function will tie the row to the line computed; a confirmed one has nothing to fill in."""
        self.line = line
        if line.confirmed:
            self.fields.clear()

    @property
    def title(self) -> str:
        """This function will name the item and the source it is charged for."""
        return f"{self.line.name}(电源 {self.line.source})" if self.line else self.name

    @property
    def about(self) -> str:
        """This function will say how much it comes to, and what it rests on."""
        if self.line is None:
            return ""
        one = self.line
        sure = one.basis if one.confirmed else "本省标准未确认，请核对单价和依据"
        return f"{one.quantity.normalize():f} {one.unit} × {one.unit_price} 元 = {one.amount:,.2f} 元。{sure}"
