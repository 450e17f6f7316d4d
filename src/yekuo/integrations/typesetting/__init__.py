"""排版: a form's data become a PDF/A; the fonts, the rare characters and the typesetting program stay behind this door."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from yekuo.integrations.typesetting.glyphs import drawable
from yekuo.integrations.typesetting.press import NotSet, Press
from yekuo.integrations.typesetting.rare import Rare

__all__ = ["Laid", "NotSet", "Typesetter", "TypstTypesetter", "typesetter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """付印: one paper: the sheet as plain data, its number and code, the address its QR code leads to, and its footer."""

    sheet: dict[str, object]
    number: str
    code: str
    address: str
    qr: str
    foot: str
    note: str


class Typesetter(Protocol):
    """排版者: what the product asks of whoever makes PDFs."""

    edition: str

    def set(self, papers: Sequence[Laid], *, title: str, author: str, at: datetime) -> bytes:
        """This function will make one PDF/A of all papers, each with pages of its own; the same data give the same bytes."""


class TypstTypesetter:
    """Typst: fonts are read once, one paper at a time is set, in a process beside the web worker."""

    def __init__(self) -> None:
        """This function will find the template and the fonts; the press starts with the first paper."""
        self.edition = f"typst {version('typst')}"
        self._press = Press(Path(__file__).parent / "form.typ", _fonts()[0].parent)

    def set(self, papers: Sequence[Laid], *, title: str, author: str, at: datetime) -> bytes:
        """This function will make one PDF/A of all papers, each with pages of its own; the same data give the same bytes."""
        plain = [self._plain(key, one) for key, one in enumerate(papers)]
        rare = Rare(self._can_draw)
        told = json.dumps({"papers": plain, "title": rare.text(title), "author": rare.text(author)}, ensure_ascii=False)
        return self._press.set(told, moment=int(at.timestamp()))

    def _plain(self, key: int, one: Laid) -> dict[str, object]:
        rare = Rare(self._can_draw)
        shown = {
            "key": str(key),
            "sheet": rare.plain(one.sheet),
            "number": one.number,
            "code": one.code,
            "address": one.address,
            "qr": one.qr,
            "foot": rare.text(one.foot),
            "note": rare.text(one.note),
        }
        return {**shown, "rare": rare.notes}

    def _can_draw(self, char: str) -> bool:
        return any(ord(char) in drawable(font) for font in _fonts())


@cache
def _fonts() -> tuple[Path, Path]:
    from pylopdf_fonts_zh_cn import sans_path, serif_path

    return Path(sans_path()), Path(serif_path())


@cache
def typesetter() -> Typesetter:
    """This function will give the one typesetter of this process."""
    return TypstTypesetter()
