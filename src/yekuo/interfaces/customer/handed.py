"""资料清单: every paper a case needs with one of four states: 待上传, 已上传待审, 已通过, 被退回."""

from collections.abc import Iterator
from dataclasses import dataclass

from yekuo.interfaces.customer.deed_forms import returned_why
from yekuo.operations.casefile import CaseFile
from yekuo.rules.materials import DUE_NAMES, Due, Requirement

WANTED, PENDING, PASSED, RETURNED = "待上传", "已上传待审", "已通过", "被退回"
TONES = {WANTED: "", PENDING: "info", PASSED: "ok", RETURNED: "bad"}
BRINGING = ("papers_supplied", "completion_requested")
"""What brings papers after the application."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """资料: one requirement with its state; tone as a badge's; `owed` when a notice, a promise or a return asks for it."""

    code: str
    name: str
    state: str
    tone: str
    when: str = ""
    reason: str = ""
    owed: bool = False


def paper_lines(file: CaseFile) -> tuple[PaperLine, ...]:
    """This function will list the papers of a case, what is asked of the customer first."""
    lines = tuple(_lines(file))
    return tuple(sorted(lines, key=lambda one: (not one.owed, one.state != WANTED)))


def _lines(file: CaseFile) -> Iterator[PaperLine]:
    state = file.state
    given, late = {paper.code for paper in state.papers}, _came_late(file)
    for one in file.needed:
        reason = returned_why(state, one)
        if reason:
            yield _line(one, RETURNED, when=f"请重新上传，{DUE_NAMES[one.due]}要", reason=reason, owed=True)
        elif given & one.codes:
            yield _line(one, PASSED if _passed(file, one, late) else PENDING)
        else:
            when, owed = _by_when(file, one)
            yield _line(one, WANTED, when=when, owed=owed)


def _line(one: Requirement, state: str, *, when: str = "", reason: str = "", owed: bool = False) -> PaperLine:
    tone = "warn" if owed and state == WANTED else TONES[state]
    return PaperLine(code=one.code, name=one.name, state=state, tone=tone, when=when, reason=reason, owed=owed)


def _by_when(file: CaseFile, one: Requirement) -> tuple[str, bool]:
    state = file.state
    if one.code in state.missing:
        return "告知书上写明要补", True
    if one.code in state.promised and one.promise_until:
        return f"您承诺{DUE_NAMES[one.promise_until]}补交", True
    later = f"，可以承诺{DUE_NAMES[one.promise_until]}补" if one.promise_until and not state.accepted else ""
    return f"{DUE_NAMES[one.due]}要{later}", False


def _came_late(file: CaseFile) -> frozenset[str]:
    """The codes of what came after the acceptance, which nobody has looked through with the application."""
    accepted = file.state.timeline.accepted_at
    if accepted is None:
        return frozenset()
    return frozenset(
        paper.code
        for entry in file.entries
        if entry.event.kind in BRINGING and entry.event.at >= accepted
        for paper in getattr(entry.event.body, "papers", ())
    )


def _passed(file: CaseFile, one: Requirement, late: frozenset[str]) -> bool:
    """What came with the application was looked through at the acceptance, the rest at the step it was wanted for."""
    state = file.state
    if not state.accepted or state.energised:
        return state.energised
    if not late & one.codes:
        return True
    survey = one.promise_until is Due.SURVEY and state.survey is not None
    return survey or state.completion_passed
