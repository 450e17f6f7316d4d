"""生僻字: what the fonts cannot draw is replaced by a visible mark and named in a note; what is invisible is left out."""

import unicodedata
from collections.abc import Callable
from typing import Any

from yekuo.integrations.typesetting.glyphs import SUBSTITUTE

KEPT = "\n"
MOST_NAMED = 40


class Rare:
    """替换: goes through the texts of one paper; `notes` names every character it had to replace, once."""

    def __init__(self, can_draw: Callable[[str], bool]) -> None:
        """This function will start with nothing replaced."""
        self._can_draw = can_draw
        self._numbers: dict[str, int] = {}

    def plain(self, value: Any) -> Any:
        """This function will give the same lists and dictionaries with drawable texts."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.plain(one) for key, one in value.items()}
        return [self.plain(one) for one in value] if isinstance(value, list | tuple) else value

    def text(self, value: str) -> str:
        """This function will replace what cannot be drawn; spaces stay spaces, control characters become spaces."""
        composed = unicodedata.normalize("NFC", value)
        return "".join(self._one(char) for char in composed)

    def _one(self, char: str) -> str:
        if char in KEPT or self._can_draw(char):
            return char
        kind = unicodedata.category(char)
        if kind in ("Zs", "Zl", "Zp", "Cc"):
            return " "
        if kind == "Cf" or "\ufe00" <= char <= "\ufe0f":
            return ""
        number = self._numbers.setdefault(char, len(self._numbers) + 1)
        return f"{SUBSTITUTE}[{number}]"

    @property
    def notes(self) -> list[str]:
        """This function will say which characters the marks stand for, '' when there are none."""
        if not self._numbers:
            return []
        named = [f"[{number}] {_named(char)}" for char, number in list(self._numbers.items())[:MOST_NAMED]]
        more = len(self._numbers) - len(named)
        rest = f"等 {len(self._numbers)} 个" if more else ""
        return [f"注：“{SUBSTITUTE}”处为字库未收的字，请按证件手工补写：{'；'.join(named)}{rest}。"]


def _named(char: str) -> str:
    try:
        national = f"，GB 18030 编码 {char.encode('gb18030').hex().upper()}"
    except UnicodeEncodeError:
        national = ""
    return f"U+{ord(char):04X}{national}"
