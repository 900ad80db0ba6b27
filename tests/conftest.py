"""Fixtures that every room's tests may use, and who runs what where tests run side by side."""

from typing import Any

import pytest

pytest_plugins = ["tests.lab.plugin"]
ALONE = "tests/gateway/"
"""Three machines and their programs are enough at a time."""


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
