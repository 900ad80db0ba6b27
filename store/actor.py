"""Who changes or looks."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    ADULT = "adult"
    CHILD = "child"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes or looks: an adult, a child, or the system itself."""

    kind: ActorKind
    name: str
    id: UUID | None = None


SYSTEM = Actor(ActorKind.SYSTEM, "Hải Đăng")
