"""A host appears in several places; none of them may hide another."""

import pytest

from rules.policy import Policy
from tests.proxy.clients import HandMade, Line, tunnel
from tests.proxy.house import BLOCKED, BLOCKING, OPEN, House

pytestmark = pytest.mark.door
LOOKING = Policy(privacy="pages", block=(BLOCKED,))


async def test_a_blocked_name_in_the_hello_stops_an_allowed_connect(house: House) -> None:
    await house.rule(BLOCKING, trusts_ca=False)
    line = await Line.open(house.device_port)
    assert b" 200 " in await line.connect(OPEN)
    await line.send(HandMade(house.ca, BLOCKED).hello())
    assert await line.rest() == b""
    assert house.stopped()[-1].host == BLOCKED
    assert not house.lab.origin.handshakes


async def test_a_blocked_connect_is_not_saved_by_an_allowed_hello(house: House) -> None:
    await house.rule(BLOCKING)
    line = await tunnel(house.device_port, house.ca, BLOCKED, sni=OPEN)
    head, _ = await line.get("/", OPEN)
    assert b" 403 " in head
    assert not house.lab.origin.requests


async def test_a_blocked_host_header_stops_a_request_on_an_allowed_connection(house: House) -> None:
    await house.rule(LOOKING)
    line = await tunnel(house.device_port, house.ca, OPEN)
    head, _ = await line.get("/", BLOCKED)
    assert b" 403 " in head
    assert not house.lab.origin.requests


async def test_a_blocked_url_is_not_saved_by_an_allowed_host_header(house: House) -> None:
    await house.rule(BLOCKING)
    line = await Line.open(house.device_port)
    head, _ = await line.get(f"http://{BLOCKED}/", OPEN)
    assert b" 403 " in head
    assert not house.lab.origin.requests


async def test_a_blocked_host_header_stops_an_allowed_url(house: House) -> None:
    await house.rule(BLOCKING)
    line = await Line.open(house.device_port)
    head, _ = await line.get(f"http://{OPEN}/", BLOCKED)
    assert b" 403 " in head
    assert not house.lab.origin.requests


async def test_a_connect_to_an_address_goes_where_the_hello_says(house: House) -> None:
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    assert b" 200 " in await line.connect("203.0.113.66")
    await line.tls(house.lab.ca_path, OPEN)
    assert b" 200 " in (await line.get("/", OPEN))[0]
    assert house.lab.origin.reached(OPEN)


async def test_the_house_name_does_not_open_another_site(house: House) -> None:
    await house.rule(BLOCKING)
    line = await tunnel(house.device_port, house.ca, "haidang.internal", sni=BLOCKED)
    head, _body = await line.get("/", BLOCKED)
    assert b" 403 " in head
    assert not house.lab.origin.requests


@pytest.mark.parametrize("written", ["BLOCKED.EXAMPLE", "blocked.example.", "blocked.Example"])
async def test_another_way_to_write_a_host_changes_nothing(house: House, written: str) -> None:
    await house.rule(BLOCKING, trusts_ca=False)
    line = await Line.open(house.device_port)
    assert b" 403 " in await line.connect(written)


@pytest.mark.parametrize(
    "text", ["", " ", "a b", "-", "..", "[::1", "host:70000", "host:0", "host"]
)
async def test_a_connect_nobody_can_read_is_refused(house: House, text: str) -> None:
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    await line.send(f"CONNECT {text} HTTP/1.1\r\n\r\n".encode())
    assert b" 400 " in await line.head()


@pytest.mark.parametrize("header", ["a b", "[::1", "-.example", "x" * 300, "é..x"])
async def test_a_request_whose_host_nobody_can_read_is_refused(house: House, header: str) -> None:
    await house.rule(LOOKING)
    line = await tunnel(house.device_port, house.ca, OPEN)
    head, _ = await line.get("/", header)
    assert b" 400 " in head
    assert not house.lab.origin.requests
    assert not house.door.guard.faults


async def test_the_house_answers_however_its_name_is_written(house: House) -> None:
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    head, _ = await line.get("http://HaiDang.Internal/", "haidang.internal:80")
    assert b" 200 " in head


async def test_a_request_to_the_house_with_another_host_header_is_judged(house: House) -> None:
    await house.rule(BLOCKING)
    line = await Line.open(house.device_port)
    head, body = await line.get("http://haidang.internal/", BLOCKED)
    assert b" 403 " in head
    assert BLOCKED in body.decode()
