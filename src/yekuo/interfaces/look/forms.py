"""表单: native date inputs, a refusal shown at its fields, and the answer that lets a draft go."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import ProhibitNullCharactersValidator
from django.http import HttpRequest

from yekuo.rules.refusal import Refused

DRAFT_TAG = "draft:"
COUNTRY = re.compile(r"(?:\+|00)?86[\s-]*(?=1)")
ProhibitNullCharactersValidator.message = "里面有看不见的字符，请删掉重新填写"


class DateInput(forms.DateInput):
    """日期: the browser's own date picker."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        """This function will fix the format the browser understands, whatever the language."""
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    """日期时间: the browser's own picker, to the minute."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        """This function will fix the format the browser understands, whatever the language."""
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")


class TelInput(forms.TextInput):
    """电话: opens the number keys of a phone; a private field, never kept as a draft."""

    input_type = "tel"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        """This function will mark the field private and ask for digits."""
        super().__init__(attrs={"inputmode": "tel", "autocomplete": "tel", "data-private": True, **(attrs or {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """This function will read a number the way phones fill it in or copy it: with +86, wide digits or invisible marks."""
        typed = super().value_from_datadict(data, files, name)
        return plain_phone(typed) if isinstance(typed, str) else typed


def plain_phone(typed: str) -> str:
    """This function will take invisible marks and the country code off a phone number; what else is wrong with it stays."""
    wide = unicodedata.normalize("NFKC", typed)
    seen = "".join(one for one in wide if unicodedata.category(one) not in ("Cc", "Cf")).strip()
    bare = COUNTRY.sub("", seen, count=1) if COUNTRY.match(seen) else seen
    return bare if sum(one.isdigit() for one in bare) == 11 else seen


Place = Callable[[str], tuple[forms.BaseForm, str | None]]


def refuse(form: forms.BaseForm, refused: Refused, *, place: Place | None = None) -> None:
    """This function will put every problem of a refusal at its field, or above the form.

    `place` finds the form and the field a path like 'sources.1.substation' belongs to; a form with rows brings its own
    as a method of that name.
    """
    find: Place = place or getattr(form, "place", None) or (lambda path: (form, path if path in form.fields else None))
    if not refused.problems:
        form.add_error(None, refused.message)
    for problem in refused.problems:
        target, field = find(problem.field)
        target.add_error(field, problem.message)


def accepted(request: HttpRequest, message: str, *, draft: str = "") -> None:
    """This function will say on the next page that a deed was done, and drop the browser's draft of that name."""
    messages.success(request, message, extra_tags=f"{DRAFT_TAG}{draft}" if draft else "")
