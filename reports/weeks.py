"""Which seven local days a week is, and the UTC moments at which it begins and ends."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Week:
    """Seven local days from a Monday on. It may have 167, 168 or 169 hours."""

    first: date
    zone: str

    @property
    def days(self) -> tuple[date, ...]:
        """The seven days, Monday first."""
        return tuple(self.first + timedelta(days=number) for number in range(DAYS_A_WEEK))

    @property
    def last(self) -> date:
        """The Sunday."""
        return self.first + timedelta(days=DAYS_A_WEEK - 1)

    @property
    def since(self) -> datetime:
        """The moment it begins, in UTC."""
        return midnight(self.first, self.zone)

    @property
    def until(self) -> datetime:
        """The moment it ends, in UTC: the next week's first."""
        return midnight(self.first + timedelta(days=DAYS_A_WEEK), self.zone)

    def moved(self, weeks: int) -> "Week":
        """Return the week so many weeks later (or earlier, below zero)."""
        return Week(self.first + timedelta(days=DAYS_A_WEEK * weeks), self.zone)

    def is_over(self, now: datetime) -> bool:
        """Tell whether its last minute has passed."""
        return now >= self.until


def midnight(day: date, zone: str) -> datetime:
    """Return the UTC moment at which a local day begins.

    Where the clock jumps over midnight, that is the moment of the jump; where midnight
    comes twice, it is the first.
    """
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def week_holding(day: date, zone: str) -> Week:
    """Return the week a local day lies in."""
    return Week(day - timedelta(days=day.weekday()), zone)


def week_at(moment: datetime, zone: str) -> Week:
    """Return the week that runs at a moment."""
    return week_holding(local_day(moment, zone), zone)


def last_full_week(now: datetime, zone: str) -> Week:
    """Return the newest week that is over."""
    return week_at(now, zone).moved(-1)


def local_day(moment: datetime, zone: str) -> date:
    """Return the local day a moment lies in."""
    return moment.astimezone(ZoneInfo(zone)).date()


def minute_of_day(moment: datetime, zone: str) -> int:
    """Return the minute of the local wall-clock day, 0 to 1439."""
    local = moment.astimezone(ZoneInfo(zone))
    return local.hour * 60 + local.minute
