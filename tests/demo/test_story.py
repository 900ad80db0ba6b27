"""The story of the past days: its order, its clock, and devices that really talk TLS."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from string import Formatter

from tests.demo.browse import Device
from tests.demo.clock import SharedClock
from tests.demo.deeds import DEEDS
from tests.demo.home import HOME, home_at
from tests.demo.places import Place
from tests.demo.saying import IN_VIETNAMESE, say
from tests.demo.story import beginning, chapters
from tests.lab.origin import LOOPBACK

UNTIL = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=16)


def test_the_story_is_told_in_order_with_every_deed_in_it():
    told = chapters(SINCE, UNTIL, HOME)
    assert [chapter.at for chapter in told] == sorted(chapter.at for chapter in told)
    assert len([chapter for chapter in told if chapter.deed]) == len(DEEDS)


def test_the_story_holds_two_full_weeks_before_the_present_one():
    for days in range(7):
        begin = beginning(UNTIL + timedelta(days=days), HOME).astimezone(HOME)
        assert begin.isoformat() == "2026-11-09T00:00:00+07:00"


def test_whatever_the_hour_the_family_lives_where_it_is_day():
    for hour in range(24):
        for month in (1, 7):
            now = datetime(2026, month, 15, hour, 30, tzinfo=UTC)
            assert 11 <= now.astimezone(home_at(now)).hour <= 20
    assert home_at(datetime(2026, 11, 23, 10, 0, tzinfo=UTC)) is HOME


def test_letters_are_due_each_monday_just_after_midnight_at_home():
    bells = [
        chapter.at.astimezone(HOME) for chapter in chapters(SINCE, UNTIL, HOME) if chapter.bell
    ]
    assert [bell.isoformat() for bell in bells] == [
        "2026-11-09T00:30:00+07:00",
        "2026-11-16T00:30:00+07:00",
        "2026-11-23T00:30:00+07:00",
    ]


def test_a_clock_set_in_one_place_is_read_in_another(tmp_path):
    ours = SharedClock(tmp_path / "clock", SINCE)
    theirs = SharedClock(tmp_path / "clock")
    assert theirs() == SINCE
    ours.set(UNTIL)
    assert theirs() == UNTIL


@asynccontextmanager
async def tunnels(to_port: int, refused: str) -> AsyncIterator[int]:
    """A bare proxy: CONNECT leads to one port, except for a refused host."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if refused.encode() in head:
            writer.write(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            writer.close()
            return
        far_reader, far_writer = await asyncio.open_connection(LOOPBACK, to_port)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await asyncio.gather(pipe(reader, far_writer), pipe(far_reader, writer))

    async with await asyncio.start_server(serve, LOOPBACK, 0) as server:
        yield server.sockets[0].getsockname()[1]


async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1 << 16):
        writer.write(data)
    writer.close()


async def test_a_device_reads_what_its_places_send_and_survives_a_refusal(lab):
    place = Place(("page.example", "cdn.example", "refused.example"), 30)
    async with tunnels(lab.tls_port, refused="refused.example") as port:
        device = Device(port, [lab.ca_path])
        assert await device.spend_minute(place, arriving=True) == 2
        assert await device.fetch("refused.example", "/") == 403
    assert [(it.host, it.path) for it in lab.origin.requests] == [
        ("page.example", "/"),
        ("cdn.example", "/"),
    ]


async def test_a_device_refuses_a_certificate_it_does_not_trust(lab):
    async with tunnels(lab.tls_port, refused="nothing.example") as port:
        assert await Device(port, []).fetch("page.example", "/") == 0
    assert not lab.origin.requests


def test_the_demonstration_says_the_same_in_both_languages(monkeypatch):
    for message, vietnamese in IN_VIETNAMESE.items():
        names = {name for _, name, _, _ in Formatter().parse(message) if name}
        assert names == {name for _, name, _, _ in Formatter().parse(vietnamese) if name}
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    assert say("A demonstration is running already.") == "Một buổi giới thiệu khác đang chạy."
