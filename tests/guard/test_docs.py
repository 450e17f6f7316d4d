"""文档: every variable the program reads is explained, and none that it does not read."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"YEKUO_[A-Z][A-Z_]*[A-Z]")


def test_every_variable_is_explained() -> None:
    sources = [*(ROOT / "src").rglob("*.py"), ROOT / "run.py", *(ROOT / "tests").rglob("conftest.py")]
    read = {name for path in sources for name in NAME.findall(path.read_text(encoding="utf-8"))}
    explained = set(NAME.findall((ROOT / "docs" / "running.md").read_text(encoding="utf-8")))
    assert read - explained == set(), "explain it in docs/running.md"
    assert explained - read == set(), "nobody reads it any more"
