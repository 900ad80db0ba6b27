"""Rows of the log that belong together: minutes in a row of one app or site make one line."""

import sys
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


@dataclass(slots=True)
class Runs:
    """Joins rows, newest first, of the same child, device, subject and answer."""

    subject: Subject
    most: int
    """Lines there may be."""
    found: list[Run] = field(default_factory=list)
    last: VisitRow | None = None
    """The row taken in last."""
    _open: dict[Hashable, Run] = field(default_factory=dict)

    def take(self, row: VisitRow) -> bool:
        """Take a row in; tell False, and leave it, where it would begin one line too many."""
        key = (row.child_id, row.device_id, row.action, row.reason, self.subject(row))
        run = self._open.get(key)
        if run is None or run.since - row.last > PAUSE:
            if len(self.found) >= self.most:
                return False
            self._open[key] = run = Run(row, row.minute)
            self.found.append(run)
        run.add(row)
        self.last = row
        return True


def runs_of(rows: Iterable[VisitRow], subject: Subject) -> list[Run]:
    """Join rows, newest first, of the same child, device, subject and answer."""
    runs = Runs(subject, sys.maxsize)
    for row in rows:
        runs.take(row)
    return runs.found
