"""百万工单: server time of lists, search, progress page and due sweep with a million cases stored, 200,000 of them open.

The store is made in a temporary folder by a PostgreSQL of its own (see scale_store). Beside the sweep, the escalation query of
DIGIT's workflow is measured on the same history. Usage: python benchmarks/scale.py [--cases 1000000] [--keep FOLDER]
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
FILLED = "filled.txt"
SIZED = {"shared_buffers": "1GB", "max_wal_size": "4GB"}
"""Whoever keeps a million cases gives PostgreSQL a gigabyte; the demo's own cluster has 64 MB."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="a folder for the store, used again when it is there")
    parser.add_argument("--only-fill", action="store_true")
    wanted = parser.parse_args()
    if wanted.keep:
        wanted.keep.mkdir(parents=True, exist_ok=True)
        return _run(wanted.keep, wanted.cases, only_fill=wanted.only_fill)
    with tempfile.TemporaryDirectory(prefix="yekuo-scale-") as folder:
        return _run(Path(folder), wanted.cases, only_fill=wanted.only_fill)


def _run(folder: Path, cases: int, *, only_fill: bool) -> int:
    os.environ.update(YEKUO_DATA=str(folder), YEKUO_MODE="test", DJANGO_SETTINGS_MODULE="yekuo.project.settings")
    os.environ["PYTHONPATH"] = f"{ROOT}:{ROOT / 'src'}"
    from yekuo.project import keys
    from yekuo.project.cluster import TUNING, Cluster
    from yekuo.project.places import private_folder

    TUNING.update(SIZED)
    keys.make(private_folder(folder))
    filled = folder / FILLED
    if not filled.exists():
        cluster = Cluster(folder, durable=False)
        cluster.start()
        try:
            _fill(cases)
        finally:
            cluster.stop()
        filled.write_text(str(cases), encoding="ascii")
    cluster = Cluster(folder)
    cluster.start()
    try:
        subprocess.run([sys.executable, "-m", "yekuo", "migrate", "--running"], check=True)
        if only_fill:
            return 0
        from benchmarks.scale_measure import measure

        return measure(int(filled.read_text(encoding="ascii")))
    finally:
        cluster.stop()


def _fill(cases: int) -> None:
    from yekuo.project import cluster

    before = time.monotonic()
    subprocess.run([sys.executable, "-m", "yekuo", "migrate", "--running"], check=True)
    from benchmarks.scale_store import Size, fill  # sets Django up

    from yekuo.operations.rehearsal.company import CITY, found_company
    from yekuo.operations.rehearsal.stories import FOUNDED, STORIES

    company = found_company(at=FOUNDED)
    for _, story in STORIES:
        story(company)
    print(f"引擎办了 {len(STORIES)} 件，{time.monotonic() - before:.1f} s", flush=True)
    entry = cluster.read_entry(Path(os.environ["YEKUO_DATA"]))
    if entry is None:
        raise SystemExit("没有数据库")
    with entry.connect(cluster.OWNER) as owner:
        fill(owner, Size(cases=cases), company.units[CITY[0]].pk)
    from django.db import connections

    connections.close_all()  # the database starts again before it is measured
    print(f"存了 {cases} 件，共 {time.monotonic() - before:.1f} s", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
