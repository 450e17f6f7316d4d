"""字段: form fields that read strictly, speak Chinese, and carry how they are drawn (suffix, width)."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.forms import BaseForm

from yekuo.interfaces.look.forms import DateInput, DateTimeInput
from yekuo.interfaces.look.names import table_of
from yekuo.rules.calendar import BEIJING

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,9})?")
WHOLE = re.compile(r"-?[0-9]{1,9}")
POSITION = re.compile(r"(-?[0-9]{1,2}\.[0-9]{1,8}),(-?[0-9]{1,3}\.[0-9]{1,8})")
BREAKS = re.compile(r"[\n,，、;；]+")
LONGEST_LINE, MOST_LINES = 100, 50


def _plain(value: Any) -> str:
    text = unicodedata.normalize("NFKC", str(value if value is not None else "")).strip()
    return text.replace(",", "").replace(" ", "") if len(text) <= 60 else text


class Text(forms.CharField):
    """文字: one line, or several with `lines`; `suggest` names a list of suggestions on the page."""

    def __init__(
        self, label: str, *, most: int = 100, lines: int = 0, required: bool = True, hint: str = "", css: str = "",
        suggest: str = "", suffix: str = "",
    ) -> None:  # fmt: skip
        """This function will fix label, longest length and the Chinese messages."""
        attrs = {"list": suggest} if suggest else {}
        widget = forms.Textarea(attrs={"rows": lines}) if lines else forms.TextInput(attrs=attrs)
        messages = {
            "required": f"请填写{label}",
            "max_length": "最多 %(limit_value)d 个字，现在是 %(show_value)d 个",
        }
        super().__init__(
            label=label, max_length=most, required=required, help_text=hint, widget=widget, error_messages=messages
        )
        self.css = css or ("wide" if lines else "")
        self.suffix = suffix

    def to_python(self, value: Any) -> str:
        """This function will write line ends in one way."""
        return str(super().to_python(value) or "").replace("\r\n", "\n")


class Number(forms.Field):
    """数: a decimal written plainly; no exponent, no NaN, within bounds and places."""

    widget = forms.TextInput
    pattern = DECIMAL
    example = "例如 12.5"

    def __init__(
        self, label: str, *, least: Decimal | int | None = 0, most: Decimal | int = 10_000_000, places: int = 2,
        required: bool = True, hint: str = "", suffix: str = "", css: str = "",
    ) -> None:  # fmt: skip
        """This function will fix the bounds, both inclusive, and how many decimals there may be."""
        mode = "decimal" if places else "numeric"
        super().__init__(
            label=label, required=required, help_text=hint, error_messages={"required": f"请填写{label}"},
            widget=forms.TextInput(attrs={"inputmode": mode, "autocomplete": "off"}),
        )  # fmt: skip
        self.least, self.most, self.places = least, most, places
        self.suffix, self.css = suffix, css

    def to_python(self, value: Any) -> Decimal | int | None:
        """This function will read the digits; ValidationError says in Chinese what is wrong with them."""
        text = _plain(value)
        if not text:
            return None
        if not self.pattern.fullmatch(text):
            raise ValidationError(f"请填数字，{self.example}", code="invalid")
        number = self.read(text)
        if self.least is not None and number < self.least:
            raise ValidationError(f"不能小于 {self.least}", code="min_value")
        if number > self.most:
            raise ValidationError(f"不能大于 {self.most}", code="max_value")
        return number

    def read(self, text: str) -> Decimal | int:
        """This function will turn digits into a number and count the decimals."""
        if len(text.partition(".")[2].rstrip("0")) > self.places:
            raise ValidationError(f"最多 {self.places} 位小数", code="places")
        return Decimal(text)

    def prepare_value(self, value: Any) -> Any:
        """This function will show a number without needless zeros."""
        if not isinstance(value, Decimal) or not value.is_finite():
            return value
        return f"{value.normalize():f}" if value == value.to_integral_value() else f"{value:f}"


class Whole(Number):
    """整数: digits only."""

    pattern = WHOLE
    example = "只填整数，例如 3"

    def __init__(self, label: str, *, least: int | None = 0, most: int = 1_000_000, **how: Any) -> None:
        """This function will fix the bounds, both inclusive."""
        super().__init__(label, least=least, most=most, places=0, **how)

    def read(self, text: str) -> int:
        """This function will turn digits into an integer."""
        return int(text)


class Day(forms.DateField):
    """日期: from the browser's picker, between 2000 and 2099."""

    def __init__(self, label: str, *, required: bool = True, hint: str = "", css: str = "") -> None:
        """This function will fix label and messages."""
        messages = {"required": f"请选择{label}", "invalid": "请按 2026-11-22 的样子填写日期"}
        super().__init__(
            label=label, required=required, help_text=hint, widget=DateInput, input_formats=["%Y-%m-%d"],
            error_messages=messages,
        )  # fmt: skip
        self.css = css

    def clean(self, value: Any) -> date | None:
        """This function will refuse a year nobody means."""
        found: date | None = super().clean(value)
        if found is not None and not EARLIEST <= found <= LATEST:
            raise ValidationError("年份应在 2000 到 2099 之间", code="range")
        return found


