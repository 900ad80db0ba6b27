"""What reading told is shared, runs out, and is put right by adults for good."""

from datetime import UTC, datetime, timedelta

import pytest

from rules.reading import KEPT, Reading, Source, key_of, with_reading
from rules.visit import UNLISTED, Known
from store import readings
from store.change import SYSTEM, change
from store.database import Database
from store.errors import NotFound

NOW = datetime(2026, 11, 26, 5, tzinfo=UTC)

BETTING = Reading(
    key_of("kubet.example"),
    NOW,
    "gambling",
    ("nhà cái", "tài xỉu"),
    Source.WORDS,
    "kubet.example",
    ("a1", "b2"),
)
HARMLESS = Reading(key_of("blog.example"), NOW)


async def test_what_one_door_read_the_others_know(db: Database) -> None:
    await readings.keep(db, [BETTING, HARMLESS])
    async with db.read() as connection:
        assert {BETTING, HARMLESS} == set(await readings.since(connection, NOW))
        assert await readings.of_host(connection, "www.kubet.example") == BETTING
        assert await readings.since(connection, NOW + timedelta(seconds=1)) == []


async def test_only_named_sites_with_something_to_say_are_shown(db: Database) -> None:
    quiet = Reading(key_of("other.example"), NOW, "adult", ("x",))
    await readings.keep(db, [BETTING, HARMLESS, quiet])
    async with db.read() as connection:
        assert await readings.named(connection) == [BETTING]
        assert await readings.unnamed(connection) == 1


async def test_a_name_once_kept_is_not_lost_to_a_quieter_visit(db: Database) -> None:
    await readings.keep(db, [BETTING])
    await readings.keep(db, [Reading(BETTING.key, NOW, "gambling", ("cược",))])
    async with db.read() as connection:
        (kept,) = await readings.named(connection)
    assert (kept.site, kept.words) == ("kubet.example", ("cược",))


async def test_what_an_adult_put_right_stays_right(db: Database) -> None:
    await readings.keep(db, [BETTING])
    async with change(db, by=SYSTEM, what="x", now=NOW) as tx:
        await readings.put_right(tx, BETTING.key)
    await readings.keep(db, [BETTING])
    assert await readings.forget_older(db, NOW + 10 * KEPT) == 0
    async with db.read() as connection:
        (kept,) = await readings.named(connection)
    assert (kept.category, kept.source) == ("", Source.ADULT)
    assert kept.holds(NOW + 10 * KEPT)


async def test_a_forgotten_reading_is_read_again(db: Database) -> None:
    await readings.keep(db, [BETTING])
    async with change(db, by=SYSTEM, what="x", now=NOW) as tx:
        await readings.forget_one(tx, BETTING.key)
    async with db.read() as connection:
        kept = await readings.of_host(connection, "kubet.example")
    assert kept
    assert not kept.holds(NOW)


async def test_old_readings_go_by_themselves(db: Database) -> None:
    await readings.keep(db, [BETTING, HARMLESS])
    assert await readings.forget_older(db, NOW + KEPT + timedelta(hours=1)) == 2


async def test_a_reading_that_is_not_there_cannot_be_put_right(db: Database) -> None:
    with pytest.raises(NotFound):
        async with change(db, by=SYSTEM, what="x", now=NOW) as tx:
            await readings.put_right(tx, "0" * 24)


def test_any_list_comes_before_what_reading_told() -> None:
    assert with_reading(UNLISTED, BETTING, NOW).categories == ("gambling",)
    assert with_reading(Known(("news",)), BETTING, NOW) == Known(("news",))
    assert with_reading(UNLISTED, BETTING, NOW + KEPT) == UNLISTED
    assert with_reading(UNLISTED, HARMLESS, NOW).read
