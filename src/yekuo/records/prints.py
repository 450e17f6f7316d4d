"""打印登记查询: papers by content and by token, and who was handed which."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, QuerySet

from yekuo.records.models import Event, Print, Printing, SupervisionSheet
from yekuo.records.models.printed import Copy
from yekuo.rules.actor import Actor

__all__ = [
    "Copy", "Print", "by_token", "digests_of", "find", "hand_out", "keep", "kinds_of", "newer", "newest_sheet", "next_version",
    "of_case", "whole_since",
]  # fmt: skip


def find(*, case: int, form: str, copy: str, content: str, edition: str) -> Print | None:
    """This function will find the paper that says exactly this."""
    wanted = Print.objects.filter(case=case, form=form, copy=copy, content=content, edition=edition)
    return wanted.order_by("-version").first()


def next_version(*, case: int, form: str, content: str) -> int:
    """This function will give the version a content has among the papers of a form: its own, or the next."""
    papers = Print.objects.filter(case=case, form=form)
    newest = papers.order_by("-version").first()
    if newest is not None and newest.content == content:
        return newest.version
    return (newest.version if newest else 0) + 1


def keep(*, case: int, form: str, copy: str, version: int, edition: str, **columns: object) -> Print:
    """This function will register a paper, or give the one somebody else registered in the same moment."""
    kept, _ = Print.objects.get_or_create(
        case=case, form=form, copy=copy, version=version, edition=edition, defaults=columns
    )
    return kept


def hand_out(
    papers: Iterable[Print], *, by: Actor, at: datetime, reason: str, sha256: str, pages: int, batch: str = ""
) -> None:
    """This function will register that somebody was handed papers in one file."""
    Printing.objects.bulk_create(
        Printing(
            paper=one, at=at, by_kind=by.kind.value, by=by.person, unit=by.unit, reason=reason, batch=batch,
            sha256=sha256, pages=pages,
        )
        for one in papers
    )  # fmt: skip


def by_token(token: str) -> Print | None:
    """This function will find the paper a code stands on."""
    return Print.objects.filter(token=token).first()


def digests_of(paper: Print) -> tuple[str, ...]:
    """This function will list the fingerprints of the files this paper alone was handed out as."""
    return tuple(paper.printings.filter(batch="").order_by("sha256").values_list("sha256", flat=True).distinct())


def newer(paper: Print) -> bool:
    """This function will say whether a later paper of the form says something else."""
    newest = Print.objects.filter(case=paper.case, form=paper.form).aggregate(found=Max("version"))["found"]
    return bool(newest > paper.version)


def of_case(case: int) -> QuerySet[Printing]:
    """This function will list who was handed papers of a case, newest first."""
    return Printing.objects.select_related("paper").filter(paper__case=case)


def whole_since(by: Actor, since: datetime) -> int:
    """This function will count the papers in full somebody was handed since a moment."""
    return Printing.objects.filter(by_kind=by.kind.value, by=by.person, at__gte=since, paper__copy=Copy.WHOLE).count()


def newest_sheet(case: int) -> str:
    """This function will give the number of the supervision sheet last issued about a case, '' without one."""
    found = SupervisionSheet.objects.filter(case=case).order_by("-issued_at", "-id").first()
    return found.number if found else ""


def kinds_of(cases: Iterable[int]) -> dict[int, frozenset[str]]:
    """This function will say which kinds of deeds are in the logs of cases, in one query."""
    found: dict[int, set[str]] = {}
    for case, kind in Event.objects.filter(case_id__in=tuple(cases)).values_list("case_id", "kind").distinct():
        found.setdefault(case, set()).add(kind)
    return {case: frozenset(kinds) for case, kinds in found.items()}
