"""身份: PostgreSQL refuses to run as root; how root runs it all the same without making a user or opening a folder."""

import os
import secrets
import shutil
import subprocess
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


def choose(folder: Path, program: Path, *, kept: str = "") -> Standing:
    """This function will find out how `program` can be run so that it may write below `folder`.

    `kept` names the standing an existing cluster was made with; far away is never left again.
    """
    if os.geteuid() != 0:
        return PLAIN
    if kept == FAR_AWAY.name:
        return FAR_AWAY
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


def far_folder() -> Path:
    """This function will make a new folder outside every home for a cluster of this standing."""
    _open_folder(FAR)
    folder = FAR / secrets.token_hex(6)
    folder.mkdir(mode=0o700)
    os.chown(folder, NOBODY, NOBODY)
    return folder


def reachable(folder: Path, standing: Standing, *, from_wheel: bool) -> Path:
    """This function will return a folder of programs the database's user can read: `folder` itself, or an open copy of it."""
    if standing.owner is None or not from_wheel:
        return folder
    package = folder.parent.parent
    target = FAR / "programs" / f"{package.name}-{folder.parent.name}-{int(folder.stat().st_mtime)}"
    if not (target / "done").exists():
        _copy(folder, target)
    return target / package.name / folder.parent.name / "bin"


def _copy(folder: Path, target: Path) -> None:
    """Copied beside and put in its place whole: somebody else may be copying, or running what is there already."""
    package = folder.parent.parent
    made = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    _open_folder(made)
    for source in (folder.parent, package.with_name(f"{package.name}.libs")):  # rpath knows only this layout
        place = made / source.relative_to(package.parent)
        _open_folder(place.parent)
        shutil.copytree(source, place, symlinks=True)
    _open_all(made)
    (made / "done").touch()
    try:
        made.rename(target)
    except OSError:
        if not (target / "done").exists():  # left half copied by an earlier version
            target.rename(made.with_name(f"{made.name}.old"))
            made.rename(target)
        shutil.rmtree(made, ignore_errors=True)


def _open_folder(folder: Path) -> None:
    for place in (*reversed(folder.parents), folder):
        if place == FAR or FAR in place.parents:
            place.mkdir(exist_ok=True)
            place.chmod(0o755)


def _open_all(folder: Path) -> None:
    for place in folder.rglob("*"):
        if not place.is_symlink():
            place.chmod(0o755 if place.is_dir() or os.access(place, os.X_OK) else 0o644)
