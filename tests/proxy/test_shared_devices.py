"""A shared device at the door: first who, then that child's own rules; and the way to the panel."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

from proxy.judge import Asked
from rules.family import Household
from rules.policy import Choice, Policy
from rules.verdict import Reason
from rules.vouching import HEADER, Visitor, vouched
from tests.proxy.clients import Line, tunnel
from tests.proxy.house import BLOCKED, NOON, OPEN, child, device, running

HELP = "tongdai111.vn"
SYSTEM = "connectivitycheck.gstatic.com"
NO_GAMES = Policy(block=(BLOCKED,))


async def share(house, **use):
    """Let Mia (one site blocked) and Leo (everything open) share a tablet that asks."""
    mia, leo = child(NO_GAMES, "Mia"), child(Policy(), "Leo")
    if "user" in use:
        use["user_id"] = {"mia": mia, "leo": leo}[use.pop("user")].id
    tablet = device(house.device_port, mia, leo, asks_who=True, **use)
    people, revision = (mia, leo), house.revision + 1
    await house.adopt(
        Household(
            revision=revision, site_id=uuid4(), children=people, devices=(tablet,), language="en"
        )
    )
    return mia, leo, tablet


async def page(house, host, path="/"):
    line = await tunnel(house.device_port, house.ca, host)
    return await line.get(path, host)


async def test_nothing_goes_on_before_somebody_says_who_they_are(house):
    await share(house)
    head, body = await page(house, OPEN)
    assert b" 403 " in head
    assert b"Say who you are" in body
    assert b"https://haidang.internal/who" in body
    assert [note.verdict.reason for note in house.stopped()] == [Reason.UNKNOWN_USER]
    assert house.stopped()[0].child_id is None


async def test_help_and_what_the_device_needs_to_run_stay_open(house):
    _, _, tablet = await share(house)
    for host in (HELP, SYSTEM):
        assert not house.door.judge.visit(tablet.id, host, Asked(443)).verdict.blocks, host


async def test_the_rules_and_minutes_are_those_of_the_child_who_uses_it(house):
    mia, leo, tablet = await share(house, user="leo", user_until=NOON + timedelta(minutes=30))
    line = await tunnel(house.device_port, house.lab.ca_path, BLOCKED)
    assert b" 200 " in (await line.get("/", BLOCKED))[0]
    assert house.door.current.standing.one_child(tablet.id).id == leo.id
    await share(house, user="mia", user_until=NOON + timedelta(minutes=30))
    assert b" 403 " in (await page(house, BLOCKED))[0]
    assert {note.child_id for note in house.notes.notes} >= {leo.id}
    assert mia.id != leo.id


async def test_a_running_connection_is_cut_when_the_use_ends(house):
    await share(house, user="leo", user_until=NOON + timedelta(minutes=30))
    line = await tunnel(house.device_port, house.lab.ca_path, OPEN)
    await line.ask("/stream", OPEN)
    await line.head()
    house.clock.move(minutes=31)
    await line.rest()
    assert house.stopped()[-1].verdict.reason is Reason.UNKNOWN_USER


@asynccontextmanager
async def desk() -> AsyncIterator[tuple[str, list[bytes]]]:
    """Stand in for the panel: answer everything, and keep what was asked."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"127.0.0.1:{port}", asked


def said(house, request: bytes) -> Visitor | None:
    words = [
        line.partition(b":")[2].strip().decode()
        for line in request.split(b"\r\n")
        if line.lower().startswith(HEADER.lower().encode())
    ]
    assert len(words) == 1, request
    key = (house.door.data / "credentials.key").read_bytes()
    return vouched(key, words[0], house.clock())


