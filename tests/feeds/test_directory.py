"""The directory of well-known lists: true to our categories, and silent until switched on."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from feeds import directory as module
from feeds.catalogue import load
from feeds.directory import directory, switch_on, switched_on
from feeds.errors import FeedError
from feeds.fetch import Limits
from feeds.kept import Kind, about_path
from feeds.lists import add_list, list_all, refresh, remove
from tests.feeds.packs import UT1, packed
from tests.feeds.shelf import Shelf

AT_HOME = Limits(private_networks=True)
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def test_every_entry_says_what_an_adult_must_know() -> None:
    known = load().categories
    assert len(directory()) >= 20
    for entry in directory().values():
        assert entry.category in known, entry.id
        assert entry.licence
        assert entry.languages
        assert 1 <= entry.weight <= 100
        assert 6 <= entry.every_hours <= 168
        for words in (entry.good, entry.fault):
            assert set(words) == {"vi", "en"}
            assert all(len(text) > 5 for text in words.values())


def test_every_address_is_the_publishers_own_by_https_and_named_once() -> None:
    addresses = [entry.address for entry in directory().values()]
    assert len(set(addresses)) == len(addresses)
    for entry in directory().values():
        for address in (entry.address, entry.home):
            parts = urlsplit(address)
            assert parts.scheme == "https", entry.id
            assert parts.hostname


def test_every_danger_a_family_thinks_of_first_has_a_list_to_begin_with() -> None:
    first = {entry.category for entry in directory().values() if entry.first}
    assert {"adult", "gambling", "phishing", "malware", "proxy"} <= first


def test_an_id_can_be_the_name_of_a_file(tmp_path: Path) -> None:
    for entry_id in directory():
        about_path(tmp_path, f"{entry_id}-government")


def test_reading_the_directory_and_switching_on_fetch_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        pytest.fail("something was fetched")

    monkeypatch.setattr("feeds.lists.fetch", never)
    monkeypatch.setattr("socket.socket.connect", never)
    kept = switch_on(tmp_path, "hostsvn-gambling", NOW)
    assert (kept.kind, kept.next, kept.arrived) == (Kind.SUBSCRIPTION, NOW, False)
    assert kept.weight == directory()["hostsvn-gambling"].weight
    assert load(tmp_path).warnings == ()


def test_switching_on_twice_changes_nothing(tmp_path: Path) -> None:
    first = switch_on(tmp_path, "ut1", NOW)
    assert switch_on(tmp_path, "ut1", NOW) == first
    assert len(list_all(tmp_path)) == 1
    with pytest.raises(FeedError, match="no such list"):
        switch_on(tmp_path, "nothing", NOW)


async def test_a_list_of_ones_own_is_not_overwritten(tmp_path: Path) -> None:
    await add_list(tmp_path, name="OISD big", category="games", source=b"a.example")
    with pytest.raises(FeedError, match="already"):
        switch_on(tmp_path, "oisd-big", NOW)


@pytest.fixture
def at_home(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Let the directory point to a shelf of ours."""
    here = {
        name: entry.model_copy(update={"address": shelf.url(f"/{name}")})
        for name, entry in directory().items()
    }
    monkeypatch.setattr(module, "directory", lambda: here)
    return shelf


async def test_the_first_download_fills_it_and_a_failed_one_is_tried_again(
    tmp_path: Path, at_home: Shelf
) -> None:
    switch_on(tmp_path, "hagezi-nsfw", NOW)
    failed = await refresh(tmp_path, "hagezi-nsfw", now=NOW, limits=AT_HOME)
    assert failed.trouble
    assert not failed.alarm
    assert failed.failures == 1
    at_home.put("a.example\nb.example\n", "/hagezi-nsfw")
    kept = await refresh(tmp_path, "hagezi-nsfw", now=NOW, limits=AT_HOME)
    assert (kept.sites, kept.trouble, kept.entry) == (2, None, "hagezi-nsfw")
    assert load(tmp_path).look_up("x.a.example").categories == ("adult",)


async def test_an_archive_becomes_a_list_for_each_category_and_goes_whole(
    tmp_path: Path, at_home: Shelf
) -> None:
    switch_on(tmp_path, "ut1", NOW)
    at_home.put(packed(UT1), "/ut1")
    first = await refresh(tmp_path, "ut1", now=NOW, limits=AT_HOME)
    mine = switched_on(tmp_path)["ut1"]
    assert [one.id for one in mine] == ["ut1-adult", "ut1-drugs", "ut1-proxy"]
    assert first in mine
    assert all(one.every_hours == 72 and one.kind is Kind.SUBSCRIPTION for one in mine)
    for one in mine:
        remove(tmp_path, one.id)
    assert files(tmp_path) == []


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
