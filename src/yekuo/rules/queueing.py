"""分布式电源排队: where an application to feed in stands in its queue."""

from collections.abc import Mapping
from enum import StrEnum


class QueueState(StrEnum):
    """排队状态: 排队中, 已让给, 已占用, 过期未办, 已退出."""

    WAITING = "waiting"
    OFFERED = "offered"
    HELD = "held"
    MISSED = "missed"
    LEFT = "left"


QUEUE_NAMES: Mapping[QueueState, str] = {
    QueueState.WAITING: "排队中",
    QueueState.OFFERED: "有容量，待办理",
    QueueState.HELD: "已占用",
    QueueState.MISSED: "让给后过期",
    QueueState.LEFT: "已退出",
}
IN_LINE = (QueueState.WAITING, QueueState.OFFERED)
"""Who stands in the queue: nobody behind overtakes them."""
GENERATION_SOURCE = 0
"""The number generation has among the sources of a case in the ledger."""
