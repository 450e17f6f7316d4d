"""办理人: who does a deed, as the rules need to know it."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """办理人身份: staff of the company, the customer, somebody acting for the customer, or the system itself.

    An agent has signed in with a phone of their own; a mandate is whoever holds a link the customer gave for one purpose.
    """

    STAFF = "staff"
    CUSTOMER = "customer"
    AGENT = "agent"
    MANDATE = "mandate"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """办理人: a person's key, unit and roles (keys of the 权限清单); the system has person 0."""

    kind: ActorKind
    person: int = 0
    unit: int = 0
    roles: tuple[str, ...] = ()

    @property
    def staff(self) -> bool:
        """This function will say whether the actor is one of the company's own people."""
        return self.kind is ActorKind.STAFF


SYSTEM = Actor(kind=ActorKind.SYSTEM, roles=("system",))
