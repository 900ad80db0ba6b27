"""Origins that are sloppy, talk nonsense, break off, or are not there: what a child gets to see."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest

from rules.family import Household
from rules.policy import Policy
from tests.lab.lab import Lab
from tests.proxy.clients import Line, curl, tunnel
from tests.proxy.house import House, child, device, running
from tests.proxy.test_pressure import reset
from tests.proxy.test_tunnels import address_of
from tests.proxy.ways import HOST, PAGES, Serve, Way, answering, origin

pytestmark = pytest.mark.door
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"2\r\nok\r\n0\r\n\r\n"


@pytest.fixture(params=["relayed", "opened"])
async def way(house: House, request: pytest.FixtureRequest) -> Way:
    way = Way(house, request.param == "opened")
    await way.begin()
    return way


@pytest.fixture
async def opened(house: House) -> Way:
    way = Way(house, opened=True)
    await way.begin()
    return way


def closing(answer: bytes) -> Serve:
    """Make an origin that answers once and closes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)

    return serve


SLOPPY = [
    b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nok",
    b"Content-Length: 2, 2\r\n\r\nok",
    b"Content-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED,
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: Chunked\r\n\r\n" + CHUNKED,
    b"Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nok",
    b"Content-Length : 2\r\nX-Odd : a\r\n\r\nok",
    b"A name: a\r\n and more\r\nX(A): b\r\n: nothing\r\nContent-Length: 2\r\n\r\nok",
    b"Content-Length: 2\r\nX-Odd: a\r\n\tb\r\n\r\nok",
]  # fmt: skip


async def test_a_sloppy_answer_is_read_as_browsers_read_it(opened: Way) -> None:
    async def through(number: int, head: bytes) -> str:
        host = f"sloppy{number}.example"
        async with origin(opened.house, answering(b"HTTP/1.1 200 OK\r\n" + head), host):
            return await curl("-x", opened.proxy, "--cacert", str(opened.ca), f"https://{host}/")

    came = await asyncio.gather(*(through(*each) for each in enumerate(SLOPPY)))
    assert came == ["ok"] * len(SLOPPY)


async def test_an_empty_answer_that_claims_to_have_parts_is_an_empty_answer(opened: Way) -> None:
    empty = b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    async with origin(opened.house, answering(empty)):
        line = await opened.ask("GET / HTTP/1.1")
        assert b" 204 " in await line.head()
    async with origin(opened.house, answering(WHOLE)):
        assert (await line.get("/", HOST))[1] == b"ok"


NONSENSE = {
    "nothing": b"",
    "noise": b"\x00\x01\x02 noise\r\n\r\n",
    "another protocol": b"220 mail.example ESMTP\r\n",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "a head without end": b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 300_000,
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
    "no length": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nok",
}


async def test_nonsense_gets_our_page_which_says_that_no_rule_stops_it(house: House) -> None:
    await vietnamese(house)
    for what, answer in NONSENSE.items():
        async with origin(house, closing(answer)):
            line = await tunnel(house.device_port, house.ca, HOST)
            await line.ask("/", HOST)
            said = await line.rest()
        assert said.startswith(b"HTTP/1.1 502 "), what
        assert "Trang này không trả lời" in said.decode(), what
        assert "Không có quy định nào chặn" in said.decode(), what
        assert b"mitmproxy" not in said, what
    assert not house.stopped()
    assert not house.door.guard.faults


async def vietnamese(house: House) -> None:
    """Put a child that reads Vietnamese under rules that open everything."""
    person = child(PAGES).model_copy(update={"language": "vi"})
    phone = device(house.device_port, person)
    more = {"revision": 1, "site_id": uuid4(), "language": "vi"}
    await house.adopt(Household(children=(person,), devices=(phone,), **more))


async def test_an_origin_that_does_not_even_speak_tls_gets_our_page_too(opened: Way) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    opened.house.door.settings.resolver[f"{HOST}:443"] = address_of(server)
    async with server:
        line = await opened.ask("GET / HTTP/1.1")
        head, body = await line.answer()
    assert b" 502 " in head
    assert b"does not answer" in body


HALVES = {
    "less than announced": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
    "no last part": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
    "broken parts": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n",
}


@pytest.mark.parametrize("what", HALVES)
async def test_half_an_answer_is_never_taken_for_a_whole(way: Way, what: str) -> None:
    async with origin(way.house, closing(HALVES[what])):
        said = await curl("-x", way.proxy, "--cacert", str(way.ca), f"https://{HOST}/")
    assert "curl: (" in said
    assert "502" not in said


@pytest.mark.parametrize("breaks", [True, False])
async def test_an_answer_that_ends_with_its_connection_is_whole_unless_that_breaks(
    way: Way, *, breaks: bool
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000)
        await writer.drain()
        if breaks:
            await asyncio.sleep(0.05)
            reset(writer)

    async with origin(way.house, serve):
        said = await curl(
            "-x", way.proxy, "--cacert", str(way.ca), "-o", "/dev/null",
            "-w", "%{size_download}", f"https://{HOST}/",
        )  # fmt: skip
    assert ("curl: (" in said) is breaks
    assert breaks or said == "100000"


