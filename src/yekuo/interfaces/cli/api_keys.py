"""接口密钥命令: make, list and revoke the keys with which programs use the API."""

import sys
from argparse import ArgumentParser, Namespace

from yekuo.interfaces.cli.registry import Command
from yekuo.rules.calendar import BEIJING
from yekuo.rules.refusal import Refused

DAYS = 365


def _arguments(parser: ArgumentParser) -> None:
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--login", metavar="账号", help="为这个账号发放密钥，持有者即以其岗位和范围办理")
    chosen.add_argument("--list", action="store_true", help="列出全部密钥")
    chosen.add_argument("--revoke", type=int, metavar="编号", help="立即作废一把密钥")
    parser.add_argument("--label", default="", metavar="用途", help="用途说明，如“政务平台对接”")
    parser.add_argument("--days", type=int, default=DAYS, metavar="天数", help=f"有效天数（默认 {DAYS}）")


def api_key(arguments: Namespace) -> int:
    """This function will do what was chosen and print the outcome; a new key is printed once and kept nowhere."""
    try:
        lines = _lines(arguments)
    except Refused as refused:
        sys.stderr.write(f"{refused.message}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def _lines(arguments: Namespace) -> list[str]:
    from yekuo.interfaces.look.clock import now
    from yekuo.operations import api_keys

    at = now()
    if arguments.list:
        return [
            f"{one.key}  {one.state}  {one.login}  {one.label}  至 {one.expires_at.astimezone(BEIJING):%Y-%m-%d}"
            for one in api_keys.list_keys(at=at)
        ] or ["还没有发放过密钥。"]
    if arguments.revoke is not None:
        api_keys.revoke_key(key=arguments.revoke, at=at)
        return [f"密钥 {arguments.revoke} 已作废。"]
    made = api_keys.issue_key(login=arguments.login, label=arguments.label, days=arguments.days, at=at)
    until = made.expires_at.astimezone(BEIJING)
    return [
        f"密钥 {made.key}，有效至 {until:%Y-%m-%d %H:%M}。只显示这一次，请妥善保存：",
        made.token,
        "使用方法：请求头 Authorization: Bearer <密钥>",
    ]


COMMANDS = (Command(name="api-key", help="发放、列出、作废接口密钥", run=api_key, arguments=_arguments),)
