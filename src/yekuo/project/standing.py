"""身份: PostgreSQL refuses to run as root; how root runs it all the same without making a user or opening a folder."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534
FAR = Path("/var/lib/yekuo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the database's programs are started: a prefix of the command, who owns the files, whether they live far away.

    `user` is set when the programs run as another user without any help of the system.
    """

    name: str
    prefix: tuple[str, ...] = ()
    owner: int | None = None
    user: int | None = None
    far: bool = False


PLAIN = Standing(name="plain")
NAMESPACE = Standing(name="namespace", prefix=("unshare", "--user", "--map-user=1000", "--map-group=1000", "--"))
CAPABLE = Standing(
    name="capable",
    prefix=(
        "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--pdeathsig=INT",
        "--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override", "--bounding-set=-all,+dac_override", "--",
    ),
    owner=NOBODY,
)  # fmt: skip
FAR_AWAY = Standing(name="far", owner=NOBODY, user=NOBODY, far=True)


def choose(folder: Path, program: Path) -> Standing:
    """This function will find out how `program` can be run so that it may write below `folder`."""
    if os.geteuid() != 0:
        return PLAIN
    forced = os.environ.get("YEKUO_PG_STANDING")
    for standing in (NAMESPACE, CAPABLE):
        if forced in (None, standing.name) and _works(standing, folder, program):
            return standing
    return FAR_AWAY


def _works(standing: Standing, folder: Path, program: Path) -> bool:
    if shutil.which(standing.prefix[0]) is None:
        return False
    test = 'test "$(id -u)" != 0 && test -w "$1" && exec "$2" --version'
    answer = subprocess.run(
        [*standing.prefix, "sh", "-c", test, "sh", str(folder), str(program)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return answer.returncode == 0


def give(folder: Path, standing: Standing) -> None:
    """This function will make a folder and all below it belong to whoever runs the database."""
    if os.geteuid() != 0:
        return
    owner = standing.owner or 0
    if folder.stat().st_uid == owner:
        return
    for place in (folder, *folder.rglob("*")):
        os.chown(place, owner, owner, follow_symlinks=False)


def open_copy(folder: Path, standing: Standing, *, from_wheel: bool) -> Path:
    """This function will copy the programs where another user can reach them, if this standing needs it; else return `folder`."""
    if not standing.far or not from_wheel:
        return folder
    package = folder.parent.parent
    target = FAR / "programs" / f"{package.name}-{folder.parent.name}-{int(folder.stat().st_mtime)}"
    if not (target / "done").exists():
        _copy(folder.parent, target / package.name / folder.parent.name)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            _copy(libraries, target / libraries.name)
        (target / "done").touch()
    return target / package.name / folder.parent.name / "bin"


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, dirs_exist_ok=True, symlinks=True)
    readable: Callable[[Path], int] = lambda place: 0o755 if place.is_dir() or os.access(place, os.X_OK) else 0o644  # noqa: E731
    for place in (target, *target.rglob("*")):
        if not place.is_symlink():
            place.chmod(readable(place))
