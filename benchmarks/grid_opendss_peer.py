"""OpenDSS 一方: reads a circuit and scenarios, solves them one by one with OpenDSS, writes voltages and seconds; needs only dss-python and numpy.

Runs in the peer's own environment: it knows nothing of ours.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from dss import dss


def main() -> None:
    folder = Path(sys.argv[1])
    order = json.loads((folder / "scenarios.json").read_text())
    dss.AllowForms = False
    dss.Text.Command = f'compile "{folder / "circuit.dss"}"'
    circuit = dss.ActiveCircuit
    solution, loads = circuit.Solution, circuit.Loads
    solution.Solve()
    converged = bool(solution.Converged)
    names = [each.partition(".") for each in circuit.AllNodeNames]
    place = {int(bus[1:]): at for at, (bus, _, phase) in enumerate(names) if phase == "1" and bus[1:].isdigit()}
    at = np.array([place.get(bus, -1) for bus in range(order["buses"])])
    volts = np.array(order["volts"])

    def voltages() -> np.ndarray:
        found = np.asarray(circuit.AllBusVmag)
        return np.where(at >= 0, found[at], 0.0) / volts

    def every() -> tuple[np.ndarray, float, bool]:
        found, fine, start = [], True, time.perf_counter()
        for bus, kw, kvar in order["added"]:
            loads.Name = f"probe{bus}"
            loads.kW, loads.kvar = kw, kvar
            solution.Solve()
            fine &= bool(solution.Converged)
            found.append(voltages())
            loads.kW, loads.kvar = 0.0, 0.0
        return np.array(found), time.perf_counter() - start, fine

    base, runs = voltages(), [every() for _ in range(order["repeats"])]
    seconds = min(run[1] for run in runs)
    converged &= all(run[2] for run in runs)
    np.savez(folder / "answer.npz", base=base, added=runs[-1][0], seconds=seconds, converged=converged)
    print(json.dumps({"version": dss.Version.split("\n")[0], "seconds": seconds}))


if __name__ == "__main__":
    main()
