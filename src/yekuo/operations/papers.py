"""资料: uploads are checked, kept and bound to their case; who may open which file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from yekuo.integrations import papers as checking
from yekuo.integrations.storage import FolderStore, Store
from yekuo.operations.casefile import NotFound
from yekuo.records import cases, disclosures, files, tables
from yekuo.records.models import Case, File
from yekuo.records.models.disclosure import DisclosureKind
from yekuo.rules import powers
from yekuo.rules.actor import Actor, ActorKind
from yekuo.rules.deeds.base import Paper
from yekuo.rules.refusal import Problem, Refused

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_WAITING = 60
OPENING = "open_papers"
"""The power to open what a customer handed in."""
ABANDONED = timedelta(days=90)
UNNAMED = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """已存资料: a file as its reader may see it; `name` as it was uploaded, `openable` whether this reader may open it."""

    file: int
    code: str
    name: str
    type: str
    size: int
    digest: str
    at: datetime
    taken_at: datetime | None
    openable: bool = True

    @property
    def paper(self) -> Paper:
        """This function will give the reference that goes into a deed."""
        return Paper(code=self.code, file=self.file, digest=self.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """已开资料: a file and its bytes, to be read once and closed."""

    kept: Kept
    stream: BinaryIO


def store() -> Store:
    """This function will give the place where files are kept."""
    return FolderStore(Path(settings.MEDIA_ROOT))


def store_paper(*, content: bytes, name: str, code: str, by: Actor, at: datetime, case: int | None = None) -> Paper:
    """This function will check an upload and keep it, for a case or (None) for an application not filed yet.

    Photos are written anew without place and time. Raises Refused in words for whoever uploaded it, and then keeps nothing.
    """
    if not CODE.fullmatch(code):
        raise Refused("不认识的资料类别", code="bad_file")
    if case is not None and not cases.within_reach(by, case):
        raise Refused("没有这个工单", code="not_found")
    if case is None and files.waiting(by).count() >= MOST_WAITING:
        raise Refused(f"还没提交的资料已有 {MOST_WAITING} 份，请先删去不用的", code="too_many")
    checked = checking.check(content, name=name, most_bytes=settings.UPLOAD_MAX_BYTES)
    return keep_checked(checked, name=name, code=code, by=by, at=at, case=case)


def keep_checked(
    checked: checking.Checked, *, name: str, code: str, by: Actor, at: datetime, case: int | None = None
) -> Paper:
    """This function will keep an upload that was checked before; the caller has seen to who may and how many wait."""
    digest = store().put(checked.content)
    row = files.add(
        sha256=digest,
        name=_tidy(name, checked.suffix),
        kind=checked.type,
        size=len(checked.content),
        code=code,
        case=case,
        by=by,
        at=at,
        taken_at=checked.taken_at,
    )
    return Paper(code=code, file=row.pk, digest=digest)


def _tidy(name: str, suffix: str) -> str:
    """The name without folders and control characters, ending as what the file is."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem = "".join(char for char in last if char.isprintable() and char not in '<>:"|?*').strip(" .")
    plain = stem.rsplit(".", 1)[0] if "." in stem else stem
    return f"{plain[:80] or '资料'}{suffix}"


def may_open(file: File, by: Actor) -> bool:
    """This function will say who may see a file: readers of its case; before it is filed, and by a mandate, only who uploaded it."""
    if file.case is not None and by.kind is not ActorKind.MANDATE:
        return cases.within_reach(by, file.case)
    return (file.by_kind, file.by) == (by.kind.value, by.person)


def open_paper(*, file: int, by: Actor) -> Opened:
    """This function will open a file for a reader. Raises NotFound, alike for a foreign and for no file."""
    row = files.file(file)
    if row is None or not may_open(row, by):
        raise NotFound(file)
    try:
        return Opened(kept=_kept(row), stream=store().open(row.sha256))
    except FileNotFoundError:
        raise NotFound(file) from None


