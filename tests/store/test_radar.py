"""What the radar is counted from, in the memory: attempts of a child, looks at devices."""

from datetime import timedelta
from uuid import uuid4

from rules.radar import Look
from rules.verdict import Action, Layer, Reason, Verdict
from store import radar, retention
from store.journal import Journal, Note


def note(now, device, reason, category="", *, visits=1, action=Action.BLOCK):
    verdict = Verdict(action, reason, Layer.HOUSE)
    [child_id] = device.child_ids
    return Note(now, device.id, child_id, "x.example", verdict, category, "", visits)


async def test_only_stopped_ways_around_of_this_child_are_counted(db, family, now, tmp_path):
    journal = Journal(db, spool=tmp_path / "spool", clock=lambda: now, worker="test")
    tablet = family.tablet
    journal.note(note(now, tablet, Reason.NOT_TLS))
    journal.note(note(now, tablet, Reason.NOT_TLS, visits=2))
    journal.note(note(now, tablet, Reason.CATEGORY, "proxy"))
    journal.note(note(now, tablet, Reason.CATEGORY, "games"))
    journal.note(note(now, tablet, Reason.DEFAULT, "proxy", action=Action.PASS))
    await journal.flush()
    [child_id] = tablet.child_ids
    day = timedelta(days=1)
    async with db.read() as store:
        found = await radar.attempts(store, child_id, now - day, now + day)
        all_of_them = await radar.attempts_of_all(store, now - day, now + day)
        others = await radar.attempts(store, uuid4(), now - day, now + day)
        earlier = await radar.attempts(store, child_id, now - 2 * day, now - day)
    assert {(each.reason, each.category, each.times) for each in found} == {
        (Reason.NOT_TLS, "", 3),
        (Reason.CATEGORY, "proxy", 1),
    }
    assert set(all_of_them) == {child_id}
    assert set(all_of_them[child_id]) == set(found)
    assert not others
    assert not earlier


async def test_what_several_doors_saw_in_an_hour_adds_up(db, family, now):
    hour, device = now.replace(minute=0, second=0, microsecond=0), family.tablet.id
    await radar.keep(db, [Look(device, hour, 0b011, 0b001)])
    await radar.keep(db, [Look(device, hour, 0b110, 0b010, 0b100)])
    async with db.read() as store:
        assert await radar.looks(store, [device], hour) == {
            device: [Look(device, hour, 0b111, 0b011, 0b100)]
        }
        assert await radar.looks(store, [device], hour + timedelta(hours=1)) == {}


async def test_looks_at_a_removed_device_hinder_no_others(db, family, now):
    looks = [Look(uuid4(), now, 1, 1), Look(family.tablet.id, now, 1, 0)]
    await radar.keep(db, looks)
    async with db.read() as store:
        assert list(await radar.looks(store, [each.device_id for each in looks], now)) == [
            family.tablet.id
        ]


async def test_looks_are_forgotten_with_the_visits(db, family, now):
    await radar.keep(db, [Look(family.tablet.id, now, 1, 1)])
    await retention.forget_older(db, now + timedelta(days=31), 30, 30)
    async with db.read() as store:
        assert not await radar.looks(store, [family.tablet.id], now - timedelta(days=90))
