"""方案命令: calculate the studies of a case again from what was stored and say what differs; exit status 1 when something does."""

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from yekuo.interfaces.cli.registry import Command

if TYPE_CHECKING:
    from yekuo.operations.grids.studying import Recomputed

SHOWN = 20


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("action", choices=["recompute"], metavar="recompute", help="按存档的电网版本和条件复算")
    parser.add_argument("number", metavar="工单编号")
    parser.add_argument("--study", type=int, default=0, metavar="n", help="只复算第 n 次测算；不写则全部")


def recompute(arguments: Namespace) -> int:
    """This function will recompute the studies of a case; 1 when one differs or cannot be recomputed, 2 when there is none."""
    from yekuo.operations.grids import studying
    from yekuo.records import cases, studies
    from yekuo.records.scope import EVERYTHING
    from yekuo.rules.refusal import Refused

    try:
        case = cases.by_number(arguments.number, scope=EVERYTHING)
    except Refused as refused:
        _say(refused.message)
        return 2
    kept = [one for one in studies.listed(case.pk) if arguments.study in (0, one.number)]
    if not kept:
        _say("这个工单没有测算记录。")
        return 2
    worst = 0
    for one in reversed(kept):
        try:
            done = studying.recompute(one)
        except Refused as refused:
            _say(f"第 {one.number} 次测算：{refused.message}")
            worst = 1
            continue
        worst = max(worst, int(not (done.equal and done.intact)))
        _tell(done)
    return worst


def _tell(done: "Recomputed") -> None:
    solver = done.solver_now if done.solver_now == done.solver_then else f"{done.solver_then} → {done.solver_now}"
    head = f"第 {done.number} 次测算（电网第 {done.revision} 版，{solver}）："
    _say(head + ("复算一致。" if done.equal else f"有 {len(done.differences)} 处不同："))
    for path, then, now in done.differences[:SHOWN]:
        _say(f"  {path}: 当时 {then}，现在 {now}")
    if not done.intact:
        _say("  存档被改动过：内容与当时的摘要不符。")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


COMMANDS = (
    Command(name="scheme", help="供电方案测算：scheme recompute <工单编号> 复算", run=recompute, arguments=_arguments),
)
