"""锁定依赖: write requirements.lock and requirements-dev.lock anew from pyproject.toml, for every platform, without hosts.

Development only; needs uv: `python3 scripts/lock.py [--upgrade]`. The development set is locked against the run-time set.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FORM = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-header", "--quiet")


def main() -> int:
    """This function will compile both lock files and refuse one that names a host."""
    more = [part for part in sys.argv[1:] if part == "--upgrade"]
    compile_to("requirements.lock", ["pyproject.toml", *more])
    compile_to("requirements-dev.lock", ["--group", "dev", "-c", "requirements.lock", *more])
    for name in ("requirements.lock", "requirements-dev.lock"):
        if "://" in (ROOT / name).read_text(encoding="utf-8"):
            print(f"{name} names a host; look at uv's settings on this machine.")
            return 1
    return 0


def compile_to(name: str, what: list[str]) -> None:
    """This function will run uv for one lock file."""
    subprocess.run(["uv", "pip", "compile", *what, *FORM, "-o", name], cwd=ROOT, check=True)


if __name__ == "__main__":
    sys.exit(main())
