"""Log files that stay small: the supervisor writes down what its processes say."""

from pathlib import Path

LARGEST = 5 * 1024 * 1024
KEPT = 3
TAIL = 4096


class LogFile:
    """One growing file; when full it becomes `.1`, and older ones move up until they fall off."""

    def __init__(self, path: Path, *, largest: int = LARGEST, kept: int = KEPT) -> None:
        self._path = path
        self._largest = largest
        self._kept = kept
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)
        self._tail = b""

    def write(self, said: bytes) -> None:
        """Append what a process said."""
        if self._file.tell() + len(said) > self._largest:
            self._turn()
        self._file.write(said)
        self._tail = (self._tail + said)[-TAIL:]

    def last_line(self) -> str:
        """Return the last thing that was said."""
        lines = self._tail.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _turn(self) -> None:
        self._file.close()
        for number in range(self._kept, 0, -1):
            older = self._numbered(number - 1)
            if older.exists():
                older.replace(self._numbered(number))
        self._file = self._path.open("ab", buffering=0)

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}") if number else self._path
