"""方案待复核: how a new network treats what was promised or chosen before, and by what such a doubt ends."""

from enum import StrEnum

EFFECT_NAMES = {"gone": "接入点没有了", "unfit": "校核不通过", "behind": "所在处已越限"}
SHORTEST, LONGEST = 4, 200


class Cleared(StrEnum):
    """了结方式: what ended a doubt."""

    FITS = "fits"
    CHECKED = "checked"
    CHOSEN = "chosen"
    REPLIED = "replied"
    ENDED = "ended"
    SETTLED = "settled"


CLEARED_NAMES = {
    Cleared.FITS: "新版电网里又满足了", Cleared.CHECKED: "复核通过", Cleared.CHOSEN: "按新版电网重新选定",
    Cleared.REPLIED: "已重新答复", Cleared.ENDED: "已释放、送电或办结", Cleared.SETTLED: "已写明处理办法",
}  # fmt: skip
