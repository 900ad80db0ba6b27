"""What a child sees where something is stopped."""

import json
from contextlib import suppress

import pytest

from proxy.judge import HOUSE_HOST
from rules.policy import Policy
from tests.proxy.clients import Line, curl, tunnel
from tests.proxy.house import BANK, BLOCKED, BLOCKING, OPEN, House

pytestmark = pytest.mark.door


async def test_a_blocked_https_page_shows_our_page_under_our_certificate(house: House) -> None:
    await house.rule(BLOCKING)
    line = await tunnel(house.device_port, house.ca, BLOCKED)
    head, body = await line.get(
        "/", BLOCKED, "Sec-Fetch-Dest: document", "Sec-Fetch-Mode: navigate"
    )
    assert "Hải Đăng" in line.issuer()
    assert b" 403 " in head
    assert "on the list of closed sites" in body.decode()
    assert not house.lab.origin.handshakes


async def test_curl_shows_the_block_page_too(house: House) -> None:
    await house.rule(BLOCKING)
    shown = await curl(
        "-x",
        f"http://127.0.0.1:{house.device_port}",
        "--cacert",
        str(house.ca),
        f"https://{BLOCKED}/",
    )
    assert "This is stopped right now" in shown


async def test_a_blocked_plain_page_shows_our_page(house: House) -> None:
    await house.rule(BLOCKING)
    line = await Line.open(house.device_port)
    head, body = await line.get(f"http://{BLOCKED}/", BLOCKED)
    assert b" 403 " in head
    assert b"list of closed sites" in body
    assert not house.lab.origin.requests


async def test_a_script_gets_its_answer_as_json_and_a_picture_none(house: House) -> None:
    await house.rule(BLOCKING)
    line = await tunnel(house.device_port, house.ca, BLOCKED)
    _, body = await line.get("/api", BLOCKED, "Sec-Fetch-Dest: empty")
    assert json.loads(body)["reason"] == "block_list"
    head, body = await line.get("/a.png", BLOCKED, "Sec-Fetch-Dest: image")
    assert b" 403 " in head
    assert body == b""


async def test_without_our_certificate_a_blocked_tunnel_is_refused_at_once(house: House) -> None:
    await house.rule(BLOCKING, trusts_ca=False)
    line = await Line.open(house.device_port)
    await line.send(f"CONNECT {BLOCKED}:443 HTTP/1.1\r\n\r\n".encode())
    head, body = await line.answer()
    assert b" 403 " in head
    assert b"list of closed sites" in body


async def test_where_trust_is_not_known_the_page_is_tried_and_the_answer_remembered(
    house: House,
) -> None:
    await house.rule(BLOCKING, trusts_ca=None)
    shown = await curl("-x", f"http://127.0.0.1:{house.device_port}", f"https://{BLOCKED}/")
    assert "SSL certificate problem" in shown
    await house.until(lambda: any(seen.trusts_ca is False for seen in house.notes.sightings))
    line = await Line.open(house.device_port)
    assert b" 403 " in await line.connect(BLOCKED)


async def test_a_request_over_our_certificate_proves_that_the_device_trusts_it(
    house: House,
) -> None:
    await house.rule(BLOCKING, trusts_ca=None)
    line = await tunnel(house.device_port, house.ca, BLOCKED)
    await line.get("/", BLOCKED)
    assert any(seen.trusts_ca for seen in house.notes.sightings)


async def test_a_stopped_bank_is_refused_without_being_opened(house: House) -> None:
    await house.rule(Policy(block=(BANK,)))
    line = await Line.open(house.device_port)
    assert b" 403 " in await line.connect(BANK)


async def test_a_refusal_is_written_down_once_for_one_page(house: House) -> None:
    await house.rule(BLOCKING)
    line = await tunnel(house.device_port, house.ca, BLOCKED)
    await line.get("/", BLOCKED, "Sec-Fetch-Dest: document", "Sec-Fetch-Mode: navigate")
    await line.get("/style.css", BLOCKED, "Sec-Fetch-Dest: style")
    assert len(house.stopped()) == 1
    await line.get("/again", BLOCKED, "Sec-Fetch-Dest: document", "Sec-Fetch-Mode: navigate")
    assert len(house.stopped()) == 2


async def test_a_large_upload_to_a_blocked_site_is_not_collected(house: House) -> None:
    await house.rule(BLOCKING)
    line = await Line.open(house.device_port)
    await line.send(
        f"POST http://{BLOCKED}/up HTTP/1.1\r\nHost: {BLOCKED}\r\n"
        "Content-Length: 50000000\r\n\r\n".encode()
    )
    assert b" 200 " not in await line.rest()
    assert len(house.stopped()) == 1


