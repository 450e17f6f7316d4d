"""仓库: what must hold for every file of ours, whoever writes it."""

import ast
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path
    for top in ("src", "tests", "scripts", "benchmarks")
    for path in (ROOT / top).rglob("*.py")
    if "migrations" not in path.parts
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
HOSTS = ("pypi" + ".org", "python" + "hosted", "npm" + "js", "debian" + ".org")
MACHINE = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/")


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _tracked() -> list[Path]:
    """Every file of the repository; without git (an archive), every file we did not make here ourselves."""
    if shutil.which("git") and (ROOT / ".git").exists():
        asked = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
        listed = subprocess.run(asked, cwd=ROOT, capture_output=True, check=True).stdout.decode()
        return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines()} | {".git"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not ignored & set(path.relative_to(ROOT).parts)]


@pytest.mark.parametrize("path", [*SOURCES, ROOT / "run.py"], ids=_named)
def test_a_source_file_is_short_and_opens_with_its_term(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 500, "a room that wants to become two"
    opening = (ast.get_docstring(ast.parse(text)) or "").split("\n", 1)[0]
    assert re.match(r"[^:]*[\u4e00-\u9fff][^:]*: \S", opening), (
        "the module docstring opens with its Chinese term and a colon"
    )


def test_no_registry_host_and_no_machine_path_is_in_the_tree() -> None:
    found = []
    for path in _tracked():
        if path.name.endswith((".min.js", ".lock")) and path.parent != ROOT:
            continue
        content = path.read_bytes()
        if b"\0" in content:
            continue
        text = content.decode("utf-8", "replace")
        found += [f"{_named(path)}: {word}" for word in (*HOSTS, *MACHINE) if word in text]
    assert found == []


def test_every_direct_dependency_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    project = tomllib.loads("\n".join(lines))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for one in wanted:
        at = next(number for number, line in enumerate(lines) if line.strip() == f'"{one}",')
        assert lines[at - 1].strip().startswith("# "), f"{one}: one line above it, why?"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_has_hashes_and_no_host(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    pinned = re.findall(r"^([a-zA-Z0-9][^=\s]*)==\S+.*\\$", text, re.MULTILINE)
    assert len(pinned) > 10
    assert text.count("--hash=sha256:") >= len(pinned)
    assert "://" not in text


def test_the_locks_hold_every_direct_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for name, wanted in (
        ("requirements.lock", project["project"]["dependencies"]),
        ("requirements-dev.lock", project["dependency-groups"]["dev"]),
    ):
        text = (ROOT / name).read_text(encoding="utf-8")
        for one in wanted:
            plain = re.split(r"[\[<>=~! ]", one)[0]
            assert re.search(rf"^{re.escape(plain)}==", text, re.MULTILINE), f"{plain}: run scripts/lock.py"


def test_no_room_is_called_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "service", "services", "misc"}
    assert [_named(path) for path in SOURCES if drawers & {path.stem, *path.relative_to(ROOT).parts}] == []
