"""When a list's source is asked again. Pure: the moment comes in, the next one goes out."""

from datetime import datetime, timedelta
from zlib import crc32

FIRST_RETRY = timedelta(minutes=30)
LONGEST_RETRY = timedelta(days=2)
SPREAD = 0.1
"""Nobody's source is asked by everybody at the same minute."""


def next_time(key: str, now: datetime, every_hours: int, failures: int) -> datetime:
    """Return when to ask again: after the list's own period, or sooner and then ever later."""
    usual = timedelta(hours=every_hours)
    wait = min(FIRST_RETRY * 2 ** min(failures - 1, 12), LONGEST_RETRY) if failures else usual
    share = crc32(f"{key} {now:%Y-%m-%d %H}".encode()) / 2**32
    return now + wait * (1 - SPREAD + 2 * SPREAD * share)
