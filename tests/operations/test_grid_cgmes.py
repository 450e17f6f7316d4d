"""CGMES 导入: a network written as CGMES 2.4.15 comes back with the same power flow, ids, names and places; without the extra part one is told."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.grid.cgmes import cgmes, zipped
from tests.grid.networks import ours
from tests.grid.town import equipment, library, town
from tests.operations.test_grid_files import tables
from yekuo.grid.model import GridModel
from yekuo.grid.solve import Solver
from yekuo.grid.storing import unpacked
from yekuo.grid.tables import import_tables
from yekuo.integrations import cgmes as converter
from yekuo.operations.grids import examining


def own_town() -> GridModel:
    grid = import_tables(town(), library=library(), equipment=equipment()).grid
    assert grid is not None
    return grid


def nested(files: dict[str, bytes]) -> bytes:
    """As grid companies send it: every profile packed by itself, and all once more."""
    return zipped({name.replace(".xml", ".zip"): zipped({name: content}) for name, content in files.items()})


def told(*files: tuple[str, bytes]) -> list[str]:
    result, packed = examining.examine(files, before=None, promises=[])
    assert packed is None
    return [one["message"] for one in result["issues"] if one["severity"] == "error"]


@pytest.mark.parametrize("which", ["town", "oberrhein"])
def test_a_network_comes_back_with_the_same_power_flow_ids_names_and_places(which: str) -> None:
    grid = own_town() if which == "town" else ours("oberrhein")
    files = cgmes(grid)
    sent = [("网.zip", nested(files))] if which == "town" else [*files.items()]
    result, packed = examining.examine(sent, before=None, promises=[])
    assert packed is not None, result["issues"]
    back = unpacked(packed)
    at = [back.nodes.row[key] for key in grid.nodes.id.tolist()]
    flow, again = Solver(grid).flow(), Solver(back).flow()
    assert np.abs(again.u_pu[at] - flow.u_pu).max() <= 1e-6
    assert np.abs(flow.u_pu - 1).max() > 1e-3, "a network in which nothing flows would prove nothing"
    assert back.nodes.name[at].tolist() == grid.nodes.name.tolist()
    known = ~np.isnan(grid.nodes.x)
    assert np.abs(back.nodes.x[at] - grid.nodes.x)[known].max() <= 1e-9
    assert np.abs(back.nodes.y[at] - grid.nodes.y)[known].max() <= 1e-9
    lines = [back.lines.row[key] for key in grid.lines.id.tolist()]
    assert back.lines.name[lines].tolist() == grid.lines.name.tolist()
    assert np.abs(back.lines.rated_a[lines] - grid.lines.rated_a).max() <= 1e-6
    assert np.abs(back.lines.length_m[lines] - grid.lines.length_m).max() <= 1e-6
    assert set(grid.transformers.id.tolist()) <= set(back.transformers.id.tolist())


def test_another_export_of_the_same_network_changes_nothing_but_what_changed() -> None:
    grid = own_town()
    files = cgmes(grid)
    _, first = examining.examine([*files.items()], before=None, promises=[])
    thinner = {**files, "net_EQ.xml": files["net_EQ.xml"].replace(b"480.0", b"300.0")}
    assert thinner != files
    turned = dict(reversed(thinner.items()))
    result, _ = examining.examine([*turned.items()], before=first, promises=[])
    changes = {one["title"]: one for one in result["difference"]["tables"]}
    assert all(not one["added_count"] and not one["removed_count"] for one in changes.values())
    assert {each["column"] for one in changes.values() for each in one["changed"]} == {"rated_a"}


BAD: dict[str, tuple[Any, str]] = {
    "no ssh": (lambda files: {name: each for name, each in files.items() if "SSH" not in name}, "缺少文件：SSH"),
    "nothing but eq": (lambda files: {"net_EQ.xml": files["net_EQ.xml"]}, "缺少文件：SSH（稳态假设）、TP（拓扑）"),
    "entities": (
        lambda files: {**files, "net_EQ.xml": files["net_EQ.xml"].replace(b"<rdf:RDF", b'<!DOCTYPE a [<!ENTITY b "c">]><rdf:RDF', 1)},
        "不允许的文档类型声明",
    ),
    "cgmes 3": (
        lambda files: {name: each.replace(b"http://iec.ch/TC57/2013/CIM-schema-cim16#", b"http://iec.ch/TC57/CIM100#") for name, each in files.items()},
        "CGMES 3.0",
    ),
    "cut off": (lambda files: {**files, "net_EQ.xml": files["net_EQ.xml"][:3000]}, "转换失败"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_a_set_that_is_not_whole_is_told(kind: str) -> None:
    spoil, words = BAD[kind]
    assert any(words in one for one in told(*spoil(cgmes(own_town())).items()))


def test_profiles_do_not_mix_with_tables() -> None:
    assert any("不能与表格混用" in one for one in told(*cgmes(own_town()).items(), *tables(town())))


def test_without_the_extra_part_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(converter, "find_spec", lambda name: None)
    (tmp_path / "file0").write_bytes(zipped(cgmes(own_town())))
    (tmp_path / examining.ORDER).write_text(json.dumps({"names": ["网.zip"], "promises": []}), encoding="utf-8")
    examining.work(tmp_path)
    result = json.loads((tmp_path / examining.RESULT).read_text(encoding="utf-8"))
    assert ["pandapower>=3.5" in one["message"] for one in result["issues"]] == [True]


def test_a_zip_of_other_xml_is_no_network() -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as packed:
        packed.writestr("a.xml", b"<?xml version='1.0'?><rss/>")
    assert any("这是XML" in one for one in told(("a.zip", sink.getvalue())))


def test_reading_tables_does_not_load_the_converter() -> None:
    code = (
        "import sys, yekuo.integrations.grid_files, yekuo.integrations.cgmes as c; c.installed();"
        "print([one for one in ('pandapower', 'pandas', 'lxml') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
