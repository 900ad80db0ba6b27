"""`haidang feeds`: the directory, switching on and off, decisions, and the clock that asks."""

from datetime import timedelta
from pathlib import Path

import pytest

from cli import subscriptions
from cli.clock import system_clock
from cli.doctor import _lists
from cli.lists import matters_of_lists, refresh_due
from cli.places import lists_folder
from cli.settings import Settings
from feeds import directory, lists
from feeds.fetch import Fetched
from feeds.kept import ImportedList, Waiting, describe
from feeds.starter import Starter
from store import ledger
from store.database import Database

CATEGORIES = Starter().categories


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("LC_ALL", "C")
    return Settings(data=tmp_path)


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What the publisher has just now; the last one counts."""
    bodies: list[bytes] = [b"a.example\nb.example\n"]

    async def fetch(*_: object, **__: object) -> Fetched:
        return Fetched(bodies[-1])

    monkeypatch.setattr(lists, "fetch", fetch)
    return bodies


def test_the_directory_is_shown(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert subscriptions.show_directory(settings) is None
    said = capsys.readouterr().out
    assert all(entry in said for entry in directory.directory())
    assert "CC BY-SA 4.0" in said
    assert not lists_folder(settings).exists()


def test_a_list_is_switched_on_refreshed_and_switched_off(
    settings: Settings, published: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = lists_folder(settings)
    assert subscriptions.turn_on(settings, "oisd-nsfw") is None
    assert "2 sites" in capsys.readouterr().out
    published.append(b"b.example\nc.example\n")
    assert subscriptions.refresh(settings) is None
    assert subscriptions.show_changes(settings, "oisd-nsfw") is None
    said = capsys.readouterr().out
    assert "+1 −1" in said
    assert "+ c.example" in said
    assert list((folder / "compiled").glob("*.lists"))
    assert subscriptions.turn_off(settings, "oisd-nsfw") is None
    assert lists.list_all(folder) == ()
    again = subscriptions.turn_off(settings, "oisd-nsfw")
    assert again
    assert "not switched on" in again.message


def test_a_list_that_shrank_is_named_by_the_doctor_until_it_is_decided(
    settings: Settings, published: list[bytes]
) -> None:
    published.append(b"".join(b"s%d.example\n" % n for n in range(20)))
    assert subscriptions.turn_on(settings, "oisd-nsfw") is None
    published.append(b"s1.example\n")
    trouble = subscriptions.refresh(settings, "oisd-nsfw")
    assert trouble
    assert "shrank" in trouble.message
    (finding,) = _lists(settings, system_clock())
    assert finding.do
    assert "feeds keep oisd-nsfw" in finding.do.message.format(**finding.do.values)
    assert subscriptions.take_new(settings, "oisd-nsfw") is None
    assert lists.read_list(lists_folder(settings), "oisd-nsfw").sites == 1
    assert list(_lists(settings, system_clock())) == []
    assert subscriptions.keep_old(settings, "oisd-nsfw") is not None


def test_the_doctor_names_a_source_that_is_away_and_a_clock_that_does_not_run(
    settings: Settings, published: list[bytes]
) -> None:
    folder, now = lists_folder(settings), system_clock()
    kept = directory.switch_on(folder, "oisd-nsfw", now)
    describe(folder, kept.model_copy(update={"warning": "No.", "failures": 2}))
    assert list(_lists(settings, now)) == []
    describe(folder, kept.model_copy(update={"warning": "No.", "failures": 3}))
    assert len(list(_lists(settings, now))) == 1
    describe(folder, kept.model_copy(update={"next": now - timedelta(days=2)}))
    (late,) = _lists(settings, now)
    assert "not asked" in late.says.message


async def test_the_clock_asks_what_is_due_and_nothing_else(
    settings: Settings, published: list[bytes]
) -> None:
    folder, now = lists_folder(settings), system_clock()
    directory.switch_on(folder, "oisd-nsfw", now)
    db = await Database.open(settings.db_url)
    try:
        assert await refresh_due(db, folder, now, CATEGORIES) == 1
        assert await refresh_due(db, folder, now + timedelta(hours=1), CATEGORIES) == 0
        published.append(b"a.example\nb.example\nc.example\n")
        assert await refresh_due(db, folder, now + timedelta(hours=27), CATEGORIES) == 1
        async with db.read() as store:
            told = [line.what for line in await ledger.lines(store, limit=5)]
    finally:
        await db.close()
    assert lists.read_list(folder, "oisd-nsfw").sites == 3
    assert told == ["refreshed the list {name}: {sites} sites"] * 2


def test_lists_that_need_somebody_are_matters_and_others_are_not(tmp_path: Path) -> None:
    now = system_clock()
    for name, more in (
        ("fine", {}),
        ("once", {"failures": 1}),
        ("away", {"failures": 3}),
        ("lost", {"waiting": Waiting(sites=3)}),
        ("kept", {"waiting": Waiting(sites=3, declined=True)}),
    ):
        describe(tmp_path, ImportedList(id=name, name=name, category="games", since=now, **more))
    found = {one.about["name"]: one.about["waits"] for one in matters_of_lists(tmp_path, now)}
    assert found == {"away": False, "lost": True}
