"""Keeps out what libraries would load with the few parts of them that are used here.

Whoever imports SQLAlchemy's asynchronous engine gets its object mapper with it, which nobody here
uses: 6 MB in each process.
"""

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

ENGINE = "sqlalchemy.ext.asyncio"
WANTED = ("AsyncConnection", "AsyncEngine", "create_async_engine")


def put_empty(name: str) -> ModuleType | None:
    """Put an empty package in place of one that loads too much; its modules stay importable.

    Nothing is done, and None returned, where it was imported before, or is no package.
    """
    spec = find_spec(name) if name not in sys.modules else None
    if spec is None or spec.submodule_search_locations is None:
        return None
    made = ModuleType(name)
    made.__spec__, made.__path__ = spec, list(spec.submodule_search_locations)
    sys.modules[name] = made
    return made


def spare() -> None:
    """Load the asynchronous engine alone."""
    made = put_empty(ENGINE)
    if made:
        engine = import_module(f"{ENGINE}.engine")
        for name in WANTED:
            setattr(made, name, getattr(engine, name))
