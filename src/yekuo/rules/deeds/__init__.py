"""业务动作: one frozen dataclass per deed, called alike by desk, customer page, field app and API."""

from yekuo.rules.deeds import (
    appointments,
    capacity,
    closing,
    course,
    feedback,
    inspection,
    intake,
    oversight,
    scheme,
    works,
)
from yekuo.rules.deeds.base import BY_EVENT, REGISTRY, Deed, Paper

__all__ = [
    "BY_EVENT",
    "REGISTRY",
    "Deed",
    "Paper",
    "appointments",
    "capacity",
    "closing",
    "course",
    "feedback",
    "inspection",
    "intake",
    "oversight",
    "scheme",
    "works",
]  # fmt: skip
