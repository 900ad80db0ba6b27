"""By when the law wants a request done, as we read it."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest

from rules.duties import DAYS, Kind, Party, Request, cited, working_days_after

ZONE = "Asia/Ho_Chi_Minh"
FRIDAY_EVENING = dt.datetime(2026, 11, 27, 18, 30, tzinfo=dt.UTC)
"""Half past one on Saturday in Hải Phòng."""
ONE = UUID(int=1)


def asked(kind: Kind = Kind.ACCESS, **more: object) -> Request:
    return Request(ONE, ONE, ONE, kind, Party.CHILD, "Mai", "", FRIDAY_EVENING, "Mai", **more)


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        (Kind.ACCESS, dt.date(2026, 12, 8)),
        (Kind.CORRECTION, dt.date(2026, 12, 8)),
        (Kind.OBJECTION, dt.date(2026, 12, 13)),
        (Kind.WITHDRAWAL, dt.date(2026, 12, 13)),
        (Kind.DELETION, dt.date(2026, 12, 18)),
    ],
)
def test_each_kind_has_its_days_from_the_local_day_it_came_in(kind: Kind, due: dt.date):
    assert asked(kind).due(ZONE) == due
    extended = asked(kind, extended=FRIDAY_EVENING)
    assert extended.due(ZONE) == due + dt.timedelta(days=DAYS[kind])
    assert cited(kind).values == {"working": 2, "days": DAYS[kind]}


def test_saturday_and_sunday_are_no_working_days():
    assert asked().answer_by(ZONE) == dt.date(2026, 12, 1)
    assert working_days_after(dt.date(2026, 11, 26), 2) == dt.date(2026, 11, 30)


def test_it_is_late_without_an_answer_after_two_days_and_undone_after_ten():
    def at(day: int, month: int = 12) -> dt.datetime:
        return dt.datetime(2026, month, day, 5, tzinfo=dt.UTC)

    new = asked()
    assert not new.is_overdue(ZONE, at(1))
    assert new.is_pressing(ZONE, at(1))
    assert new.is_overdue(ZONE, at(2))
    answered = replace(new, answered=at(1))
    assert not answered.is_pressing(ZONE, at(3))
    assert answered.is_pressing(ZONE, at(6))
    assert not answered.is_overdue(ZONE, at(8))
    assert answered.is_overdue(ZONE, at(9))
    done = replace(answered, done=at(9))
    assert not done.is_overdue(ZONE, at(20))
    assert not done.is_pressing(ZONE, at(20))
