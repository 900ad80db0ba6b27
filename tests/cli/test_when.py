"""Moments as people type them."""

from datetime import UTC, datetime

import pytest

from cli.when import moment

ZONE = "Asia/Ho_Chi_Minh"
NOW = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
"""A Monday, 10:30 in Viet Nam."""


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", "2026-11-23T10:30:00+07:00"),
        ("tue 21:15", "2026-11-24T21:15:00+07:00"),
        ("Tuesday 21:15", "2026-11-24T21:15:00+07:00"),
        ("thứ 3 21h15", "2026-11-24T21:15:00+07:00"),
        ("T3 21:15", "2026-11-24T21:15:00+07:00"),
        ("mon 08:00", "2026-11-23T08:00:00+07:00"),
        ("CN 6:05", "2026-11-29T06:05:00+07:00"),
        ("21:15", "2026-11-23T21:15:00+07:00"),
        ("2026-12-01T07:00", "2026-12-01T07:00:00+07:00"),
        ("2026-12-01T07:00:00+00:00", "2026-12-01T14:00:00+07:00"),
    ],
)
def test_a_moment_is_read_in_the_childs_zone(typed, expected) -> None:
    assert moment(typed, ZONE, NOW).isoformat() == expected


@pytest.mark.parametrize("typed", ["soon", "xyz 21:15", "25:99", "2026-13-01"])
def test_what_is_no_moment_is_refused(typed) -> None:
    with pytest.raises(ValueError, match=r"."):
        moment(typed, ZONE, NOW)
