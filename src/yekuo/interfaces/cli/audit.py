"""审计命令: verify, rebuild and seal the log; exit status 1 when something was found."""

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from yekuo.interfaces.cli.registry import Command

if TYPE_CHECKING:
    from yekuo.operations.audit import Report

SHOWN = 200


def _cases(parser: ArgumentParser) -> None:
    parser.add_argument("--case", action="append", default=[], metavar="编号", help="只看这个工单，可重复")


def _verify_arguments(parser: ArgumentParser) -> None:
    _cases(parser)
    parser.add_argument("--log-only", action="store_true", help="只核对日志链和日封，不重放投影")


def verify(arguments: Namespace) -> int:
    """This function will check the whole log and print every finding."""
    from yekuo.operations import audit

    report = audit.verify(numbers=tuple(arguments.case), log_only=arguments.log_only)
    return _tell(report, arguments.case, whole="日志完整，没有发现问题。", broken="发现 {} 个问题。")


def rebuild(arguments: Namespace) -> int:
    """This function will remake the projections and print what was different."""
    from yekuo.operations import audit

    report = audit.rebuild(numbers=tuple(arguments.case))
    return _tell(
        report, arguments.case, whole="投影与日志一致，没有改动。", broken="有 {} 处与日志不符；日志完好的工单已改正。"
    )


def seal(arguments: Namespace) -> int:
    """This function will seal the log now and print the seal, to be kept elsewhere as well."""
    from yekuo.interfaces.look.clock import now
    from yekuo.operations import audit

    made = audit.seal_day(at=now())
    _say(f"{made.day} 第 {made.number} 号日封：{len(made.heads) // 44} 个工单，摘要 {made.mac.hex()}")
    return 0


def _tell(report: "Report", numbers: list[str], *, whole: str, broken: str) -> int:
    for finding in report.findings[:SHOWN]:
        _say(str(finding))
    if len(report.findings) > SHOWN:
        _say(f"……另有 {len(report.findings) - SHOWN} 个")
    _say(f"看过 {report.cases} 个工单、{report.rows} 行日志、{report.seals} 个日封。")
    if report.cases < len(set(numbers)):
        _say("有的工单编号不存在。")
        return 1
    _say(whole if report.whole else broken.format(len(report.findings)))
    return 0 if report.whole else 1


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


COMMANDS = (
    Command(name="verify", help="核验日志：改动、缺失、插入、调换的行", run=verify, arguments=_verify_arguments),
    Command(name="rebuild", help="按日志重做快照、待办和时钟", run=rebuild, arguments=_cases),
    Command(name="seal", help="封存日志（每日一次）", run=seal),
)
