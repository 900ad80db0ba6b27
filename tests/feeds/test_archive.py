"""Archives of lists: every folder is told apart, nothing is guessed, and no bomb goes off."""

import gzip
import io
import os
import tarfile
import tracemalloc
from pathlib import Path

import pytest

from feeds import reading
from feeds.archive import is_archive, suggestions, table
from feeds.bundles import choose, read_bundle
from feeds.catalogue import load
from feeds.errors import FeedError
from feeds.fetch import Limits
from feeds.lists import bring_in, list_all, refresh, remove
from feeds.reading import read, read_apart
from feeds.starter import Starter
from rules.visit import UNLISTED
from tests.feeds.packs import UT1, bomb, entry, packed
from tests.feeds.shelf import Shelf

MOST = 8 << 20
AT_HOME = Limits(private_networks=True)


def test_the_folders_that_say_what_we_say_are_taken_and_those_of_one_category_joined(
    tmp_path: Path,
) -> None:
    outcome = read(packed(UT1), tmp_path, MOST)
    parts = {part.category: (part.folders, part.sites) for part in outcome.parts}
    assert parts == {
        "adult": (("adult",), 2),
        "drugs": (("drogue",), 1),
        "proxy": (("doh", "vpn"), 2),
    }
    (proxy,) = (part for part in outcome.parts if part.category == "proxy")
    assert (tmp_path / proxy.file).read_text() == "dns.example\ntunnel.example\n"


def test_white_lists_and_folders_of_both_colours_and_unknown_ones_are_only_offered(
    tmp_path: Path,
) -> None:
    folders = {each.name: each for each in read(packed(UT1), tmp_path, MOST).folders}
    assert folders["liste_blanche"].white
    assert not folders["chat"].white
    for name in ("liste_blanche", "games", "astrology", "chat"):
        assert folders[name].category == "", name
    assert folders["astrology"].domains == 2
    assert folders["chat"].suggested == "chat"


def test_pages_and_patterns_are_counted_and_never_stand_for_their_host(tmp_path: Path) -> None:
    (adult, *_) = read(packed(UT1), tmp_path, MOST).parts
    assert (adult.pages, adult.patterns, adult.sites) == (2, 1, 2)
    assert "big.example" not in (tmp_path / adult.file).read_text()


def test_what_is_not_understood_is_named_with_its_folder_and_line(tmp_path: Path) -> None:
    (drugs,) = (p for p in read(packed(UT1), tmp_path, MOST).parts if p.category == "drugs")
    assert [(m.line, m.text) for m in drugs.mistakes] == [(2, "drogue: 10.0.0.1")]


def test_an_adult_says_what_an_offered_folder_is(tmp_path: Path) -> None:
    outcome = read(packed(UT1), tmp_path, MOST, {"astrology": "social", "adult": ""})
    assert {part.category for part in outcome.parts} == {"drugs", "proxy", "social"}


def test_the_table_names_only_categories_of_ours() -> None:
    known = set(Starter().categories)
    assert set(table().values()) <= known
    assert set(suggestions().values()) <= known
    assert not set(table()) & set(suggestions())


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    links = [
        entry("blacklists/drugs", tarfile.SYMTYPE, "drogue"),
        entry("blacklists/vpn/domains", tarfile.SYMTYPE, "/etc/passwd"),
        entry("blacklists/warez/domains", tarfile.LNKTYPE, "blacklists/adult/domains"),
    ]
    outcome = read(packed({"blacklists/adult/domains": "a.example\n"}, links), tmp_path, MOST)
    assert [part.folders for part in outcome.parts] == [("adult",)]


@pytest.mark.parametrize(
    "hostile",
    [
        packed({"../adult/domains": "a.example\n"}),
        packed({"/etc/adult/domains": "a.example\n"}),
        packed({"a/../../adult/domains": "a.example\n"}),
        packed(UT1, [entry("blacklists/adult/null", tarfile.CHRTYPE)]),
        packed(UT1, [entry("blacklists/adult/disk", tarfile.BLKTYPE)]),
        packed(UT1, [entry("blacklists/adult/pipe", tarfile.FIFOTYPE)]),
        packed({f"a/{number}/usage": "black" for number in range(20_001)}),
    ],
    ids=["up", "root", "around", "character", "block", "pipe", "twenty thousand"],
)
def test_an_archive_that_wants_out_or_brings_devices_or_too_many_files_is_refused_whole(
    tmp_path: Path, hostile: bytes
) -> None:
    with pytest.raises(FeedError, match="not read"):
        read(hostile, tmp_path, 4 * MOST)


def test_a_bomb_in_an_archive_is_given_up_at_the_limit_and_never_fills_the_memory(
    tmp_path: Path,
) -> None:
    body = bomb(64)
    assert len(body) < 100_000
    tracemalloc.start()
    try:
        with pytest.raises(FeedError, match="larger than 8 MB"):
            read(body, tmp_path, MOST)
        assert tracemalloc.get_traced_memory()[1] < 4 * MOST
    finally:
        tracemalloc.stop()


def test_a_head_that_claims_to_be_huge_is_given_up_at_the_limit(tmp_path: Path) -> None:
    head = tarfile.TarInfo("blacklists/adult/domains")
    head.size = 1 << 40
    body = gzip.compress(head.tobuf(tarfile.GNU_FORMAT) + b"a.example\n" * 1000)
    with pytest.raises(FeedError, match=r"incomplete|damaged"):
        read(body, tmp_path, MOST)


