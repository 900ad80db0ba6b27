"""Alerts in the memory: one for each matter, exactly once, and gone with the child."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from rules.alerts import SAME_MATTER, Level, Place
from store import alerts, erasing, log, retention
from store.alerts import Whose
from store.batch import Batch
from store.change import change
from store.errors import NotFound
from store.notes import Alarm
from store.spool import Spool


def alarm(family, now, **more) -> Alarm:
    given = {
        "at": now,
        "device_id": family.phone.id,
        "child_id": family.leo.id,
        "category": "selfharm",
        "level": Level.CONCERN,
        "place": Place.SEARCH,
        "host": "www.google.com",
        **more,
    }
    return Alarm(**given)


async def told(db, now, *alarms) -> None:
    await log.write(db, Batch(alarms=list(alarms)), now=now)


async def all_of(db, family, **more):
    whose = Whose(frozenset({family.leo.id, family.mia.id}), frozenset({family.tablet.id}))
    async with db.read() as connection:
        return await alerts.list_of(connection, whose, **more)


async def test_one_matter_within_hours_is_one_alert_that_counts(db, family, now) -> None:
    await told(db, now, alarm(family, now), alarm(family, now + timedelta(minutes=5)))
    await told(db, now, alarm(family, now + timedelta(hours=5), place=Place.CHAT))
    [alert] = await all_of(db, family)
    assert (alert.times, alert.first, alert.last) == (3, now, now + timedelta(hours=5))
    assert (alert.category, alert.level, alert.place) == ("selfharm", Level.CONCERN, Place.SEARCH)


async def test_another_matter_and_a_much_later_one_are_alerts_of_their_own(db, family, now) -> None:
    later = now + SAME_MATTER + timedelta(minutes=1)
    await told(db, now, alarm(family, now), alarm(family, now, category="drugs"))
    await told(db, now, alarm(family, later), alarm(family, now, child_id=family.mia.id))
    assert len(await all_of(db, family)) == 4


async def test_a_graver_word_makes_the_matter_graver_and_unseen_again(db, family, now) -> None:
    await told(db, now, alarm(family, now))
    [alert] = await all_of(db, family)
    async with change(db, by=family.ana, what="saw", now=now) as tx:
        assert (await alerts.see(tx, alert.id)).seen_by == "Ana"
    await told(db, now, alarm(family, now, level=Level.URGENT, host="coccoc.com"))
    [alert] = await all_of(db, family)
    assert (alert.level, alert.host, alert.seen) == (Level.URGENT, "coccoc.com", None)
    await told(db, now, alarm(family, now, level=Level.NOTICE))
    assert (await all_of(db, family))[0].level is Level.URGENT


async def test_a_batch_that_is_written_twice_alerts_once(db, family, now) -> None:
    batch = Batch(alarms=[alarm(family, now)])
    await log.write(db, batch, now=now)
    await log.write(db, batch, now=now)
    assert [alert.times for alert in await all_of(db, family)] == [1]


async def test_an_alert_outlives_a_database_that_is_away(db, family, now, tmp_path) -> None:
    spool = Spool(tmp_path / "spool", "door-1")
    spool.add(Batch(alarms=[alarm(family, now, words="xin giúp")]))
    _, batch = Spool(tmp_path / "spool", "door-2").oldest()
    await log.write(db, batch, now=now)
    assert [alert.words for alert in await all_of(db, family)] == ["xin giúp"]


async def test_a_full_spool_keeps_alerts(family, now, tmp_path) -> None:
    spool = Spool(tmp_path / "spool", "door-1", limit_bytes=1)
    spool.add(Batch(alarms=[alarm(family, now)]))
    assert len(spool.oldest()[1].alarms) == 1


async def test_adults_take_note_comment_close_and_open_again(db, family, now) -> None:
    await told(db, now, alarm(family, now))
    [alert] = await all_of(db, family)
    async with change(db, by=family.ana, what="talked", now=now) as tx:
        await alerts.comment(tx, alert.id, "Chúng tôi đã nói chuyện.")
        closed = await alerts.close(tx, alert.id)
    assert (closed.closed, closed.closed_by, closed.seen_by) == (now, "Ana", "Ana")
    assert closed.comment_by == "Ana"
    assert await all_of(db, family, only_open=True) == []
    await told(db, now, alarm(family, now + timedelta(minutes=1)))
    assert [one.times for one in await all_of(db, family)] == [1, 1]
    async with change(db, by=family.ana, what="opened", now=now) as tx:
        assert (await alerts.reopen(tx, alert.id)).is_open


async def test_on_a_shared_device_the_alert_names_the_device_alone(db, family, now) -> None:
    shared = alarm(family, now, child_id=None, device_id=family.tablet.id)
    await told(db, now, shared, replace(shared, at=now + timedelta(minutes=1)))
    [alert] = await all_of(db, family)
    assert (alert.child_id, alert.device_id, alert.times) == (None, family.tablet.id, 2)


async def test_an_alert_about_somebody_else_is_not_there(db, family, now) -> None:
    await told(db, now, alarm(family, now))
    [alert] = await all_of(db, family)
    async with db.read() as connection:
        with pytest.raises(NotFound):
            await alerts.get(connection, alert.id, Whose(frozenset({uuid4()})))


async def test_a_removed_child_takes_its_alerts_along_and_none_comes_back(db, family, now) -> None:
    await told(db, now, alarm(family, now))
    async with change(db, by=family.ana, what="removed", now=now) as tx:
        await erasing.erase(tx, family.leo.id)
    await told(db, now, alarm(family, now))
    assert await all_of(db, family) == []


async def test_alerts_are_forgotten_like_visits_and_their_words_like_pages(db, family, now) -> None:
    old, older = now - timedelta(days=40), now - timedelta(days=100)
    await told(db, now, alarm(family, older), alarm(family, old, words="xin giúp"))
    await retention.forget_older(db, now, visits_days=90, pages_days=30)
    assert [(alert.last, alert.words) for alert in await all_of(db, family)] == [(old, "")]
