"""A bucket of tokens: the bytes that a child may still receive in this second, where it is slow."""

from typing import Protocol

A_SECOND = 64 * 1024
"""Bytes for all of a child's slow connections together: pages open, films do not."""


class Held(Protocol):
    """What can be held up for a while."""

    def hold(self) -> None:
        """Receive nothing more for now."""

    def release(self) -> None:
        """Receive again."""


class Bucket:
    """One child's; it is filled once a second, and what was taken too much is owed."""

    def __init__(self) -> None:
        self._left = A_SECOND
        self._held: set[Held] = set()

    def take(self, size: int, who: Held) -> None:
        """Count what was received; who takes more than there is waits."""
        self._left -= size
        if self._left <= 0:
            self._held.add(who)
            who.hold()

    def fill(self) -> None:
        """Give what is due for a second."""
        self._left = min(self._left + A_SECOND, A_SECOND)
        if self._left > 0:
            held, self._held = self._held, set()
            for each in held:
                each.release()

    def forget(self, who: Held) -> None:
        """Let one go that is not slow any longer."""
        self._held.discard(who)
        who.release()
