"""工单 360: one case on one page: where it stands, what to do now, its clocks and why, its papers and its story."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yekuo.interfaces.desk import capacity_held
from yekuo.interfaces.desk import case_facts as about
from yekuo.interfaces.desk.case_clocks import case_pill, clock_rows
from yekuo.interfaces.desk.case_now import now_of
from yekuo.interfaces.desk.case_oversight import overseen
from yekuo.interfaces.desk.case_prints import print_links
from yekuo.interfaces.desk.case_steps import steps_of
from yekuo.interfaces.desk.case_story import facts_words, story_of
from yekuo.interfaces.desk.drafting import bench_link
from yekuo.interfaces.desk.reader import Reader, case_file, desk
from yekuo.interfaces.desk.rows import rows_of, standing
from yekuo.interfaces.look.names import STATUS_NAMES
from yekuo.interfaces.look.parts import Crumb
from yekuo.operations import appointments as promises
from yekuo.operations.casefile import CaseFile, NotFound
from yekuo.operations.papers import Kept, consult_paper, kept_papers
from yekuo.records import applications, worklist
from yekuo.rules.calendar import day_of
from yekuo.rules.followup import works_bar
from yekuo.rules.refusal import Refused


@require_safe
@desk
def case(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """This function will show a case."""
    file = case_file(reader, number)
    kept = kept_of(reader, file)
    running, over = clock_rows(file)
    context = {
        **head_of(file, reader),
        "steps": steps_of(file),
        "now": now_of(file, reader),
        "running": running,
        "over": over,
        "facts": about.fact_rows(file),
        "survey": about.survey_pairs(file),
        "pauses": about.pause_rows(file, kept),
        "needs": about.need_rows(file, kept),
        "schemes": about.scheme_rows(file),
        "bench_url": bench_link(reader, file),
        "review": about.review_shown(file),
        "inspections": about.inspection_rows(file),
        "works": about.works_pairs(file),
        "works_bar": works_bar(file.state, day_of(file.at)),
        "promises": promises.of_case(file.state, names=file.names),
        "offers": promises.offers_of(file.state, names=file.names),
        "powered": about.powered_pairs(file),
        "contract": about.contract_pairs(file),
        "people": about.people_rows(file),
        "prints": print_links(file, reader),
        "kin": rows_of(reader, worklist.by_keys(reader.scope, applications.kin_of(file.id))),
        "story": story_of(file, reader=reader.actor.person),
        "overseen": overseen(reader, file),
        "held": capacity_held.of_case(reader, file),
        "may_reveal": reader.may("reveal_personal"),
    }
    return render(request, "desk/case.html", context)


@require_safe
@desk
def review(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """This function will give the review card alone, for a page that looks again every few seconds."""
    file = case_file(reader, number)
    return render(request, "desk/part_review.html", {"file": file, "review": about.review_shown(file)})


@require_safe
@desk
def paper(request: HttpRequest, reader: Reader, number: str, key: int) -> FileResponse:
    """This function will show a file of a case; 404 for a file of another."""
    file = case_file(reader, number)
    if key not in kept_of(reader, file):
        raise Http404("没有这份资料。")
    try:
        opened = consult_paper(file=key, case=file.id, by=reader.actor, at=reader.at)
    except NotFound:
        raise Http404("没有这份资料。") from None
    except Refused as refused:
        raise PermissionDenied(refused.message) from None
    answer = FileResponse(opened.stream, filename=opened.kept.name, content_type=opened.kept.type)
    answer["Cache-Control"] = "private, no-store"
    return answer


def kept_of(reader: Reader, file: CaseFile) -> dict[int, Kept]:
    """This function will give the files of a case by key."""
    return {one.file: one for one in kept_papers(by=reader.actor, case=file.id)}


def head_of(file: CaseFile, reader: Reader) -> dict[str, object]:
    """This function will give what the head of every page about a case shows."""
    return {
        "file": file,
        "at": file.at,
        "customer": file.applicant.name if file.applicant else "尚未提交申请",
        "summary": facts_words(file.state.facts) if file.state.facts else "",
        "pill": case_pill(file, reader.steps) or standing(file.waiting),
        "urged": f"催{file.state.urged}" if file.state.urged else "",
        "status": STATUS_NAMES[file.state.status],
        "crumbs": [Crumb(label="在途工单", url=reverse("desk:cases")), Crumb(label=file.number)],
    }
