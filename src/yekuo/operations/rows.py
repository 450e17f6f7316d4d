"""导入行: what is shown of a row before it is taken in, and what it became."""

from dataclasses import dataclass

from yekuo.rules.refusal import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """已查行: masked for the page; a row with `problems` cannot be taken in, one with `warnings` only when chosen."""

    line: int
    name: str
    id_number: str
    phone: str
    address: str
    about: str
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def proposed(self) -> bool:
        """This function will say whether the row is ticked before anybody looks."""
        return not self.problems and not self.warnings


@dataclass(frozen=True, slots=True, kw_only=True)
class Become:
    """结果: the account or case a row became, by number; the name is masked."""

    line: int
    number: str
    name: str
