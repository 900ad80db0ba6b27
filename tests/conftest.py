"""Fixtures that every room's tests may use, and who runs what where tests run side by side."""

import gc
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.lab.plugin"]
# What collecting makes stays to the end: nothing is gained by looking through it again and again.
gc.disable()
SLOW_IS_FINE = [HealthCheck.too_slow]
# Every run draws anew, so many quick runs see as much as a long one; `make properties` is that one.
settings.register_profile(
    "quick", max_examples=20, deadline=None, suppress_health_check=SLOW_IS_FINE
)
settings.register_profile(
    "long", max_examples=1000, deadline=None, suppress_health_check=SLOW_IS_FINE
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

ALONE = "tests/gateway/"
"""Three machines and their programs are enough at a time."""
SINGLY = ("tests/api/test_schema.py", "tests/api/test_every_route.py")
"""Files of costly tests that need little of each other: they fill up who is free at the end."""
PROGRAMS = ("browser", "door", "slow")
"""Marks of tests that drive real programs, or take long for other reasons."""


@pytest.fixture(autouse=True)
def migrated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Migrate one SQLite file in each process; those that come after it are its likeness."""
    if schema := sys.modules.get("store.schema"):
        from tests.kit import migrated  # noqa: PLC0415 tests of the rules need no database

        monkeypatch.setattr(schema, "upgrade", migrated.upgrade)


@pytest.fixture(autouse=True)
def compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compile each statement once in each process, not for each test's own database."""
    if database := sys.modules.get("store.database"):
        from tests.kit import compiled  # noqa: PLC0415 as above

        monkeypatch.setattr(database, "engines", compiled.engines)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give every file to whoever is free, in the order in which they were collected.

    A file's tests share what it starts: a browser, a panel, a service. The plugin's own mark for
    what belongs together has no effect with the pytest of today: it changes a name that is not
    looked at any more.
    """
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 only where it is installed

    class Spread(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith(ALONE):
                return ALONE
            return nodeid if nodeid.startswith(SINGLY) else nodeid.partition("::")[0]

    config.option.loadscopereorder = False
    # This process collects nothing, it only hears of others.
    gc.enable()
    return Spread(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test a name of its own, and let long ones begin first."""
    for item in items:
        _name(item)
    driving = {item.path for item in items if any(map(item.get_closest_marker, PROGRAMS))}
    items.sort(key=lambda item: _turn(item, driving))


def pytest_collection_finish() -> None:
    """Look for garbage again, but only among what tests make."""
    gc.freeze()
    gc.enable()


def _name(item: pytest.Item) -> None:
    """Name a test of an operation of the API after it.

    schemathesis names its tests in a way that pytest does not look at any more; of tests with one
    name, those who run side by side would run only one.
    """
    if item.parent is not None and not item.nodeid.endswith(f"::{item.name}"):
        item._id = item.parent.id.child(item.name)  # type: ignore[attr-defined]


def _turn(item: pytest.Item, driving: set[Path]) -> int:
    """Return when a test's turn is: the machines, other real programs, the rest, what fills up."""
    if item.nodeid.startswith(ALONE):
        return 0
    if item.nodeid.startswith(SINGLY):
        return 3
    return 1 if item.path in driving else 2
