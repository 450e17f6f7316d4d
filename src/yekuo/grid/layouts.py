"""台账格式: the sheets of the network's tables and of the conductor library, with the Chinese headings understood."""

from yekuo.grid.model import NodeKind
from yekuo.grid.sheets import Column, Sheet, flag, number, text

NODE_KINDS = {
    "pole": NodeKind.POLE.value,
    "杆塔": NodeKind.POLE.value,
    "杆": NodeKind.POLE.value,
    "电杆": NodeKind.POLE.value,
    "rmu": NodeKind.RMU.value,
    "环网柜": NodeKind.RMU.value,
    "环网箱": NodeKind.RMU.value,
    "switch_station": NodeKind.SWITCH_STATION.value,
    "开闭所": NodeKind.SWITCH_STATION.value,
    "开关站": NodeKind.SWITCH_STATION.value,
    "dt": NodeKind.DT.value,
    "配变": NodeKind.DT.value,
    "配电室": NodeKind.DT.value,
    "箱变": NodeKind.DT.value,
    "box": NodeKind.BOX.value,
    "分支箱": NodeKind.BOX.value,
    "表箱": NodeKind.BOX.value,
    "point": NodeKind.POINT.value,
    "节点": NodeKind.POINT.value,
}
OWNERS = {
    "public": "public",
    "公用": "public",
    "公": "public",
    "private": "private",
    "专用": "private",
    "客户": "private",
}
LAYINGS = {
    "cable": "cable",
    "电缆": "cable",
    "overhead": "overhead",
    "架空": "overhead",
    "mixed": "mixed",
    "混合": "mixed",
}
ENDS = {"from": "from", "起点": "from", "首端": "from", "to": "to", "终点": "to", "末端": "to"}

CURVE_OF = {
    "load": "load",
    "负荷点": "load",
    "用户": "load",
    "transformer": "transformer",
    "配变": "transformer",
    "台区": "transformer",
    "配电变压器": "transformer",
    "feeder": "feeder",
    "馈线": "feeder",
    "线路": "feeder",
}
CURVE_UNITS = {
    "kw": "kw",
    "千瓦": "kw",
    "pu": "pu",
    "标幺": "pu",
    "标幺值": "pu",
    "占最大负荷": "pu",
    "%": "pct",
    "百分比": "pct",
    "百分数": "pct",
}
DAYS = {
    "all": "all",
    "全年": "all",
    "每天": "all",
    "work": "work",
    "工作日": "work",
    "rest": "rest",
    "休息日": "rest",
    "周末": "rest",
    "节假日": "rest",
    "summer": "summer",
    "夏季": "summer",
    "winter": "winter",
    "冬季": "winter",
    "mild": "mild",
    "春秋季": "mild",
    "春秋": "mild",
    **{f"{season}_work": f"{season}_work" for season in ("summer", "winter", "mild")},
    **{f"{season}_rest": f"{season}_rest" for season in ("summer", "winter", "mild")},
    "夏季工作日": "summer_work",
    "夏季休息日": "summer_rest",
    "冬季工作日": "winter_work",
    "冬季休息日": "winter_rest",
    "春秋季工作日": "mild_work",
    "春秋季休息日": "mild_rest",
}

ID = text("id", "编号", "ID", "标识", "设备编号", must=True)
NAME = text("name", "名称", "设备名称")
LON = number("lon", "经度", "东经", "x", least=-180, most=180)
LAT = number("lat", "纬度", "北纬", "y", least=-90, most=90)
TAPS = (
    number("tap_pos", "分接头档位", "当前档位"),
    number("tap_step_pct", "分接头步长", "每档百分比", least=0, most=20),
    number("clock", "联结组别钟点", "钟点数", least=0, most=11),
    number("i0_pct", "空载电流", "空载电流百分比", least=0, most=100),
)
UK = number("uk_pct", "短路阻抗", "阻抗电压", "短路电压百分比", above=0, most=100)
PK = number("pk_kw", "负载损耗", "短路损耗", "pk", least=0)
P0 = number("p0_kw", "空载损耗", "p0", least=0)
PEAK = number("max_load_pct", "最大负载率", "最高负载率", least=0, most=400)
DATE = text("max_load_date", "最大负荷日期", "最大负荷时间")