async def test_what_an_origin_says_too_much_is_not_the_next_answer(opened: Way) -> None:
    too_much = WHOLE + b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong"
    async with origin(opened.house, answering(too_much)):
        line = await opened.ask("GET / HTTP/1.1")
        assert (await line.answer())[1] == b"ok"
    right = WHOLE.replace(b"ok", b"no")
    async with origin(opened.house, answering(right)):
        assert (await line.get("/next", HOST))[1] == b"no"


async def nobody(_host: str, _port: int) -> list[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


async def nobody_answers(_host: str, _port: int) -> list[str]:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


@pytest.mark.parametrize(
    ("look_up", "says"),
    [(nobody, "There is no site with this name"), (nobody_answers, "This site does not answer")],
)
async def test_a_name_that_leads_nowhere_is_told_from_a_network_that_is_away(
    tmp_path: Path, look_up: object, says: str
) -> None:
    async with running(tmp_path / "door", None, look_up) as house:
        await house.rule(PAGES)
        line = await tunnel(house.device_port, house.ca, "vnexpres.example")
        head, body = await line.get("/", "vnexpres.example")
        plain = await Line.open(house.device_port)
        assert says in (await plain.get("http://vnexpres.example/", "vnexpres.example"))[1].decode()
    assert b" 502 " in head
    assert says in body.decode()
    assert b"not stopped by a rule" in body
    assert not house.stopped()


@asynccontextmanager
async def in_two_families(
    folder: Path, lab: Lab, addresses: list[str], port: int
) -> AsyncIterator[House]:
    """Run a door for which one name leads to addresses of this machine, which an adult opened."""

    async def look_up(_host: str, _port: int) -> list[str]:
        return addresses

    settings = {"connect_ports": (443, port), "origin_ca": lab.ca_path}
    async with running(folder, None, look_up, **settings) as house:
        house.lab = lab
        person = child(Policy())
        phone = device(house.device_port, person)
        given = {"private_hosts": ("127.0.0.0/8", "::1"), "revision": 1, "language": "en"}
        await house.adopt(Household(site_id=uuid4(), children=(person,), devices=(phone,), **given))
        yield house


@asynccontextmanager
async def silent(port: int) -> AsyncIterator[None]:
    """Let a port of ::1 swallow what is sent to it: nobody takes those who wait in its line."""
    with socket.socket(socket.AF_INET6) as listening:
        listening.bind(("::1", port))
        listening.listen(0)
        waiting = [socket.socket(socket.AF_INET6) for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(("::1", port))
        await asyncio.sleep(0.02)
        yield
        for each in waiting:
            each.close()


async def through(house: House, port: int) -> float:
    """Go to the site of two families, and return how long that took."""
    clock = asyncio.get_running_loop().time
    line, began = await Line.open(house.device_port), clock()
    await line.connect(HOST, port)
    await line.tls(house.lab.ca_path, HOST)
    assert (await line.get("/", HOST))[1] == b"ok"
    return clock() - began


@asynccontextmanager
async def standing(lab: Lab, host: str) -> AsyncIterator[int]:
    """Serve the site at one address of this machine; give its port."""
    context = lab.certificates._make(HOST)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(WHOLE)(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, host, 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def test_an_origin_that_has_only_ipv6_is_reached(tmp_path: Path, lab: Lab) -> None:
    async with (
        standing(lab, "::1") as port,
        in_two_families(tmp_path / "door", lab, ["::1"], port) as house,
    ):
        await through(house, port)


async def test_a_dead_ipv6_costs_less_than_300_ms_and_only_once(tmp_path: Path, lab: Lab) -> None:
    async with standing(lab, "127.0.0.1") as port, silent(port):
        both = ["::1", "127.0.0.1"]
        async with in_two_families(tmp_path / "door", lab, both, port) as house:
            first, later = [], []
            for _ in range(3):
                house.door.dialer._resolved.forget(HOST)
                first.append(await through(house, port))
                later.append(await through(house, port))
            # The best of a few: other work on the machine is not what is measured.
            assert 0.2 < min(first) - min(later) < 0.3


async def nothing_there(host: str, _port: int) -> list[str]:
    raise socket.gaierror(socket.EAI_NONAME, f"no {host}")


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_a_name_that_there_is_not_is_told_in_the_childs_words_though_nobody_looks_in(
    tmp_path: Path, language: str
) -> None:
    async with running(tmp_path / "door", look_up=nothing_there) as house:
        person = await house.rule(Policy())
        spoken = person.model_copy(update={"language": language})
        home = house.door.current.standing.household
        await house.adopt(home.model_copy(update={"children": (spoken,), "revision": 7}))
        line = await tunnel(house.device_port, house.ca, "wikipedja.example")
        head, body = await line.get("/", "wikipedja.example")
        said = {"vi": "Không có trang nào tên như vậy", "en": "There is no site with this name"}
        assert b" 502 " in head
        assert said[language] in unescape(body.decode())


@pytest.mark.parametrize("host", ["wikipedja.example", "www.vietcombank.com.vn"])
async def test_where_our_page_may_not_stand_the_browser_says_itself_that_there_is_no_such_name(
    tmp_path: Path, host: str
) -> None:
    async with running(tmp_path / "door", look_up=nothing_there) as house:
        await house.rule(Policy(), trusts_ca=True if host.endswith(".vn") else None)
        with pytest.raises((OSError, EOFError)):
            await tunnel(house.device_port, house.ca, host)
