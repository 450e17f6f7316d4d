"""说明页: what the page of the network says to type does what it says."""

import re
from pathlib import Path

import pandapower as pp
import pytest

from tests.grid.networks import outside

PAGE = Path(__file__).parents[2] / "docs/rules/grid.md"


def test_the_example_for_python_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "net.json").write_text(pp.to_json(outside("oberrhein"), filename=None), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (typed,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    exec(compile(typed, str(PAGE), "exec"), {})
    said = capsys.readouterr().out
    assert "100% of 177 nodes certified by full AC" in said
    assert len(said.splitlines()) == 3 + 179
