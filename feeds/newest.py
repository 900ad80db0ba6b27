"""The newest catalogue: made again only when the imported lists have changed."""

from pathlib import Path
from threading import Lock

from feeds.catalogue import Catalogue, load

type State = frozenset[tuple[str, int, int]]


class Newest:
    """Hands out the catalogue of a folder of imported lists; any thread may ask."""

    def __init__(self, lists: Path) -> None:
        self._lists = lists
        self._lock = Lock()
        self._state: State | None = None
        self._newest: Catalogue | None = None

    def __call__(self) -> Catalogue:
        """Return the catalogue as of now: the same object as long as no list has changed."""
        with self._lock:
            # The state is read first: a list that changes meanwhile is seen the next time.
            state = state_of(self._lists)
            if self._newest is None or state != self._state:
                self._newest = load(self._lists)
                self._state = state
            return self._newest


def state_of(lists: Path) -> State:
    """Tell one state of the imported lists from another without reading them."""
    if not lists.is_dir():
        return frozenset()
    states = ((path.name, path.stat()) for path in lists.iterdir() if path.is_file())
    return frozenset((name, state.st_mtime_ns, state.st_size) for name, state in states)
