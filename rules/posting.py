"""When letters come: a day of the week and a time by the clock on the reader's wall."""

from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from rules.values import Frozen

A_DAY = 24 * 60
USUAL_MINUTE = 7 * 60


class LetterTime(Frozen):
    """When an adult's letters come."""

    day: Annotated[int, Field(ge=0, le=6)] = 0
    """0 is Monday: the week before ended in its first minute."""
    minute: Annotated[int, Field(ge=0, lt=A_DAY)] = USUAL_MINUTE
    """Of the local day; the daily one comes at it, too."""
    empty: bool = False
    """A line comes also where nothing was recorded."""

    def after(self, begin: datetime, zone: str) -> datetime:
        """Return the first such day and time from a moment on, in UTC."""
        local = begin.astimezone(ZoneInfo(zone))
        day = local.date() + timedelta(days=(self.day - local.weekday()) % 7)
        at = self._on(day.isoformat(), zone)
        return at if at >= begin else self._on((day + timedelta(days=7)).isoformat(), zone)

    def daily(self, begin: datetime, zone: str) -> datetime:
        """Return the first such time of a day from a moment on, in UTC."""
        local = begin.astimezone(ZoneInfo(zone))
        at = self._on(local.date().isoformat(), zone)
        tomorrow = (local.date() + timedelta(days=1)).isoformat()
        return at if at >= begin else self._on(tomorrow, zone)

    def _on(self, day: str, zone: str) -> datetime:
        """Where the clock jumps over the time, it is as much later; where it comes twice, first."""
        begin = datetime.fromisoformat(day)
        at = begin.replace(hour=self.minute // 60, minute=self.minute % 60, tzinfo=ZoneInfo(zone))
        return at.astimezone(ZoneInfo("UTC"))