class Moment(forms.Field):
    """时刻: to the minute, Beijing time."""

    def __init__(self, label: str, *, required: bool = True, hint: str = "", css: str = "") -> None:
        """This function will fix label and messages."""
        messages = {"required": f"请选择{label}"}
        super().__init__(label=label, required=required, help_text=hint, widget=DateTimeInput, error_messages=messages)
        self.css = css

    def to_python(self, value: Any) -> datetime | None:
        """This function will read what the picker sends; ValidationError when it is no moment between 2000 and 2099."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            found = datetime.strptime(text[:16], "%Y-%m-%dT%H:%M").replace(tzinfo=BEIJING)
        except ValueError:
            raise ValidationError("请按 2026-11-22 09:30 的样子填写时间", code="invalid") from None
        if not EARLIEST <= found.date() <= LATEST:
            raise ValidationError("年份应在 2000 到 2099 之间", code="range")
        return found

    def prepare_value(self, value: Any) -> Any:
        """This function will show a moment in Beijing time."""
        return value.astimezone(BEIJING).replace(tzinfo=None) if isinstance(value, datetime) else value


class Pick(forms.ChoiceField):
    """单选: one of a closed list; the cleaned value is the key of the table, or None."""

    def __init__(
        self, label: str, names: Mapping[Any, str] | type[Enum] | None = None, *, radio: bool = False,
        required: bool = True, hint: str = "", css: str = "", stacked: bool = False, empty: str = "请选择",
    ) -> None:  # fmt: skip
        """This function will offer the names of a table or of an enumeration."""
        message = f"请选择{label}"
        super().__init__(
            label=label, required=required, help_text=hint,
            widget=forms.RadioSelect() if radio else forms.Select(),
            error_messages={"required": message, "invalid_choice": "请从列表中选择", "invalid": "请从列表中选择"},
        )  # fmt: skip
        self.radio, self.stacked, self.empty = radio, stacked, empty
        self.css = css or ("wide" if radio and stacked else "")
        self.values: dict[str, Any] = {}
        self.offer(table_of(names) if isinstance(names, type) else names or {})

    def offer(self, names: Mapping[Any, str], groups: Sequence[tuple[str, Iterable[Any]]] = ()) -> None:
        """This function will fill the list; `groups` puts the codes under headings."""
        self.values = {self._posted(code): code for code in names}
        empty = [] if self.radio or (self.required and len(names) == 1) else [("", self.empty)]
        if groups:
            grouped = [(heading, [(self._posted(one), names[one]) for one in codes]) for heading, codes in groups]
            self.choices = [*empty, *grouped]
        else:
            self.choices = [*empty, *[(self._posted(code), name) for code, name in names.items()]]

    @staticmethod
    def _posted(code: Any) -> str:
        if isinstance(code, Decimal):
            return f"{code.normalize():f}"
        return str(code.value if isinstance(code, Enum) else code)

    def clean(self, value: Any) -> Any:
        """This function will turn what was posted into the code it stands for, None for nothing."""
        text = super().clean(value)
        return self.values[text] if text else None

    def prepare_value(self, value: Any) -> Any:
        """This function will show a code as it is posted."""
        return self._posted(value) if isinstance(value, (Enum, int, Decimal)) else value


class YesNo(Pick):
    """是否: two buttons, and None where it may stay open."""

    def __init__(self, label: str, *, yes: str = "是", no: str = "否", **how: Any) -> None:
        """This function will offer yes and no in the words of the field."""
        super().__init__(label, radio=True, **how)
        self.values = {"yes": True, "no": False}
        self.choices = [("yes", yes), ("no", no)]

    def prepare_value(self, value: Any) -> Any:
        """This function will show a truth as the button it stands for."""
        return ("yes" if value else "no") if isinstance(value, bool) else value


class Tick(forms.BooleanField):
    """勾选: a single box."""

    def __init__(self, label: str, *, required: bool = False, hint: str = "", css: str = "") -> None:
        """This function will fix label and message."""
        super().__init__(
            label=label, required=required, help_text=hint, error_messages={"required": f"请确认：{label}"}
        )
        self.css = css


class Ticks(forms.MultipleChoiceField):
    """多选: boxes of a closed list; the cleaned value is a tuple of codes."""

    def __init__(self, label: str, *, required: bool = True, hint: str = "") -> None:
        """This function will make an empty list that `offer` fills."""
        super().__init__(
            label=label, required=required, help_text=hint, widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": f"请至少勾选一项{label}", "invalid_choice": "请从列表中选择", "invalid_list": "请从列表中选择",
            },
        )  # fmt: skip
        self.css, self.stacked = "wide", True
        self.codes: tuple[str, ...] = ()

    def offer(self, names: Mapping[str, str]) -> None:
        """This function will fill the list."""
        self.codes = tuple(names)
        self.choices = list(names.items())

    def clean(self, value: Any) -> tuple[str, ...]:
        """This function will return the ticked codes in the order of the list, each once."""
        ticked = set(super().clean(value))
        return tuple(code for code in self.codes if code in ticked)


class Lines(forms.Field):
    """多项文字: several short texts, one per line or separated by commas; the cleaned value is a tuple."""

    def __init__(
        self,
        label: str,
        *,
        rows: int = 3,
        required: bool = True,
        hint: str = "",
        css: str = "wide",
        split: bool = False,
    ) -> None:
        """This function will take one text per line; with `split` commas separate too (numbers of assets)."""
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
        super().__init__(
            label=label, required=required, help_text=hint, widget=widget, error_messages={"required": f"请填写{label}"}
        )
        self.split, self.css = split, css

    def to_python(self, value: Any) -> tuple[str, ...]:
        """This function will part the text; ValidationError when a part is too long or there are too many."""
        text = str(value or "").replace("\r\n", "\n").replace("\x00", "")
        parts = BREAKS.split(text) if self.split else text.split("\n")
        found = tuple(part.strip() for part in parts if part.strip())
        longest = LONGEST_LINE if self.split else 5 * LONGEST_LINE
        if any(len(part) > longest for part in found):
            raise ValidationError(f"每项最多 {longest} 个字", code="max_length")
        if len(found) > MOST_LINES:
            raise ValidationError(f"最多填 {MOST_LINES} 项", code="max_number")
        return found

    def prepare_value(self, value: Any) -> Any:
        """This function will show a tuple as it is typed."""
        return ("、" if self.split else "\n").join(value) if isinstance(value, tuple) else value


class Position(Text):
    """坐标: latitude, longitude in degrees."""

    def __init__(self, label: str, *, required: bool = False, hint: str = "纬度,经度，例如 30.28,120.15") -> None:
        """This function will ask for two decimals."""
        super().__init__(label, most=40, required=required, hint=hint)

    def clean(self, value: Any) -> str:
        """This function will refuse what is no place on earth."""
        text = unicodedata.normalize("NFKC", str(super().clean(value))).replace(" ", "")
        found = POSITION.fullmatch(text)
        if text and (not found or abs(float(found[1])) > 90 or abs(float(found[2])) > 180):
            raise ValidationError("请按“纬度,经度”填写，例如 30.28,120.15", code="invalid")
        return text


class ManyFiles(forms.FileInput):
    """上传: any number of files under one name."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """This function will return every file sent."""
        return files.getlist(name) if hasattr(files, "getlist") else list(files.get(name) or ())


class Papers(forms.Field):
    """附件: files kept under a requirement code; the form itself keeps them and remembers them over a refusal."""

    widget = ManyFiles

    def __init__(
        self, label: str, code: str, *, required: bool = False, hint: str = "", most: int = 20, image: bool = False
    ) -> None:
        """This function will name the code the files are kept under and how many there may be."""
        super().__init__(label=label, required=required, help_text=hint)
        self.code, self.most = code, most
        self.accept = "image/*" if image else "image/*,application/pdf"
        self.hint = hint or "照片或 PDF，每个不超过 10 MB，可一次选多个。"

    def clean(self, value: Any) -> tuple[()]:
        """This function will leave the files to the form, which knows the case."""
        return ()

    def get_bound_field(self, form: BaseForm, field_name: str) -> BoundField:
        """This function will bind to a field that lists what was kept."""
        return BoundPapers(form, self, field_name)


class BoundPapers(BoundField):
    """附件字段: beside the control, the files kept already and their signed tokens."""

    @property
    def kept(self) -> Sequence[Any]:
        """This function will list the files kept, as the upload part shows them."""
        shown: Sequence[Any] = self.form.kept_files(self.name)  # type: ignore[attr-defined]
        return shown

    @property
    def tokens(self) -> Sequence[str]:
        """This function will list the signed tokens that carry the kept files over to the next submit."""
        return [one.remove for one in self.kept]


class Carried(forms.IntegerField):
    """随表单带回的数: a version or number that was on the page, so that a stale page is noticed."""

    def __init__(self, least: int = 0) -> None:
        """This function will hide the number."""
        super().__init__(widget=forms.HiddenInput, min_value=least, max_value=9999)


class Rows(forms.Field):
    """多行: a list of rows of one kind (sources, meters, defects); the rows themselves are forms."""

    lines = True

    widget = forms.HiddenInput

    def __init__(
        self, label: str, row: type[forms.Form], *, fixed: bool = False, most: int = 20, hint: str = "",
        keys: str = "[1-9][0-9]?", add: str = "",
    ) -> None:  # fmt: skip
        """This function will name the row's form; `fixed` rows follow from the case, others have `keys` of that form."""
        super().__init__(label=label, required=False, help_text=hint)
        self.row, self.fixed, self.most = row, fixed, most
        self.keys, self.add = re.compile(keys), add or f"增加{label}"

    def get_bound_field(self, form: BaseForm, field_name: str) -> BoundField:
        """This function will bind to a field that gives its rows."""
        return BoundRows(form, self, field_name)


class BoundRows(BoundField):
    """多行字段: the rows, and whether one more may be added."""

    @property
    def rows(self) -> Sequence[Any]:
        """This function will list the row forms."""
        found: Sequence[Any] = self.form.rows[self.name]  # type: ignore[attr-defined]
        return found

    @property
    def addable(self) -> bool:
        """This function will say whether one more row may be added."""
        return isinstance(self.field, Rows) and not self.field.fixed and len(self.rows) < self.field.most
