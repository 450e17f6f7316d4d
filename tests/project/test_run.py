"""起步测试: run.py trusts only an environment that was finished, for these locks and this Python."""

import importlib.util
import json
import subprocess
import sys
import venv
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """run.py of a clone that has nothing but its locks; installing copies what a test says."""
    clone = tmp_path / "克 隆"
    clone.mkdir()
    (clone / "run.py").write_text((ROOT / "run.py").read_text(encoding="utf-8"), encoding="utf-8")
    (clone / "requirements.lock").write_text("one==1 \\\n    --hash=sha256:00\n")
    (clone / "requirements-dev.lock").write_text("two==2 \\\n    --hash=sha256:00\n")
    monkeypatch.delenv("YEKUO_VENV", raising=False)
    spec = importlib.util.spec_from_file_location("run_of_clone", clone / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    installed: list[str] = []

    def pretend(name: str, _lock: int) -> None:
        installed.append(name)
        site = next((clone / ".venv" / "lib").glob("python*")) / "site-packages"
        for package in ("django", "psycopg", "granian"):
            (site / package).mkdir(exist_ok=True)
            (site / package / "__init__.py").touch()
        (clone / "src" / "yekuo").mkdir(parents=True, exist_ok=True)
        (clone / "src" / "yekuo" / "__init__.py").touch()

    def make_empty() -> None:  # without pip, which takes seconds
        venv.create(clone / ".venv", clear=True, symlinks=True, with_pip=False)

    monkeypatch.setattr(module, "make_environment", make_empty)
    monkeypatch.setattr(module, "install_locked", pretend)
    module.installed_names = installed  # type: ignore[attr-defined]
    return module


def test_it_installs_once_and_again_when_a_lock_changes(run: ModuleType) -> None:
    run.install(["requirements.lock"], 0)
    run.install(["requirements.lock"], 0)
    assert run.installed_names == ["requirements.lock"]
    run.install(["requirements.lock", "requirements-dev.lock"], 0)
    assert run.installed_names == ["requirements.lock", "requirements-dev.lock"]
    (run.ROOT / "requirements.lock").write_text("one==2 \\\n    --hash=sha256:00\n")
    run.install(["requirements.lock"], 0)
    assert run.installed_names[2:] == ["requirements.lock"]
    assert set(run.installed()) == {"requirements.lock", "requirements-dev.lock"}


def test_the_source_is_found_in_a_path_with_spaces_and_chinese(run: ModuleType) -> None:
    run.install(["requirements.lock"], 0)
    asked = [str(run.PYTHON), "-c", "import yekuo; print(yekuo.__file__)"]
    found = subprocess.run(asked, capture_output=True, text=True, check=True, cwd="/").stdout.strip()
    assert Path(found) == run.ROOT / "src" / "yekuo" / "__init__.py"


@pytest.mark.parametrize("harm", ["marker", "package", "other python", "nonsense"])
def test_an_environment_that_lies_is_made_anew(run: ModuleType, harm: str) -> None:
    run.install(["requirements.lock"], 0)
    (run.VENV / "left behind").touch()
    if harm == "marker":  # killed while it installed
        run.MARKER.unlink()
    elif harm == "package":
        for path in run.VENV.rglob("django/__init__.py"):
            path.rename(path.with_name("gone"))
            path.parent.rename(path.parent.with_name("gone"))
    elif harm == "other python":
        run.PYTHON.unlink()
    else:
        run.MARKER.write_text("[")
    run.install(["requirements.lock"], 0)
    assert run.installed_names == ["requirements.lock"] * 2
    assert not (run.VENV / "left behind").exists()
    assert json.loads(run.MARKER.read_text())


def test_a_half_done_installation_is_not_marked(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str, _lock: int) -> None:
        raise run.Stop(name)

    run.install(["requirements.lock"], 0)
    (run.ROOT / "requirements.lock").write_text("one==3\n")
    monkeypatch.setattr(run, "install_locked", fail)
    with pytest.raises(run.Stop):
        run.install(["requirements.lock"], 0)
    assert run.installed() == {}


def test_a_closed_terminal_and_no_arguments_are_fine(run: ModuleType) -> None:
    asked = f'exec "{sys.executable}" "{run.ROOT / "run.py"}" <&- >&- 2>&-'
    assert subprocess.run(["sh", "-c", asked], check=False).returncode == 0
    said = subprocess.run([sys.executable, run.ROOT / "run.py"], capture_output=True, text=True, check=True).stdout
    assert "demo" in said
