"""可开放容量命令: calculate the open capacity of every network by hand and print what stands afterwards."""

import sys
from argparse import ArgumentParser, Namespace

from yekuo.interfaces.cli.registry import Command


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--changes", action="store_true", help="只跟上台账和电网版本的变化，不全部重算")


def capacity(arguments: Namespace) -> int:
    """This function will publish, or catch up, and print the figures' standing; exit status 1 where there are none."""
    from yekuo.interfaces.look.clock import now
    from yekuo.operations.grids import publishing
    from yekuo.records import figures

    done = publishing.catch_up(at=now(), moment=now) if arguments.changes else publishing.publish_all(at=now())
    for one in done:
        if one.failure:
            sys.stdout.write(f"电网 {one.grid}：算不出来，{one.failure}\n")
        else:
            sys.stdout.write(
                f"电网 {one.grid}：{one.figures} 个数字，变了 {max(one.changed, 0)} 个，计到台账第 {one.entry} 号\n"
            )
    if not done:
        said = "数字都是最新的。" if figures.every_grid() else "还没有导入电网。"
        sys.stdout.write(f"{said}\n")
    return 1 if any(one.failure for one in done) or not figures.every_grid() else 0


COMMANDS = (Command(name="capacity", help="计算并公布可开放容量", run=capacity, arguments=_arguments),)
