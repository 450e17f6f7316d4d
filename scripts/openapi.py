"""接口描述: writes openapi.json anew from the operations; run it after a deed or an operation has changed.

python scripts/openapi.py
"""

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "openapi.json"


def main() -> int:
    """This function will write the file and say whether it changed; no database is needed."""
    sys.path.insert(0, str(ROOT / "src"))
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(YEKUO_MODE="test", YEKUO_DATA=folder, DJANGO_SETTINGS_MODULE="yekuo.project.settings")
        from yekuo.project import keys

        keys.make(Path(folder))
        import django

        django.setup()
        from yekuo.interfaces.api.page import as_text

        text = as_text()
    changed = not FILE.exists() or FILE.read_text(encoding="utf-8") != text
    FILE.write_text(text, encoding="utf-8")
    print(f"{FILE.name}: {'changed, review the difference' if changed else 'unchanged'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
