"""流程库: reads the process definitions of this release, and keeps those of releases before it."""

from functools import cache
from importlib.resources import files

from yekuo.records.models import ShippedProcess
from yekuo.rules.engine.definition import Definition, parse_definition

SHIPPED = ("lv_two_links", "lv_three_links", "hv")


@cache
def shipped_texts() -> dict[str, str]:
    """This function will give the texts of the processes of this release by key."""
    folder = files("yekuo.rules").joinpath("processes")
    return {key: folder.joinpath(f"{key}.toml").read_text(encoding="utf-8") for key in SHIPPED}


@cache
def shipped_definitions() -> dict[str, Definition]:
    """This function will give the processes of this release by key."""
    parsed = (parse_definition(text) for text in shipped_texts().values())
    return {definition.key: definition for definition in parsed}


def keep_shipped() -> None:
    """This function will keep the texts of this release, each once, so that its cases outlive it."""
    brought = [
        ShippedProcess(key=one.key, version=one.version, text=text)
        for text in shipped_texts().values()
        for one in (parse_definition(text),)
    ]
    ShippedProcess.objects.bulk_create(brought, ignore_conflicts=True)


def kept_texts() -> tuple[str, ...]:
    """This function will list the texts of every release this database has seen, oldest first."""
    return tuple(ShippedProcess.objects.values_list("text", flat=True))
