"""`haidang explain` shows every check, and what child and parent are told."""

import re
import threading
from datetime import UTC, datetime

import pytest

from cli.explain import show
from cli.settings import Settings
from rules.policy import Choice, Hours, Policy, Window
from rules.scope import EVERYTHING
from store import children, devices, groups
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
