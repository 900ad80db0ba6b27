"""Sites told by their pages, on the command line."""

import pytest

from cli import readings as commands
from cli.clock import system_clock
from cli.explain import show as explain
from cli.places import CannotStart
from cli.settings import Settings
from rules.reading import Reading, key_of
from store import ledger, readings
from store.database import Database
from tests.cli.home import command, move_in
from tests.cli.test_agreements import said

SITE = "trangmoi.example"


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


async def test_a_site_told_by_its_pages_is_shown_explained_and_put_right(home, capsys) -> None:
    settings, child, db = home
    command(commands.show, settings)
    assert said(capsys) == "Nothing was found on pages of unknown sites."
    words = ("nhà cái", "tài xỉu")
    told = Reading(key_of(SITE), system_clock(), "gambling", words, site=SITE)
    await readings.keep(db, [told])
    command(commands.show, settings)
    text = said(capsys)
    assert all(word in text for word in (SITE, "gambling", "nhà cái, tài xỉu", "words"))
    command(explain, settings, child.name, SITE, "")
    assert "Words seen on its pages: nhà cái, tài xỉu" in said(capsys)

    command(commands.say_wrong, settings, f"www.{SITE}")
    assert said(capsys) == f"www.{SITE} counts as harmless from now on."
    async with db.read() as connection:
        [line] = await ledger.lines(connection, limit=1)
        kept = await readings.of_host(connection, SITE)
    assert (line.what, kept.category) == ("said that {site} was read wrongly", "")
    command(commands.forget, settings, SITE)
    assert said(capsys) == f"{SITE} is read again at the next visit."


async def test_what_was_never_read_cannot_be_wrong(home) -> None:
    settings, _, _ = home
    with pytest.raises(CannotStart):
        command(commands.say_wrong, settings, "never.example")
    with pytest.raises(CannotStart):
        command(commands.forget, settings, "not a site")
