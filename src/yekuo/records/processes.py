"""流程库: reads the process definitions of this release."""

from functools import cache
from importlib.resources import files

from yekuo.rules.engine.definition import Definition, parse_definition

SHIPPED = ("lv_two_links", "lv_three_links", "hv")


@cache
def shipped_definitions() -> dict[str, Definition]:
    """This function will give the processes of this release by key."""
    folder = files("yekuo.rules").joinpath("processes")
    parsed = (parse_definition(folder.joinpath(f"{key}.toml").read_text(encoding="utf-8")) for key in SHIPPED)
    return {definition.key: definition for definition in parsed}
