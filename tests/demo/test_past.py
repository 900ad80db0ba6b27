"""A day of the sample family, told through the real door, leaves what the pages are made of."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from rules.minutes import Bitmap, count, mark
from rules.scope import category, service
from rules.verdict import Reason
from store import devices, letters, rollups, spent, visits
from store.database import Database
from tests.demo import habits, places
from tests.demo.home import HOME
from tests.demo.past import Past, live_through
from tests.demo.people import GADGETS
from tests.demo.places import Place
from tests.demo.service import door_settings
from tests.kit.service import free_block

UNTIL = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""A Monday evening at home."""
SINCE = UNTIL - timedelta(hours=23)


@pytest.mark.door
def test_a_day_told_through_the_door_leaves_visits_minutes_sums_and_letters(lab_apart, tmp_path):
    told: list[int] = []
    past = asyncio.run(
        live_through(
            tmp_path,
            door_settings(lab_apart, free_block(len(GADGETS) + 1)),
            lab_apart,
            zone=HOME,
            since=SINCE,
            until=UNTIL,
            advance=lambda done, _: told.append(done),
        )
    )
    assert past.visits > 50
    assert told == list(range(1, len(told) + 1))
    assert "Traceback" not in (tmp_path / "past.log").read_text()
    asyncio.run(look_at(past, f"sqlite+aiosqlite:///{tmp_path / 'haidang.db'}"))


def lived(child: str, place: Place) -> Bitmap:
    """Mark the minutes of the last day that a child spent at a place."""
    bitmap = 0
    for step in habits.day(child, UNTIL.astimezone(HOME).date(), HOME, ago=0):
        local = step.at.astimezone(HOME)
        if step.place is place and step.at < UNTIL:
            bitmap = mark(bitmap, local.hour * 60 + local.minute)
    return bitmap


async def look_at(past: Past, url: str) -> None:
    db = await Database.open(url)
    an, linh = past.family.children["An"], past.family.children["Linh"]
    async with db.read() as connection:
        rows, _ = await visits.search(connection, visits.VisitFilter(), limit=1000)
        minutes = await spent.load(connection, day=UNTIL.date())
        sums = await rollups.load(connection, an, since=SINCE, until=UNTIL)
        kept = await letters.weeks(connection, an)
        owned = {device.name: device for device in await devices.list_all(connection)}
    await db.close()
    assert all(SINCE <= row.minute < UNTIL for row in rows)
    assert Reason.HOURS in {row.reason for row in rows}
    assert {row.host for row in rows if row.child_id == linh} == {""}
    assert 5 <= count(minutes[an, service("youtube")]) <= 20
    assert minutes[an, service("vioedu")] == lived("An", places.VIOEDU)
    at_instagram = lived("Linh", places.INSTAGRAM)
    assert at_instagram & minutes[linh, category("social")] == at_instagram
    assert (linh, service("instagram")) not in minutes, "only counts: no app is named"
    assert sum(row.visits for row in sums) == sum(row.visits for row in rows if row.child_id == an)
    assert kept == [(UNTIL - timedelta(days=7)).date()]
    assert owned["Máy tính bảng của An"].trusts_ca is True
    assert owned["iPhone của Linh"].trusts_ca is not True
