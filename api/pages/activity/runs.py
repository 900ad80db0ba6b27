"""Rows of the log that belong together: minutes in a row of one app or site make one line."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from store.visits import VisitRow

PAUSE = timedelta(minutes=5)
"""A longer pause begins a new line."""

type Subject = Callable[[VisitRow], Hashable]
"""Tells what a row is about to its reader: an app, a site, or only a category."""


@dataclass(slots=True)
class Run:
    """Minutes in a row with the same answer; `newest` is the last of them."""

    newest: VisitRow
    since: datetime
    visits: int = 0
    hosts: dict[str, VisitRow] = field(default_factory=dict)
    """Each host and the newest of its rows, in the order of the log."""

    def add(self, row: VisitRow) -> None:
        """Take in a row that is not newer than those before it."""
        self.since = row.minute
        self.visits += row.visits
        self.hosts.setdefault(row.host, row)


def runs_of(rows: Iterable[VisitRow], subject: Subject) -> list[Run]:
    """Join rows, newest first, of the same child, device, subject and answer."""
    runs: list[Run] = []
    open_runs: dict[Hashable, Run] = {}
    for row in rows:
        key = (row.child_id, row.device_id, row.action, row.reason, subject(row))
        run = open_runs.get(key)
        if run is None or run.since - row.last > PAUSE:
            open_runs[key] = run = Run(row, row.minute)
            runs.append(run)
        run.add(row)
    return runs
