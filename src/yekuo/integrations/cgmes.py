"""CGMES 转换: a network as European grid companies exchange it (CIM16, CGMES 2.4.15), read by pandapower in a process of its own.

pandapower and what it needs are an optional part of the installation and never loaded here: the child alone imports them, reads files we
have looked at, and gives back pandapower's own JSON, which is read as any other. It inherits our bounds of time and memory.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from yekuo.grid.interchange import Imported, UnreadableNetworkError, from_pandapower

CHILD = "yekuo.integrations.cgmes_child"
NEEDED = ("pandapower", "lxml")
MISSING = (
    "读 CGMES 要另装转换组件，这台服务器还没有装：请管理员用运行本系统的 Python 执行"
    ' pip install "pandapower>=3.5" "lxml>=6.1"（即可选组件 cgmes），再重新上传'
)
PROFILES = {
    "EQ（设备）": b"/EquipmentCore/", "SSH（稳态假设）": b"/SteadyStateHypothesis/", "TP（拓扑）": b"/Topology/",
}  # fmt: skip
TOPOLOGY, OWN_NODES = "TP（拓扑）", b"ConnectivityNode "
NETWORK, TOLD = "network.json", "told.json"
HEAD = 4096


def is_cim(content: bytes) -> bool:
    """This function will say whether bytes are a CIM file: RDF with the vocabulary of IEC TC57."""
    head = content[:HEAD]
    return b"RDF" in head and (b"iec.ch/TC57" in head or b"CIM-schema" in head)


def installed() -> bool:
    """This function will say whether the converter's packages are there."""
    return all(find_spec(name) is not None for name in NEEDED)


def from_cgmes(files: Sequence[tuple[str, bytes]]) -> Imported:
    """This function will convert the profiles of one network. Raises UnreadableNetworkError, also where nothing can convert it."""
    if not installed():
        raise UnreadableNetworkError(MISSING)
    for name, content in files:
        _check(name, content)
    _whole([content for _, content in files])
    with TemporaryDirectory(prefix="yekuo-cim-") as folder:
        here = Path(folder)
        for number, (_, content) in enumerate(files):
            (here / f"part{number}.xml").write_bytes(content)
        return _converted(here)


def _check(name: str, content: bytes) -> None:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise UnreadableNetworkError(f"{name} 里有不允许的文档类型声明")
    if b"CIM100" in content[:HEAD]:
        raise UnreadableNetworkError(
            f"{name} 是 CGMES 3.0（CIM100），目前只支持 CGMES 2.4.15（CIM16），请按 2.4.15 导出"
        )


def _whole(contents: Sequence[bytes]) -> None:
    """A set that names its own nodes needs no TP."""
    there = [word for word, mark in PROFILES.items() if any(mark in one for one in contents)]
    if any(OWN_NODES in one for one in contents):
        there.append(TOPOLOGY)
    lacking = [word for word in PROFILES if word not in there]
    if lacking:
        raise UnreadableNetworkError(f"CGMES 缺少文件：{'、'.join(lacking)}")


def _converted(here: Path) -> Imported:
    done = subprocess.run(
        [sys.executable, "-m", CHILD, str(here)], capture_output=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode or not (here / NETWORK).exists():
        raise UnreadableNetworkError("CGMES 转换失败：文件不完整，或有转换组件不认识的内容")
    told = json.loads((here / TOLD).read_text(encoding="utf-8"))
    found = from_pandapower((here / NETWORK).read_bytes())
    return Imported(grid=found.grid, notes=(*told["notes"], *found.notes))
