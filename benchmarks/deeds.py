"""办理速度: CPU of app and database per step, ours against SpiffWorkflow and viewflow, the same sixteen steps in one run.

Ours runs with clocks, audit trail, hash chain, receipts and the outbox on, as the app's role. The peers are installed into
an environment of their own in a temporary folder. Usage: python benchmarks/deeds.py [--cases 60] [--rounds 3]
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
PEERS = ["SpiffWorkflow==3.2.0", "django-viewflow==2.4.0", "django==5.2.*", "psycopg[binary]>=3.2"]
CONTESTANTS = {"ours": "deeds_ours.py", "SpiffWorkflow": "deeds_spiff.py", "viewflow": "deeds_viewflow.py"}
GOALS = {"SpiffWorkflow": 1.3, "viewflow": 3.0}
MOST_MS = 5.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=60, help="cases per contestant and round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", action="append", choices=list(CONTESTANTS), help="leave the others out")
    wanted = parser.parse_args()
    names = wanted.only or list(CONTESTANTS)
    with tempfile.TemporaryDirectory(prefix="yekuo-benchmark-") as folder:
        return _contest(Path(folder), names, cases=wanted.cases, rounds=wanted.rounds)


def _contest(folder: Path, names: list[str], *, cases: int, rounds: int) -> int:
    os.environ.update(YEKUO_DATA=str(folder / "data"), YEKUO_MODE="test")
    from yekuo.project import keys
    from yekuo.project.cluster import OWNER, Cluster
    from yekuo.project.places import private_folder

    keys.make(private_folder(folder / "data"))
    cluster = Cluster(folder / "data")
    entry = cluster.start()
    try:
        own = {
            **os.environ, "DJANGO_SETTINGS_MODULE": "yekuo.project.settings", "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
            "FORMS": str(folder / "forms.json"),
        }  # fmt: skip
        subprocess.run([sys.executable, "-m", "yekuo", "migrate", "--running"], env=own, check=True)
        python = {"ours": Path(sys.executable)}
        if set(names) - {"ours"}:
            _database_for_peers(entry, OWNER)
            python |= dict.fromkeys(("SpiffWorkflow", "viewflow"), _peers(folder))
        peer = {
            **own, "PGHOST": entry.host, "PGPORT": str(entry.port), "PGUSER": OWNER, "PGPASSWORD": entry.login(OWNER),
            "PGDATABASE": "peers", "PYTHONPATH": str(HERE), "PYTHONWARNINGS": "ignore",
        }  # fmt: skip
        peer.pop("DJANGO_SETTINGS_MODULE")
        _run(python["ours"], CONTESTANTS["ours"], own, entry.folder, 1)
        measured: dict[str, list[dict[str, float]]] = {name: [] for name in names}
        for _ in range(rounds):
            for name in names:
                environment = own if name == "ours" else peer
                measured[name].append(_run(python[name], CONTESTANTS[name], environment, entry.folder, cases))
        return _report(measured)
    finally:
        cluster.stop()


def _database_for_peers(entry: Any, owner: str) -> None:
    import psycopg

    from yekuo.project.cluster import ADMIN

    with psycopg.connect(
        host=entry.host, port=entry.port, user=ADMIN, password=entry.login(ADMIN), dbname="postgres", autocommit=True
    ) as link:  # fmt: skip
        link.execute(f"create database peers owner {owner}")


def _peers(folder: Path) -> Path:
    print("正在为对比对象建立单独的环境……", flush=True)
    place = folder / "peers"
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    python = place / "bin" / "python"
    uv = shutil.which("uv")
    command = [uv, "pip", "install", "--python", str(python)] if uv else [str(python), "-m", "pip", "install"]
    subprocess.run([*command, "--quiet", *PEERS], check=True, stderr=subprocess.DEVNULL)
    return python


def _run(python: Path, script: str, environment: dict[str, str], pg: str, cases: int) -> dict[str, float]:
    postmaster = (Path(pg) / "postmaster.pid").read_text().split()[0]
    done = subprocess.run(
        [str(python), str(HERE / script), postmaster, str(cases)], env=environment, check=False, capture_output=True,
        text=True,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{script}: {done.stderr[-2000:]}")
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _report(measured: dict[str, list[dict[str, float]]]) -> int:
    cost: dict[str, float] = {}
    print(f"{'':16}{'app ms':>10}{'database ms':>14}{'both ms':>10}{'steps per CPU second':>24}")
    for name, rounds in measured.items():
        app, database = (
            statistics.median(1000 * one[part] / one["steps"] for one in rounds) for part in ("app", "database")
        )
        cost[name] = statistics.median(1000 * (one["app"] + one["database"]) / one["steps"] for one in rounds)
        print(f"{name:16}{app:10.2f}{database:14.2f}{cost[name]:10.2f}{1000 / cost[name]:24.0f}")
    good = cost.get("ours", 0.0) <= MOST_MS
    print(f"ours: {cost.get('ours', 0.0):.2f} ms CPU a deed, goal ≤ {MOST_MS} ms")
    for name, goal in GOALS.items():
        if name in cost and "ours" in cost:
            ratio = cost[name] / cost["ours"]
            good = good and ratio >= goal
            print(f"{name}: we do {ratio:.2f}x as many steps per CPU second, goal ≥ {goal}x")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
