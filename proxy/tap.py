"""Reads along the beginning of a body that streams by; the body itself never waits."""

from collections.abc import Callable


class Tap:
    """Passes every byte on, counted; hands the beginning over when it has enough, or at the end."""

    def __init__(
        self,
        count: Callable[[int], None],
        done: Callable[[bytes], None],
        most: int,
        *,
        whole: bool = False,
    ) -> None:
        self._count = count
        self._done: Callable[[bytes], None] | None = done
        self._most = most
        self._whole = whole
        self._kept = bytearray()

    def __call__(self, data: bytes) -> bytes:
        """Take a part of the body; an empty one is its end."""
        self._count(len(data))
        if self._done is None:
            return data
        self._kept += data[: self._most - len(self._kept) + 1]
        if len(self._kept) > self._most:
            # A cut text is still a text; a cut message says nothing.
            self._finish(b"" if self._whole else bytes(self._kept[: self._most]))
        elif not data:
            self._finish(bytes(self._kept))
        return data

    def _finish(self, body: bytes) -> None:
        done, self._done = self._done, None
        self._kept.clear()
        if done and body:
            done(body)


def counting(count: Callable[[int], None]) -> Callable[[bytes], bytes]:
    """Pass every byte on, counted, and look at none."""

    def counted(data: bytes) -> bytes:
        count(len(data))
        return data

    return counted
