"""What kind of somebody acts: the first thing every rule about “who may do what” asks."""

from enum import StrEnum


class ActorKind(StrEnum):
    ADULT = "adult"
    CHILD = "child"
    SYSTEM = "system"
