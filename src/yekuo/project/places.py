"""路径: where this clone keeps what it makes; nothing outside it is touched unless said here."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
"""The clone (or, when installed as a package, the folder above it)."""

SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_LIMIT = 107


def data_folder() -> Path:
    """This function will name the folder of all data: YEKUO_DATA, else the clone's .data, else the user's data folder."""
    told = os.environ.get("YEKUO_DATA")
    if told:
        return Path(told).absolute()
    if (ROOT / "run.py").exists():
        return ROOT / ".data"
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "yekuo"


def private_folder(folder: Path) -> Path:
    """This function will make a folder only its owner may enter, and refuse one that belongs to somebody else."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), 65534):
        raise PermissionError(f"文件夹 {folder} 不属于当前用户，不能使用；请删除它，或用 YEKUO_DATA 指定另一个文件夹。")
    return folder


def socket_folder(data: Path) -> Path:
    """This function will name a folder for the database's socket short enough for the system's limit of 107 bytes."""
    near = data / "run"
    plain = not set(str(near)) & set(",\"'\\\n")
    if plain and len(os.fsencode(near / SOCKET_NAME)) <= SOCKET_LIMIT:
        return near
    mark = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"yekuo-{os.geteuid()}-{mark}"


def write_private(path: Path, text: str) -> None:
    """This function will write a file only its owner may read, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
