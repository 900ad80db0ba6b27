"""Why a site is known as it is: who says so, on which line, since when, and what counts."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds.catalogue import load
from feeds.kept import Kind, describe
from feeds.lists import add_list
from feeds.places import places_of
from feeds.starter import DATA
from feeds.why import AT_SCHOOL, BELOW_OURS, COUNTS, NEARER, TOO_WEAK, By, Said, why

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


async def subscribe(folder: Path, name: str, category: str, lines: bytes, weight: int) -> None:
    """Keep a list as one that was switched on."""
    kept = await add_list(folder, name=name, category=category, source=lines, now=NOW)
    changed = {"source": "https://lists.example/a", "kind": Kind.SUBSCRIPTION, "weight": weight}
    describe(folder, kept.model_copy(update=changed))


def asked(folder: Path, host: str) -> tuple[Said, ...]:
    """Ask why."""
    return why(load(folder), host, folder).said


async def test_a_list_is_told_with_its_line_weight_and_dates(tmp_path: Path) -> None:
    await subscribe(tmp_path, "Bad", "malware", b"a.example\nb.example\nc.example\n", 60)
    (said,) = asked(tmp_path, "www.b.example")
    assert (said.by, said.source, said.says) == (By.LIST, "Bad", "malware")
    assert (said.entry, said.line, said.weight) == ("b.example", 2, 60)
    assert (said.since, said.refreshed) == (NOW, NOW)
    assert (said.counts, said.reason) == (True, COUNTS)


async def test_the_most_trusted_is_told_first(tmp_path: Path) -> None:
    await add_list(tmp_path, name="Mine", category="games", source=b"www.youtube.com\n", now=NOW)
    await subscribe(tmp_path, "Small", "adult", b"youtube.com\n", 20)
    await subscribe(tmp_path, "Large", "adult", b"youtube.com\n", 70)
    said = asked(tmp_path, "www.youtube.com")
    assert [one.by for one in said] == [By.OWN, By.SERVICE, By.LIST, By.LIST]
    assert [one.source for one in said[-2:]] == ["Large", "Small"]
    assert [one.reason for one in said] == [COUNTS, COUNTS, BELOW_OURS, BELOW_OURS]
    assert said[1].says == "youtube"


async def test_a_weak_vote_is_called_weak_and_one_against_a_school_too(tmp_path: Path) -> None:
    await subscribe(tmp_path, "Noise", "phishing", b"a.example\n", 20)
    await subscribe(tmp_path, "Hacked", "phishing", b"thpt.edu.vn\n", 70)
    assert [one.reason for one in asked(tmp_path, "a.example")] == [TOO_WEAK]
    school, ours, hacked = asked(tmp_path, "thpt.edu.vn")
    assert (school.by, ours.by) == (By.SCHOOL, By.OURS)
    assert (hacked.counts, hacked.reason) == (False, AT_SCHOOL)


async def test_what_is_said_of_a_name_above_gives_way_to_the_nearer_name(tmp_path: Path) -> None:
    await subscribe(tmp_path, "News", "news", b"a.example\n", 60)
    await subscribe(tmp_path, "Games", "games", b"play.a.example\n", 60)
    games, news = sorted(asked(tmp_path, "play.a.example"), key=lambda said: said.says)
    assert (games.counts, news.counts, news.reason) == (True, False, NEARER)


async def test_a_list_that_names_only_another_host_says_nothing(tmp_path: Path) -> None:
    await subscribe(tmp_path, "Hosts", "ads", b"0.0.0.0 a.example\n", 60)
    assert asked(tmp_path, "x.a.example") == ()
    assert asked(tmp_path, "www.a.example")[0].entry == "=a.example"


def test_the_name_is_told_with_what_gave_it_away(tmp_path: Path) -> None:
    (said,) = asked(tmp_path, "kubet79.vip")
    assert (said.by, said.says, said.counts) == (By.NAME, "gambling", True)
    assert said.source == "‘kubet’, ‘79’, ‘.vip’"
    (weak,) = asked(tmp_path, "hx88.com")
    assert (weak.counts, weak.reason) == (False, TOO_WEAK)


def test_nothing_is_said_of_a_site_nobody_knows(tmp_path: Path) -> None:
    assert asked(tmp_path, "nobody.example") == ()


@pytest.mark.parametrize(
    ("host", "kind", "says"),
    [
        ("www.tongdai111.vn", "helpline", ""),
        ("chat.zalo.me", "service", "zalo"),
        ("www.vietcombank.com.vn", "ours", "finance"),
        ("haiphong.gov.vn", "ours", "government"),
    ],
)
def test_the_line_that_is_told_of_our_files_holds_the_entry(
    host: str, kind: str, says: str
) -> None:
    place = next(place for place in places_of(host) if place.kind == kind)
    line = (DATA / place.file).read_text("utf-8").splitlines()[place.line - 1]
    assert place.entry in line
    assert place.says == says


def test_every_host_of_every_service_is_found_on_its_line() -> None:
    catalogue = load()
    # What is a part of another service's site has no host of its own.
    with_hosts = [service for service in catalogue.services.values() if service.hosts]
    assert len(with_hosts) > 100
    for service in with_hosts:
        places = places_of(service.hosts[0])
        assert any(place.says == service.id for place in places), service.id