SUBSTATION = Sheet(
    name="substation",
    titles=("变电站", "厂站"),
    must=True,
    columns=(ID, NAME, LON, LAT, number("u_pu", "运行电压", "电源电压标幺值", above=0, most=1.3)),
)
BUSBAR = Sheet(
    name="busbar",
    titles=("母线", "母线段"),
    must=True,
    columns=(
        ID,
        NAME,
        text("substation_id", "变电站编号", "所属变电站", must=True, refers=("substation",)),
        number("kv", "电压等级", "额定电压", must=True, above=0, most=1000),
        number("spare_bays", "备用间隔", "备用间隔数", least=0),
    ),
)
MAIN_TRANSFORMER = Sheet(
    name="main_transformer",
    titles=("主变压器", "主变"),
    columns=(
        ID,
        NAME,
        text("substation_id", "变电站编号", "所属变电站", must=True, refers=("substation",)),
        number("hv_kv", "高压侧电压", "高压侧额定电压", must=True, above=0, most=1000),
        text("lv_bus_id", "低压侧母线", "低压侧母线编号", must=True, refers=("busbar",)),
        number("mva", "额定容量", "容量", must=True, above=0),
        UK,
        PK,
        P0,
        PEAK,
        DATE,
        *TAPS,
    ),
)
FEEDER = Sheet(
    name="feeder",
    titles=("馈线", "线路", "中压线路"),
    must=True,
    columns=(
        ID,
        NAME,
        text("busbar_id", "母线编号", "所属母线", must=True, refers=("busbar",)),
        number("rated_a", "额定电流", "限流值", "限额电流", above=0),
        number("max_a_12m", "最大电流", "近12月最大电流", "年最大电流", least=0),
        text("max_a_date", "最大电流日期", "最大电流时间"),
        number("users", "用户数", "接入用户数", least=0),
        number("loss_pct", "线损率", least=0, most=100),
        number("spare_bays", "备用间隔", "备用间隔数", least=0),
        text("tie_feeder_ids", "联络线路", "联络馈线"),
        text("unit", "运维单位", "所属单位", "管理单位"),
    ),
)
NODE = Sheet(
    name="node",
    titles=("节点", "站房杆塔", "杆塔站房"),
    columns=(
        ID,
        NAME,
        text("kind", "类型", "节点类型", "设备类型", words=NODE_KINDS),
        text("feeder_id", "馈线编号", "所属馈线", "所属线路", refers=("feeder",)),
        LON,
        LAT,
        number("spare_bays", "备用间隔", "备用间隔数", least=0),
        text("owner", "产权", "产权性质", words=OWNERS),
        number("kv", "电压等级", "额定电压", above=0, most=1000),
    ),
)
SEGMENT = Sheet(
    name="segment",
    titles=("线路段", "导线段", "区段"),
    columns=(
        ID,
        NAME,
        text("from", "起点", "起点编号", "首端", must=True, refers=("node", "busbar", "dist_transformer")),
        text("to", "终点", "终点编号", "末端", must=True, refers=("node", "busbar", "dist_transformer")),
        text("feeder_id", "馈线编号", "所属馈线", "所属线路", refers=("feeder",)),
        text("model", "型号", "导线型号", "线路型号"),
        number("length_m", "长度", "线路长度", least=0),
        text("laying", "敷设方式", "敷设", words=LAYINGS),
        number("rated_a", "额定电流", "载流量", "允许载流量", above=0),
        number("r", "电阻", "总电阻", least=0),
        number("x", "电抗", "总电抗", least=0),
        number("c_nf", "电容", "总电容", least=0),
        text("geom_wkt", "走向", "坐标串", "几何"),
    ),
)
SWITCH = Sheet(
    name="switch",
    titles=("开关", "开关设备"),
    columns=(
        ID,
        NAME,
        text("segment_id", "线路段编号", "所属线路段", must=True, refers=("segment",)),
        text("end", "所在端", "位置", words=ENDS),
        text("kind", "类型", "开关类型"),
        flag("normally_open", "常开", "是否常开", "正常状态"),
    ),
)
DIST_TRANSFORMER = Sheet(
    name="dist_transformer",
    titles=("配电变压器", "配变", "变压器"),
    columns=(
        ID,
        NAME,
        text("node_id", "节点编号", "所在节点", "安装位置", must=True, refers=("node", "busbar")),
        number("kva", "额定容量", "容量", must=True, above=0),
        number("lv_kv", "低压侧电压", above=0, most=1),
        UK,
        PK,
        P0,
        PEAK,
        DATE,
        number("max_p_kw", "最大负荷", "最大有功", least=0),
        flag("public", "公用", "是否公用", "公专变", "公变"),
        *TAPS,
    ),
)
LOAD_POINT = Sheet(
    name="load_point",
    titles=("负荷点", "用户", "用户负荷"),
    columns=(
        ID,
        text("node_id", "节点编号", "所在节点", "接入点", must=True, refers=("node", "busbar", "dist_transformer")),
        number("kw_max", "最大负荷", "最大有功", must=True),
        number("pf", "功率因数", above=0, most=1),
        number("phases", "相数", least=1, most=3),
    ),
)
INFLIGHT = Sheet(
    name="inflight",
    titles=("在途", "在途容量", "在途项目"),
    columns=(
        text("case_id", "申请编号", "工单编号", "受理编号", must=True),
        text("node_id", "节点编号", "接入点", refers=("node", "busbar", "dist_transformer")),
        text("dt_id", "配变编号", "变压器编号", refers=("dist_transformer",)),
        number("kva", "容量", "申请容量", must=True, least=0),
        number("kd", "需要系数", "需用系数", above=0, most=1),
        text("stage", "阶段", "环节"),
        text("due", "期限", "有效期"),
    ),
)
PRICE = Sheet(
    name="price",
    titles=("价格", "单价", "价目"),
    columns=(
        text("item", "项目", "名称", must=True),
        text("unit", "单位"),
        number("cny", "单价", "单价元", "元", must=True, least=0),
    ),
)
CONDUCTOR = Sheet(
    name="conductor_library",
    titles=("导线库", "导线参数"),
    columns=(
        text("model", "型号", "导线型号", must=True),
        number("r", "单位电阻", "每公里电阻", must=True, least=0),
        number("x", "单位电抗", "每公里电抗", must=True, least=0),
        number("c", "单位电容", "每公里电容", least=0),
        number("i_a", "载流量", "允许载流量", must=True, above=0),
        text("laying", "敷设方式", words=LAYINGS),
    ),
)
QUARTERS = 96


