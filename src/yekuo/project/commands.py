"""基础命令: the commands that concern the installation: demo, serve, worker, migrate, seed, test."""

import importlib
import os
from argparse import REMAINDER, ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Callable, Sequence
from importlib.util import find_spec

from yekuo.project import checks, database, launch, running
from yekuo.project.places import data_folder
from yekuo.project.supervisor import WORKER, say

SEED = "yekuo.interfaces.cli.seed"


def add(commands: "_SubParsersAction[ArgumentParser]") -> None:
    """This function will add the installation's commands to the command line."""
    for name, what, run in (("demo", "启动带样例数据的演示", demo), ("serve", "启动服务（生产）", serve)):
        parser = commands.add_parser(name, help=what)
        parser.add_argument("--port", type=int, help="端口（默认自动选择空闲端口）")
        parser.add_argument("--host", default="127.0.0.1", help="监听地址")
        if name == "demo":
            parser.add_argument("--fresh", action="store_true", help="删除演示数据，重新开始")
        parser.set_defaults(run=run)
    for name, what, step in (("migrate", "建表、升级表结构并授权", migrate), ("seed", "写入样例数据", seed)):
        parser = commands.add_parser(name, help=what)
        parser.add_argument("--running", action="store_true", help="数据库已在运行")
        parser.set_defaults(run=step)
    commands.add_parser("worker", help="只运行后台任务").set_defaults(run=worker)
    parser = commands.add_parser("test", help="运行全部检查与测试；后面可写 pytest 的参数")
    parser.add_argument("rest", nargs=REMAINDER, help="pytest 的参数")
    parser.set_defaults(run=checks.test)


def demo(arguments: Namespace) -> int:
    """This function will run the demo in the foreground until it is stopped."""
    if arguments.host not in ("127.0.0.1", "localhost"):
        os.environ.setdefault("YEKUO_HOSTS", "*")
    return launch.launch(
        data_folder(), mode="demo", host=arguments.host, port=arguments.port, fresh=arguments.fresh, seed=True
    )


def serve(arguments: Namespace) -> int:
    """This function will run the product without sample data until it is stopped."""
    mode = os.environ.get("YEKUO_MODE", "production")
    return launch.launch(data_folder(), mode=mode, host=arguments.host, port=arguments.port)


def migrate(arguments: Namespace) -> int:
    """This function will bring the tables up to date as their owner and grant the app's role its rights."""
    os.environ["YEKUO_ROLE"] = "owner"
    return _with_database(_migrate, running_already=arguments.running)


def _migrate() -> int:
    from django.core.management import call_command

    from yekuo.operations.books import keep_release
    from yekuo.project.grants import alone, grant

    with alone():
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        grant(database.app_role())
        keep_release()
    return 0


def seed(arguments: Namespace) -> int:
    """This function will write the sample data, if this version brings any, and keep the logins it names."""
    return _with_database(_seed, running_already=arguments.running)


def _seed() -> int:
    lines: Sequence[str] = ()
    if find_spec(SEED):
        say("正在写入样例数据……")
        lines = importlib.import_module(SEED).seed(say)
    (data_folder() / launch.LOGINS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def worker(arguments: Namespace) -> int:
    """This function will run the jobs of this product until it is stopped."""
    if not find_spec(WORKER):
        say("这个版本没有后台任务。")
        return 1
    set_up_django()
    return int(importlib.import_module(WORKER).run() or 0)


def _with_database(step: Callable[[], int], *, running_already: bool) -> int:
    if running_already:
        set_up_django()
        return step()
    with running.database_running(data_folder()):
        set_up_django()
        return step()


def with_database(step: Callable[[Namespace], int], arguments: Namespace) -> int:
    """This function will run a command of the interfaces with Django set up and the database running."""
    return _with_database(lambda: step(arguments), running_already=False)


def set_up_django() -> None:
    """This function will load settings and apps once."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yekuo.project.settings")
    import django

    django.setup()
