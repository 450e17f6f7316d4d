"""业务动作: what every deed has in common; the deed's own fields are the detail of the log row it leaves."""

from dataclasses import dataclass
from typing import ClassVar

REGISTRY: dict[str, type["Deed"]] = {}
BY_EVENT: dict[str, type["Deed"]] = {}


class Deed:
    """业务动作: `deed` is the key in the 权限清单, `event` the past-tense kind in the log, `title` the desk's word."""

    __slots__ = ()
    deed: ClassVar[str] = ""
    event: ClassVar[str] = ""
    title: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        """This function will enter the deed into the registry under its key and its event kind."""
        REGISTRY[cls.deed] = cls
        BY_EVENT[cls.event] = cls


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """资料: a stored file handed in under a requirement code; the digest is the SHA-256 of its bytes."""

    code: str
    file: int
    digest: str
