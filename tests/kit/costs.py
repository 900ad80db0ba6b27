"""What each test costs: the processor seconds of its process and of all it starts (`make slow`).

The clock says little where tests run side by side and most of them wait for something; the
processor's seconds are what a whole run takes from the machine, whoever else is busy on it.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress

import psutil
import pytest

COST = "processor seconds"
LINES = 40
"""Tests and files shown."""

type Costs = dict[str, float]


def spent() -> float:
    """Return the seconds that this process and its descendants, living or awaited, have used."""
    me = psutil.Process()
    total = 0.0
    for process in (me, *me.children(recursive=True)):
        with suppress(psutil.Error):
            total += sum(process.cpu_times()[:4])
    return total


_before = spent()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Write the cost since the last test was over onto this one's report."""
    global _before  # noqa: PLW0603 a plugin's functions share nothing else
    try:
        return (yield)
    finally:
        now = spent()
        # Someone whom nobody waited for has taken what they used with them.
        item.user_properties.append((COST, max(now - _before, 0.0)))
        _before = now


class Bill:
    """Adds up what the reports of all workers tell."""

    def __init__(self) -> None:
        self.costs: Costs = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "teardown":
            self.costs[report.nodeid] += dict(report.user_properties).get(COST, 0.0)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section(COST)
        files = _summed(self.costs, lambda name: name.split("::")[0])
        folders = _summed(files, os.path.dirname)
        for costs in (self.costs, files, folders):
            for name, cost in sorted(costs.items(), key=lambda each: -each[1])[:LINES]:
                terminalreporter.line(f"{cost:8.1f}  {name}")
            terminalreporter.line("")
        terminalreporter.line(f"{sum(folders.values()):8.1f}  in all")


def _summed(costs: Costs, place: Callable[[str], str]) -> Costs:
    total: Costs = defaultdict(float)
    for name, cost in costs.items():
        total[place(name)] += cost
    return total


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Bill())
