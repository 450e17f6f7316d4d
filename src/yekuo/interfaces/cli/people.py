"""人员命令: the first unit and the first administrator, new field keys, files nobody names any more."""

import getpass
import sys
from argparse import ArgumentParser, Namespace
from datetime import timedelta

from yekuo.interfaces.cli.registry import Command
from yekuo.rules.refusal import Refused


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _refused(refused: Refused) -> int:
    for message in [one.message for one in refused.problems] or [refused.message]:
        sys.stderr.write(f"{message}\n")
    return 1


def _unit_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("code", help="单位代码，字母和数字")
    parser.add_argument("name", help="单位名称")
    parser.add_argument("--kind", default="company", help="company、city、county 或 station")
    parser.add_argument("--parent", default="", help="上级单位代码")
    parser.add_argument("--company", default="", help="所属公司，如 SGCC")
    parser.add_argument("--province", default="", help="省份，如 浙江")
    parser.add_argument("--city", default="", help="城市，如 杭州")


def add_unit(arguments: Namespace) -> int:
    """This function will add a unit and return the exit status."""
    from yekuo.records import units

    try:
        made = units.add_unit(
            code=arguments.code,
            name=arguments.name,
            kind=arguments.kind,
            parent=units.by_code(arguments.parent) if arguments.parent else None,
            company=arguments.company,
            province=arguments.province,
            city=arguments.city,
        )
    except Refused as refused:
        return _refused(refused)
    _say(f"已增加单位 {made.name}（{made.code}）")
    return 0


def _staff_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("username", help="登录名")
    parser.add_argument("name", help="姓名")
    parser.add_argument("unit", help="单位代码")
    parser.add_argument("roles", nargs="+", help="岗位，如 administrator、clerk、manager")


def add_staff(arguments: Namespace) -> int:
    """This function will add a member of staff, asking for the password, and return the exit status."""
    from yekuo.interfaces.look import clock
    from yekuo.operations import people
    from yekuo.records import units

    password = getpass.getpass("密码：") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    try:
        made = people.add_staff(
            username=arguments.username,
            name=arguments.name,
            unit=units.by_code(arguments.unit).pk,
            roles=arguments.roles,
            password=password,
            at=clock.now(),
        )
    except Refused as refused:
        return _refused(refused)
    _say(f"已增加人员 {made.name}，登录名 {made.username}")
    return 0


def _mail_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("username", help="登录名")
    parser.add_argument("address", nargs="?", default="", help="邮箱；不写就清空，只在消息中心收提醒")


def set_mail(arguments: Namespace) -> int:
    """This function will note where a member of staff gets letters and return the exit status."""
    from yekuo.operations import people
    from yekuo.records import staff

    found = staff.by_login(arguments.username)
    try:
        if found is None:
            raise Refused(f"没有登录名为 {arguments.username} 的员工", code="not_found")
        people.set_mail(person=found.pk, address=arguments.address)
    except Refused as refused:
        return _refused(refused)
    _say(f"{found.name}的邮箱{'已设为 ' + arguments.address if arguments.address else '已清空'}")
    return 0


def reseal(_: Namespace) -> int:
    """This function will seal all personal data with the newest key and return the exit status."""
    from yekuo.operations import people
    from yekuo.records.sealed import Unreadable

    try:
        _say(f"已用新密钥重新加密 {people.reseal()} 项；旧密钥现在可以移除")
    except Unreadable as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    return 0


def sweep(_: Namespace) -> int:
    """This function will remove files no case and no upload names any more, and return the exit status."""
    from yekuo.interfaces.look import clock
    from yekuo.operations import papers

    _say(f"已清理 {papers.sweep(before=clock.now() - timedelta(days=2))} 个无人引用的文件")
    return 0


COMMANDS = (
    Command(name="add-unit", help="增加单位", run=add_unit, arguments=_unit_arguments),
    Command(name="add-staff", help="增加人员（密码从键盘或标准输入读取）", run=add_staff, arguments=_staff_arguments),
    Command(name="set-mail", help="设置或清空人员的邮箱", run=set_mail, arguments=_mail_arguments),
    Command(name="reseal", help="用新密钥重新加密个人信息", run=reseal),
    Command(name="sweep-files", help="清理无人引用的资料文件", run=sweep),
)
