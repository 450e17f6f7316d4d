"""CGMES 生成: one of our own networks written as a set of CGMES 2.4.15 profiles (EQ, SSH, TP, SV, GL), bus by branch."""

import io
import math
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

from yekuo.grid.model import GridModel, SwitchAt

CIM = "http://iec.ch/TC57/2013/CIM-schema-cim16#"
PROFILE = {
    "EQ": "http://entsoe.eu/CIM/EquipmentCore/3/1", "SSH": "http://entsoe.eu/CIM/SteadyStateHypothesis/1/1",
    "TP": "http://entsoe.eu/CIM/Topology/4/1", "SV": "http://entsoe.eu/CIM/StateVariables/4/1",
    "GL": "http://entsoe.eu/CIM/GeographicalLocation/2/1",
}  # fmt: skip
Value = str | float | int | bool | tuple[str]


class Profiles:
    """The objects of each profile as text; a value in a tuple is the id of another object."""

    def __init__(self) -> None:
        self.parts: dict[str, list[str]] = {name: [] for name in PROFILE}

    def put(self, profile: str, kind: str, key: str, /, **values: Value) -> None:
        how = "rdf:about" if profile == "SSH" or (profile == "TP" and kind == "Terminal") else "rdf:ID"
        cells = "".join(f"<cim:{self.cell(name, value)}" for name, value in values.items())
        mark = "#_" if how == "rdf:about" else "_"
        self.parts[profile].append(f'<cim:{kind} {how}="{mark}{escape(key)}">{cells}</cim:{kind}>')

    @staticmethod
    def cell(name: str, value: Value) -> str:
        title = name.replace("__", ".")
        if isinstance(value, tuple):
            return f'{title} rdf:resource="#_{escape(value[0])}"/>'
        if isinstance(value, str) and value.startswith(CIM):
            return f'{title} rdf:resource="{value}"/>'
        said = (
            str(value).lower()
            if isinstance(value, bool)
            else repr(float(value))
            if isinstance(value, float)
            else str(value)
        )
        return f"{title}>{escape(said)}</cim:{title}>"

    def files(self) -> dict[str, bytes]:
        return {f"net_{name}.xml": self._file(name, rows).encode() for name, rows in self.parts.items() if rows}

    @staticmethod
    def _file(name: str, rows: list[str]) -> str:
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n'
            f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:cim="{CIM}"'
            ' xmlns:md="http://iec.ch/TC57/61970-552/ModelDescription/1#">'
            f'<md:FullModel rdf:about="urn:uuid:{name}"><md:Model.profile>{PROFILE[name]}</md:Model.profile></md:FullModel>'
            + "\n".join(rows)
            + "</rdf:RDF>"
        )  # fmt: skip


def cgmes(grid: GridModel, u_kv: Mapping[str, tuple[float, float]] | None = None) -> dict[str, bytes]:
    """The network as files by name; `u_kv` are voltages (kV, degrees) by node for SV."""
    out = Profiles()
    _nodes(out, grid)
    _lines(out, grid)
    _transformers(out, grid)
    _loads(out, grid)
    _sources(out, grid)
    for key, (kv, angle) in (u_kv or {}).items():
        out.put(
            "SV", "SvVoltage", f"sv-{key}", SvVoltage__v=kv, SvVoltage__angle=angle, SvVoltage__TopologicalNode=(key,)
        )
    return out.files()


