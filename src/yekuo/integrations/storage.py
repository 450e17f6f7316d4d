"""文件存储: bytes under their SHA-256, written whole or not at all; the real one is a folder."""

import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Protocol


class Store(Protocol):
    """存储: what the product asks of a place for files."""

    def put(self, content: bytes) -> str:
        """This function will keep bytes and return their SHA-256 in hex; the same bytes again are kept once."""

    def open(self, digest: str) -> BinaryIO:
        """This function will open kept bytes. Raises FileNotFoundError."""

    def holds(self, digest: str) -> bool:
        """This function will say whether bytes are kept."""

    def remove(self, digest: str) -> None:
        """This function will forget bytes; no error when they are not there."""

    def kept_before(self, moment: datetime) -> Iterator[str]:
        """This function will list what was last put before a moment."""


class FolderStore:
    """文件夹存储: two levels of folders below `root`, read-only files, one writer's half-written file never seen."""

    def __init__(self, root: Path) -> None:
        """This function will keep files below a folder, made when first written to."""
        self.root = root

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise FileNotFoundError(digest)
        return self.root / digest[:2] / digest[2:4] / digest

    def put(self, content: bytes) -> str:
        """This function will keep bytes and return their SHA-256 in hex; the same bytes again are kept once."""
        digest = sha256(content).hexdigest()
        path = self._path(digest)
        try:
            os.utime(path)  # a sweep leaves alone what was wanted a moment ago
        except FileNotFoundError:
            _write(path, content)
        return digest

    def open(self, digest: str) -> BinaryIO:
        """This function will open kept bytes. Raises FileNotFoundError."""
        return self._path(digest).open("rb")

    def holds(self, digest: str) -> bool:
        """This function will say whether bytes are kept."""
        try:
            return self._path(digest).exists()
        except FileNotFoundError:
            return False

    def remove(self, digest: str) -> None:
        """This function will forget bytes; no error when they are not there."""
        self._path(digest).unlink(missing_ok=True)

    def kept_before(self, moment: datetime) -> Iterator[str]:
        """This function will list what was last put before a moment."""
        for path in self.root.glob("??/??/*"):
            if len(path.name) == 64 and path.stat().st_mtime < moment.timestamp():
                yield path.name


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name[:8]}.{secrets.token_hex(8)}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
