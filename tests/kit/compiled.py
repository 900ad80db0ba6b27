"""What SQL is compiled to, kept for all databases of a kind: each test opens one of its own."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from store import engine

_engines = engine.engines


class Compiled(dict[Any, Any]):
    """SQLAlchemy's cache, in which two databases that speak alike are one."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_alike(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_alike(key), compiled)


def _alike(key: Any) -> Any:
    dialect, *statement = key
    return (type(dialect), *statement)


COMPILED = Compiled()


def engines(url: sa.URL) -> tuple[AsyncEngine, AsyncEngine]:
    """Return engines as `store.engine.engines` does, which remember what others compiled."""
    made = _engines(url)
    for each in made:
        each.update_execution_options(compiled_cache=COMPILED)
    return made
