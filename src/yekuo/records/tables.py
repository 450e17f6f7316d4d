"""规则表: reads the packaged rule tables (资料、权限、会审、检查、收费、方案、计量、合同、容量测算) once each."""

from functools import cache
from importlib.resources import files

from yekuo.rules.appliances import ApplianceTable, parse_appliances
from yekuo.rules.boundary import Boundary, parse_boundaries
from yekuo.rules.chase import ChaseTable, parse_chase
from yekuo.rules.contract import ContractTable, parse_contracts
from yekuo.rules.fees import FeeTable, parse_fees
from yekuo.rules.firm_load import FirmTable, parse_firm_loads
from yekuo.rules.hall import HallTable, parse_halls
from yekuo.rules.inspection import Checklists, parse_checklists
from yekuo.rules.materials import MaterialTable, parse_materials
from yekuo.rules.messages import MessageTable, parse_messages
from yekuo.rules.metering import MeteringTable, parse_metering
from yekuo.rules.powers import PowerTable, parse_powers
from yekuo.rules.reservation import ReservationTable, parse_reservations
from yekuo.rules.review import ReviewTable, parse_reviews
from yekuo.rules.scheme import SchemeTable, parse_schemes
from yekuo.rules.supervision import SupervisionTable, parse_supervision
from yekuo.rules.wishes import WishTable, parse_wishes


@cache
def materials() -> MaterialTable:
    """This function will give the list of papers an application needs (申请资料)."""
    return parse_materials(_text("materials"))


@cache
def powers() -> PowerTable:
    """This function will give the list of who may do what (权限清单)."""
    return parse_powers(_text("powers"))


@cache
def reviews() -> ReviewTable:
    """This function will give the rules of joint review and of the steps only some cases pass."""
    return parse_reviews(_text("review"))


@cache
def checklists() -> Checklists:
    """This function will give the checklists of every kind of inspection."""
    return parse_checklists(_text("checklists"))


@cache
def fees() -> FeeTable:
    """This function will give the fee items and rates (业务费)."""
    return parse_fees(_text("fees"))


@cache
def schemes() -> SchemeTable:
    """This function will give the figures a scheme is checked against (供电方案)."""
    return parse_schemes(_text("scheme"))


@cache
def metering() -> MeteringTable:
    """This function will give the classes, accuracies and ratios of metering (计量)."""
    return parse_metering(_text("metering"))


@cache
def contracts() -> ContractTable:
    """This function will give the clauses and terms of supply contracts (供用电合同)."""
    return parse_contracts(_text("contract"))


@cache
def chase() -> ChaseTable:
    """This function will give the pace and the words of reminding customers (在等客户)."""
    return parse_chase(_text("chase"))


@cache
def messages() -> MessageTable:
    """This function will give who is told what, the quiet hours and the plan of retries (消息规则)."""
    return parse_messages(_text("messages"))


@cache
def wishes() -> WishTable:
    """This function will give the figures that turn a customer's words into first facts (用电需求)."""
    return parse_wishes(_text("wishes"))


@cache
def appliances() -> ApplianceTable:
    """This function will give the figures a capacity is worked out with (容量测算)."""
    return parse_appliances(_text("appliances"))


@cache
def boundaries() -> tuple[Boundary, ...]:
    """This function will give who pays for what up to which boundary (投资界面)."""
    return parse_boundaries(_text("boundary"))


@cache
def reservations() -> ReservationTable:
    """This function will give what a promise of capacity is reckoned with (容量占用)."""
    return parse_reservations(_text("reservation"))


@cache
def firm_loads() -> FirmTable:
    """This function will give the rules that turn a capacity into the load a network is checked with (计算负荷)."""
    return parse_firm_loads(_text("firm_load"), power_factor=reservations().power_factor)


@cache
def halls() -> HallTable:
    """This function will give the grades of halls and the minutes a customer may take (营业厅)."""
    return parse_halls(_text("halls"))


@cache
def supervision() -> SupervisionTable:
    """This function will give the figures of supervision, complaints and revisits (督办口径)."""
    return parse_supervision(_text("supervision"))


def _text(name: str) -> str:
    return files("yekuo.rules").joinpath(f"tables/{name}.toml").read_text(encoding="utf-8")
