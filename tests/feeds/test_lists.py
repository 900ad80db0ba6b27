"""Imported lists are kept as they last were good."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds import kept as kept_module
from feeds.errors import FeedError
from feeds.fetch import Limits
from feeds.lists import add_list, list_all, read_list, refresh, remove, sites_of
from tests.feeds.shelf import Shelf
from words.speech import Speech

AT_HOME = Limits(private_networks=True)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=6)


def many(number: int) -> str:
    """Write a plain list of some sites."""
    return "".join(f"site{index}.example\n" for index in range(number))


async def test_a_list_from_a_file_is_kept(tmp_path: Path) -> None:
    content = b"# hosts\n0.0.0.0 a.example\n0.0.0.0 www.b.example\nc.example\ncom\n"
    kept = await add_list(tmp_path, name=" My list ", category="games", source=content, now=NOON)
    assert (kept.id, kept.name, kept.category, kept.source) == ("my-list", "My list", "games", "")
    assert (kept.sites, kept.mistaken, kept.changed) == (3, 1, NOON)
    assert kept.form == "hosts"
    assert [(mistake.line, mistake.text) for mistake in kept.mistakes] == [(5, "com")]
    below, alone = sites_of(tmp_path, kept)
    assert below == ["c.example"]
    assert alone == ["a.example", "www.b.example"]
    assert list_all(tmp_path) == (kept,)


async def test_a_list_from_an_address_remembers_where_it_came_from(
    tmp_path: Path, shelf: Shelf
) -> None:
    url = shelf.put(many(10), ETag='"1"')
    kept = await add_list(tmp_path, name="Web", category="ads", source=url, limits=AT_HOME)
    assert (kept.source, kept.etag, kept.sites) == (url, '"1"', 10)


async def test_a_list_that_has_not_changed_is_only_noted(tmp_path: Path, shelf: Shelf) -> None:
    url = shelf.put(many(10), ETag='"1"')
    kept = await add_list(
        tmp_path, name="Web", category="ads", source=url, now=NOON, limits=AT_HOME
    )
    after = await refresh(tmp_path, kept.id, now=LATER, limits=AT_HOME)
    assert (after.changed, after.checked, after.trouble) == (NOON, LATER, None)
    assert shelf.asked[1]["if-none-match"] == '"1"'
    assert sites_of(tmp_path, after) == sites_of(tmp_path, kept)


async def test_a_changed_list_takes_the_place_of_the_old_one(tmp_path: Path, shelf: Shelf) -> None:
    url = shelf.put(many(10), ETag='"1"')
    kept = await add_list(
        tmp_path, name="Web", category="ads", source=url, now=NOON, limits=AT_HOME
    )
    shelf.put(many(8), ETag='"2"')
    after = await refresh(tmp_path, kept.id, now=LATER, limits=AT_HOME)
    assert (after.sites, after.etag, after.changed) == (8, '"2"', LATER)
    assert len(sites_of(tmp_path, after).below) == 8
    copies = [path for path in files(tmp_path) if path.suffix == ".txt"]
    assert len(copies) == 1, "the old copy is gone"


def files(folder: Path) -> list[Path]:
    """Return the files that lie in a folder, and whatever lies in those below it."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def shrunk(shelf: Shelf) -> None:
    shelf.put(many(3))


def emptied(shelf: Shelf) -> None:
    shelf.put("# nothing left\n")


def turned_to_garbage(shelf: Shelf) -> None:
    shelf.put(bytes(range(256)) * 40)


def became_a_page(shelf: Shelf) -> None:
    shelf.put("<!doctype html>\n<html>\n<body>Moved</body>\n</html>\nexample.com\n")


def gone(shelf: Shelf) -> None:
    shelf.answers.clear()


@pytest.mark.parametrize("happens", [shrunk, emptied, turned_to_garbage, became_a_page, gone])
async def test_what_cannot_be_believed_is_not_used(
    tmp_path: Path, shelf: Shelf, happens: Callable[[Shelf], None]
) -> None:
    url = shelf.put(many(10), ETag='"1"')
    kept = await add_list(
        tmp_path, name="Web", category="ads", source=url, now=NOON, limits=AT_HOME
    )
    happens(shelf)
    after = await refresh(tmp_path, kept.id, now=LATER, limits=AT_HOME)
    assert after.trouble is not None
    assert (after.sites, after.etag, after.changed, after.checked) == (10, '"1"', NOON, LATER)
    assert len(sites_of(tmp_path, after).below) == 10
    assert read_list(tmp_path, kept.id) == after
    assert Speech("vi", "Asia/Ho_Chi_Minh").sentence(after.trouble) != after.warning


