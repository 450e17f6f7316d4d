"""上传: files of a form that is not sent yet: kept at once, shown with a delete button, handed in with the form.

A form remembers its own files by number; what waits for another form is never mixed in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from yekuo.interfaces.look.parts import KeptFile
from yekuo.operations.papers import Kept, kept_papers, remove_paper, store_paper
from yekuo.rules.actor import Actor
from yekuo.rules.deeds.base import Paper
from yekuo.rules.refusal import Problem, Refused

MOST_AT_ONCE = 20
SAMPLES = {
    "identity": "card", "agent_id": "card", "subject": "certificate", "property": "certificate",
    "project_approval": "certificate", "importance_list": "certificate", "planning": "certificate",
    "builder_licence": "certificate", "duty_certificate": "certificate", "equipment_proof": "certificate",
    "lease": "letter", "owner_consent": "letter", "authorisation": "letter", "lv_completion": "letter",
    "equipment_list": "list", "test_report": "list", "tool_test": "list", "design": "drawing", "as_built": "drawing",
    "hidden_photo": "site", "hidden_works": "site", "rectified_photo": "site",
}  # fmt: skip
SAMPLE_WORDS = {
    "card": "样子：证件正面、反面各一张，四角拍全，号码看得清",
    "certificate": "样子：整页拍全，名称、地址和公章都看得清",
    "letter": "样子：整页拍全，签字或盖章、日期都在",
    "list": "样子：一张表，每样设备一行，写明功率和台数",
    "drawing": "样子：整张图拍全，图签和设计单位的章看得清",
    "site": "样子：埋设以前拍，走向、深度和旁边的标志物都在",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """上传行: one kind of paper on a form, with what was kept and what went wrong."""

    code: str
    name: str
    label: str
    why: str = ""
    choices: str = ""
    later: str = ""
    required: bool = False
    kept: tuple[KeptFile, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def sample(self) -> str:
        """This function will give the picture of what such a paper looks like, '' where none helps."""
        drawn = SAMPLES.get(self.code, "")
        return f"customer/samples/{drawn}.svg" if drawn else ""

    @property
    def sample_words(self) -> str:
        """This function will say what the picture shows, for whoever does not see it."""
        return SAMPLE_WORDS[SAMPLES[self.code]] if self.code in SAMPLES else ""

    @property
    def count(self) -> str:
        """This function will say how many files there are."""
        return f"{len(self.kept)} 个文件"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """已收: the numbers of a form's files after an upload, and what was refused."""

    files: tuple[int, ...]
    problems: tuple[Problem, ...] = field(default=())


def waiting(by: Actor, files: Iterable[int]) -> tuple[Kept, ...]:
    """This function will list a form's files that still wait, in the order they came."""
    wanted = set(files)
    return tuple(one for one in kept_papers(by=by) if one.file in wanted)


def take(request: HttpRequest, codes: Sequence[str], files: Sequence[int], *, by: Actor, at: datetime) -> Taken:
    """This function will keep the uploads of a request and drop the one it asks to delete."""
    kept = list(files)
    problems: list[Problem] = []
    asked = request.POST.get("remove", "")
    if asked.isascii() and asked.isdigit() and int(asked) in kept:
        problems += _removed(int(asked), by, at)
        kept.remove(int(asked))
    chosen = [(code, one) for code in codes for one in request.FILES.getlist(code)]
    for code, _ in chosen[MOST_AT_ONCE:][:1]:
        problems.append(Problem(code, f"一次最多传 {MOST_AT_ONCE} 个文件，其余的请再传一次"))
    for code, one in chosen[:MOST_AT_ONCE]:
        try:
            kept.append(_stored(one, code, by, at).file)
        except Refused as refused:
            problems += [Problem(code, refused.problems[0].message if refused.problems else refused.message)]
    return Taken(files=tuple(kept), problems=tuple(problems))


def _stored(one: "UploadedFile[Any]", code: str, by: Actor, at: datetime) -> Paper:
    if (one.size or 0) > settings.UPLOAD_MAX_BYTES:  # not read into memory to be told
        most = settings.UPLOAD_MAX_BYTES // 1024 // 1024
        raise Refused(f"文件“{(one.name or '')[-40:]}”太大，每个最多 {most} MB，请拍照上传或压缩后再传")
    return store_paper(content=one.read(), name=one.name or "资料", code=code, by=by, at=at)


def _removed(file: int, by: Actor, at: datetime) -> list[Problem]:
    try:
        remove_paper(file=file, by=by, at=at)
    except Refused as refused:
        return [] if refused.code == "not_found" else [Problem("", refused.message)]
    return []


def shown(kept: Iterable[Kept], code: str, address: str) -> tuple[KeptFile, ...]:
    """This function will draw the files kept under a code; `address` has {} where the file's number goes."""
    return tuple(
        KeptFile(name=one.name, url=address.format(one.file), at=one.at, remove=str(one.file))
        for one in kept
        if one.code == code
    )


def errors_of(problems: Iterable[Problem], code: str) -> tuple[str, ...]:
    """This function will give what went wrong with uploads of one kind."""
    return tuple(one.message for one in problems if one.field == code)
