"""Asks, tasks and the history of rules on the command line."""

import pytest

from cli import asks as asking
from cli import beside, history
from cli.clock import system_clock
from cli.places import CannotStart
from cli.settings import Settings
from rules.asks import Move, Wish
from rules.policy import Choice
from store import asks, earned, grants, policies
from store.change import Actor, ActorKind, change
from store.database import Database
from tests.cli.home import command, move_in


@pytest.fixture
async def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    settings = Settings(data=tmp_path)
    child = await move_in(settings)
    db = await Database.open(settings.db_url)
    yield settings, child, db
    await db.close()


def said(capsys) -> str:
    return " ".join(capsys.readouterr().out.split())


async def ask(home, **wish):
    _, child, db = home
    by = Actor(ActorKind.CHILD, child.name, child.id)
    async with change(db, by=by, what="asked", now=system_clock()) as tx:
        return await asks.ask(tx, child.id, Wish(**wish))


async def test_an_ask_is_listed_answered_and_gives(home, capsys) -> None:
    settings, child, db = home
    command(asking.show, settings)
    assert said(capsys) == "Nobody has asked for anything."
    asked = await ask(home, scope="service:roblox", minutes=30, reason="Please")
    command(asking.show, settings)
    text = said(capsys)
    for word in ("Bống", "Roblox, 30 minutes", "Please", "asked", str(asked.id)[-8:]):
        assert word in text
    options = {"minutes": 20, "scope": "", "words": ""}
    command(asking.answer, settings, str(asked.id)[-8:], Move.YES, **options)
    assert said(capsys) == "The ask of Bống: yes."
    async with db.read() as connection:
        (grant,) = await grants.running(connection, now=system_clock(), child_id=child.id)
    assert (grant.scope, (grant.until - grant.since).seconds) == ("service:roblox", 20 * 60)
    with pytest.raises(CannotStart, match="closed already"):
        command(asking.answer, settings, str(asked.id)[-8:], Move.NO, **options)


async def test_one_page_of_a_bank_is_not_given(home) -> None:
    settings, _, _ = home
    asked = await ask(home, scope="service:roblox", minutes=30)
    options = {"minutes": 20, "scope": "url:www.vietcombank.com.vn/loans", "words": ""}
    with pytest.raises(CannotStart, match="Nobody looks into"):
        command(asking.answer, settings, str(asked.id)[-8:], Move.YES, **options)
    wish = {"minutes": 5, "scope": options["scope"], "reason": ""}
    with pytest.raises(CannotStart, match="Nobody looks into"):
        command(beside.open_ask, settings, "Bống", **wish)


@pytest.mark.parametrize("typed", ["", "zzz"])
async def test_an_ask_that_is_not_there_is_said(home, typed) -> None:
    await ask(home)
    with pytest.raises(CannotStart, match="There is nothing"):
        command(asking.answer, home[0], typed, Move.NO, minutes=None, scope="", words="")


async def test_a_task_is_set_listed_and_confirmed(home, capsys) -> None:
    settings, child, db = home
    options = {"minutes": 15, "scope": "category:games", "daily": False}
    command(asking.set_task, settings, "bong", "Dishes", **options)
    number = said(capsys)
    command(asking.show_tasks, settings, "Bống")
    text = said(capsys)
    assert number in text
    assert "Dishes │ 15 │ Games │ open" in text
    command(asking.confirm_task, settings, "Bống", number)
    assert said(capsys) == "Bống has 15 minutes more today."
    async with db.read() as connection:
        (credit,) = (await earned.credits_near(connection, now=system_clock()))[child.id]
    assert credit.scope == "category:games"
    with pytest.raises(CannotStart, match="not a scope"):
        command(asking.set_task, settings, "Bống", "X", minutes=1, scope="games", daily=False)


async def test_the_history_tells_each_change_and_undo_goes_back(home, capsys) -> None:
    settings, child, db = home
    assert command(history.show, settings, "Bống") is None
    assert "│ 2 │" in (text := said(capsys))
    assert "Games: not set → blocked" in text
    assert command(history.go_back, settings, "Bống", 1) is None
    assert said(capsys) == "Version 3 of the rules of Bống is version 1 again."
    async with db.read() as connection:
        version = await policies.current(connection, child.id)
        first = await policies.version(connection, child.id, 2)
    assert (version.number, version.by, version.policy.categories) == (3, "haidang", {})
    assert first.policy.categories == {"games": Choice.BLOCK}
    command(history.show, settings, "Bống", since=2)
    assert said(capsys) == "Games: blocked → not set"
    command(history.show, settings, "Bống", since=1, number=3)
    assert said(capsys) == "Nothing changed."


async def test_a_version_or_a_child_that_is_not_there_is_said(home) -> None:
    for work in (
        lambda: command(history.go_back, home[0], "Bống", 9),
        lambda: command(history.show, home[0], "Bống", number=9),
        lambda: command(history.show, home[0], "Mia"),
    ):
        with pytest.raises(CannotStart, match="There is no"):
            work()


async def test_a_child_asks_accepts_withdraws_and_reports_beside_an_adult(home, capsys) -> None:
    settings, child, db = home
    page = "url:example.com/lessons/3"
    command(beside.open_ask, settings, "bong", minutes=15, scope=page, reason="Homework")
    number = said(capsys)
    command(asking.answer, settings, number, Move.OFFER, minutes=10, scope="", words="")
    said(capsys)
    command(beside.move, settings, number, Move.ACCEPT)
    assert said(capsys) == "The ask of Bống: accepted."
    async with db.read() as connection:
        (grant,) = await grants.running(connection, now=system_clock(), child_id=child.id)
    assert grant.scope == page
    command(beside.open_ask, settings, "bong", minutes=None, scope="", reason="")
    command(beside.move, settings, said(capsys), Move.WITHDRAW)
    assert said(capsys) == "The ask of Bống: withdrawn."
    options = {"minutes": 15, "scope": "", "daily": False}
    command(asking.set_task, settings, "bong", "Dishes", **options)
    command(beside.report_task, settings, "bong", said(capsys))
    assert said(capsys) == "Dishes: done, to be confirmed"
