"""Groups on the command line: the tree, and enrolling a child."""

import pytest

from cli import asks, giving, groups
from cli.clock import system_clock
from cli.places import CannotStart
from cli.settings import Settings
from store import household
from store.database import Database
from tests.cli.home import command, move_in


@pytest.fixture
async def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    given = Settings(data=tmp_path)
    await move_in(given)
    return given


async def test_a_class_below_a_school_takes_a_child_in_and_lets_it_go(settings, capsys) -> None:
    assert command(groups.add, settings, "Lê Lợi", "school", "", "") is None
    assert command(groups.add, settings, "5A", "class", "lê lợi", "") is None
    command(groups.join, settings, "bong", "5A")
    assert capsys.readouterr().out == "Bống: Lê Lợi > 5A > Nhà\n"
    command(groups.show, settings)
    shown = capsys.readouterr().out.splitlines()
    assert [line.strip("│├└─ ") for line in shown] == [
        "Nhà (family)",
        "Bống",
        "Lê Lợi (school)",
        "5A (class)",
        "Bống",
    ]
    command(groups.leave, settings, "bong", "5A")
    assert capsys.readouterr().out == "Bống: Nhà\n"


async def test_what_does_not_fit_into_the_tree_is_said(settings) -> None:
    command(groups.add, settings, "5A", "class", "", "")
    with pytest.raises(CannotStart, match="below a wider one"):
        command(groups.add, settings, "Hải Phòng", "city", "5A", "")
    with pytest.raises(CannotStart, match="no group called"):
        command(groups.join, settings, "bong", "5B")
    with pytest.raises(CannotStart, match="does not exist"):
        command(groups.leave, settings, "bong", "5A")
    refused = command(groups.add, settings, "5C", "class", "", "Nowhere/Land")
    assert refused
    assert "no time zone" in refused.message


async def test_what_learning_earns_is_set_and_a_circle_refused(settings) -> None:
    numbers = {"give": 2, "get": 1, "most": 60}
    scopes = ("category:learning", "category:games")
    assert command(asks.set_exchange, settings, "bong", *scopes, **numbers) is None
    with pytest.raises(CannotStart, match="Choose something particular"):
        command(asks.set_exchange, settings, "bong", *scopes[:1] * 2, **numbers)
    db = await Database.open(settings.db_url)
    async with db.read() as connection:
        home = await household.load(connection, now=system_clock())
    await db.close()
    (exchange,) = home.children[0].exchanges
    assert (exchange.target, exchange.most) == ("category:games", 60)


async def test_the_children_of_a_group_or_one_of_them_get_time(settings, capsys) -> None:
    command(groups.add, settings, "5A", "class", "", "")
    command(groups.join, settings, "bong", "5A")
    about = {"minutes": 20, "scope": "site:lesson.example", "reason": "Lesson 3"}
    command(giving.give_group, settings, "5a", "bong", **about)
    assert "Bống: open until" in capsys.readouterr().out
    command(giving.give_group, settings, "5a", "", **about)
    with pytest.raises(CannotStart, match="no child called"):
        command(giving.give_group, settings, "5a", "nobody", **about)
    db = await Database.open(settings.db_url)
    async with db.read() as connection:
        home = await household.load(connection, now=system_clock())
    await db.close()
    given = home.children[0].grants
    assert [(grant.layer, grant.reason) for grant in given] == [("class", "Lesson 3")] * 2
    assert len({grant.group_id for grant in given}) == 1
