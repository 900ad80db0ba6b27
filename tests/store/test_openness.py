"""How much was opened, counted from the log."""

from datetime import timedelta
from pathlib import Path

from rules.verdict import Action, Reason, Verdict
from store import openness
from store.journal import Journal
from store.openness import Openness
from tests.store.family import BLOCKED, note

PINNED = Verdict(Action.PASS, Reason.PINNED)


async def write(db, family, now, tmp_path: Path):
    journal = Journal(db, spool=tmp_path / "spool", clock=lambda: now, worker="t/1")
    mia = {"child": family.mia.id, "device": family.tablet.id}
    journal.note(note(now, "open.example", **mia, opened=True, visits=2, down=300))
    journal.note(note(now, "closed.example", **mia, visits=3, down=700))
    journal.note(note(now, "app.example", **mia, verdict=PINNED))
    journal.note(note(now, "stopped.example", **mia, verdict=BLOCKED, opened=True, visits=9))
    journal.note(note(now, "old.example", **mia, opened=True, down=9, minutes_later=-20_000))
    journal.note(note(now, "leos.example", child=family.leo.id, opened=True, down=9))
    await journal.flush()


async def test_only_what_passed_for_this_child_in_this_time_counts(db, family, now, tmp_path):
    await write(db, family, now, tmp_path)
    since = now - timedelta(days=7)
    async with db.read() as store:
        share = await openness.of_child(store, family.mia.id, since=since)
        sites = await openness.opened_sites(store, family.mia.id, since=since)
        pinned = await openness.pinned_sites(store, family.mia.id, since=since)
    assert share == Openness(visits=6, opened_visits=2, bytes=1000, opened_bytes=300)
    assert [(site.host, site.visits) for site in sites] == [("open.example", 2)]
    assert [site.host for site in pinned] == ["app.example"]


async def test_where_nothing_passed_everything_is_nothing(db, family, now):
    async with db.read() as store:
        assert await openness.of_child(store, family.mia.id, since=now) == Openness()
        assert await openness.opened_sites(store, family.mia.id, since=now) == []