async def test_the_childs_pages_come_from_the_panel_which_is_told_whose_device_it_is(tmp_path, lab):
    async with desk() as (at, asked), running(tmp_path / "door", lab, panel_at=at) as house:
        house.lab = lab
        _, _, tablet = await share(house)
        line = await tunnel(house.device_port, house.ca, "haidang.internal")
        forged = f"{HEADER}: forged"
        head, body = await line.get("/who?x=1", "haidang.internal", forged, "Cookie: a=b")
        assert (b" 200 " in head, body) == (True, b"hello")
        assert asked[0].startswith(b"GET /own/who?x=1 HTTP/1.1")
        assert b"host: haidang.internal" in asked[0].lower()
        assert said(house, asked[0]) == Visitor(tablet.id, "127.0.0.1", secure=True)
        assert not house.notes.notes, "our own pages are nobody's visits"
        plain = await Line.open(house.device_port)
        await plain.ask("http://haidang.internal/static/own.css", "haidang.internal")
        assert b" 200 " in await plain.head()
        assert asked[1].startswith(b"GET /static/own.css HTTP/1.1")
        assert said(house, asked[1]) == Visitor(tablet.id, "127.0.0.1", secure=False)


async def test_no_device_reaches_the_panel_by_its_address_or_under_a_foreign_name(tmp_path, lab):
    async with desk() as (at, asked), running(tmp_path / "door", lab, panel_at=at) as house:
        house.lab = lab
        await house.rule(Policy(categories={"adult": Choice.BLOCK}))
        line = await Line.open(house.device_port)
        await line.ask("http://haidang.internal/who", "haidang.internal")
        await line.head()
        assert len(asked) == 1
        for target, host in ((f"http://{at}/own/who", at), (f"http://{at}/", "haidang.internal")):
            other = await Line.open(house.device_port)
            await other.ask(target, host)
            assert b" 200 " not in await other.head()
        rebound = await Line.open(house.device_port)
        await rebound.ask("/who", "evil.example")
        assert b" 404 " in await rebound.head()
        assert len(asked) == 1


async def test_without_the_panel_the_door_says_that_the_page_rests(tmp_path, lab):
    async with running(tmp_path / "door", lab, panel_at="127.0.0.1:9") as house:
        await house.rule(Policy())
        line = await Line.open(house.device_port)
        head, body = await line.get("http://haidang.internal/who", "haidang.internal")
        assert b" 503 " in head
        assert b"rests for a moment" in body
        again = await Line.open(house.device_port)
        head, body = await again.get("http://haidang.internal/", "haidang.internal")
        assert b" 200 " in head
        assert b"goes online as" in body, "the door's own home page stands in"


async def test_the_home_page_is_the_panels_and_it_is_told_what_was_refused(tmp_path, lab):
    async with desk() as (at, asked), running(tmp_path / "door", lab, panel_at=at) as house:
        house.lab = lab
        await house.rule(Policy(block=("blocked.example",)))
        line = await Line.open(house.device_port)
        assert b" 403 " in (await line.get("http://blocked.example/a", "blocked.example"))[0]
        own = await Line.open(house.device_port)
        assert b" 200 " in (await own.get("http://haidang.internal/", "haidang.internal"))[0]
        assert asked[0].startswith(b"GET /own/ HTTP/1.1")
        visitor = said(house, asked[0])
        assert visitor
        assert visitor.refused
        assert (visitor.refused.host, visitor.refused.reason) == ("blocked.example", "block_list")


async def test_the_panel_is_told_what_the_child_did_whatever_its_browser_does_meanwhile(
    tmp_path, lab
):
    async with desk() as (at, asked), running(tmp_path / "door", lab, panel_at=at) as house:
        house.lab = lab
        await house.rule(Policy(block=("blocked.example", "other.example")))
        for host, header in (
            ("blocked.example", "Accept: text/html"),
            ("other.example", "Sec-Fetch-Dest: image"),
        ):
            line = await Line.open(house.device_port)
            assert b" 403 " in (await line.get(f"http://{host}/a", host, header))[0]
        phone = house.door.current.standing.household.devices[0]
        house.door.held.keep(phone.id, "chat.example", Reason.HOMEWORK, "maths")
        own = await Line.open(house.device_port)
        await own.get("http://haidang.internal/", "haidang.internal")
        visitor = said(house, asked[0])
        assert visitor
        assert visitor.refused
        assert (visitor.refused.host, visitor.holds) == ("blocked.example", True)
