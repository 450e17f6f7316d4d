"""命令登记: every command of the trade, each calling one operation; the installation's own commands live above."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass


def _no_arguments(parser: ArgumentParser) -> None:
    """Add nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: `run` is called with Django set up and the database running, and returns the exit status."""

    name: str
    help: str
    run: Callable[[Namespace], int]
    arguments: Callable[[ArgumentParser], None] = _no_arguments


def commands() -> tuple[Command, ...]:
    """This function will list the commands; their modules are imported here, after Django is set up is not required."""
    from yekuo.interfaces.cli import api_keys, audit, capacity, people, scheme

    return (*audit.COMMANDS, *api_keys.COMMANDS, *people.COMMANDS, *scheme.COMMANDS, *capacity.COMMANDS)
