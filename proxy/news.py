"""What one door has to tell the other doors of its machine, until it is told."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

MOST_NEWS = 200

type Line = tuple[str | float | None, ...]
"""What happened, in words and numbers that JSON knows."""


class News:
    """Lines that wait to be told; the newest matter most."""

    def __init__(self) -> None:
        self._lines: deque[Line] = deque(maxlen=MOST_NEWS)
        self.came: Callable[[], None] = lambda: None
        """Called with each line, so that it need not wait for the next round."""

    def add(self, line: Line) -> None:
        """Let a line be told soon."""
        self._lines.append(line)
        self.came()

    def take(self) -> list[Line]:
        """Return what the other doors do not know yet."""
        lines = list(self._lines)
        self._lines.clear()
        return lines


class Teller(Protocol):
    """Has news, and hears those of other doors."""

    news: News

    def hear(self, lines: Iterable[Sequence[object]]) -> None:
        """Take in what another door said. Raises ValueError, TypeError for what makes no sense."""
