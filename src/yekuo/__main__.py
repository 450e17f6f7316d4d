"""命令入口: `python -m yekuo <command>`."""

import sys
from argparse import ArgumentParser

from yekuo.interfaces.cli import registry
from yekuo.project import commands
from yekuo.project.binaries import NoDatabase
from yekuo.project.ports import PortTaken
from yekuo.project.supervisor import say


def main() -> int:
    """This function will parse the command line, run one command and return its exit status."""
    parser = ArgumentParser(prog="yekuo", description="业扩报装平台")
    known = parser.add_subparsers(title="命令", required=True, metavar="命令")
    commands.add(known)
    for command in registry.commands():
        one = known.add_parser(command.name, help=command.help)
        command.arguments(one)
        one.set_defaults(run=lambda arguments, run=command.run: commands.with_database(run, arguments))
    arguments = parser.parse_args()
    try:
        return int(arguments.run(arguments))
    except (NoDatabase, PortTaken, PermissionError) as reason:
        say(str(reason))
        return 1


if __name__ == "__main__":
    sys.exit(main())