def zipped(files: Mapping[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return sink.getvalue()


def _nodes(out: Profiles, grid: GridModel) -> None:
    nodes = grid.nodes
    out.put("EQ", "GeographicalRegion", "region", IdentifiedObject__name="演练")
    out.put(
        "EQ", "SubGeographicalRegion", "sub", IdentifiedObject__name="演练", SubGeographicalRegion__Region=("region",)
    )
    for kv in sorted(set(nodes.kv.tolist())):
        out.put(
            "EQ", "BaseVoltage", f"bv{kv:g}", IdentifiedObject__name=f"{kv:g}", BaseVoltage__nominalVoltage=float(kv)
        )
    for row, key in enumerate(nodes.id.tolist()):
        kv, station = float(nodes.kv[row]), f"st-{key}"
        out.put("EQ", "Substation", station, IdentifiedObject__name=station, Substation__Region=("sub",))
        out.put(
            "EQ", "VoltageLevel", f"vl-{key}", IdentifiedObject__name=f"{kv:g}", VoltageLevel__Substation=(station,),
            VoltageLevel__BaseVoltage=(f"bv{kv:g}",),
        )  # fmt: skip
        node(out, key, str(nodes.name[row]), kv, f"vl-{key}")
        if nodes.kind[row] == "busbar":
            _drawn(out, station, [(float(nodes.x[row]), float(nodes.y[row]))])


def node(out: Profiles, key: str, name: str, kv: float, level: str) -> None:
    out.put(
        "TP", "TopologicalNode", key, IdentifiedObject__name=name, TopologicalNode__BaseVoltage=(f"bv{kv:g}",),
        TopologicalNode__ConnectivityNodeContainer=(level,),
    )  # fmt: skip


def terminal(out: Profiles, of: str, number: int, at: str) -> str:
    key = f"{of}-t{number}"
    out.put("EQ", "Terminal", key, Terminal__ConductingEquipment=(of,), ACDCTerminal__sequenceNumber=number)
    out.put("TP", "Terminal", key, Terminal__TopologicalNode=(at,))
    out.put("SSH", "Terminal", key, ACDCTerminal__connected=True)
    return key


def _lines(out: Profiles, grid: GridModel) -> None:
    lines, nodes, switches = grid.lines, grid.nodes, grid.switches
    moved: dict[tuple[int, int], str] = {}
    for row in range(len(switches)):
        assert switches.at[row] == SwitchAt.LINE
        line, at = int(switches.element[row]), int(switches.node[row])
        between = f"{switches.id[row]}-side"
        if (line, at) in moved:
            continue
        moved[line, at] = between
        node(out, between, "", float(nodes.kv[at]), f"vl-{nodes.id[at]}")
        key = str(switches.id[row])
        out.put(
            "EQ",
            "LoadBreakSwitch",
            key,
            IdentifiedObject__name=key,
            Switch__normalOpen=not bool(switches.closed[row]),
            Switch__retained=True,
        )
        out.put("SSH", "LoadBreakSwitch", key, Switch__open=not bool(switches.closed[row]))
        terminal(out, key, 1, str(nodes.id[at]))
        terminal(out, key, 2, between)
    for row, key in enumerate(lines.id.tolist()):
        a, b = int(lines.from_node[row]), int(lines.to_node[row])
        out.put(
            "EQ", "ACLineSegment", key, IdentifiedObject__name=str(lines.name[row]), Conductor__length=max(float(lines.length_m[row]) / 1000, 1e-6),
            ACLineSegment__r=float(lines.r_ohm[row]), ACLineSegment__x=float(lines.x_ohm[row]), ACLineSegment__gch=0.0,
            ACLineSegment__bch=2 * math.pi * 50 * float(lines.c_nf[row]) * 1e-9,
            ConductingEquipment__BaseVoltage=(f"bv{float(nodes.kv[a]):g}",),
        )  # fmt: skip
        first = terminal(out, key, 1, moved.get((row, a), str(nodes.id[a])))
        terminal(out, key, 2, moved.get((row, b), str(nodes.id[b])))
        if not math.isnan(lines.rated_a[row]):
            out.put("EQ", "OperationalLimitSet", f"{key}-ls", OperationalLimitSet__Terminal=(first,))
            out.put(
                "EQ",
                "CurrentLimit",
                f"{key}-cl",
                OperationalLimit__OperationalLimitSet=(f"{key}-ls",),
                CurrentLimit__value=float(lines.rated_a[row]),
            )
        _drawn(out, key, [(float(nodes.x[each]), float(nodes.y[each])) for each in (a, b)])


def _drawn(out: Profiles, key: str, points: list[tuple[float, float]]) -> None:
    if any(math.isnan(each) for point in points for each in point):
        return
    out.put("GL", "Location", f"{key}-gl", Location__PowerSystemResources=(key,))
    for number, (x, y) in enumerate(points, 1):
        out.put(
            "GL", "PositionPoint", f"{key}-gl{number}", PositionPoint__Location=(f"{key}-gl",), PositionPoint__sequenceNumber=number,
            PositionPoint__xPosition=x, PositionPoint__yPosition=y,
        )  # fmt: skip


def _transformers(out: Profiles, grid: GridModel) -> None:
    trafos, nodes = grid.transformers, grid.nodes
    for row, key in enumerate(trafos.id.tolist()):
        mva, kv = float(trafos.kva[row]) / 1000, float(trafos.hv_kv[row])
        base = kv**2 / mva
        r = float(trafos.pk_kw[row]) / 1000 / mva * base
        x = math.sqrt(max((float(trafos.uk_pct[row]) / 100 * base) ** 2 - r**2, 0.0))
        g = float(trafos.p0_kw[row]) / 1000 / kv**2
        b = math.sqrt(max((float(trafos.i0_pct[row]) / 100 * mva / kv**2) ** 2 - g**2, 0.0))
        out.put("EQ", "PowerTransformer", key, IdentifiedObject__name=str(trafos.name[row]))
        ends = (
            (int(trafos.hv_node[row]), kv, r, x, g, b, 0),
            (int(trafos.lv_node[row]), float(trafos.lv_kv[row]), 0.0, 0.0, 0.0, 0.0, int(trafos.clock[row])),
        )
        for number, (at, rated, r_end, x_end, g_end, b_end, clock) in enumerate(ends, 1):
            out.put(
                "EQ", "PowerTransformerEnd", f"{key}-e{number}", PowerTransformerEnd__PowerTransformer=(key,), TransformerEnd__endNumber=number,
                TransformerEnd__Terminal=(terminal(out, key, number, str(nodes.id[at])),), PowerTransformerEnd__ratedS=mva,
                PowerTransformerEnd__ratedU=rated, PowerTransformerEnd__r=r_end, PowerTransformerEnd__x=x_end, PowerTransformerEnd__g=g_end,
                PowerTransformerEnd__b=-b_end, PowerTransformerEnd__phaseAngleClock=clock,
                PowerTransformerEnd__connectionKind=f"{CIM}WindingConnection.Yn",
            )  # fmt: skip
        _tap(out, grid, row)


def _tap(out: Profiles, grid: GridModel, row: int) -> None:
    trafos = grid.transformers
    if not trafos.tap_step_pct[row]:
        return
    key, side = f"{trafos.id[row]}-tap", 2 if trafos.tap_on_lv[row] else 1
    out.put(
        "EQ", "RatioTapChanger", key, RatioTapChanger__TransformerEnd=(f"{trafos.id[row]}-e{side}",), TapChanger__neutralStep=int(trafos.tap_neutral[row]),
        TapChanger__lowStep=int(trafos.tap_min[row]), TapChanger__highStep=int(trafos.tap_max[row]),
        RatioTapChanger__stepVoltageIncrement=float(trafos.tap_step_pct[row]),
    )  # fmt: skip
    out.put(
        "SSH", "RatioTapChanger", key, TapChanger__step=float(trafos.tap_pos[row]), TapChanger__controlEnabled=False
    )


def _loads(out: Profiles, grid: GridModel) -> None:
    for row, key in enumerate(grid.loads.id.tolist()):
        name = f"load-{key}"
        out.put("EQ", "EnergyConsumer", name, IdentifiedObject__name=name)
        out.put(
            "SSH", "EnergyConsumer", name, EnergyConsumer__p=float(grid.loads.p_kw[row]) / 1000, EnergyConsumer__q=float(grid.loads.q_kvar[row]) / 1000,
        )  # fmt: skip
        terminal(out, name, 1, str(grid.nodes.id[int(grid.loads.node[row])]))


def _sources(out: Profiles, grid: GridModel) -> None:
    for row, key in enumerate(grid.sources.id.tolist()):
        name, at = f"grid-{key}", int(grid.sources.node[row])
        end = terminal(out, name, 1, str(grid.nodes.id[at]))
        out.put(
            "EQ",
            "RegulatingControl",
            f"{name}-rc",
            RegulatingControl__mode=f"{CIM}RegulatingControlModeKind.voltage",
            RegulatingControl__Terminal=(end,),
        )
        out.put(
            "SSH", "RegulatingControl", f"{name}-rc", RegulatingControl__enabled=True,
            RegulatingControl__targetValue=float(grid.sources.u_pu[row]) * float(grid.nodes.kv[at]),
        )  # fmt: skip
        out.put(
            "EQ",
            "ExternalNetworkInjection",
            name,
            IdentifiedObject__name=name,
            RegulatingCondEq__RegulatingControl=(f"{name}-rc",),
        )
        out.put(
            "SSH", "ExternalNetworkInjection", name, ExternalNetworkInjection__p=0.0, ExternalNetworkInjection__q=0.0,
            ExternalNetworkInjection__referencePriority=1, RegulatingCondEq__controlEnabled=True,
        )  # fmt: skip
