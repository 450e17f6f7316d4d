"""方案造价: what a connection is built of, what that costs and how long it takes; every price says whether it is confirmed."""

from collections.abc import Iterable
from dataclasses import dataclass

from yekuo.grid.candidates import Candidate, CandidateKind
from yekuo.grid.equipment import Equipment
from yekuo.grid.model import MV_FROM
from yekuo.rules.scheme import FeeLine


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """造价行: yuan; `confirmed` False: the price is a general figure, not the company's own."""

    item: str
    name: str
    quantity: float
    unit: str
    unit_price: float
    confirmed: bool

    @property
    def amount(self) -> float:
        """Quantity times price, in yuan."""
        return round(self.quantity * self.unit_price, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """造价: works in yuan and the days they take; `fees` are charged to the customer, they are no works."""

    lines: tuple[CostLine, ...]
    days: float
    fees: tuple[FeeLine, ...] = ()

    @property
    def works(self) -> float:
        """The works, in yuan."""
        return round(sum(one.amount for one in self.lines), 2)

    @property
    def fees_total(self) -> float:
        """The fees, in yuan."""
        return float(sum(one.amount for one in self.fees))

    @property
    def confirmed(self) -> bool:
        """Whether every price is the company's own."""
        return all(one.confirmed for one in self.lines) and all(one.confirmed for one in self.fees)


def priced(item: str, quantity: float, equipment: Equipment, *, rating: float = 0.0) -> CostLine:
    """This function will price a quantity of one item; KeyError for an item without a price."""
    price = equipment.prices[item]
    return CostLine(
        item=item,
        name=price.name,
        quantity=round(quantity, 1),
        unit=price.unit,
        unit_price=round(price.of(rating), 2),
        confirmed=price.confirmed,
    )


def cost(one: Candidate, equipment: Equipment, fees: Iterable[FeeLine] = ()) -> Cost:
    """This function will price a candidate as it would be built; at an obstacle with what removes it."""
    return Cost(lines=tuple(_works(one, equipment)), days=_days(one, equipment), fees=tuple(fees))


def line_works(kv: float, laying: str, length_m: float, i_a: float, equipment: Equipment) -> list[CostLine]:
    """This function will price a new line: the conductor, and the trench of a cable."""
    cable = laying == "cable"
    item = "lv_cable" if kv < MV_FROM else "mv_cable" if cable else "mv_overhead"
    lines = [priced(item, length_m, equipment, rating=i_a)]
    return [*lines, priced("trench", length_m, equipment)] if cable else lines


def _works(one: Candidate, equipment: Equipment) -> Iterable[CostLine]:
    for line in line_works(one.kv, one.conductor.laying, one.length_m, one.conductor.i_a, equipment):
        yield CostLine(
            item=line.item,
            name=line.name,
            quantity=round(line.quantity * (one.circuits if line.item != "trench" else 1), 1),
            unit=line.unit,
            unit_price=line.unit_price,
            confirmed=line.confirmed,
        )
    if one.transformer:
        yield priced("dt", 1, equipment, rating=one.transformer.kva)
    yield priced(_joint(one), 1, equipment)


def _joint(one: Candidate) -> str:
    """What has to be built at the point of connection."""
    if one.kv < MV_FROM:
        return "lv_connection"
    if one.kind is CandidateKind.NEW_FEEDER:
        return "feeder_bay"
    if one.line:
        return "rmu" if one.on_cable else "tee"
    if one.obstacle:
        return "rmu"
    return "bay" if one.kind is CandidateKind.SPARE_BAY else "tee"


def _days(one: Candidate, equipment: Equipment) -> float:
    durations = equipment.durations
    if one.kv < MV_FROM:
        return durations["lv"].days(one.length_m)
    if one.kind is CandidateKind.NEW_FEEDER:
        return durations["new_feeder"].days(one.length_m)
    base = durations["mv_cable" if one.conductor.laying == "cable" else "mv_overhead"].days(one.length_m)
    return base + (durations["dt"].days() if one.transformer else 0.0)
