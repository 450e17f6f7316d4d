"""日志: the files the children write to: kept small, and what a demo must show is shown at the terminal."""

import logging
import re
from collections.abc import Callable, Sequence
from pathlib import Path

TEXTS = "【演示短信"
MAILS = "【演示邮件"
"""How a text message and a letter begin that a demo shows instead of sending."""
LARGEST = 10 * 1024 * 1024

LINK = re.compile(r"(/[pwv])/(?!YK\d)[\w-]{10,}")
MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")


class Masked(logging.Formatter):
    """日志格式: whoever reads a log opens nobody's case with what stands in it, and calls nobody up."""

    def format(self, record: logging.LogRecord) -> str:
        """This function will write a record with the secrets of links left out and mobile numbers masked."""
        text = LINK.sub(r"\1/****", super().format(record))
        return MOBILE.sub(r"\1****\2", text)


def roll(folder: Path) -> None:
    """This function will put aside each log that has grown beyond 10 MB; one older copy of each is kept."""
    for log in folder.glob("*.log"):
        if log.stat().st_size > LARGEST:
            log.replace(log.with_suffix(".log.1"))


class Echo:
    """Shows new lines that begin with one of the given signs, from several logs; what was there before is not shown."""

    def __init__(self, logs: Sequence[Path], signs: Sequence[str], show: Callable[[str], None]) -> None:
        """This function will begin at the present end of each log."""
        self._signs = tuple(sign.encode() for sign in signs)
        self._show = show
        self._seen = {log: log.stat().st_size if log.exists() else 0 for log in logs}

    def look(self) -> None:
        """This function will show what was added since the last look; a line still being written waits."""
        for log, seen in self._seen.items():
            if log.exists() and log.stat().st_size > seen:
                with open(log, "rb") as source:
                    source.seek(seen)
                    added = source.read()
                whole = added[: added.rfind(b"\n") + 1]
                self._seen[log] = seen + len(whole)
                for line in whole.splitlines():
                    if line.startswith(self._signs):
                        self._show(line.decode("utf-8", "replace"))
