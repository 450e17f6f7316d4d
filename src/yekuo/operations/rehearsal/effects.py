"""演练因果: the causes planted in the demo's year, as data, so that an analysis can be held against what is true."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

BASE = {
    "accept": 1.6, "survey": 7.0, "scheme": 2.0, "review": 4.5, "reply": 1.5, "design_review": 11.0, "mid_wait": 9.0,
    "mid_inspect": 2.0, "completion_wait": 9.0, "completion_inspect": 2.0, "contract_draft": 3.0,
    "dispatch_agreement": 8.0, "external_works": 16.0, "metering": 6.0, "energise": 2.5, "archive": 6.0,
    "revisit": 22.0,
}  # fmt: skip
"""Working hours a stage of ours usually takes; the rest are the customer's."""
CUSTOMERS = {
    "supplement": 9.0, "answer": 8.0, "design": 60.0, "works": 42.0, "mid_rectify": 20.0, "completion_request": 8.0,
    "rectify": 24.0, "contract_sign": 6.0, "fees": 12.0,
}  # fmt: skip
BIGGER = {"survey": 1.6, "scheme": 5.0, "reply": 2.0, "external_works": 4.5, "works": 3.5, "contract_sign": 3.0,
          "contract_draft": 2.0, "answer": 2.0}  # fmt: skip
"""How many times as long at high voltage."""
SPREAD = 0.42


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """因: a stage takes `times` as long and `more` working hours, for whom, in which months, how often."""

    key: str
    told: str
    stage: str
    times: float = 1.0
    more: float = 0.0
    login: str = ""
    unit: str = ""
    months: tuple[int, ...] = ()
    high: bool = False
    chance: float = 1.0
    urged: str = ""


SLOW = (
    Effect(
        key="slow_surveyor", stage="survey", login="tangwei", months=(6, 7, 8), times=4.0,
        told="临江县勘查员唐伟，6 至 8 月勘查用时约为平时的 4 倍", urged="报了好几天了，没有人来看现场",
    ),
    Effect(
        key="absent_reviewer", stage="review", login="fengjie", months=(3, 4, 5), more=27.0, chance=0.65,
        told="城关县调控专责冯洁，3 至 5 月约三分之二的会审多等 3 个工作日", urged="调控意见未签，会审停在这里",
    ),
    Effect(
        key="funds_late", stage="external_works", months=(4, 5, 6), times=2.6,
        told="配套电网工程资金二季度迟到，三个县 4 至 6 月外线施工用时约为平时的 2.6 倍",
        urged="外线一直没有动工",
    ),
    Effect(
        key="contract_on_paper", stage="contract_sign", unit="3303", high=True, times=3.0,
        told="新河县高压合同走纸质会签，双方签字用时约为别县的 3 倍", urged="合同寄出一周了还没签回",
    ),
)  # fmt: skip
CHANCES = {
    "refused_drawings": ({"江州新锐设计事务所": 0.7}, 0.12, "江州新锐设计事务所的图纸约七成第一次审不过，别家约 12%"),
    "defects_at_completion": ({"鑫达机电安装公司": 0.55}, 0.10, "鑫达机电安装公司的工程约 55% 到竣工检验才发现缺陷，别家约 10%"),
    "corrected_late": ({"agent": 0.4}, 0.03, "代办渠道的申请约四成勘查后才更正容量，别的渠道约 3%"),
}  # fmt: skip
"""How likely something is by who does it, and otherwise."""


def chance_of(key: str, who: str) -> float:
    """This function will say how likely something planted is for a designer, a builder or a channel."""
    special, otherwise, _ = CHANCES[key]
    return special.get(who, otherwise)


def at_work(stage: str, *, login: str, unit: str, high: bool, at: datetime) -> tuple[Effect, ...]:
    """This function will list the planted effects a stage begun now comes under."""
    return tuple(
        one
        for one in SLOW
        if one.stage == stage
        and one.login in ("", login)
        and one.unit in ("", unit)
        and (not one.months or at.month in one.months)
        and (high or not one.high)
    )


def hours_of(stage: str, dice: Random, *, high: bool, effects: tuple[Effect, ...]) -> float:
    """This function will say how many working hours a stage takes, effects included."""
    usual = {**BASE, **CUSTOMERS}.get(stage, 3.0) * (BIGGER.get(stage, 1.2) if high else 1.0)
    taken = usual * dice.lognormvariate(0, SPREAD)
    for one in effects:
        if dice.random() < one.chance:
            taken = taken * one.times + one.more
    return taken