def _point(quarter: int) -> Column:
    """A point of the day: on the hour also as 0时, 0点; the quarters between are only for who has 96 points."""
    hour, minute = divmod(quarter * 15, 60)
    clock = (f"{hour:02d}:{minute:02d}", f"{hour}:{minute:02d}", f"{hour:02d}:{minute:02d}:00")
    titles = (f"{hour}时", f"{hour}点", f"{hour:02d}时", *clock) if minute == 0 else clock
    return number(f"p{quarter}", *dict.fromkeys(titles), aside=minute != 0)


PROFILE = Sheet(
    name="profile",
    titles=("负荷曲线", "日负荷曲线", "典型日曲线"),
    columns=(
        text("of", "编号", "对象编号", "设备编号", must=True, refers=("load_point", "dist_transformer", "feeder")),
        text("kind", "对象", "对象类型", words=CURVE_OF),
        text("day", "日类型", "典型日", must=True, words=DAYS),
        text("unit", "单位", must=True, words=CURVE_UNITS),
        *(_point(quarter) for quarter in range(QUARTERS)),
    ),
)
LAYOUTS = (
    SUBSTATION,
    BUSBAR,
    MAIN_TRANSFORMER,
    FEEDER,
    NODE,
    SEGMENT,
    SWITCH,
    DIST_TRANSFORMER,
    LOAD_POINT,
    PROFILE,
    INFLIGHT,
    PRICE,
    CONDUCTOR,
)
