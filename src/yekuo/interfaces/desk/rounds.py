"""检查记录: every round of every inspection side by side, the defects with what was done about them, the materials sampled."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yekuo.interfaces.desk.case_facts import PaperLink, paper_link
from yekuo.interfaces.desk.cases import head_of, kept_of
from yekuo.interfaces.desk.reader import Reader, case_file, desk
from yekuo.interfaces.look.names import RESULT_NAMES, name_of
from yekuo.operations.casefile import CaseFile, Entry
from yekuo.operations.papers import Kept
from yekuo.rules.calendar import day_of
from yekuo.rules.deeds import Paper
from yekuo.rules.deeds import inspection as deeds
from yekuo.rules.inspection import CheckedItem, Defect, InspectionKind, Item, Result, checklist, completion_kind
from yekuo.rules.rounds import first_found_late

CONCLUSIONS = (deeds.ConcludeMidInspection, deeds.ConcludeCompletionInspection)
TONES = {Result.OK: "ok", Result.FAILED: "bad", Result.NOT_APPLICABLE: ""}
SAMPLE_TONES = {"ok": "ok", "failed": "bad", "pending": "warn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """一轮检查."""

    number: int
    at: datetime
    who: str
    passed: bool
    looked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """一项在一轮中的结果; empty where the round did not look at it."""

    word: str = ""
    tone: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """一种检查的各轮对照."""

    title: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Item, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectRow:
    """一项缺陷: where it was found, by when it is due, what the customer did about it."""

    code: str
    text: str
    item: str
    severity: str
    round: str
    deadline: date
    done: str
    state: str
    tone: str
    photos: tuple[PaperLink, ...]


@require_safe
@desk
def inspections(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """This function will show what all inspections of a case found."""
    file = case_file(reader, number)
    kept = kept_of(reader, file)
    late = first_found_late(file.state.rounds)
    due = bool(file.state.facts and file.shelf.books.mid_inspection_due(file.state.facts, day_of(file.at)))
    context = {
        **head_of(file, reader),
        "tables": tables_of(file),
        "defects": defect_rows(file, kept),
        "samples": sample_rows(file, kept),
        "late": len(late),
        "skipped": due,
        "may_sample": file.may("sample_material"),
    }
    return render(request, "desk/inspections.html", context)


def tables_of(file: CaseFile) -> list[Table]:
    """This function will lay the rounds of each kind of inspection side by side."""
    found = []
    for mid in (True, False):
        entries = [one for one in file.entries if _of_kind(one, mid=mid)]
        if entries:
            found.append(_table(file, entries, mid=mid))
    return found


def _of_kind(entry: Entry, *, mid: bool) -> bool:
    body = entry.event.body
    return isinstance(body, CONCLUSIONS) and isinstance(body, deeds.ConcludeMidInspection) == mid


def _kind(file: CaseFile, *, mid: bool) -> InspectionKind:
    return InspectionKind.MID if mid or file.state.facts is None else completion_kind(file.state.facts)


def _table(file: CaseFile, entries: Sequence[Entry], *, mid: bool) -> Table:
    kind = _kind(file, mid=mid)
    facts = file.state.facts
    items = checklist(kind, facts, table=file.shelf.books.checklists) if facts else ()
    bodies = [one.event.body for one in entries]
    results = [{each.code: each for each in body.items} for body in bodies if isinstance(body, CONCLUSIONS)]
    heads = tuple(
        Head(
            number=number,
            at=one.event.at,
            who=one.who,
            passed=getattr(one.event.body, "passed", False),
            looked=len(looked),
        )
        for number, (one, looked) in enumerate(zip(entries, results, strict=True), 1)
    )
    rows = tuple((item, tuple(_cell(looked, item.code) for looked in results)) for item in items)
    return Table(title=name_of(kind), heads=heads, rows=rows)


def _cell(looked: dict[str, CheckedItem], code: str) -> Cell:
    found = looked.get(code)
    return Cell(word=RESULT_NAMES[found.result], tone=TONES[found.result], note=found.note) if found else Cell()


def defect_rows(file: CaseFile, kept: dict[int, Kept]) -> list[DefectRow]:
    """This function will list every defect ever found, the newest round first, with its answer."""
    answers: dict[str, str] = {}
    rows: list[DefectRow] = []
    rounds = {True: 0, False: 0}
    open_codes = {one.code for one in file.state.defects}
    for entry in file.entries:
        body = entry.event.body
        if isinstance(body, deeds.ReportRectified):
            answers |= {one.code: one.done for one in body.answers}
        if isinstance(body, CONCLUSIONS):
            mid = isinstance(body, deeds.ConcludeMidInspection)
            rounds[mid] += 1
            where = f"{'中间检查' if mid else '竣工检验'}第 {rounds[mid]} 轮"
            rows += [_defect(file, one, where, kept) for one in body.defects]
    told = [_told(row, answers.get(row.code, ""), day_of(file.at), still=row.code in open_codes) for row in rows]
    return list(reversed(told))


def _defect(file: CaseFile, one: Defect, where: str, kept: dict[int, Kept]) -> DefectRow:
    photos = tuple(
        paper_link(file, Paper(code="defect_photo", file=key, digest=""), kept) for key in one.photos if key in kept
    )
    return DefectRow(
        code=one.code, text=one.text, item=one.item, severity=name_of(one.severity), round=where, deadline=one.deadline,
        done="", state="", tone="", photos=photos,
    )  # fmt: skip


def _told(row: DefectRow, done: str, today: date, *, still: bool) -> DefectRow:
    if not still:
        state, tone = "已复验", "ok"
    elif done:
        state, tone = "已答复，待复验", "info"
    elif today > row.deadline:
        state, tone = "超期未改", "bad"
    else:
        state, tone = "待整改", "warn"
    return replace(row, done=done, state=state, tone=tone)


def sample_rows(file: CaseFile, kept: dict[int, Kept]) -> list[dict[str, object]]:
    """This function will list the materials sampled, newest first."""
    found = []
    for entry in reversed(file.entries):
        body = entry.event.body
        if isinstance(body, deeds.SampleMaterial):
            found.append({
                "body": body, "at": entry.event.at, "who": entry.who, "result": name_of(body.result),
                "tone": SAMPLE_TONES[body.result.value],
                "papers": [paper_link(file, one, kept) for one in body.papers],
            })  # fmt: skip
    return found
