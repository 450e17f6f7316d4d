"""别人的电网: public networks of pandapower and SimBench, and pandapower's own opinion on them."""
# ruff: noqa: PLW0108 - the makers are not known to the type checker

import warnings
from functools import cache
from typing import Any

import numpy as np

from yekuo.grid.interchange import from_pandapower
from yekuo.grid.model import GridModel


@cache
def outside(name: str) -> Any:
    """The network as pandapower has it; SimBench's tap changers are given the type they lack."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandapower.networks as nw
        import simbench

        makers = {
            "oberrhein": lambda: nw.mv_oberrhein(),
            "schutterwald": lambda: nw.lv_schutterwald(),
            "case33bw": lambda: nw.case33bw(),
            "cigre_hv": lambda: nw.create_cigre_network_hv(),
            "cigre_mv": lambda: nw.create_cigre_network_mv(),
            "cigre_mv_der": lambda: nw.create_cigre_network_mv(with_der="pv_wind"),
            "cigre_lv": lambda: nw.create_cigre_network_lv(),
            "kerber_landnetz_freileitung_1": lambda: nw.create_kerber_landnetz_freileitung_1(),
            "kerber_landnetz_kabel_2": lambda: nw.create_kerber_landnetz_kabel_2(),
            "kerber_dorfnetz": lambda: nw.create_kerber_dorfnetz(),
            "kerber_vorstadtnetz_1": lambda: nw.create_kerber_vorstadtnetz_kabel_1(),
            "kerber_vorstadtnetz_2": lambda: nw.create_kerber_vorstadtnetz_kabel_2(),
            "panda_four_load": lambda: nw.panda_four_load_branch(),
            "four_loads": lambda: nw.four_loads_with_branches_out(),
            "simple_mv_open_ring": lambda: nw.simple_mv_open_ring_net(),
            "lv_kb_extrem_landnetz_freileitung": lambda: nw.kb_extrem_landnetz_freileitung(),
        }
        net = makers[name]() if name in makers else simbench.get_simbench_net(name)
    if "tap_changer_type" in net.trafo:
        net.trafo["tap_changer_type"] = net.trafo["tap_changer_type"].fillna("Ratio")
    return net


@cache
def ours(name: str) -> GridModel:
    """The same network through our reader of its JSON."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandapower as pp

        return from_pandapower(pp.to_json(outside(name), filename=None).encode()).grid


def solved(net: Any) -> Any:
    """Let pandapower solve it with the model of transformers that we use."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandapower as pp

        pp.runpp(
            net, init="dc", calculate_voltage_angles=True, trafo_model="pi", trafo_loading="power", tolerance_mva=1e-10
        )
    return net


def column(frame: Any, name: str) -> Any:
    """A column of results, NaN as 0."""
    return np.nan_to_num(frame[name].to_numpy(dtype=float))
