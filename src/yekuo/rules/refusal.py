"""拒绝办理: why a deed is refused, in the words of the person who tried it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the field it belongs to ('' for the whole deed) and a sentence in Chinese."""

    field: str
    message: str


class Refused(Exception):  # noqa: N818 - the field's word for it; anticipated, part of the answer
    """Raised when a deed may not be done now; carries every problem found, not only the first."""

    def __init__(self, message: str, *, problems: tuple[Problem, ...] = (), code: str = "refused") -> None:
        """This function will keep the sentence, the single problems and a machine code beside each other."""
        super().__init__(message)
        self.message = message
        self.problems = problems
        self.code = code
