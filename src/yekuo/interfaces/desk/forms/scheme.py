"""方案表单: the supply scheme with its sources, transformers, metering points; fees are computed, never typed in."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.forms.boundfield import BoundField
from django.utils.datastructures import MultiValueDict

from yekuo.interfaces.desk.forms.base import DeedForm, FormCase, Row
from yekuo.interfaces.desk.forms.fields import Carried, Day, Number, Pick, Rows, Text, Tick
from yekuo.interfaces.desk.forms.review import member_name as seat_name
from yekuo.interfaces.desk.forms.scheme_rows import (
    FeeRow,
    MeteringRow,
    ReceivingRow,
    SourceRow,
    TransformerRow,
)
from yekuo.rules.deeds import scheme as deeds
from yekuo.rules.facts import Facts
from yekuo.rules.fees import due_fees
from yekuo.rules.proposal import Station, first_draft, metered
from yekuo.rules.scheme import FeeLine, Interlock, OperatingMode, Scheme, Source, SourceRole, Tariff, validity
from yekuo.rules.when import total_capacity

PLAIN = (
    "boundary", "operating_mode", "interlock", "calculated_load_kw", "first_grade_load_kw", "second_grade_load_kw",
    "security_load_kva", "emergency_kva", "own_generation", "power_factor", "tariff", "valid_until", "remarks",
)  # fmt: skip
MODEST = Decimal(315)


def stations_of(case: FormCase) -> tuple[Station, ...]:
    """This function will guess where the first source comes from, by what the survey wrote down."""
    said = case.state.survey.supply_point.strip() if case.state.survey else ""
    if not said:
        return ()
    if not case.facts.high_voltage:
        return (Station(supply_area=said),)
    known = (one for one in case.stations if one.feeder and one.feeder in said and one.substation in said)
    return tuple(known)[:1] or (Station(feeder=said),)


def draft_for(case: FormCase) -> Scheme:
    """This function will draft what the form starts from: the last version while it fits the facts, else a first one."""
    facts, state = case.facts, case.state
    version = len(state.schemes) + 1
    if case.bench and case.bench.drafted:
        return replace(case.bench.drafted, version=version)
    last = state.schemes[-1] if state.schemes else None
    if last and len(last.sources) == facts.sources and last.sources[0].voltage == facts.voltage:
        return replace(last, version=version, valid_until=validity(facts, case.today, table=case.desk.schemes))
    where = stations_of(case)
    try:
        return first_draft(facts=facts, version=version, stations=where, on=case.today, desk=case.desk)
    except ValueError:
        return _beyond_tables(case, facts, version, where)


def _beyond_tables(case: FormCase, facts: Facts, version: int, where: tuple[Station, ...]) -> Scheme:
    """No standard current transformer fits: everything is drafted but the ratios, which a person has to choose."""
    modest = replace(facts, capacity_kva=MODEST, original_kva=Decimal(0))
    made = first_draft(facts=modest, version=version, stations=where, on=case.today, desk=case.desk)
    whole = total_capacity(facts)
    sources = tuple(replace(one, capacity_kva=whole) for one in made.sources)
    points = tuple(replace(one, ct_ratio="") for one in made.metering)
    return replace(made, sources=sources, metering=points, transformers=())


class DraftSchemeForm(DeedForm):
    """拟定供电方案: one version; a new version starts from the last one."""

    deed = deeds.DraftScheme
    template = "desk/forms/scheme.html"
    help = "按勘查结果拟定方案，已按核定容量填好初稿；提交后需要会审的转会审，不需要的转答复客户。"
    submit = "提交方案"
    version = Carried(1)
    sources = Rows("电源", SourceRow, most=9, add="增加一路电源")
    boundary = Text("产权分界点", most=200, css="wide")
    operating_mode = Pick("运行方式", OperatingMode)
    interlock = Pick("闭锁方式", Interlock)
    calculated_load_kw = Number("计算负荷", required=False, suffix="kW")
    first_grade_load_kw = Number("一级负荷", required=False, suffix="kW")
    second_grade_load_kw = Number("二级负荷", required=False, suffix="kW")
    security_load_kva = Number("保安负荷", required=False, suffix="kVA")
    emergency_kva = Number("自备应急电源容量", required=False, suffix="kVA")
    own_generation = Tick("有自备发电(光伏、余热等)")
    receiving_points = Rows("受电点", ReceivingRow, most=9, add="增加受电点")
    transformers = Rows("变压器", TransformerRow, most=30, add="增加变压器")
    metering = Rows("计量点", MeteringRow, most=20, add="增加计量点")
    power_factor = Number("功率因数考核标准", required=False, most=1, hint="0.90、0.85 或 0.80。")
    tariff = Pick("电价类别", Tariff)
    valid_until = Day("方案有效期至", required=False, hint="高压一年、低压三个月，从答复之日起算，暂按今天推算。")
    remarks = Text("其他说明", most=1000, lines=3, required=False)
    fees = Rows("业务费", FeeRow, fixed=True, hint="按电源自动计算；方案以外的任何费用都不得收取。")

    def __init__(self, *args: Any, **kw: Any) -> None:
        """This function will draft once what the whole form starts from."""
        self.drafted = draft_for(kw["case"])
        super().__init__(*args, **kw)

    @property
    def objections(self) -> list[tuple[str, str]]:
        """This function will say who refused the version before this one, and why."""
        review = self.case.state.review
        if review is None or review.version != self.drafted.version - 1:
            return []
        return [(seat_name(self.case, one.member), one.text) for one in review.opinions if not one.agree]

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will show the draft."""
        return {"version": self.drafted.version, **{name: getattr(self.drafted, name) for name in PLAIN}}

    def start_rows(self, group: str) -> dict[str, dict[str, Any]]:
        """This function will show the draft's lines, or compute the fees of what was typed."""
        if group == "fees":
            return self._fee_rows()
        lines: tuple[Any, ...] = getattr(self.drafted, group)
        return {str(one.number): _values(one) for one in lines}

    def new_row(self, group: str, key: str) -> dict[str, Any]:
        """This function will fill a new line as far as it is known."""
        facts = self.case.facts
        if group == "sources":
            like = _values(self.drafted.sources[0])
            blank = dict.fromkeys(("substation", "bus", "feeder", "switch", "supply_area", "conductor"), "")
            return {**like, **blank, "role": SourceRole.STANDBY, "existing_kva": Decimal(0)}
        if group == "metering":
            return self._proposed(key, self.drafted.sources[0])
        return {"receiving_point": 1} if group == "transformers" else {"kind": self.drafted_kind(facts)}

    def drafted_kind(self, facts: Facts) -> Any:
        """This function will take a new receiving point to be like the first."""
        return self.drafted.receiving_points[0].kind if self.drafted.receiving_points else ""

    def prepare(self) -> None:
        """This function will leave out what a low-voltage customer has not."""
        if not self.case.facts.high_voltage:
            for name in ("transformers", "first_grade_load_kw", "second_grade_load_kw"):
                del self.fields[name]

    # --- buttons ----------------------------------------------------------------------------------------------

    def rework(self, wish: str, data: MultiValueDict[str, Any]) -> None:
        """This function will keep the metering points in step with the sources."""
        verb, _, rest = wish.partition(":")
        group, _, key = rest.partition(":")
        if wish == "metering":
            data.setlist("metering.rows", [])
            for place, one in enumerate(self.typed_sources(), start=1):
                self.put_row(data, "metering", str(place), self._proposed(str(place), one))
        elif group == "sources" and verb == "add" and self.focus:
            number = self.next_key("metering", data.getlist("metering.rows"))
            added = replace(self.drafted.sources[0], number=int(self.focus.partition(".")[2]))
            self.put_row(data, "metering", number, self._proposed(number, added))
        elif group == "sources" and verb == "drop":
            measured = {one: str(data.get(f"metering.{one}.source")) for one in data.getlist("metering.rows")}
            data.setlist("metering.rows", [one for one, source in measured.items() if source != key])

    def _proposed(self, number: str, source: Source) -> dict[str, Any]:
        try:
            point = metered(source, self.case.facts, number=int(number), table=self.case.desk.metering)
        except ValueError:
            return {"source": source.number}
        return _values(point)

    def typed_sources(self) -> tuple[Source, ...]:
        """This function will return the sources typed without a fault, whatever else is wrong."""
        field = self.fields["sources"]
        assert isinstance(field, Rows)  # noqa: S101 - a fault of the form, not of what was typed
        rows = self.rows.get("sources") or self._rows_of("sources", field)
        good = (row for row in rows if isinstance(row, SourceRow) and row.is_valid())
        return tuple(row.source() for row in good)

    # --- fees -------------------------------------------------------------------------------------------------

    def due(self) -> tuple[FeeLine, ...]:
        """This function will compute the fees due on the sources as typed, or as drafted."""
        sources = self.typed_sources() if self.is_bound else self.drafted.sources
        bare = replace(self.drafted, sources=sources)
        if not sources:
            return ()
        case = self.case
        return due_fees(bare, case.facts, case.today, case.desk.province, table=case.desk.fees)

    def _fee_rows(self) -> dict[str, dict[str, Any]]:
        self.computed = {f"{one.item}-{one.source}": one for one in self.due()}
        found = {}
        for key, one in self.computed.items():
            found[key] = {"unit_price": one.unit_price, "basis": one.basis}
            for name, value in found[key].items():
                path = f"fees.{key}.{name}"
                if self.is_bound and not one.confirmed and path not in self.sent:
                    self.sent[path] = str(value)
        return found

    def _rows_of(self, group: str, field: Rows) -> list[Row]:
        rows = super()._rows_of(group, field)
        for row in rows:
            if isinstance(row, FeeRow):
                row.settle(self.computed[row.key])
        return rows

    @property
    def fees_shown(self) -> str:
        """This function will write down the fees on the page, so that a change since is noticed."""
        return ";".join(f"{key}={one.amount}" for key, one in self.computed.items())

    def clean(self) -> dict[str, Any]:
        """This function will not let fees change between the page read and the form sent."""
        found = super().clean() or {}
        seen = str(self.sent.get("fees.shown") or "")
        if seen != self.fees_shown and not self.reworked and all(row.is_valid() for row in self.rows["sources"]):
            self.add_error("fees", "电源改动后业务费已重新计算，请核对下面的金额再提交")
        return found

    def _fee_lines(self) -> tuple[FeeLine, ...]:
        lines = []
        for row in self.rows["fees"]:
            line = self.computed[row.key]
            if not line.confirmed:
                price = row.cleaned_data["unit_price"]
                amount = (line.quantity * price).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
                line = replace(line, unit_price=price, amount=amount, basis=row.cleaned_data["basis"])
            lines.append(line)
        return tuple(lines)

    # --- page -------------------------------------------------------------------------------------------------

    def _some(self, *names: str) -> list[BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def sources_rows(self) -> BoundField:
        """This function will return the sources."""
        return self["sources"]

    @property
    def fees_rows(self) -> BoundField:
        """This function will return the fees."""
        return self["fees"]

    @property
    def running(self) -> list[BoundField]:
        """This function will list how the supply is run, and the loads."""
        return self._some(*PLAIN[:9])

    @property
    def devices(self) -> list[BoundField]:
        """This function will list receiving points, transformers and metering points."""
        return self._some("receiving_points", "transformers", "metering")

    @property
    def terms(self) -> list[BoundField]:
        """This function will list price and term."""
        return self._some(*PLAIN[9:])

    @property
    def suggestions(self) -> list[tuple[str, list[str]]]:
        """This function will list the known stations, lines and areas by field."""
        names = ("substation", "bus", "feeder", "switch", "supply_area")
        known = ((name, (getattr(one, name) for one in self.case.stations)) for name in names)
        return [(name, [word for word in dict.fromkeys(words) if word]) for name, words in known]

    # --- deed -------------------------------------------------------------------------------------------------

    def values(self) -> dict[str, Any]:
        """This function will build the version from fields and lines."""
        plain = {name: self.cleaned_data[name] for name in PLAIN if name in self.fields}
        made = Scheme(
            version=self.cleaned_data["version"],
            sources=tuple(row.source() for row in self.rows["sources"] if isinstance(row, SourceRow)),
            receiving_points=tuple(
                row.receiving_point() for row in self.rows["receiving_points"] if isinstance(row, ReceivingRow)
            ),
            transformers=tuple(
                row.transformer() for row in self.rows.get("transformers", ()) if isinstance(row, TransformerRow)
            ),
            metering=tuple(row.point() for row in self.rows["metering"] if isinstance(row, MeteringRow)),
            fees=self._fee_lines(),
            **plain,
        )
        return {"scheme": made}


def _values(line: Any) -> dict[str, Any]:
    """A receiving point's name is called label in its row, where `name` is the word for the line."""
    found = {name: getattr(line, name) for name in type(line).__dataclass_fields__}
    return {"label" if name == "name" else name: value for name, value in found.items()}


FORMS = (DraftSchemeForm,)
