"""电网模型: order of rows does not change the revision, every value does; tables are read-only and of one length."""

from dataclasses import replace

import numpy as np
import pytest

from yekuo.grid.model import GridModel, Limits, Lines, Loads, Nodes, Sources, SwitchAt, Switches


def small() -> GridModel:
    nodes = Nodes.of(id=["a", "b", "c"], kv=[10.0, 10.0, 10.0], name=["甲站", "乙", "丙"])
    lines = Lines.of(
        id=["l1", "l2"],
        from_node=[0, 1],
        to_node=[1, 2],
        length_m=[100, 200],
        r_ohm=[0.1, 0.2],
        x_ohm=[0.1, 0.2],
        rated_a=[300, 200],
    )
    switches = Switches.of(id=["s1", "s2"], node=[0, 1], element=[0, 1], at=[SwitchAt.LINE, SwitchAt.LINE])
    loads = Loads.of(id=["d"], node=[2], p_kw=[50.0])
    return GridModel(nodes=nodes, lines=lines, switches=switches, loads=loads, sources=Sources.of(id=["q"], node=[0]))


def turned(grid: GridModel) -> GridModel:
    back = np.array([2, 1, 0])
    return replace(
        grid,
        nodes=grid.nodes.take(back),
        lines=replace(grid.lines.take(np.array([1, 0])), from_node=np.array([1, 2]), to_node=np.array([0, 1])),
        switches=replace(grid.switches.take(np.array([1, 0])), node=np.array([1, 2]), element=np.array([0, 1])),
        loads=replace(grid.loads, node=np.array([0])),
        sources=replace(grid.sources, node=np.array([2])),
    )


def test_the_revision_does_not_depend_on_the_order_of_rows() -> None:
    assert small().revision == turned(small()).revision


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("nodes", "name", "丁"),
        ("lines", "to_node", 0),
        ("lines", "rated_a", 299.0),
        ("switches", "element", 1),
        ("loads", "p_kw", -0.5),
    ],
)
def test_every_value_changes_the_revision(table: str, column: str, value: object) -> None:
    grid = small()
    changed = getattr(grid, table).changed(0, **{column: value})
    assert replace(grid, **{table: changed}).revision != grid.revision


def test_columns_are_read_only_and_of_one_length() -> None:
    nodes = small().nodes
    with pytest.raises(ValueError, match="read-only"):
        nodes.kv[0] = 1.0
    with pytest.raises(ValueError, match=r"Nodes\.kv"):
        replace(nodes, kv=np.array([1.0]))
    with pytest.raises(ValueError, match="缺少列 kv"):
        Nodes.of(id=["a"])


def test_appended_rows_stand_behind_and_keep_their_text() -> None:
    nodes = small().nodes.append(Nodes.of(id=["一个很长的编号"], kv=[0.4]))
    assert nodes.row["一个很长的编号"] == 3
    assert nodes.changed(0, name="更长的名字在这里").name[0] == "更长的名字在这里"


def test_voltage_limits_follow_the_rated_voltage() -> None:
    low, high = Limits().voltages(np.array([0.4, 10.0, 110.0]))
    assert low.tolist() == [0.90, 0.93, 0.90]
    assert high.tolist() == [1.07, 1.07, 1.10]
