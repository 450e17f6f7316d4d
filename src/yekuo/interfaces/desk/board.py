"""会审页: the opinions as they come in, and beside them what they rest on: the survey, the scheme and what changed in it, the papers."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yekuo.interfaces.desk import case_facts as about
from yekuo.interfaces.desk.case_now import button
from yekuo.interfaces.desk.cases import head_of, kept_of
from yekuo.interfaces.desk.drafting import evidence_of
from yekuo.interfaces.desk.forms.summary import summary_of
from yekuo.interfaces.desk.reader import Reader, case_file, desk
from yekuo.operations.casefile import CaseFile
from yekuo.rules.deeds.scheme import GiveOpinion
from yekuo.rules.scheme import Scheme

DEEDS = ("give_opinion", "add_reviewer", "remove_reviewer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """方案对照: one line of the scheme, as it was in the version before and as it is."""

    label: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        """This function will say whether the line was changed."""
        return self.before != self.after


@require_safe
@desk
def board(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """This function will show a joint review with everything it is judged by on one page."""
    file = case_file(reader, number)
    kept = kept_of(reader, file)
    schemes = file.state.schemes
    before = schemes[-2] if len(schemes) > 1 else None
    context = {
        **head_of(file, reader),
        "review": about.review_shown(file),
        "facts": about.fact_rows(file),
        "survey": about.survey_pairs(file),
        "version": len(schemes),
        "evidence": evidence_of(file, len(schemes)),
        "lines": compared(before, schemes[-1]) if schemes else [],
        "compares": before is not None,
        "objections": objections(file),
        "needs": [one for one in about.need_rows(file, kept) if one.files],
        "acts": [button(file, one) for one in file.offers if one.deed in DEEDS and _mine(file, reader, one.deed)],
    }
    return render(request, "desk/board.html", context)


def _mine(file: CaseFile, reader: Reader, deed: str) -> bool:
    """An opinion is offered to who has a seat that has not spoken."""
    if deed != "give_opinion" or file.state.review is None:
        return True
    own = (*reader.actor.roles, f"staff:{reader.actor.person}")
    return any(seat.member in own for seat in file.state.review.pending)


def compared(before: Scheme | None, after: Scheme) -> list[Changed]:
    """This function will set two versions of a scheme side by side, line by line; without the first there is no change."""
    new = dict(summary_of(after))
    old = dict(summary_of(before)) if before else new
    labels = [label for label in dict.fromkeys((*new, *old)) if label != "版本"]
    return [Changed(label=label, before=old.get(label, ""), after=new.get(label, "")) for label in labels]


def objections(file: CaseFile) -> list[tuple[str, str]]:
    """This function will list who objected to earlier versions and why, newest first."""
    found = [
        (entry.who, entry.event.body.text)
        for entry in reversed(file.entries)
        if isinstance(entry.event.body, GiveOpinion) and not entry.event.body.agree
    ]
    return found[:6]
