"""办理表单: what every form of a deed has in common: prefilled from the case, nothing typed lost, a deed at the end."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.signing import BadSignature, Signer
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.utils.datastructures import MultiValueDict

from yekuo.interfaces.desk.forms.fields import Carried, Moment, Papers, Pick, Rows, Ticks
from yekuo.interfaces.look.names import role_name
from yekuo.interfaces.look.parts import KeptFile
from yekuo.operations.perform import BACKDATED_AT_MOST, FIELD_DEEDS
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import day_of
from yekuo.rules.deeds import Deed, Paper
from yekuo.rules.engine.books import Books
from yekuo.rules.engine.definition import Definition
from yekuo.rules.facts import Facts
from yekuo.rules.materials import Requirement, needed
from yekuo.rules.proposal import Desk, Station
from yekuo.rules.refusal import Refused
from yekuo.rules.scheme import Scheme
from yekuo.rules.state import CaseState

WHEN = "happened_at"
LATE = f"现场办完、回来补记的，填现场的时间，最多早 {BACKDATED_AT_MOST.days} 天；不填就按现在。"


def _nowhere(_: Any) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """测算: where the workbench of a case is, where typed sources are checked, and the scheme drafted from places chosen there."""

    url: str
    check_url: str = ""
    number: int = 0
    drafted: Scheme | None = None
    stale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCase:
    """表单所在工单: all a form knows of its case; `staff` are (person, name, roles) of the unit.

    `hanging` are the meters at the account that an increase changes.

    `bench` is there where the unit has a network in force.

    `keep_paper` stores an upload under a code and raises Refused when the file is not wanted; `paper_url` and
    `deed_url` say where a paper and the form of another deed are seen ('' for nowhere).
    """

    number: str
    state: CaseState
    definition: Definition
    books: Books
    desk: Desk
    at: datetime
    by: Actor
    keep_paper: Callable[["UploadedFile[Any]", str], Paper]
    staff: tuple[tuple[int, str, tuple[str, ...]], ...] = ()
    stations: tuple[Station, ...] = ()
    hanging: tuple[str, ...] = ()
    paper_url: Callable[[Paper], str] = _nowhere
    deed_url: Callable[[str], str] = _nowhere
    bench: "Bench | None" = None

    @property
    def today(self) -> date:
        """This function will say which day it is in Beijing."""
        return day_of(self.at)

    @property
    def facts(self) -> Facts:
        """This function will return the facts; Refused while no application was filed."""
        if self.state.facts is None:
            raise Refused("还没有提交用电申请，这一项还不能办理")
        return self.state.facts

    @property
    def papers_needed(self) -> tuple[Requirement, ...]:
        """This function will list every paper the case needs from first to last; Refused while nothing was filed."""
        return needed(self.facts, self.state.situation, table=self.books.materials)

    @property
    def names(self) -> Mapping[int, str]:
        """This function will name the staff by person."""
        return {person: name for person, name, _ in self.staff}

    def holders(self, role: str) -> tuple[int, ...]:
        """This function will list the staff who hold a role."""
        return tuple(person for person, _, roles in self.staff if role in roles)

    def signer(self) -> Signer:
        """This function will sign tokens that are good for this case and this person only."""
        return Signer(salt=f"kept:{self.number}:{self.by.person}")


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """已存附件: a stored file and the name it was sent under."""

    name: str
    paper: Paper


class Keeping(forms.Form):
    """存附件: keeps the files of its Papers fields, and carries kept ones through a refused submit by signed tokens."""

    case: FormCase

    def __init__(self, *args: Any, **kw: Any) -> None:
        """This function will start with nothing kept."""
        self.kept: dict[str, list[KeptPaper]] = {}
        self.rejected: dict[str, list[str]] = {}
        super().__init__(*args, **kw)

    def _post_clean(self) -> None:
        for name, field in self.fields.items():
            if isinstance(field, Papers):
                self._take(name, field)

    def _take(self, name: str, field: Papers) -> None:
        kept, problems = self._carried(name)
        for upload in self[name].data or ():
            try:
                kept.append(KeptPaper(str(upload.name)[:120], self._keep(upload, field, len(kept))))
            except Refused as refused:
                problems.append(f"{upload.name}：{refused.message}")
        self.kept[name], self.rejected[name] = kept, list(problems)
        self.cleaned_data[name] = tuple(one.paper for one in kept)
        if field.required and not kept and not problems:
            problems.append(f"请上传{field.label}")
        for problem in problems:
            self.add_error(name, problem)

    def _keep(self, upload: "UploadedFile[Any]", field: Papers, there: int) -> Paper:
        if there >= field.most:
            raise Refused(f"最多 {field.most} 个文件")
        if not upload.size:
            raise Refused("文件是空的，请重新选择")
        if upload.size > settings.UPLOAD_MAX_BYTES:
            raise Refused(f"超过 {settings.UPLOAD_MAX_BYTES // 1024 // 1024} MB，请压缩后再传")
        return self.case.keep_paper(upload, field.code)

    def _carried(self, name: str) -> tuple[list[KeptPaper], list[str]]:
        found: dict[int, KeptPaper] = {}
        problems = []
        for token in self.data.getlist(f"{self.add_prefix(name)}.kept") if hasattr(self.data, "getlist") else ():
            try:
                title, code, file, digest = self.case.signer().unsign_object(token)
            except BadSignature:
                problems = ["之前上传的文件已失效，请重新上传"]
            else:
                found[file] = KeptPaper(title, Paper(code=code, file=file, digest=digest))
        return list(found.values()), problems

    def kept_files(self, name: str) -> list[KeptFile]:
        """This function will list the files kept of a field, each with the token its delete button sends."""
        if self.is_bound:
            self.is_valid()
        signer = self.case.signer()
        return [
            KeptFile(
                name=one.name, url=self.case.paper_url(one.paper), state="已上传", tone="ok",
                remove=signer.sign_object((one.name, one.paper.code, one.paper.file, one.paper.digest)),
            )
            for one in self.kept.get(name, ())
        ]  # fmt: skip

    def forgive(self) -> None:
        """This function will drop every error but those of uploads: the person is still filling in."""
        self.is_valid()
        self._errors = ErrorDict(renderer=self.renderer)
        for name, problems in self.rejected.items():
            for problem in problems:
                self.add_error(name, problem)


class Row(Keeping):
    """行: one line of a Rows field; its names on the page are the paths the rules speak of ('sources.1.substation')."""

    name: ClassVar[str] = "第"

    def __init__(self, *args: Any, case: FormCase, group: str, key: str, **kw: Any) -> None:
        """This function will bind the line `key` of a group."""
        self.case, self.group, self.key = case, group, key
        super().__init__(*args, prefix=f"{group}.{key}", label_suffix="", **kw)
        self.prepare()

    def add_prefix(self, field_name: str) -> str:
        """This function will name a field by its path."""
        return f"{self.prefix}.{field_name}"

    def prepare(self) -> None:
        """This function will fill lists that depend on the case."""

    def add_error(self, field: str | None, error: Any) -> None:
        """This function will not name the line twice: the rules say 电源 1 in the sentence itself."""
        super().add_error(field, error.removeprefix(f"{self.title}：") if isinstance(error, str) else error)

    @property
    def title(self) -> str:
        """This function will name the line."""
        return f"{self.name} {self.key}"

    @property
    def about(self) -> str:
        """This function will say beside the title what the line is about."""
        return ""


class DeedForm(Keeping):
    """办理表单: `help` says in one sentence what the deed does and what comes next; `submit` is the button's word."""

    deed: ClassVar[type[Deed]]
    template: ClassVar[str] = "desk/forms/plain.html"
    help: ClassVar[str] = ""
    submit: ClassVar[str] = "提交"
    danger: ClassVar[bool] = False

    def __init__(self, data: Any = None, files: Any = None, *, case: FormCase, **kw: Any) -> None:
        """This function will prefill the form from the case, or bind what was sent; Refused when the case is not ready."""
        self.case = case
        self.reworked = ""
        self.focus = ""
        initial = {**self.start(case), **(kw.pop("initial", None) or {})}
        self.sent = _many(data or {})
        bound = None if data is None else self.sent
        super().__init__(bound, None if files is None else _many(files), initial=initial, label_suffix="", **kw)
        self.rows: dict[str, list[Row]] = {}
        self.prepare()
        if self.deed.deed in FIELD_DEEDS:
            self.fields[WHEN] = Moment("现场时间", required=False, hint=LATE)
        self._rework()
        for name, field in self.fields.items():
            if isinstance(field, Rows):
                self.rows[name] = self._rows_of(name, field)

    # --- what a form fills in ---------------------------------------------------------------------------------

    def start(self, case: FormCase) -> dict[str, Any]:
        """This function will give the values a fresh form shows."""
        return {}

    def start_rows(self, group: str) -> dict[str, dict[str, Any]]:
        """This function will give the lines a fresh form shows, by key; fixed lines always come from here."""
        return {}

    def new_row(self, group: str, key: str) -> dict[str, Any]:
        """This function will give the values of a line just added."""
        return {}

    def next_key(self, group: str, keys: list[str]) -> str:
        """This function will number a new line: the smallest number free."""
        return next(str(number) for number in range(1, len(keys) + 2) if str(number) not in keys)

    def prepare(self) -> None:
        """This function will fill lists that depend on the case."""

    def rework(self, wish: str, data: MultiValueDict[str, Any]) -> None:
        """This function will do, in the data, what a button other than the submit asked for beyond adding or dropping."""

    def values(self) -> dict[str, Any]:
        """This function will give the deed's own fields from what was cleaned."""
        wanted = {field.name for field in dataclasses.fields(self.deed)}  # type: ignore[arg-type]
        return {name: value for name, value in self.cleaned_data.items() if name in wanted}

    # --- what the page asks -----------------------------------------------------------------------------------

    def deed_of(self) -> Deed:
        """This function will build the deed after is_valid()."""
        make: Callable[..., Deed] = self.deed
        return make(**self.values())

    @property
    def title(self) -> str:
        """This function will name the deed."""
        return self.deed.title

    @property
    def draft(self) -> str:
        """This function will name the draft the browser keeps."""
        return f"{self.deed.deed}-{self.case.number}"

    @property
    def own(self) -> list[BoundField]:
        """This function will list the form's own fields without those of its rows."""
        return [self[name] for name in self.fields if name != WHEN]

    @property
    def when(self) -> BoundField | None:
        """This function will give the field that says when work in the field was done."""
        return self[WHEN] if WHEN in self.fields else None

    @property
    def happened_at(self) -> datetime | None:
        """This function will say, after is_valid(), when it was done if that was not now."""
        found: datetime | None = self.cleaned_data.get(WHEN)
        return found

    def __iter__(self) -> Iterator[BoundField]:
        """This function will walk every field, the rows' under the name of their line."""
        for name in self.fields:
            yield self[name]
            for row in self.rows.get(name, ()):
                for inner in row.fields:
                    bound = row.fields[inner].get_bound_field(row, inner)
                    bound.label = f"{row.title} {bound.label}"
                    yield bound

    def is_valid(self) -> bool:
        """This function will say whether a deed can be built; a reworked form is never handed in."""
        rows = [row.is_valid() for group in self.rows.values() for row in group]
        return super().is_valid() and all(rows) and not self.reworked

    def full_clean(self) -> None:
        """This function will clean fields and rows; a form still being filled in is not told off."""
        super().full_clean()
        if self.is_bound and self.reworked:
            self.forgive()
            for row in (one for group in self.rows.values() for one in group):
                row.forgive()

    def _post_clean(self) -> None:
        super()._post_clean()
        stale = [name for name in self.errors if isinstance(self.fields.get(name), Carried)]
        for name in stale:
            del self.errors[name]
        if stale:
            self.add_error(None, "页面已过期，请重新打开再办理；您填的内容还在")

    def is_multipart(self) -> bool:
        """This function will say whether files can be sent, by the form or by a row."""
        rows = [row for group in self.rows.values() for row in group]
        return super().is_multipart() or any(row.is_multipart() for row in rows)

    def place(self, path: str) -> tuple[forms.BaseForm, str | None]:
        """This function will find the field a problem's path belongs to; (form, None) puts it above the form."""
        first, _, rest = path.partition(".")
        if first in self.rows:
            key, _, inner = rest.partition(".")
            row = next((one for one in self.rows[first] if one.key == key), None)
            if row is None or not row.fields:
                return self, first
            return row, inner if inner in row.fields else next(iter(row.fields))
        found = next((name for name in (path, first) if name in self.fields and not self[name].is_hidden), None)
        return self, found or next((name for name in self.fields if first and name.startswith(f"{first}.")), None)

    # --- help for the forms -----------------------------------------------------------------------------------

    def pick(self, name: str) -> Pick:
        """This function will return a choice field to fill."""
        field = self.fields[name]
        assert isinstance(field, Pick)  # noqa: S101 - a fault of the form, not of what was typed
        return field

    def ticks(self, name: str) -> Ticks:
        """This function will return a field of boxes to fill."""
        field = self.fields[name]
        assert isinstance(field, Ticks)  # noqa: S101 - a fault of the form, not of what was typed
        return field

    def offer_staff(self, name: str, role: str = "") -> None:
        """This function will offer the unit's people: those of a role, or all, under the headings of their roles."""
        if role:
            self.pick(name).offer({person: self.case.names[person] for person in self.case.holders(role)})
            return
        roles = dict.fromkeys(one for _, _, held in self.case.staff for one in held)
        groups = [(role_name(one), self.case.holders(one)) for one in roles]
        self.pick(name).offer(self.case.names, groups)

    def lines_of(self, group: str) -> list[tuple[str, dict[str, Any]]]:
        """This function will return (key, cleaned values) of every row."""
        return [(row.key, row.cleaned_data) for row in self.rows[group]]

    # --- rows -------------------------------------------------------------------------------------------------

    def _rows_of(self, group: str, field: Rows) -> list[Row]:
        make: Callable[..., Row] = field.row  # type: ignore[assignment]
        start = self.start_rows(group)
        bound = self.is_bound
        keys = self._keys(group, field) if bound and not field.fixed else list(start)
        return [
            make(
                self.sent if bound else None, self.files if bound else None, case=self.case, group=group, key=key,
                initial=start.get(key, {}),
            )
            for key in keys
        ]  # fmt: skip

    def _keys(self, group: str, field: Rows) -> list[str]:
        sent = dict.fromkeys(str(key) for key in self.sent.getlist(f"{group}.rows"))
        return [key for key in sent if field.keys.fullmatch(key)][: field.most]

    def _rework(self) -> None:
        if not self.is_bound:
            return
        wish = str(self.sent.get("rework") or "")
        gone = str(self.sent.get("remove") or "")
        self.reworked = wish or gone
        if gone:
            for name in [one for one in self.sent if str(one).endswith(".kept")]:
                self.sent.setlist(name, [token for token in self.sent.getlist(name) if token != gone])
        verb, _, rest = wish.partition(":")
        group, _, key = rest.partition(":")
        field = self.fields.get(group)
        if isinstance(field, Rows) and not field.fixed and verb == "add":
            self._add(group, field)
        elif isinstance(field, Rows) and not field.fixed and verb == "drop":
            self._drop(group, key)
        if wish:
            self.rework(wish, self.sent)

    def _add(self, group: str, field: Rows) -> None:
        keys = self._keys(group, field)
        if len(keys) >= field.most:
            return
        key = self.next_key(group, keys)
        self.put_row(self.sent, group, key, self.new_row(group, key))
        self.focus = f"{group}.{key}"

    def _drop(self, group: str, key: str) -> None:
        name = f"{group}.rows"
        self.sent.setlist(name, [one for one in self.sent.getlist(name) if one != key])

    def put_row(self, data: MultiValueDict[str, Any], group: str, key: str, values: Mapping[str, Any]) -> None:
        """This function will write a line into the data as a browser would send it; other fields of it are cleared."""
        field = self.fields[group]
        assert isinstance(field, Rows)  # noqa: S101 - a fault of the form, not of what was typed
        make: Callable[..., Row] = field.row  # type: ignore[assignment]
        row = make(case=self.case, group=group, key=key, initial=values)
        for name in row.fields:
            data.setlist(row.add_prefix(name), posted(row[name]))
        if key not in data.getlist(f"{group}.rows"):
            data.appendlist(f"{group}.rows", key)


def posted(bound: BoundField) -> list[str]:
    """This function will write a field's value as a browser would send it."""
    value = bound.value()
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return ["on"] if value else []
    shown = bound.field.widget.format_value(value)
    return [str(one) for one in (shown if isinstance(shown, list) else [] if shown is None else [shown])]


def _many(data: Any) -> MultiValueDict[str, Any]:
    """Several values may stand under one name; a copy, because a reworked form changes what was sent."""
    if isinstance(data, MultiValueDict):
        return MultiValueDict({key: list(values) for key, values in data.lists()})
    return MultiValueDict({key: value if isinstance(value, list) else [value] for key, value in data.items()})
