"""容量占用: letting go of capacity that is promised to a case and not used."""

from dataclasses import dataclass
from typing import ClassVar

from yekuo.rules.deeds.base import Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCapacity(Deed):
    """释放容量: what was promised is given back to the network, by a person and with a reason; the case goes on."""

    deed: ClassVar[str] = "release_capacity"
    event: ClassVar[str] = "capacity_released"
    title: ClassVar[str] = "释放预留容量"
    reason: str
