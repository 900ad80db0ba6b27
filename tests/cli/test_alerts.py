"""Alerts on the command line."""

import pytest

from cli import alerts as commands
from cli.clock import system_clock
from cli.places import CannotStart
from cli.settings import Settings
from rules.alerts import Level, Place
from store import alerts, ledger, log
from store.batch import Batch
from store.database import Database
from store.notes import Alarm
from tests.cli.home import command, move_in
from tests.cli.test_agreements import said


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


async def test_an_alert_is_listed_closed_and_the_ledger_knows(home, capsys) -> None:
    settings, child, db = home
    command(commands.show, settings, only_open=True)
    assert said(capsys) == "There is no open alert."
    now = system_clock()
    alarm = Alarm(now, None, child.id, "drugs", Level.CONCERN, Place.CHAT, "chatgpt.com")
    await log.write(db, Batch(alarms=[alarm]), now=now)
    command(commands.show, settings, only_open=True)
    text = said(capsys)
    for word in (child.name, "Drugs, smoking, alcohol", "Look after it soon", "chatgpt.com"):
        assert word in text
    async with db.read() as connection:
        [line] = await ledger.lines(connection, limit=1)
        [alert] = await alerts.list_of(connection, alerts.Whose(frozenset({child.id})))
    assert line.what == "looked at the alerts of {child}"

    number = str(alert.id)[-8:]
    command(commands.see, settings, number)
    command(commands.close, settings, number, "Talked about it.")
    assert said(capsys) == f"The alert {number}: open. The alert {number}: closed."
    command(commands.reopen, settings, number)
    async with db.read() as connection:
        kept = await alerts.get(connection, alert.id)
    assert (kept.is_open, kept.comment, kept.seen_by) == (True, "Talked about it.", "haidang")
    with pytest.raises(CannotStart, match="nothing with the number"):
        command(commands.close, settings, "nothing", "")
