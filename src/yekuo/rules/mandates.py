"""委托: what a customer may have others do by a link: one purpose, the deeds it needs, and in which role they are done."""

from dataclasses import dataclass

from yekuo.rules.powers import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """委托事项: a key, its name for the customer, the role its holder acts in, and the only deeds it opens."""

    key: str
    name: str
    role: Role
    deeds: tuple[str, ...]


PURPOSES = (
    Purpose(key="papers", name="补交资料", role=Role.AGENT, deeds=("supply_papers",)),
    Purpose(key="design", name="提交设计图纸", role=Role.DESIGNER, deeds=("submit_design",)),
    Purpose(
        key="works",
        name="报施工进度和隐蔽工程",
        role=Role.BUILDER,
        deeds=("plan_works", "record_hidden_works", "report_works", "finish_works"),
    ),
    Purpose(
        key="inspection",
        name="申请检查、检验，报整改",
        role=Role.BUILDER,
        deeds=("request_mid_inspection", "request_completion", "report_rectified"),
    ),
)


def purpose_of(key: str) -> Purpose | None:
    """This function will find a purpose by its key, None for an unknown one."""
    return next((one for one in PURPOSES if one.key == key), None)