async def test_an_unknown_device_gets_the_guest_policy_and_is_told_so(house: House) -> None:
    await house.rule(Policy())
    household = house.door.current.standing.household
    guest = household.model_copy(update={"guest": BLOCKING, "revision": 7})
    await house.adopt(guest)
    line = await Line.open(house.port)
    _, _body = await line.get(f"http://{BLOCKED}/", BLOCKED)
    assert house.stopped()[-1].verdict.reason == "unknown_device"
    line = await Line.open(house.port)
    head, _ = await line.get(f"http://{OPEN}/", OPEN)
    assert b" 200 " in head


async def test_without_any_policy_everything_is_stopped_with_a_page(house: House) -> None:
    line = await Line.open(house.port)
    head, body = await line.get(f"http://{OPEN}/", OPEN)
    assert b" 403 " in head
    assert 'lang="vi"' in body.decode()
    assert house.stopped()[-1].verdict.reason == "no_policy"
    assert not house.lab.origin.requests


async def test_the_house_tells_a_device_who_it_is_and_why_it_was_stopped(house: House) -> None:
    await house.rule(BLOCKING)
    line = await Line.open(house.device_port)
    await line.get(f"http://{BLOCKED}/", BLOCKED)
    _, body = await line.get(f"http://{HOUSE_HOST}/", HOUSE_HOST)
    shown = body.decode()
    assert "goes online as An" in shown
    assert "blocked.example is on the list of closed sites" in shown


async def test_opening_the_doors_own_address_shows_the_same_page(house: House) -> None:
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    head, body = await line.get("/", f"127.0.0.1:{house.device_port}")
    assert b" 200 " in head
    assert b"goes online as An" in body


async def test_the_certificate_can_be_downloaded(house: House) -> None:
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    head, body = await line.get(f"http://{HOUSE_HOST}/ca.crt", HOUSE_HOST)
    assert b"application/x-x509-ca-cert" in head
    assert body == house.ca.with_suffix(".der").read_bytes()


async def test_the_proxy_file_leads_back_to_the_devices_own_port(house: House) -> None:
    await house.rule(Policy())
    line = await Line.open(house.device_port)
    head, body = await line.get("/proxy.pac", "x")
    assert b"x-ns-proxy-autoconfig" in head
    assert f"PROXY 127.0.0.1:{house.device_port}".encode() in body


async def test_the_trust_check_over_our_certificate_is_recorded(house: House) -> None:
    await house.rule(Policy(), trusts_ca=None)
    line = await tunnel(house.device_port, house.ca, HOUSE_HOST)
    _, body = await line.get("/trust", HOUSE_HOST)
    assert json.loads(body) == {"trusted": True}
    assert house.notes.sightings[-1].trusts_ca is True


async def test_the_connections_of_one_page_are_one_visit(house: House) -> None:
    await house.rule(Policy())
    for _ in range(3):
        await tunnel(house.device_port, house.lab.ca_path, OPEN)
    house.clock.move(seconds=5)
    await tunnel(house.device_port, house.lab.ca_path, OPEN)
    await house.until(lambda: len(house.door.leases) == 4)
    assert [note.visits for note in house.notes.notes if note.visits] == [1, 1]


async def test_too_many_connections_from_one_device_are_turned_away(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.rule(Policy())
    await house.until(lambda: house.door.counters.connections == 0)
    house.door.settings.per_device = 3
    lines = [await Line.open(house.device_port) for _ in range(3)]
    # The reset may come before the client has noticed that it was let in.
    with suppress(ConnectionResetError):
        assert await (await Line.open(house.device_port)).rest() == b""
    lines.pop().close()
    await house.until(lambda: house.door.counters.connections == 2)
    assert b" 200 " in (await (await Line.open(house.device_port)).get("/", "x"))[0]


async def test_every_kind_of_connection_is_counted_out_again(house: House) -> None:
    await house.rule(BLOCKING)
    relayed = await tunnel(house.device_port, house.lab.ca_path, OPEN)
    opened = await tunnel(house.device_port, house.ca, BLOCKED)
    silent, plain = await Line.open(house.port), await Line.open(house.port)
    await plain.get("/", "x")
    assert house.door.counters.connections == 4
    for line in (relayed, opened, silent, plain):
        line.close()
    await house.until(lambda: house.door.counters.connections == 0)
