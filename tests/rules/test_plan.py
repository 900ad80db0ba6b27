"""The day's plan: what hours close, from when until when."""

from datetime import UTC, datetime, timedelta

from rules.plan import plan
from rules.policy import Hours, Policy, Window
from rules.verdict import Layer
from tests.rules.kit import book

MONDAY = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
"""Monday 00:00 in Viet Nam."""


def day(policy: Policy) -> list[tuple[str, str, str]]:
    parts = plan(book((Layer.FAMILY, policy)), MONDAY, MONDAY + timedelta(days=1))
    local = timedelta(hours=7)
    return [(f"{p.since + local:%H:%M}", f"{p.until + local:%H:%M}", p.hours) for p in parts]


def test_without_hours_the_whole_day_is_open() -> None:
    assert day(Policy()) == [("00:00", "00:00", "")]


def test_bedtime_over_midnight_closes_both_ends_and_a_lesson_the_middle() -> None:
    bedtime = Hours(
        name="bedtime", windows=(Window(days=tuple(range(7)), start="21:30", end="06:30"),)
    )
    lesson = Hours(name="Toán", windows=(Window(days=(0,), start="14:00", end="15:30"),))
    assert day(Policy(hours=(bedtime, lesson))) == [
        ("00:00", "06:30", "bedtime"),
        ("06:30", "14:00", ""),
        ("14:00", "15:30", "Toán"),
        ("15:30", "21:30", ""),
        ("21:30", "00:00", "bedtime"),
    ]


def test_hours_of_another_day_close_nothing_today() -> None:
    tuesday = Hours(name="Toán", windows=(Window(days=(1,), start="14:00", end="15:30"),))
    assert day(Policy(hours=(tuesday,))) == [("00:00", "00:00", "")]
