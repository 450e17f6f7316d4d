"""承诺: how long it takes at most and what may be charged, read from the books for the facts a customer names."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from yekuo.operations.books import Shelf
from yekuo.rules.facts import Facts, Place
from yekuo.rules.limits import ClockKind, Limit
from yekuo.rules.materials import DUE_NAMES, Due, Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """承诺: a limit that binds, with the paper it stands in."""

    label: str
    days: int
    unit: str
    source: str


PART = "答复供电方案"
ASKED = (
    (ClockKind.END_TO_END, "", "从受理到送上电"),
    (ClockKind.UTILITY_SUM, "", "供电公司办理的时间合计"),
    (ClockKind.STAGE, "scheme_reply", PART),
)


def promises(shelf: Shelf, place: Place, facts: Facts, on: date) -> tuple[Promise, ...]:
    """This function will list the binding limits a customer asks about, with and without works where they differ.

    A part is left out where the law gives it more days than was promised for the whole.
    """
    found = [one for kind, stage, label in ASKED for one in _both(shelf, place, facts, on, kind, stage, label)]
    whole = min((one.days for one in found if one.label != PART), default=None)
    return tuple(one for one in found if one.label != PART or whole is None or one.days < whole)


def _both(
    shelf: Shelf, place: Place, facts: Facts, on: date, kind: ClockKind, stage: str, label: str
) -> Iterator[Promise]:
    without, with_works = (
        _strictest(shelf, place, replace(facts, external_works=works), on, kind, stage) for works in (False, True)
    )
    if without and with_works and without.id != with_works.id and without.days != with_works.days:
        yield _promise(f"{label}（不用架线）", without)
        yield _promise(f"{label}（要架线）", with_works)
    elif without or with_works:
        yield from (_promise(label, one) for one in (without or with_works,) if one)


def _strictest(shelf: Shelf, place: Place, facts: Facts, on: date, kind: ClockKind, stage: str) -> Limit | None:
    binding = (one for one in shelf.limits.matching(place, facts, kind, stage, on) if one.binds)
    return min(binding, key=lambda one: one.days, default=None)


def _promise(label: str, limit: Limit) -> Promise:
    return Promise(label=label, days=limit.days, unit=limit.unit.label, source=limit.title)


def first_answer(shelf: Shelf, place: Place, facts: Facts, on: date) -> int:
    """This function will give the working days until acceptance or the one-time notice."""
    found = _strictest(shelf, place, facts, on, ClockKind.PRE_ACCEPTANCE, "accept")
    return found.days if found else 1


def fee_words(shelf: Shelf, on: date) -> str:
    """This function will say what may be charged at all on a day."""
    allowed = (
        one.name
        for one in shelf.books.fees.items
        if one.allowed and (one.since is None or one.since <= on) and (one.until is None or on < one.until)
    )
    names = "、".join(allowed)
    if not names:
        return "申请、勘查、检验、装表、送电都不收费。"
    return (
        f"申请、勘查、检验、装表、送电都不收费。只有要两路及以上电源的，收国家规定的{names}，金额和依据写在供电方案里。"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """资料行: a requirement in words: why and by when, what will do, and whether it may follow."""

    code: str
    name: str
    why: str
    choices: str
    later: str
    needed_now: bool


WHYS = {
    "identity": "确认是谁申请",
    "subject": "确认是哪个单位申请",
    "property": "确认这处房子（场地）可以装电表",
    "lease": "证明您租用了这处房子（场地）",
    "owner_consent": "房主同意您在这里装表用电",
    "authorisation": "证明您可以替别人办",
    "agent_id": "确认办事的人是您",
    "project_approval": "重要用户的项目经过政府批准",
    "importance_list": "重要用户等级由政府确定",
    "security_load": "停电时必须保住的设备，要有自己的应急电源",
    "planning": "确认小区建设经过批准",
    "load_report": "这类设备会影响别人用电，要先评估",
    "equipment_list": "据此算您要多大容量",
    "builder_licence": "施工和试验的单位要有资质",
    "as_built": "检验时对照现场",
    "test_report": "证明设备试验合格",
    "equipment_proof": "证明设备质量合格",
    "hidden_works": "埋起来的部分，检验时看记录",
    "operating_rules": "保证送电后安全运行",
    "duty_certificate": "高压设备要有持证电工值班",
    "tool_test": "保证操作安全",
    "lv_completion": "证明内部线路已经装好",
}


def paper_row(one: Requirement) -> PaperRow:
    """This function will tell one requirement."""
    later = "" if one.promise_until is None else f"可以{DUE_NAMES[one.promise_until]}再补"
    names = "、".join(paper.name for paper in one.any_of)
    now = one.due is Due.ACCEPTANCE
    return PaperRow(
        code=one.code,
        name=one.name,
        why=WHYS.get(one.code, one.name) + ("" if now else f"，{DUE_NAMES[one.due]}要"),
        choices=names if len(one.any_of) > 1 else "",
        later=later if now else DUE_NAMES[one.due] + "要",
        needed_now=now,
    )
