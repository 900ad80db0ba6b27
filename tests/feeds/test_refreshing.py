"""Lists are asked again by themselves, doubted where they shrink, and tell what they changed."""

import fcntl
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import changes, lists
from feeds.changes import compare, history
from feeds.errors import FeedError
from feeds.fetch import Limits
from feeds.kept import ImportedList, alarmed, describe
from feeds.lists import add_list, is_due, keep_old, read_list, refresh, sites_of, take_new
from feeds.progress import Standing, Step, at_work, under_way
from feeds.schedule import next_time
from tests.feeds.shelf import Shelf, real_lists

AT_HOME = Limits(private_networks=True)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def many(number: int, first: int = 0) -> str:
    return "".join(f"site{index}.example\n" for index in range(first, first + number))


async def kept_from(folder: Path, shelf: Shelf, text: str) -> ImportedList:
    url = shelf.put(text, ETag='"1"')
    return await add_list(folder, name="Web", category="ads", source=url, now=NOON, limits=AT_HOME)


def test_a_list_is_asked_again_after_its_own_period_give_or_take_a_tenth() -> None:
    for hours in (1, 12, 24, 72):
        wait = next_time("a", NOON, hours, 0) - NOON
        assert timedelta(hours=hours * 0.9) <= wait <= timedelta(hours=hours * 1.1)


def test_not_everybody_asks_at_the_same_minute() -> None:
    assert len({next_time(f"list{n}", NOON, 24, 0) for n in range(50)}) > 40


@given(st.integers(1, 10_000), st.integers(1, 200))
def test_after_failures_it_waits_longer_and_longer_but_never_more_than_two_days(
    failures: int, hours: int
) -> None:
    wait = next_time("a", NOON, hours, failures) - NOON
    assert timedelta(minutes=27) <= wait <= timedelta(days=2.2)
    if failures < 6:
        assert wait < next_time("a", NOON, hours, failures + 2) - NOON


async def test_what_cannot_be_fetched_is_tried_again_sooner_and_then_ever_later(
    tmp_path: Path, shelf: Shelf
) -> None:
    kept = await kept_from(tmp_path, shelf, many(10))
    assert not is_due(kept, NOON + timedelta(hours=20))
    assert is_due(kept, NOON + timedelta(hours=27))
    shelf.answers.clear()
    waits = []
    for _ in range(3):
        after = await refresh(tmp_path, kept.id, now=NOON, limits=AT_HOME)
        assert after.next
        waits.append(after.next - NOON)
    assert waits == sorted(waits)
    assert waits[0] < timedelta(hours=1)
    assert after.failures == 3
    shelf.put(many(11))
    assert (await refresh(tmp_path, kept.id, now=NOON, limits=AT_HOME)).failures == 0


async def test_a_list_that_lost_more_than_sixty_per_cent_waits_for_a_decision(
    tmp_path: Path, shelf: Shelf
) -> None:
    kept = await kept_from(tmp_path, shelf, many(100))
    shelf.put(many(39), ETag='"2"')
    after = await refresh(tmp_path, kept.id, now=NOON, limits=AT_HOME)
    assert after.alarm
    assert after.waiting
    assert (after.sites, after.waiting.sites) == (100, 39)
    assert len(sites_of(tmp_path, after).below) == 100
    assert [one.id for one in alarmed(tmp_path)] == [kept.id]


async def test_taking_the_new_copy_puts_it_into_use_and_tells_what_changed(
    tmp_path: Path, shelf: Shelf
) -> None:
    kept = await kept_from(tmp_path, shelf, many(100))
    shelf.put(many(30), ETag='"2"')
    await refresh(tmp_path, kept.id, now=NOON, limits=AT_HOME)
    after = take_new(tmp_path, kept.id, NOON)
    assert (after.sites, after.alarm, after.trouble, after.etag) == (30, False, None, '"2"')
    assert len(sites_of(tmp_path, after).below) == 30
    assert [(c.added, c.removed) for c in history(tmp_path, kept.id)] == [(0, 70)]
    with pytest.raises(FeedError, match="waits for a decision"):
        take_new(tmp_path, kept.id, NOON)


async def test_who_keeps_the_old_copy_is_not_asked_every_day_but_told(
    tmp_path: Path, shelf: Shelf
) -> None:
    kept = await kept_from(tmp_path, shelf, many(100))
    shelf.put(many(30), ETag='"2"')
    await refresh(tmp_path, kept.id, now=NOON, limits=AT_HOME)
    assert not keep_old(tmp_path, kept.id).alarm
    shelf.put(many(29), ETag='"3"')
    after = await refresh(tmp_path, kept.id, now=NOON, limits=AT_HOME)
    assert (after.sites, after.alarm, after.trouble) == (100, False, None)
    assert after.waiting
    shelf.put(many(90), ETag='"4"')
    again = await refresh(tmp_path, kept.id, now=NOON, limits=AT_HOME)
    assert (again.sites, again.waiting) == (90, None)
    shelf.put(many(5), ETag='"5"')
    assert (await refresh(tmp_path, kept.id, now=NOON, limits=AT_HOME)).alarm


