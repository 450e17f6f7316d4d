"""小镇电网: a small town as tables, with Chinese headings: two substations, a tie, a low-voltage street, one feeder without sections."""

from collections.abc import Mapping
from importlib.resources import files

from yekuo.grid.conductors import Library, parse_conductors
from yekuo.grid.equipment import Equipment, parse_equipment
from yekuo.grid.tables import ImportReport, import_tables

Sheets = dict[str, list[dict[str, object]]]


def library() -> Library:
    return parse_conductors(files("yekuo.grid").joinpath("conductors.toml").read_text(encoding="utf-8"))


def equipment() -> Equipment:
    return parse_equipment(files("yekuo.grid").joinpath("equipment.toml").read_text(encoding="utf-8"))


def rows(headings: str, *lines: str) -> list[dict[str, object]]:
    names = headings.split()
    return [
        {name: "" if cell == "-" else cell for name, cell in zip(names, line.split(), strict=True)} for line in lines
    ]


def town() -> Sheets:
    return {
        "变电站": rows("编号 名称 经度 纬度", "S1 城东站 113.000 31.000", "S2 城西站 113.060 31.000"),
        "母线": rows("编号 变电站编号 电压等级(kV) 备用间隔", "B1 S1 10 2", "B2 S2 10 1", "B3 S2 10 0"),
        "主变": rows(
            "编号 变电站编号 高压侧电压 低压侧母线 额定容量(MVA) 短路阻抗 负载损耗 空载损耗",
            "T1 S1 110 B1 31.5 10.5 140 25",
            "T2 S2 110 B2 20 10.5 100 20",
            "T3 S2 110 B3 20 10.5 100 20",
        ),
        "馈线": rows(
            "编号 名称 母线编号 额定电流(A) 近12月最大电流 用户数",
            "F1 东一线 B1 400 120 20",
            "F2 西一线 B2 400 90 15",
            "F3 西二线 B3 400 60 8",
        ),
        "节点": rows(
            "编号 类型 馈线编号 经度 纬度 备用间隔 产权",
            "N1 环网柜 F1 113.010 31.000 2 公用",
            "N2 杆塔 F1 113.020 31.000 - 公用",
            "N3 配变 F1 113.020 31.005 - 公用",
            "M1 环网柜 F2 113.040 31.000 1 公用",
            "M2 杆塔 F2 113.030 31.000 - 公用",
            "K1 配变 F3 113.050 31.010 - 公用",
            "L1 分支箱 F1 113.021 31.005 - 公用",
            "L2 分支箱 F1 113.022 31.005 - 公用",
        ),
        "线路段": rows(
            "编号 起点 终点 馈线编号 型号 长度(m) 敷设方式",
            "E1 B1 N1 F1 YJV22-8.7/15-3×300 1000 电缆",
            "E2 N1 N2 F1 JKLYJ-10/185 1000 架空",
            "E3 N2 N3 F1 JKLYJ-10/120 600 架空",
            "E4 B2 M1 F2 YJV22-8.7/15-3×300 1900 电缆",
            "E5 M1 M2 F2 JKLYJ-10/185 1000 架空",
            "E6 N2 M2 F1 JKLYJ-10/185 1000 架空",
            "P1 D1 L1 F1 YJV22-0.6/1-4×150 100 电缆",
            "P2 L1 L2 F1 YJV22-0.6/1-4×95 100 电缆",
        ),
        "开关": rows("编号 线路段编号 所在端 类型 常开", "Q1 E6 终点 负荷开关 是", "Q2 E1 起点 断路器 否"),
        "配变": rows(
            "编号 节点编号 容量 最大负荷 公专变 短路阻抗",
            "D1 N3 400 - 公变 4",
            "D2 N1 630 250 专变 4.5",
            "D3 M1 800 - 公变 4.5",
            "D4 K1 400 200 公变 4",
        ),
        "负荷点": rows("编号 节点编号 最大负荷 功率因数", "U1 L1 40 0.95", "U2 L2 60 -"),
        "在途": rows("申请编号 节点编号 配变编号 容量 需要系数", "YK1 N1 - 500 0.8", "YK2 - D1 50 -", "YK3 K1 - 100 -"),
        "价格": rows("项目 单位 单价", "中压电缆（含附件） 米 410"),
    }


def imported(sheets: Mapping[str, list[dict[str, object]]] | None = None) -> ImportReport:
    return import_tables(town() if sheets is None else sheets, library=library(), equipment=equipment())