def test_archives_in_archives_are_left_alone(tmp_path: Path) -> None:
    inner = packed({"warez/domains": "inner.example\n"})
    body = packed(UT1 | {"blacklists/warez/domains.tar.gz": inner})
    assert "piracy" not in {part.category for part in read(body, tmp_path, MOST).parts}
    with pytest.raises(FeedError):
        read(gzip.compress(gzip.compress(packed(UT1))), tmp_path, MOST)


@pytest.mark.parametrize("length", [20, 100, 300, -20])
def test_an_archive_that_was_cut_off_is_named(tmp_path: Path, length: int) -> None:
    noise = {f"blacklists/adult/{n}": os.urandom(600) for n in range(3)}
    with pytest.raises(FeedError, match=r"incomplete|damaged|no site"):
        read(packed(UT1 | noise)[:length], tmp_path, MOST)


def test_an_archive_is_known_by_its_content(tmp_path: Path) -> None:
    assert is_archive(packed(UT1))
    assert is_archive(gzip.decompress(packed(UT1)))
    assert not is_archive(gzip.compress(b"a.example\n"))
    assert not is_archive(b"\x1f\x8bgarbage")
    assert not is_archive(b"a.example\n" * 100)
    with pytest.raises(FeedError, match="no list in this archive"):
        read(packed({"photos/cat.jpg": b"\xff\xd8"}), tmp_path, MOST)


async def test_what_is_large_is_read_by_a_process_of_its_own_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    here = await read_apart(packed(UT1), one, MOST, {"astrology": "social"})
    monkeypatch.setattr(reading, "LARGE_PACKED", 1)
    monkeypatch.setattr(reading, "read", None)
    apart = await read_apart(packed(UT1), other, MOST, {"astrology": "social"})
    assert apart == here
    with pytest.raises(FeedError, match="not read"):
        await read_apart(packed({"/a/b/domains": "x"}), other, MOST)


async def test_a_process_that_takes_too_much_memory_is_a_list_that_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGE", 1)
    monkeypatch.setattr(reading, "SECONDS", 0.01)
    with pytest.raises(FeedError, match="too large for this machine"):
        await read_apart(b"a.example\n" * 1000, tmp_path, MOST)


async def test_one_download_makes_a_list_for_each_category(tmp_path: Path, shelf: Shelf) -> None:
    url = shelf.put(packed(UT1), ETag='"1"')
    given = await bring_in(tmp_path, name="UT1", category="adult", source=url, limits=AT_HOME)
    assert [one.id for one in given] == ["ut1-adult", "ut1-drugs", "ut1-proxy"]
    assert len(shelf.asked) == 1
    catalogue = load(tmp_path)
    assert catalogue.look_up("www.c.example").categories == ("drugs",)
    assert catalogue.look_up("big.example") == UNLISTED
    await refresh(tmp_path, "ut1-drugs", limits=AT_HOME)
    assert shelf.asked[1]["if-none-match"] == '"1"'
    assert len(shelf.asked) == 2


async def test_a_category_that_was_taken_away_does_not_come_back_by_itself(
    tmp_path: Path, shelf: Shelf
) -> None:
    url = shelf.put(packed(UT1), ETag='"1"')
    await bring_in(tmp_path, name="UT1", category="adult", source=url, limits=AT_HOME)
    remove(tmp_path, "ut1-proxy")
    shelf.put(packed(UT1 | {"blacklists/adult/domains": "a.example\nnew.example\n"}), ETag='"2"')
    await refresh(tmp_path, "ut1-adult", limits=AT_HOME)
    assert [one.id for one in list_all(tmp_path)] == ["ut1-adult", "ut1-drugs"]
    assert load(tmp_path).look_up("new.example").categories == ("adult",)
    assert {each.name for each in read_bundle(tmp_path, "ut1").offered} == {
        "astrology",
        "chat",
        "games",
        "liste_blanche",
    }


async def test_a_folder_that_was_chosen_joins_at_the_next_refresh(
    tmp_path: Path, shelf: Shelf
) -> None:
    url = shelf.put(packed(UT1))
    await bring_in(tmp_path, name="UT1", category="adult", source=url, limits=AT_HOME)
    choose(tmp_path, "ut1", {"astrology": "adult"})
    await refresh(tmp_path, "ut1-adult", limits=AT_HOME)
    assert load(tmp_path).look_up("moon.example").categories == ("adult",)


async def test_a_folder_that_is_gone_or_empty_keeps_its_last_good_copy_and_alarms(
    tmp_path: Path, shelf: Shelf
) -> None:
    url = shelf.put(packed(UT1))
    await bring_in(tmp_path, name="UT1", category="adult", source=url, limits=AT_HOME)
    shelf.put(packed({"blacklists/adult/domains": "a.example\nb.example\n"}))
    await refresh(tmp_path, "ut1-adult", limits=AT_HOME)
    alarmed = {one.id: one.alarm for one in list_all(tmp_path)}
    assert alarmed == {"ut1-adult": False, "ut1-drugs": True, "ut1-proxy": True}
    assert load(tmp_path).look_up("c.example").categories == ("drugs",)


def test_a_single_category_as_ut1_publishes_it_is_read(tmp_path: Path) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name in ("domains", "usage"):
            body = UT1[f"blacklists/adult/{name}"].encode()
            head = tarfile.TarInfo(f"adult/{name}")
            head.size = len(body)
            archive.addfile(head, io.BytesIO(body))
    (part,) = read(made.getvalue(), tmp_path, MOST).parts
    assert (part.category, part.sites) == ("adult", 2)
