"""检查: `test`: form, types, floors, then every test; each is run whether or not the one before passed."""

import os
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Sequence

from yekuo.project import browser
from yekuo.project.places import ROOT
from yekuo.project.supervisor import say

FLOORS = "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"
CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("形式 ruff", ("-m", "ruff", "check", "--quiet", "--output-format", "concise", ".")),
    ("排版 ruff format", ("-m", "ruff", "format", "--check", "--quiet", "--output-format", "concise", ".")),
    ("分层 import-linter", ("-c", FLOORS, "--no-cache")),
    ("类型 mypy", ("-m", "mypy", "--no-error-summary")),
)
SPREAD = ("-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadgroup")


def test(arguments: Namespace) -> int:
    """This function will run every check and return 0 only if all passed; with arguments, only pytest with them."""
    os.chdir(ROOT)
    environment = dict(os.environ)
    missing = browser.provide() if _needs_browser(arguments.rest) else ""
    if missing:
        say(missing)
        environment[browser.MISSING] = missing
    failed = [] if arguments.rest else [name for name, command in CHECKS if not _passes(name, command, environment)]
    if not _passes("测试 pytest", ("-m", "pytest", *(arguments.rest or SPREAD)), environment):
        failed.append("测试 pytest")
    if missing and os.environ.get("CI") == "true":
        failed.append("浏览器旅程")
    say(f"未通过：{'、'.join(failed)}" if failed else "全部通过。" + missing)
    return 1 if failed else 0


def _needs_browser(rest: Sequence[str]) -> bool:
    places = [part for part in rest if part.startswith("tests")]
    return not places or any("journeys" in part for part in places)


def _passes(name: str, command: Sequence[str], environment: dict[str, str]) -> bool:
    say(f"── {name}")
    begun = time.monotonic()
    done = subprocess.run([sys.executable, *command], env=environment, stdin=subprocess.DEVNULL, check=False)
    say(f"── {name} {'通过' if done.returncode == 0 else '未通过'}（{time.monotonic() - begun:.0f} 秒）")
    return done.returncode == 0
