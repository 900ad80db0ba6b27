"""The lab itself: real TLS for any host, both HTTP versions, sockets, streams, records."""

import asyncio
import json
import ssl

import httpx
import pytest
from websockets.asyncio.client import connect

from tests.lab.lab import Lab, LabProcess
from tests.lab.origin import LOOPBACK
from tests.lab.pki import EXPIRED, UNKNOWN_CA, WRONG_HOST


def trusting(lab: Lab, *protocols: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=lab.ca_path)
    context.set_alpn_protocols(list(protocols or ["http/1.1"]))
    return context


async def ask(lab: Lab, host: str, path: str = "/", **more: object) -> httpx.Response:
    """Ask the lab for a host, as a client that resolved the name to the lab's address."""
    async with httpx.AsyncClient(verify=trusting(lab)) as client:
        request = client.build_request(
            "POST" if "content" in more else "GET",
            f"https://{LOOPBACK}:{lab.tls_port}{path}",
            headers={"Host": host},
            extensions={"sni_hostname": host},
            **more,
        )
        return await client.send(request)


@pytest.mark.parametrize("host", ["vnexpress.net", "www.youtube.com", "a.b.c.example"])
async def test_any_host_shows_its_own_certificate_and_a_page_that_names_it(lab, host):
    answer = await ask(lab, host, "/tin-tuc")
    assert answer.status_code == 200
    assert f"{host}/tin-tuc" in answer.text
    (request,) = lab.origin.reached(host)
    assert (request.sni, request.path, request.scheme) == (host, "/tin-tuc", "https")


@pytest.mark.parametrize(
    ("host", "why"),
    [(EXPIRED, "expired"), (WRONG_HOST, "Hostname mismatch"), (UNKNOWN_CA, "local issuer")],
)
async def test_a_bad_certificate_is_refused_by_a_client_that_checks(lab, host, why):
    with pytest.raises(ssl.SSLCertVerificationError, match=why):
        await asyncio.open_connection(
            LOOPBACK, lab.tls_port, ssl=trusting(lab), server_hostname=host
        )
    assert lab.origin.handshakes == [host]
    assert not lab.origin.reached(host)


async def test_a_client_without_the_labs_ca_does_not_trust_it(lab):
    with pytest.raises(ssl.SSLCertVerificationError):
        await asyncio.open_connection(
            LOOPBACK,
            lab.tls_port,
            ssl=ssl.create_default_context(),
            server_hostname="vnexpress.net",
        )


async def test_the_client_chooses_between_both_versions_of_http(lab):
    for offered in ("h2", "http/1.1"):
        _, writer = await asyncio.open_connection(
            LOOPBACK, lab.tls_port, ssl=trusting(lab, offered), server_hostname="olm.vn"
        )
        assert writer.get_extra_info("ssl_object").selected_alpn_protocol() == offered
        writer.close()
        await writer.wait_closed()


async def test_plain_http_is_answered_and_recorded_without_sni(lab):
    async with httpx.AsyncClient() as client:
        answer = await client.get(
            f"http://{LOOPBACK}:{lab.http_port}/", headers={"Host": "tuoitre.vn"}
        )
    assert "Tuổi Trẻ" in answer.text
    assert [(it.scheme, it.sni) for it in lab.origin.reached("tuoitre.vn")] == [("http", "")]


async def test_bytes_status_echo_and_upload_say_what_was_asked(lab):
    assert len((await ask(lab, "cdn.example", "/bytes/123457")).content) == 123457
    assert (await ask(lab, "cdn.example", "/status/503")).status_code == 503
    echo = (await ask(lab, "cdn.example", "/echo?q=1")).json()
    assert (echo["host"], echo["sni"], echo["query"]) == ("cdn.example", "cdn.example", "q=1")
    assert (await ask(lab, "cdn.example", "/upload", content=b"x" * 70_001)).json() == {
        "bytes": 70_001
    }


@pytest.mark.parametrize("path", ["/stream", "/sse"])
async def test_an_endless_answer_keeps_coming_until_the_client_leaves(lab, path):
    reader, writer = await asyncio.open_connection(
        LOOPBACK, lab.tls_port, ssl=trusting(lab), server_hostname="video.example"
    )
    writer.write(f"GET {path} HTTP/1.1\r\nHost: video.example\r\n\r\n".encode())
    for _ in range(3):
        assert await asyncio.wait_for(reader.read(64), 5)
    writer.transport.abort()
    async with asyncio.timeout(5):
        await lab.origin.idle()


async def test_a_websocket_sends_back_what_it_gets(lab):
    async with connect(
        "wss://chat.example/ws", host=LOOPBACK, port=lab.tls_port, ssl=trusting(lab)
    ) as socket:
        await socket.send("chào")
        assert await socket.recv() == "chào"
        await socket.send(b"\x00\x01")
        assert await socket.recv() == b"\x00\x01"


def test_a_lab_apart_tells_its_ports_and_what_reached_it(lab_apart: LabProcess):
    context = ssl.create_default_context(cafile=lab_apart.ca_path)
    with httpx.Client(verify=context) as client:
        client.get(
            f"https://{LOOPBACK}:{lab_apart.tls_port}/apart",
            headers={"Host": "roblox.com"},
            extensions={"sni_hostname": "roblox.com"},
        )
    assert [it["path"] for it in lab_apart.reached("roblox.com")] == ["/apart"]
    assert json.dumps(lab_apart.resolver).count(LOOPBACK) == 2
