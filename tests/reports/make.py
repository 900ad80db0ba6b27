"""Believable weeks in one call, for the tests of reports."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from reports.summary import Record, Subject, summarise
from reports.values import WeekSummary
from reports.weeks import Week
from rules.policy import Policy
from rules.verdict import Action, Reason
from store.rollups import HourRow

MINH = UUID(int=7)
WEEK = Week(date(2026, 11, 16), "Asia/Ho_Chi_Minh")
AFTER = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
HOSTS = {"www.roblox.com": "roblox.com", "api.roblox.com": "roblox.com"}


def site_of(host: str) -> str:
    return HOSTS.get(host, host)


def span(start: str, end: str) -> int:
    """Return the minutes from one wall-clock time to another as a bitmap."""
    first, last = (int(text[:2]) * 60 + int(text[3:]) for text in (start, end))
    return (1 << last) - (1 << first)


def bitmaps(*parts: tuple[int, str, str, str]) -> dict[tuple[date, str], int]:
    """Build bitmaps from (day of November, scope, start, end); each also counts for everything."""
    made: dict[tuple[date, str], int] = {}
    for number, scope, start, end in parts:
        for name in {scope, "everything"}:
            key = (date(2026, 11, number), name)
            made[key] = made.get(key, 0) | span(start, end)
    return made


def row(host: str, *, hour: datetime | None = None, **changed: Any) -> HourRow:
    usual: dict[str, Any] = {
        "category": "games",
        "service": "",
        "action": Action.PASS,
        "reason": Reason.DEFAULT,
        "rule": "",
        "visits": 4,
        "minutes": 10,
        "bytes_down": 1000,
    }
    hour = hour or datetime(2026, 11, 18, 12, tzinfo=UTC)
    return HourRow(child_id=MINH, hour=hour, host=host, **(usual | changed))


def blocked(host: str, reason: Reason, **changed: Any) -> HourRow:
    return row(host, action=Action.BLOCK, reason=reason, **changed)


def summary(
    this: Record | None = None,
    before: Record | None = None,
    *,
    policies: tuple[Policy, ...] = (Policy(),),
    **changed: Any,
) -> WeekSummary:
    usual: dict[str, Any] = {
        "known_hosts": {"old.example"},
        "grants": (),
        "site_of": site_of,
        "now": AFTER,
    }
    subject = Subject(MINH, "Minh", policies)
    records = {"this": this or Record(), "before": before or Record()}
    return summarise(subject, WEEK, **records, **(usual | changed))
