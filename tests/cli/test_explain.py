"""`haidang explain` shows every check, and what child and parent are told."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest

from cli.clock import system_clock
from cli.explain import show
from cli.settings import Settings
from rules import scope
from rules.policy import Choice, Hours, Policy, UrlRule, Videos, Window, YouTube
from rules.scope import EVERYTHING
from store import children, devices, grants, groups, policies
from store.change import SYSTEM, change
from store.database import Database

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
POLICY = Policy(
    categories={"games": Choice.BLOCK},
    hours=(Hours(name="Bedtime", scope=EVERYTHING, windows=(Window(start="21:00", end="06:30"),)),),
)


@pytest.fixture
async def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    given = Settings(data=tmp_path)
    db = await Database.open(given.db_url)
    async with change(db, by=SYSTEM, what="set up", now=NOW) as tx:
        family = await groups.add(tx, name="Nhà", zone="Asia/Ho_Chi_Minh", language="vi")
        await children.add(
            tx, group_id=family.id, name="Bống", birth_year=2014, language="vi", policy=POLICY
        )
    await db.close()
    return given


def said(capsys) -> str:
    return " ".join(capsys.readouterr().out.split())


def explain(settings: Settings, *words: str):
    # `show` runs an event loop of its own, as the command does.
    answers = []
    thread = threading.Thread(target=lambda: answers.append(show(settings, *words)))
    thread.start()
    thread.join()
    return answers[0]


async def test_it_shows_the_check_that_answers_and_both_sentences(settings, capsys) -> None:
    assert explain(settings, "bong", "www.roblox.com", "tue 21:15") is None
    text = said(capsys)
    assert re.search(r"Bống, www\.roblox\.com, Tuesday \d+ \w+ 21:15", text)
    assert "Verdict: block · " in text
    assert "hours" in text
    assert "category" in text
    told = text.split("The child reads: ")[1].split("The parent reads: ")[0]
    assert "Bedtime" in told
    assert "06:30" in told
    assert "The parent reads: Bống, www.roblox.com: Stopped" in text
    assert "These hold now: the child’s own rules." in text


async def test_in_the_afternoon_bedtime_has_nothing_to_say(settings, capsys) -> None:
    assert explain(settings, "Bống", "wikipedia.org", "tue 15:00") is None
    text = said(capsys)
    assert "Verdict: block" not in text
    assert "–" in text
    assert "“Bedtime” begins at 21:00 today." in text.split("The child reads: ")[1]


async def test_a_device_is_named_with_the_child_if_it_is_the_child_s(settings, capsys) -> None:
    db = await Database.open(settings.db_url)
    async with change(db, by=SYSTEM, what="set up", now=NOW) as tx:
        (child,) = await children.list_all(tx.connection)
        await devices.add(
            tx,
            name="Máy tính bảng",
            kind="tablet",
            system="android",
            child_ids=[child.id],
            first_port=8101,
        )
    await db.close()
    assert explain(settings, "Bống", "wikipedia.org", "tue 15:00", "may tinh bang") is None
    assert "Bống on “Máy tính bảng”, wikipedia.org: Open" in said(capsys)
    refused = explain(settings, "Bống", "wikipedia.org", "tue 15:00", "Phone")
    assert refused
    assert refused.values == {"child": "Bống", "name": "Phone"}


async def test_an_unknown_child_is_named_with_those_there_are(settings) -> None:
    sentence = explain(settings, "Mia", "roblox.com", "")
    assert sentence
    assert sentence.values == {"name": "Mia", "names": "Bống"}


@pytest.mark.parametrize(("host", "at"), [("not a host", ""), ("roblox.com", "some day")])
async def test_what_cannot_be_read_is_said(settings, host, at) -> None:
    sentence = explain(settings, "Bống", host, at)
    assert sentence
    assert " is not a " in sentence.message


INSIDE = Policy(
    safe_search=True,
    services={"youtube-shorts": Choice.BLOCK},
    videos=Videos(comments=Choice.BLOCK),
    youtube=YouTube.STRICT,
    urls=(UrlRule(scope="site:news.example", path="/games", effect="block"),),
)


async def rule(settings: Settings, policy: Policy, *, page: str = "") -> None:
    """Give the child other rules, and perhaps a page of a site that is closed."""
    db = await Database.open(settings.db_url)
    async with change(db, by=SYSTEM, what="rules", now=NOW) as tx:
        (child,) = await children.list_all(tx.connection)
        await policies.save(tx, child.id, policy)
        if page:
            # Grants that are over by the clock of the machine are not loaded any more.
            until = system_clock() + timedelta(hours=1)
            await grants.give(tx, child.id, until=until, scope=scope.page(page))
    await db.close()


@pytest.mark.parametrize(
    ("address", "verdict"),
    [
        ("https://www.youtube.com/shorts/x", "block · service · service:youtube-shorts"),
        ("youtube.com/watch?v=x", "rewrite · safe_search"),
        ("https://news.example/games/one", "block · url"),
        ("http://news.example/weather", "allow · default"),
        ("news.example", "allow · default"),
    ],
)
async def test_an_address_is_judged_as_a_page_of_an_opened_connection(
    settings, capsys, address, verdict
) -> None:
    await rule(settings, INSIDE)
    assert explain(settings, "Bống", address, "2026-11-24T15:00") is None
    assert f"Verdict: {verdict}" in said(capsys)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("www.youtube.com", "YouTube’s pages go on without comments."),
        ("www.youtube.com", "YouTube’s pages go on without Shorts."),
        ("www.youtube.com", "a request also gets: YouTube-Restrict: Strict"),
        ("www.google.com", "a request also gets: safe=active"),
        ("news.example", "A rule must see the address of a page there"),
        ("https://shut.example/", "An adult opened this page there for a while: shut.example/one"),
    ],
)
async def test_it_tells_what_is_done_inside(settings, capsys, address, told) -> None:
    shut = INSIDE.model_copy(update={"block": ("shut.example",)})
    await rule(settings, shut, page="shut.example/one")
    assert explain(settings, "Bống", address, "") is None
    assert told in said(capsys)


@pytest.mark.parametrize("address", ["ftp://files.example/x", "https:///x", "https://a b/"])
async def test_what_is_no_address_of_a_page_is_said(settings, address) -> None:
    sentence = explain(settings, "Bống", address, "")
    assert sentence
    assert "is not a site" in sentence.message
