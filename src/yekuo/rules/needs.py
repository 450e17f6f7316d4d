"""配套工程需求状态: what becomes of works the network needs."""

from collections.abc import Mapping
from enum import StrEnum


class NeedState(StrEnum):
    """需求状态: 待安排, 已列计划, 已完成, 已取消."""

    OPEN = "open"
    PLANNED = "planned"
    DONE = "done"
    DROPPED = "dropped"


NEED_NAMES: Mapping[NeedState, str] = {
    NeedState.OPEN: "待安排",
    NeedState.PLANNED: "已列计划",
    NeedState.DONE: "已完成",
    NeedState.DROPPED: "已取消",
}