def consult_paper(*, file: int, case: int, by: Actor, at: datetime) -> Opened:
    """This function will open a customer's paper for staff and record that they did.

    Raises NotFound, and Refused for a role that does not handle or supervise cases.
    """
    if not powers.may(by.roles, OPENING, None, table=tables.powers()):
        raise Refused("您的岗位不查阅客户资料原件", code="forbidden")
    opened = open_paper(file=file, by=by)
    applicant = Case.objects.values_list("applicant", flat=True).get(pk=case)
    if applicant:
        disclosures.append(
            kind=DisclosureKind.OPENED, subject="person", keys=(applicant,), field=opened.kept.code[:20], case=case,
            reason="办理中查阅", by=by, at=at,
        )  # fmt: skip
    return opened


def kept_papers(*, by: Actor, case: int | None = None) -> tuple[Kept, ...]:
    """This function will list the files of a case its reader may see, or (None) those that wait to be filed."""
    if case is None:
        return tuple(_kept(row) for row in files.waiting(by))
    if not cases.within_reach(by, case):
        raise NotFound(case)
    openable = not by.staff or powers.may(by.roles, OPENING, None, table=tables.powers())
    return tuple(_kept(row, openable=openable) for row in files.of_case(case))


def remove_paper(*, file: int, by: Actor, at: datetime) -> None:
    """This function will take back an upload that was not filed yet. Raises Refused for any other."""
    with transaction.atomic():
        row = files.file(file)
        if row is None or not may_open(row, by):
            raise Refused("没有这份资料", code="not_found")
        if row.case is not None:
            raise Refused("资料已随申请提交，不能删除；如有错误请补充新的", code="filed")
        row.removed_at = at
        row.save(update_fields=["removed_at"])


def sweep(*, before: datetime) -> int:
    """This function will forget bytes that no row names and nobody put since `before`; returns how many."""
    kept, gone = store(), 0
    for digest in tuple(kept.kept_before(before)):
        if not files.named(digest):
            kept.remove(digest)
            gone += 1
    return gone


def tidy(*, at: datetime, clock_ahead: timedelta = timedelta()) -> int:
    """This function will let go of drafts and uploads nobody came back to for 90 days, and of bytes no row names.

    `clock_ahead` is how far a rehearsal's clock is before the machine's, by which files are dated.
    """
    gone = files.drop_drafts_before(at - ABANDONED) + files.remove_waiting_before(at - ABANDONED, at=at)
    return gone + sweep(before=at - clock_ahead - UNNAMED)


def bind(papers: Iterable[Paper], *, case: int, by: Actor) -> None:
    """This function will give papers to their case, inside the caller's transaction.

    Raises Refused when one is somebody else's, belongs to another case or is not what its digest says.
    """
    wanted = tuple(papers)
    rows = {row.pk: row for row in File.objects.filter(pk__in={one.file for one in wanted}, removed_at=None)}
    wrong = [one for one in wanted if not _belongs(rows.get(one.file), one, case=case, by=by)]
    if wrong:
        problems = tuple(Problem("papers", f"资料“{one.code}”已失效，请重新上传") for one in wrong)
        raise Refused("有资料已失效，请重新上传", problems=problems, code="bad_file")
    files.bind(tuple(rows), case=case)


def _belongs(row: File | None, paper: Paper, *, case: int, by: Actor) -> bool:
    if row is None or row.sha256 != paper.digest or row.code != paper.code:
        return False
    return row.case == case or (row.case is None and (row.by_kind, row.by) == (by.kind.value, by.person))


def _kept(row: File, *, openable: bool = True) -> Kept:
    return Kept(
        file=row.pk,
        code=row.code,
        name=row.name.open(),
        type=row.type,
        size=row.size,
        digest=row.sha256,
        at=row.at,
        taken_at=row.taken_at,
        openable=openable,
    )