async def test_the_warning_ends_when_the_list_is_good_again(tmp_path: Path, shelf: Shelf) -> None:
    url = shelf.put(many(10))
    kept = await add_list(tmp_path, name="Web", category="ads", source=url, limits=AT_HOME)
    shrunk(shelf)
    troubled = await refresh(tmp_path, kept.id, limits=AT_HOME)
    assert troubled.trouble is not None
    assert troubled.trouble.values == {"before": 10, "after": 3}
    shelf.put(many(9))
    assert (await refresh(tmp_path, kept.id, limits=AT_HOME)).trouble is None


async def test_a_list_may_shrink_by_sixty_per_cent(tmp_path: Path, shelf: Shelf) -> None:
    url = shelf.put(many(10))
    kept = await add_list(tmp_path, name="Web", category="ads", source=url, limits=AT_HOME)
    shelf.put(many(4))
    assert (await refresh(tmp_path, kept.id, limits=AT_HOME)).sites == 4


async def test_a_list_from_a_file_has_nothing_to_refresh(tmp_path: Path) -> None:
    kept = await add_list(tmp_path, name="File", category="ads", source=b"a.example")
    assert await refresh(tmp_path, kept.id, now=LATER) == kept


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no site"),
        (b"# only words\n", "no site"),
        (b"##.a\n##.b\nc.example\n", "not readable"),
        (bytes(range(256)) * 20, "no site"),
        (b"\x1f\x8bgarbage", "damaged"),
    ],
)
async def test_a_useless_file_is_refused_and_nothing_is_written(
    tmp_path: Path, content: bytes, why: str
) -> None:
    with pytest.raises(FeedError, match=why):
        await add_list(tmp_path, name="Bad", category="ads", source=content)
    assert files(tmp_path) == [], "nothing half-done stays behind"


@pytest.mark.parametrize(
    ("name", "category", "why"),
    [("", "ads", "name"), ("  ", "ads", "name"), ("x" * 81, "ads", "name"), ("x", "no", "categor")],
)
async def test_a_list_needs_a_name_and_a_category(
    tmp_path: Path, name: str, category: str, why: str
) -> None:
    with pytest.raises(FeedError, match=why):
        await add_list(tmp_path, name=name, category=category, source=b"a.example")


async def test_the_same_name_replaces_the_list(tmp_path: Path) -> None:
    first = await add_list(tmp_path, name="Mine", category="ads", source=b"a.example")
    second = await add_list(tmp_path, name="mine ", category="games", source=b"b.example")
    assert second.id == first.id
    assert list_all(tmp_path) == (second,)
    assert sites_of(tmp_path, second).below == ["b.example"]


async def test_names_that_look_alike_get_ids_of_their_own(tmp_path: Path) -> None:
    names = ["Cờ bạc", "Co bac", "đặc biệt", "日本"]
    kept = [await add_list(tmp_path, name=n, category="ads", source=b"a.example") for n in names]
    assert [k.id for k in kept] == ["co-bac", "co-bac-2", "dac-biet", "list"]


async def test_lists_are_shown_by_name(tmp_path: Path) -> None:
    for name in ("b", "C", "a"):
        await add_list(tmp_path, name=name, category="ads", source=b"a.example")
    assert [kept.name for kept in list_all(tmp_path)] == ["a", "b", "C"]


async def test_a_removed_list_leaves_nothing(tmp_path: Path) -> None:
    kept = await add_list(tmp_path, name="Mine", category="ads", source=b"a.example")
    other = await add_list(tmp_path, name="Mine too", category="ads", source=b"b.example")
    remove(tmp_path, kept.id)
    remove(tmp_path, kept.id)
    assert list_all(tmp_path) == (other,)
    assert len(files(tmp_path)) == 2


@pytest.mark.parametrize("identifier", ["../x", "", "A", "a/b", "a.b", "*"])
async def test_an_id_never_leads_out_of_the_folder(tmp_path: Path, identifier: str) -> None:
    for verb in (read_list, remove):
        with pytest.raises(FeedError, match="no such list"):
            verb(tmp_path, identifier)


async def test_a_power_cut_between_two_files_keeps_the_last_good_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = await add_list(tmp_path, name="Mine", category="ads", source=b"a.example")
    replace = kept_module.replace

    def cut(path: Path, content: bytes) -> None:
        if path.suffix == ".json":
            raise OSError("the power is gone")
        replace(path, content)

    monkeypatch.setattr(kept_module, "replace", cut)
    with pytest.raises(OSError, match="power"):
        await add_list(tmp_path, name="Mine", category="ads", source=b"b.example")
    assert sites_of(tmp_path, read_list(tmp_path, kept.id)).below == ["a.example"]
