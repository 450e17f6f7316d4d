"""预约: slots put forward, a visit promised, moved, missed or called off."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from yekuo.rules.appointments import Fault, Part, Slot, Visit
from yekuo.rules.deeds.base import Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeAppointment(Deed):
    """提出可约时段: by the customer for us to confirm, or by us, each with who would come, for the customer to choose."""

    deed: ClassVar[str] = "propose_appointment"
    event: ClassVar[str] = "appointment_proposed"
    title: ClassVar[str] = "提出可约时段"
    visit: Visit
    slots: tuple[Slot, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeAppointment(Deed):
    """约定上门: one person, one part of one day; the person has the work from then on."""

    deed: ClassVar[str] = "make_appointment"
    event: ClassVar[str] = "appointment_made"
    title: ClassVar[str] = "约定上门时间"
    visit: Visit
    person: int
    day: date
    part: Part
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveAppointment(Deed):
    """改约: another time or person for a promised visit; counted, with who asked for it and why."""

    deed: ClassVar[str] = "move_appointment"
    event: ClassVar[str] = "appointment_moved"
    title: ClassVar[str] = "改约"
    visit: Visit
    person: int
    day: date
    part: Part
    by_customer: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MissAppointment(Deed):
    """登记爽约: nobody came, or nobody was there; with whose fault it was."""

    deed: ClassVar[str] = "miss_appointment"
    event: ClassVar[str] = "appointment_missed"
    title: ClassVar[str] = "登记爽约"
    visit: Visit
    fault: Fault
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAppointment(Deed):
    """取消预约: the visit is not needed, or no other time is agreed yet."""

    deed: ClassVar[str] = "cancel_appointment"
    event: ClassVar[str] = "appointment_cancelled"
    title: ClassVar[str] = "取消预约"
    visit: Visit
    reason: str
