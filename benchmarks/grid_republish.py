"""重新公布: from an entry in the ledger to its figures in the tables: network, refresh and writing, as the worker does it, as the app's role.

A database of its own in a temporary folder. After the first one of a process (which opens the network) come some more; each is a
promise at another transformer. The certificate and N-1 that follow are given apart: they come after the figures are out.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
NETWORKS = ("town", "1-MVLV-urban-all-0-sw")
PROMISES, KW = 5, 30.0
GOAL = 1.0


def republish() -> None:
    with tempfile.TemporaryDirectory(prefix="yekuo-benchmark-") as folder:
        data = Path(folder) / "data"
        os.environ.update(YEKUO_DATA=str(data), YEKUO_MODE="test")
        from yekuo.project import keys
        from yekuo.project.cluster import Cluster
        from yekuo.project.places import private_folder

        keys.make(private_folder(data))
        cluster = Cluster(data)
        entry = cluster.start()
        try:
            own = {
                **os.environ, "DJANGO_SETTINGS_MODULE": "yekuo.project.settings", "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
                "PYTHONWARNINGS": "ignore",
            }  # fmt: skip
            subprocess.run([sys.executable, "-m", "yekuo", "migrate", "--running"], env=own, check=True)
            postmaster = (Path(entry.folder) / "postmaster.pid").read_text().split()[0]
            for name in NETWORKS:
                packed = Path(folder) / f"{name}.npz"
                packed.write_bytes(_packed(name))
                subprocess.run(
                    [sys.executable, str(HERE / "grid_republish.py"), name, str(packed), postmaster],
                    env=own,
                    check=True,
                )
        finally:
            cluster.stop()


def _packed(name: str) -> bytes:
    from tests.grid.networks import ours
    from tests.grid.town import equipment, library

    from yekuo.grid.storing import packed
    from yekuo.grid.tables import import_tables
    from yekuo.operations.rehearsal import town

    if name != "town":
        return packed(ours(name))
    made = import_tables(town.sheets(), library=library(), equipment=equipment()).grid
    assert made is not None
    return packed(made)


class Steps:
    """Wall and CPU seconds of app and database of the steps of one run."""

    def __init__(self, postmaster: int) -> None:
        self.postmaster, self.seconds = postmaster, dict[str, tuple[float, float]]()

    def run(self, name: str, do: Any) -> Any:
        import time

        from benchmarks.meter import Cpu

        before, start = Cpu.now(self.postmaster), time.perf_counter()
        result = do()
        wall, used = time.perf_counter() - start, Cpu.now(self.postmaster).since(before)
        self.seconds[name] = (wall, used.both)
        return result


def _promise(grid: int, node: str, case: int, at: Any) -> None:
    from decimal import Decimal

    from django.db.models import F

    from yekuo.records.models import CapacityHold, Grid

    Grid.objects.filter(pk=grid).update(entries=F("entries") + 1)
    CapacityHold.objects.create(
        grid_id=grid, case=case, source=1, version=1, state="reserved", kw=KW, kva=Decimal(round(KW / 0.95)), place={"node": node},
        since=at, entry=Grid.objects.get(pk=grid).entries,
    )  # fmt: skip


def _child(name: str, packed: Path, postmaster: int) -> None:
    from datetime import UTC, datetime

    import django

    django.setup()
    import numpy as np

    from yekuo.grid.storing import unpacked
    from yekuo.operations.grids import publishing, standing
    from yekuo.records import grids
    from yekuo.records.models import Unit

    at, grid = datetime.now(UTC), unpacked(packed.read_bytes())
    unit = Unit.objects.create(
        name=name, code=name[:20], kind="city", path=f"{name[:20]}/", province="浙江", company="SGCC"
    )
    own = grids.grid_for(unit=unit.pk, name=name[:60])
    grids.put_in_force(
        grid=own.pk, digest=grid.revision, packed=packed.read_bytes(), levels={}, counts={}, remarks=[], promised=[],
        prices=[], source="", reason="", by=0, at=at,
    )  # fmt: skip
    steps = Steps(postmaster)
    outcome = steps.run("whole", lambda: publishing.publish(grid=own.pk, at=at))
    rows = np.flatnonzero(~grid.is_main & grid.transformers.in_service)
    places = grid.transformers.lv_node[rows[np.linspace(0, len(rows) - 1, PROMISES).astype(int)]]
    standing.atlas_of.cache_clear()
    sure = publishing._sure  # noqa: SLF001 - where the figures are out and the rest begins
    publishing._sure = _enough  # noqa: SLF001
    for number, node in enumerate(places.tolist()):
        _promise(own.pk, str(grid.nodes.id[node]), 100 * own.pk + number, at)
        steps.run(f"figures {number}", lambda: _until_enough(publishing, own.pk, at))
    publishing._sure = sure  # noqa: SLF001
    steps.run("sure", lambda: publishing.republish(grid=own.pk, at=at))
    _tell(f"{name}, {len(grid.nodes)} nodes, {outcome.figures} figures", steps.seconds)


def _tell(title: str, seconds: dict[str, tuple[float, float]]) -> None:
    import resource

    first, *rest = (used for name, used in seconds.items() if name.startswith("figures"))
    wall, cpu = (statistics.median(one[which] for one in rest) for which in (0, 1))
    status = Path("/proc/self/status").read_text()
    own = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"  {title}")
    print(
        f"    figures out after an approval: {wall:.2f} s, worst {max(rest)[0]:.2f} s ({cpu:.2f} s cpu with database)",
        end="",
    )
    print(f"; needed {GOAL:.0f} s; the first of a process {first[0]:.2f} s")
    print(
        f"    certificate, N-1, by hours afterwards: {seconds['sure'][0]:.1f} s ({seconds['sure'][1]:.1f} s cpu)",
        end="",
    )
    print(f"; whole: {seconds['whole'][0]:.1f} s; peak memory {own:.0f} MB, child {child:.0f} MB")


def _enough(*_: Any, **__: Any) -> Any:
    raise Enough


class Enough(Exception):  # noqa: N818 - no error
    """The figures are written; what follows is measured apart."""


def _until_enough(publishing: Any, grid: int, at: Any) -> None:
    try:
        publishing.republish(grid=grid, at=at)
    except Enough:
        return
    raise AssertionError("nothing was to be brought up to date")


if __name__ == "__main__":
    _child(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
