"""Who changes or looks."""

from dataclasses import dataclass
from uuid import UUID

from rules.actor import ActorKind

__all__ = ["SYSTEM", "Actor", "ActorKind"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes or looks: an adult, a child, or the system itself."""

    kind: ActorKind
    name: str
    id: UUID | None = None


SYSTEM = Actor(ActorKind.SYSTEM, "Hải Đăng")
