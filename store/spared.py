"""Keeps out what libraries would load with the few parts of them that are used here.

Whoever imports SQLAlchemy's asynchronous engine gets its object mapper with it, which nobody here
uses: 6 MB in each process.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

ENGINE = "sqlalchemy.ext.asyncio"
WANTED = ("AsyncConnection", "AsyncEngine", "create_async_engine")


class _Empty:
    """Fills a package with nothing but the wanted names of one of its modules.

    It is no `importlib.abc.Loader`: that module loads more than it is worth here.
    """

    def __init__(self, part: str, wanted: Sequence[str]) -> None:
        self.part, self.wanted = part, wanted

    def create_module(self, _spec: ModuleSpec) -> None:
        """Leave it to Python."""

    def exec_module(self, module: ModuleType) -> None:
        """Import the part, if anything of it is wanted."""
        if self.wanted:
            part = import_module(f"{module.__name__}.{self.part}")
            vars(module).update({name: getattr(part, name) for name in self.wanted})


class _Sparing:
    """Finds packages as Python does, and has some of them loaded empty."""

    def __init__(self) -> None:
        self.empty: dict[str, _Empty] = {}

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Answer Python's question where a module is; None where it is loaded as usual."""
        if name not in self.empty:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.submodule_search_locations is not None:
            spec.loader = self.empty[name]  # type: ignore[assignment] # see there
        return spec


_SPARING = _Sparing()


def load_empty(package: str, part: str = "", wanted: Sequence[str] = ()) -> None:
    """Have a package loaded empty, with the wanted names of one of its modules.

    All its modules stay importable. Nothing happens where it was imported before.
    """
    if _SPARING not in sys.meta_path:
        sys.meta_path.insert(0, _SPARING)
    _SPARING.empty[package] = _Empty(part, wanted)


def leave_out(module: str) -> None:
    """Have a module never loaded: whoever imports it goes on as if it were not installed."""
    sys.modules.setdefault(module, None)  # type: ignore[arg-type] # how Python marks what is not there


def spare() -> None:
    """Load the asynchronous engine alone."""
    load_empty(ENGINE, "engine", WANTED)
