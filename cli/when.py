"""A moment as a person types it: “tue 21:15”, “thứ 3 21:15”, “21:15”, or ISO 8601."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = (
    ("mon", "monday", "t2", "thứ 2", "thứ hai"),
    ("tue", "tuesday", "t3", "thứ 3", "thứ ba"),
    ("wed", "wednesday", "t4", "thứ 4", "thứ tư"),
    ("thu", "thursday", "t5", "thứ 5", "thứ năm"),
    ("fri", "friday", "t6", "thứ 6", "thứ sáu"),
    ("sat", "saturday", "t7", "thứ 7", "thứ bảy"),
    ("sun", "sunday", "cn", "chủ nhật"),
)
NUMBER_OF = {name: number for number, names in enumerate(DAYS) for name in names}
CLOCK = re.compile(r"(?:(?P<day>\D.*?)\s+)?(?P<hour>\d{1,2})[:h](?P<minute>\d{2})", re.IGNORECASE)


def moment(text: str, zone: str, now: datetime) -> datetime:
    """Read a moment in a time zone, the next one that fits; empty means now. Raises ValueError."""
    local = now.astimezone(ZoneInfo(zone))
    typed = text.strip().lower()
    if not typed:
        return local
    if found := CLOCK.fullmatch(typed):
        at = time(int(found["hour"]), int(found["minute"]))
        day = local.date() + timedelta(days=_days_ahead(found["day"], local))
        return datetime.combine(day, at, local.tzinfo)
    given = datetime.fromisoformat(text.strip())
    return given.astimezone(local.tzinfo) if given.tzinfo else given.replace(tzinfo=local.tzinfo)


def _days_ahead(name: str | None, local: datetime) -> int:
    if name is None:
        return 0
    if name not in NUMBER_OF:
        msg = f"“{name}” is not a day of the week"
        raise ValueError(msg)
    return (NUMBER_OF[name] - local.weekday()) % 7
