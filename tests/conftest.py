"""Fixtures that every room's tests may use, and who runs what where tests run side by side."""

import os
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.lab.plugin"]
SLOW_IS_FINE = [HealthCheck.too_slow]
# Every run draws anew, so many quick runs see as much as a long one; `make properties` is that one.
settings.register_profile(
    "quick", max_examples=40, deadline=None, suppress_health_check=SLOW_IS_FINE
)
settings.register_profile(
    "long", max_examples=1000, deadline=None, suppress_health_check=SLOW_IS_FINE
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

ALONE = "tests/gateway/"
"""Three machines and their programs are enough at a time."""


@pytest.fixture(autouse=True)
def migrated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Migrate one SQLite file in each process; those that come after it are its likeness."""
    if schema := sys.modules.get("store.schema"):
        from tests.kit import migrated  # noqa: PLC0415 tests of the rules need no database

        monkeypatch.setattr(schema, "upgrade", migrated.upgrade)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give every test to whoever is free, but all that need the three machines to the same one.

    The plugin's own mark for that has no effect with the pytest of today: it changes a name that
    is not looked at any more.
    """
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 only where it is installed

    class Spread(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return ALONE if nodeid.startswith(ALONE) else nodeid

    return Spread(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each operation of the API a name of its own.

    schemathesis names its tests in a way that pytest does not look at any more; of tests with one
    name, those who run side by side would run only one.
    """
    for item in items:
        if item.parent is not None and not item.nodeid.endswith(f"::{item.name}"):
            item._id = item.parent.id.child(item.name)  # type: ignore[attr-defined]
