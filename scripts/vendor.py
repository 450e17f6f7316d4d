"""第三方前端文件: fetch the files named in vendor.toml again and check or renew their fingerprints.

Development only: `python3 scripts/vendor.py` fetches with `npm pack`, strips source-map links, and refuses a file whose
fingerprint differs from the list; `--renew` writes the new fingerprints instead (after a change of version).
"""

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "src" / "yekuo" / "interfaces" / "look" / "static" / "vendor"
LIST = FOLDER / "vendor.toml"
SOURCE_MAP = re.compile(rb"\n?(?://|/\*)# sourceMappingURL=[^\n]*\n?")


def unpack(name: str, version: str, into: Path) -> Path:
    """This function will fetch one package and unpack it; returns its folder."""
    asked = ["npm", "pack", f"{name}@{version}", "--silent", "--pack-destination", str(into)]
    packed = into / subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip().splitlines()[-1]
    with tarfile.open(packed) as archive:
        archive.extractall(into / packed.stem, filter="data")
    return into / packed.stem / "package"


def fetch(entry: dict[str, str], into: Path) -> tuple[bytes, bytes]:
    """This function will return a listed file as we ship it, and its licence."""
    folder = unpack(entry["npm"], entry["version"], into)
    return SOURCE_MAP.sub(b"\n", (folder / entry["from"]).read_bytes()), (folder / entry["licence_file"]).read_bytes()


def main() -> int:
    """This function will write every listed file; 1 if a fingerprint differs from the list."""
    renew = "--renew" in sys.argv[1:]
    text = LIST.read_text(encoding="utf-8")
    wrong = 0
    for entry in tomllib.loads(text)["file"]:
        with tempfile.TemporaryDirectory() as into:
            content, licence = fetch(entry, Path(into))
        found = hashlib.sha256(content).hexdigest()
        if found != entry["sha256"] and not renew:
            print(f"{entry['file']}: 指纹不符，列表为 {entry['sha256']}，取得 {found}")
            wrong = 1
            continue
        text = (
            text.replace(entry["sha256"], found)
            if entry["sha256"]
            else text.replace('sha256 = ""', f'sha256 = "{found}"', 1)
        )
        (FOLDER / entry["file"]).write_bytes(content)
        (FOLDER / f"{entry['file']}.LICENSE.txt").write_bytes(licence)
        print(f"{entry['file']}: {len(content)} 字节")
    LIST.write_text(text, encoding="utf-8")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
