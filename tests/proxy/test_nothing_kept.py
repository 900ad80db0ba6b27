"""Below the level that keeps pages no searched word, title or address is anywhere on the disk."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote_plus, urlencode

import pytest

from rules.consent import NOTHING, Agreed
from rules.policy import Policy, Window
from rules.sending import Homework, Sending, Told
from store.database import Database
from store.journal import Journal
from tests.lab.videos import VIDEOS
from tests.proxy.clients import tunnel
from tests.proxy.house import House
from tests.proxy.test_heard import BESIDE, CHATGPT, GOOGLE, NAVIGATES, VIDEO, YOUTUBE, post
from tests.proxy.test_sending import PHONE, STRANGER, guard

pytestmark = pytest.mark.door

SEARCHED = "mua cần sa zebraquagga"
TYPED = "em muốn tự tử okapigiraffe"
ESSAY = "viết giúp em bài văn tả con quollnumbat"
GIVEN = "nhà có nuôi bilbybandicoot"
ASKS = Homework(on=True, told=Told.TOPIC)
GUARDED = Sending(ask=True, unknown=True)
TITLE = VIDEOS[VIDEO][0]


@asynccontextmanager
async def journal(house: House, folder: Path) -> AsyncIterator[Journal]:
    """Let the door write into a real database, with a spool beside it."""
    db = await Database.open(f"sqlite+aiosqlite:///{folder / 'haidang.db'}")
    kept = Journal(db, spool=folder / "spool", clock=house.clock, worker="door-1")
    house.door.pen.attach(kept)
    yield kept
    await db.close()


async def live(house: House) -> None:
    """Search, watch, talk to a machine, and fill in a stranger's form."""
    google = await tunnel(house.device_port, house.ca, GOOGLE)
    await google.get(f"/search?q={quote_plus(SEARCHED)}", GOOGLE, *NAVIGATES)
    youtube = await tunnel(house.device_port, house.ca, YOUTUBE)
    await youtube.get(f"/watch?v={VIDEO}", YOUTUBE, *NAVIGATES)
    for typed in (TYPED, ESSAY):
        chat = await tunnel(house.device_port, house.ca, CHATGPT)
        body = json.dumps({"prompt": typed}).encode()
        await post(chat, CHATGPT, "/backend-api/conversation", body, "application/json", *BESIDE)
    form = await tunnel(house.device_port, house.ca, STRANGER)
    body = urlencode({"tel": PHONE, "note": GIVEN}).encode()
    await post(form, STRANGER, "/upload", body, "application/x-www-form-urlencoded", *NAVIGATES)


def found(folder: Path, *planted: str) -> set[str]:
    """Return what is written anywhere below a folder, plain, quoted or escaped."""
    data = b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    forms = {
        text: (
            text,
            quote_plus(text),
            json.dumps(text)[1:-1],
            json.dumps(text, ensure_ascii=False)[1:-1],
        )
        for text in planted
    }
    return {text for text, of in forms.items() if any(form.encode() in data for form in of)}


PLANTED = ("zebraquagga", SEARCHED, "okapigiraffe", TYPED, TITLE, VIDEO, "quollnumbat", ESSAY)
GIVEN_AWAY = ("bilbybandicoot", GIVEN, PHONE, "912345678", "912 345 678")
HOSTS = (GOOGLE, CHATGPT, YOUTUBE, STRANGER)
TOLD = [("drugs", ""), ("homework", "writing"), ("private", "phone"), ("selfharm", "")]
ALL_DAY = (Window(start="00:00", end="24:00"),)
WORDS = {"zebraquagga", SEARCHED, TITLE, VIDEO}
"""What is kept where pages are: it proves that we would find it."""


@pytest.mark.parametrize(
    ("rules", "agreed", "kept"),
    [
        ({"privacy": "minutes"}, Agreed(), set()),
        ({"privacy": "counts"}, Agreed(), set()),
        ({"privacy": "sites"}, Agreed(), {*HOSTS}),
        ({"privacy": "pages"}, Agreed(), {*HOSTS, *WORDS}),
        ({"privacy": "pages", "private_hours": ALL_DAY}, Agreed(), set()),
        ({"privacy": "pages"}, NOTHING, set()),
        ({"privacy": "pages"}, Agreed(level="sites"), {*HOSTS}),
    ],
    ids=["minutes", "counts", "sites", "pages", "private hours", "no consent", "less consent"],
)
async def test_what_was_typed_is_on_the_disk_only_where_that_is_agreed(
    house: House, tmp_path: Path, rules, agreed: Agreed, kept: set[str]
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    policy = Policy(searches=True, homework=ASKS, sending=GUARDED, **rules)
    await guard(house, policy, agreed=agreed)
    async with journal(house, folder) as writing:
        lock = sqlite3.connect(folder / "haidang.db", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        await live(house)
        await house.until(lambda: len(house.door.leases) == 0)
        await writing.flush()
        assert writing.health().spooled >= 1
        assert found(folder, *PLANTED, *GIVEN_AWAY, *HOSTS) == kept
        lock.execute("ROLLBACK")
        lock.close()
        await writing.flush()
        assert writing.health().spooled == 0
        assert found(folder, *PLANTED, *GIVEN_AWAY, *HOSTS) == kept
    assert found(folder, *PLANTED, *GIVEN_AWAY, *HOSTS) == kept
    assert found(tmp_path / "door", *PLANTED, *GIVEN_AWAY, *HOSTS) == set()
    db = sqlite3.connect(folder / "haidang.db")
    untold = agreed == NOTHING or "private_hours" in rules
    told = "SELECT category, topic FROM alerts ORDER BY category, topic"
    assert db.execute(told).fetchall() == ([] if untold else TOLD)
    named = db.execute("SELECT 1 FROM visits WHERE service <> ''").fetchall()
    named += db.execute("SELECT 1 FROM minutes WHERE scope LIKE 'service:%'").fetchall()
    assert bool(named) == bool(kept), "a service is as good as the name of its site"
    if untold or rules["privacy"] == "minutes":
        assert db.execute("SELECT count(*) FROM visits").fetchone() == (0,)
        assert db.execute("SELECT DISTINCT scope FROM minutes").fetchall() == [("everything",)]
    db.close()
