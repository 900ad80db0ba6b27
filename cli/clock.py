"""The one clock of the house: everything else is given the time."""

from datetime import UTC, datetime


def system_clock() -> datetime:
    """Return the present moment, aware, in UTC (a `rules.clock.Clock`)."""
    return datetime.now(UTC)  # noqa: TID251 this is the edge where time comes in
