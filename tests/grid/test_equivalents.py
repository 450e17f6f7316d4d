"""等值元件: what our tables have not behaves in our power flow as it does in pandapower's."""

import warnings
from typing import Any

import numpy as np
import pandapower as pp
import pandapower.networks as nw
import pytest

from tests.grid.networks import column, solved
from yekuo.grid.interchange import Imported, UnreadableNetworkError, from_pandapower
from yekuo.grid.solve import Solver


def imported(net: Any) -> Imported:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return from_pandapower(pp.to_json(net, filename=None).encode())


def apart(net: Any) -> float:
    """How far our voltages are from pandapower's, pu."""
    flow = Solver(imported(solved(net)).grid).flow()
    return float(np.abs(np.nan_to_num(flow.u_pu[: len(net.bus)]) - column(net.res_bus, "vm_pu")).max())


def station() -> Any:
    """A 110/20/10 kV transformer with a load on each side, an impedance, a ward, a motor and a load that is not the same in every phase."""
    net = pp.create_empty_network()
    hv, mv, lv, far = (pp.create_bus(net, kv) for kv in (110.0, 20.0, 10.0, 10.0))
    pp.create_ext_grid(net, hv, vm_pu=1.02)
    pp.create_transformer3w_from_parameters(
        net, hv, mv, lv, vn_hv_kv=110, vn_mv_kv=20, vn_lv_kv=10, sn_hv_mva=40, sn_mv_mva=25, sn_lv_mva=15,
        vk_hv_percent=10.5, vk_mv_percent=11.5, vk_lv_percent=17.5, vkr_hv_percent=0.4, vkr_mv_percent=0.45,
        vkr_lv_percent=0.5, pfe_kw=30, i0_percent=0.1, shift_mv_degree=30, shift_lv_degree=330,
    )  # fmt: skip
    pp.create_impedance(net, lv, far, rft_pu=0.02, xft_pu=0.05, sn_mva=10)
    pp.create_load(net, mv, p_mw=12, q_mvar=4)
    pp.create_ward(net, lv, ps_mw=1.2, qs_mvar=0.3, pz_mw=0.8, qz_mvar=-0.4)
    pp.create_motor(net, lv, pn_mech_mw=1.5, cos_phi=0.88, efficiency_percent=93, loading_percent=80)
    pp.create_asymmetric_load(net, far, p_a_mw=0.5, p_b_mw=0.2, p_c_mw=0.9, q_a_mvar=0.1, q_c_mvar=0.3)
    return net


def test_a_station_of_rare_elements_equals_pandapower() -> None:
    assert apart(station()) <= 1e-8


@pytest.mark.parametrize("make", [nw.case14, nw.case30, nw.case39, nw.example_simple, nw.ieee_european_lv_asymmetric])
def test_networks_with_generators_and_single_phases_equal_pandapower(make: Any) -> None:
    assert apart(make()) <= 1e-8


def test_a_generator_without_a_solved_state_is_said_to_have_no_reactive_power() -> None:
    net = nw.case9()
    assert imported(net).notes == ("gen: 2 个电压受控电源按恒功率处理，按无功为零",)
    assert imported(solved(net)).notes == ("gen: 2 个电压受控电源按恒功率处理，按文件中的潮流结果定无功",)


def test_an_impedance_with_two_faces_is_left_out_and_said() -> None:
    net = station()
    net.impedance["xtf_pu"] *= 2
    found = imported(net)
    assert "impedance: 1 个两端不同或带对地导纳的阻抗支路未导入" in found.notes
    assert "z0" not in found.grid.lines.row


def test_a_star_without_reactance_is_refused_in_words() -> None:
    net = station()
    net.trafo3w["vk_lv_percent"] = 60.0
    with pytest.raises(UnreadableNetworkError, match="短路电抗"):
        imported(net)