async def test_an_alarm_stays_while_the_source_has_nothing_new(
    tmp_path: Path, shelf: Shelf
) -> None:
    kept = await kept_from(tmp_path, shelf, many(100))
    shelf.put(many(30), ETag='"2"')
    await refresh(tmp_path, kept.id, now=NOON, limits=AT_HOME)
    after = await refresh(tmp_path, kept.id, now=NOON, limits=AT_HOME)
    assert shelf.asked[-1]["if-none-match"] == '"2"'
    assert after.alarm


async def test_a_list_that_became_empty_is_an_alarm_and_cannot_be_taken(
    tmp_path: Path, shelf: Shelf
) -> None:
    kept = await kept_from(tmp_path, shelf, many(100))
    shelf.put("# we stopped\n", ETag='"2"')
    after = await refresh(tmp_path, kept.id, now=NOON, limits=AT_HOME)
    assert after.alarm
    assert after.sites == 100
    with pytest.raises(FeedError, match="empty"):
        take_new(tmp_path, kept.id, NOON)
    assert not keep_old(tmp_path, kept.id).alarm
    assert len(sites_of(tmp_path, read_list(tmp_path, kept.id)).below) == 100


@pytest.mark.parametrize("kind", ["gambling", "adult"])
async def test_a_real_list_that_nearly_halved_in_a_year_passes_without_alarm(
    tmp_path: Path, shelf: Shelf, kind: str
) -> None:
    old = "".join(
        member("hostsVN-20250101", f"hostsVN-20250101/extensions/source/{kind}{part}.txt")
        for part in ("", "-VN")
    )
    kept = await kept_from(tmp_path, shelf, old)
    shelf.put(member("hostsVN-20260101", f"hostsVN/extensions/{kind}/domain.txt"))
    after = await refresh(tmp_path, kept.id, now=NOON, limits=AT_HOME)
    assert (after.alarm, after.trouble) == (False, None)
    assert 0.4 * kept.sites < after.sites < 0.75 * kept.sites
    (change,) = history(tmp_path, kept.id)
    assert (change.before, change.after) == (kept.sites, after.sites)
    assert change.before + change.added - change.removed == change.after
    assert len(change.some_removed) == changes.SAMPLES


def member(archive: str, name: str) -> str:
    with tarfile.open(real_lists() / f"{archive}.tar.xz") as packed:
        file = packed.extractfile(name)
        assert file is not None
        return file.read().decode()


async def test_the_history_keeps_the_last_refreshes_and_goes_with_the_list(
    tmp_path: Path, shelf: Shelf
) -> None:
    kept = await kept_from(tmp_path, shelf, many(10))
    for step in range(1, changes.KEPT + 3):
        shelf.put(many(10, step))
        await refresh(tmp_path, kept.id, now=NOON + timedelta(days=step), limits=AT_HOME)
    found = history(tmp_path, kept.id)
    assert len(found) == changes.KEPT
    assert found[0].some_added == (f"site{changes.KEPT + 11}.example",)
    assert found[0].some_removed == (f"site{changes.KEPT + 1}.example",)
    lists.remove(tmp_path, kept.id)
    assert history(tmp_path, kept.id) == []


@given(st.sets(st.integers(0, 300)), st.sets(st.integers(0, 300)))
def test_two_copies_are_compared_as_sets_would_be(
    tmp_path_factory: pytest.TempPathFactory, old: set[int], new: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("compare")
    for name, numbers in (("old", old), ("new", new)):
        (folder / name).write_text("".join(f"{line}\n" for line in sorted(map(str, numbers))))
    found = compare(folder / "old", folder / "new", None)
    assert (found.before, found.after) == (len(old), len(new))
    assert (found.added, found.removed) == (len(new - old), len(old - new))
    assert set(found.some_added) <= {str(n) for n in new - old}


async def test_it_tells_how_far_it_is_and_everybody_sees_it(tmp_path: Path, shelf: Shelf) -> None:
    seen: list[tuple[Step, int, int]] = []
    looked: list[dict[str, Standing]] = []

    def tell(step: Step, done: int, of: int) -> None:
        seen.append((step, done, of))
        looked.append(under_way(tmp_path))

    body = many(1000)
    url = shelf.put(body)
    await add_list(tmp_path, name="Web", category="ads", source=url, limits=AT_HOME, tell=tell)
    assert seen[-2] == (Step.FETCH, len(body), len(body))
    assert seen[-1][0] is Step.READ
    assert looked[-1]["web"].step is Step.FETCH
    assert looked[-1]["web"].percent is not None
    assert under_way(tmp_path) == {}


def test_one_list_is_worked_on_once_at_a_time(tmp_path: Path) -> None:
    with (
        at_work(tmp_path, "web"),
        pytest.raises(FeedError, match="already"),
        at_work(tmp_path, "web"),
    ):
        pytest.fail("both at work")
    with at_work(tmp_path, "web"):
        assert set(under_way(tmp_path)) == {"web"}


def test_a_refresh_whose_process_died_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "now").mkdir()
    left = tmp_path / "now" / "web.json"
    left.write_text('{"step": "fetch", "done": 1, "of": 2}')
    assert under_way(tmp_path) == {}
    with left.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert under_way(tmp_path)["web"].percent == 50


def test_a_list_that_has_not_come_yet_says_nothing_and_breaks_nothing(tmp_path: Path) -> None:
    waiting = ImportedList(id="web", name="Web", category="ads", source="http://x.example/")
    describe(tmp_path, waiting)
    assert sites_of(tmp_path, waiting) == ([], [])
    assert is_due(waiting, NOON)
