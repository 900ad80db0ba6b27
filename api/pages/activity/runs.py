"""Lines of the log that belong together: minutes of one site in a row are one line to a reader."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.visits import VisitRow

PAUSE = timedelta(minutes=5)
"""A longer pause begins a new line."""


@dataclass(slots=True)
class Run:
    """Minutes in a row with the same answer; `newest` is the last of them."""

    newest: VisitRow
    since: datetime
    visits: int


def runs_of(rows: Iterable[VisitRow]) -> list[Run]:
    """Join rows, newest first, of the same child, device, site and answer."""
    runs: list[Run] = []
    open_runs: dict[Hashable, Run] = {}
    for row in rows:
        run = open_runs.get(_key(row))
        if run and run.since - row.last <= PAUSE:
            run.since = row.minute
            run.visits += row.visits
            continue
        open_runs[_key(row)] = run = Run(row, row.minute, row.visits)
        runs.append(run)
    return runs


def _key(row: VisitRow) -> Hashable:
    return row.child_id, row.device_id, row.host, row.action, row.reason, row.rule
