"""名称: the Chinese name of every code the rules use, as pages have always found them; the tables stand in rules/names.py."""

from yekuo.rules.names import *  # noqa: F403 - every table of names, also those added later
