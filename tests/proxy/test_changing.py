"""Opened pages are changed on their way, and never broken by it."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import h11
import pytest
from mitmproxy import http

from proxy.changing import Way, is_page
from proxy.csp import Needs, allows, hash_of, nonce_of, relaxed
from proxy.edits import Appended, Edit, Rewritten
from proxy.leases import Lease
from proxy.repack import MOST, Packer, TooMuch, Unpacker
from rules.policy import Policy
from tests.proxy.clients import Line
from tests.proxy.house import HERE, House
from tests.proxy.shapes import PACK, SHAPES, Shape, html

STYLE = "b{color:red}"
NEEDS = Needs(styles=(STYLE,))
SITE = "shapes.example"
MOVED = {"content-length", "transfer-encoding", "content-encoding", "connection", "etag"}
MOVED |= {"cache-control", "content-security-policy", "date"}


def bar(nonce: str) -> str:
    return f"<hai-dang nonce='{nonce}'>Còn 5 phút</hai-dang>"


BAR = b"<hai-dang nonce='%b'>C&#242;n 5 ph&#250;t</hai-dang>"


class Bars:
    """Puts a bar below every page."""

    def __init__(self, made: Edit | None = None) -> None:
        self.made = made

    def awaits(self, flow: http.HTTPFlow, lease: Lease) -> bool:
        return True

    def edits(self, flow: http.HTTPFlow, lease: Lease) -> list[Edit]:
        if self.made:
            return [self.made]
        return [Appended(bar, NEEDS)] if is_page(flow.request) else []


@asynccontextmanager
async def origin(answers: dict[str, bytes], asked: list[bytes]) -> AsyncIterator[int]:
    """Answer each path with its very bytes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        asked.append(head)
        writer.write(answers[head.split()[1].decode()])
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, HERE, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def fetch(house: House, path: str, shape: Shape) -> tuple[h11.Response, bytes]:
    """Ask for one shape as a browser does, and read the answer as strictly as h11."""
    line = await Line.open(house.device_port)
    headers = [f"Host: {SITE}", *shape.asks, 'If-None-Match: "1"']
    if shape.method == "POST":
        headers.append("Content-Length: 0")
    request = "\r\n".join([f"{shape.method} http://{SITE}{path} HTTP/1.1", *headers])
    await line.send(request.encode() + b"\r\n\r\n")
    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method=shape.method, target=path, headers=[("Host", SITE)]))
    client.send(h11.EndOfMessage())
    body, response = b"", None
    async with asyncio.timeout(5):
        while True:
            event = client.next_event()
            if event is h11.NEED_DATA:
                client.receive_data(await line.reader.read(65536))
            elif isinstance(event, h11.Response):
                response = event
            elif isinstance(event, h11.Data):
                body += event.data
            else:
                line.close()
                assert response
                return response, body


def unpacked(response: h11.Response, body: bytes) -> bytes:
    encoding = dict(response.headers).get(b"content-encoding", b"").decode()
    return b"".join(Unpacker(encoding)(body)) if body else b""


def kept(response: h11.Response) -> list[tuple[str, str]]:
    """Return the headers that no change may touch."""
    found = [(name.decode(), value.decode()) for name, value in response.headers]
    return sorted(pair for pair in found if pair[0] not in MOVED)


def told(shape: Shape) -> list[tuple[str, str]]:
    lines = [line.split(": ", 1) for line in (f"Content-Type: {shape.kind}", *shape.headers)]
    return sorted((name.lower(), value) for name, value in lines if name.lower() not in MOVED)


def wrong_with(shape: Shape, response: h11.Response, body: bytes) -> str:
    """Say what is not as it should be; empty where all is well."""
    if kept(response) != told(shape):
        return f"headers {kept(response)}"
    headers = dict(response.headers)
    if not shape.barred:
        same = body == (shape.sent() if shape.carries else b"")
        return "" if same or unpacked(response, body) == shape.body else f"body {body[-99:]!r}"
    nonce = b"bb" if b"nonce-bb" in shape.body else b""
    if unpacked(response, body) != shape.body + BAR % nonce:
        return f"body {unpacked(response, body)[-99:]!r}"
    if headers.get(b"cache-control") != b"no-cache" or b"etag" in headers:
        return "may be kept for the site's own"
    policies = [value.decode() for name, value in response.headers if name.endswith(b"-policy")]
    return "" if all(allows(each, NEEDS) for each in policies) else f"policy {policies}"


def test_there_are_forty_shapes_and_more() -> None:
    assert len({shape.name for shape in SHAPES}) == len(SHAPES) >= 40


@pytest.mark.door
async def test_every_shape_comes_out_the_same_but_for_the_bar(house: House) -> None:
    answers = {f"/{number}": shape.answer() for number, shape in enumerate(SHAPES)}
    asked: list[bytes] = []
    house.door.changes.changers.append(Bars())
    await house.rule(Policy())
    async with origin(answers, asked) as port:
        house.door.settings.resolver[f"{SITE}:80"] = f"{HERE}:{port}"
        wrong = {}
        for number, shape in enumerate(SHAPES):
            if problem := wrong_with(shape, *await fetch(house, f"/{number}", shape)):
                wrong[shape.name] = problem
    assert wrong == {}
    assert house.door.changes.troubled == 0
    # Who is to see what is new must not be told that nothing is.
    assert not any(b"none-match" in head.lower() for head in asked)


@pytest.mark.parametrize("shape", [each for each in SHAPES if each.barred], ids=lambda it: it.name)
def test_however_a_body_is_cut_the_same_comes_out(shape: Shape) -> None:
    sent = shape.sent()
    for size in (11, len(sent)):
        assert changed(shape, sent, size).startswith(shape.body + b"<hai-dang")
    if shape.packed:
        # A body that breaks off has no end to put a bar after.
        half = changed(shape, sent[: len(sent) // 2], 500)
        assert shape.body.startswith(half)


def changed(shape: Shape, sent: bytes, size: int) -> bytes:
    """Lead a body through in parts of a size."""
    edit, unpack = Appended(bar, NEEDS), Unpacker(shape.packed.removeprefix("raw "))
    edit.begin(shape.kind)
    way = Way(bytes, unpack, [edit], Packer(packs=True), no)
    parts = [sent[at : at + size] for at in range(0, len(sent), size)]
    return gzip.decompress(b"".join(piece for part in (*parts, b"") for piece in way(part)))


def no() -> None:
    pytest.fail("there was no trouble")


@pytest.mark.parametrize("packed", [each for each in PACK if each not in {"", "compress"}])
def test_a_page_that_unpacks_without_end_is_refused_piece_by_piece(packed: str) -> None:
    bomb = PACK[packed](bytes(MOST + 1))
    longest = came = 0
    pieces = Unpacker(packed.removeprefix("raw "))(bomb)
    with suppress(TooMuch):
        for piece in pieces:
            longest, came = max(longest, len(piece)), came + len(piece)
        pytest.fail("nothing was refused")
    assert came <= MOST
    assert longest <= 8 * 1024 * 1024


@pytest.mark.parametrize(
    ("policy", "after"),
    [
        ("img-src *", "img-src *"),
        ("style-src 'unsafe-inline'", "style-src 'unsafe-inline'"),
        ("style-src 'self'", "style-src 'self'; style-src-elem 'self' {}"),
        ("style-src-elem 'self'; a b", "style-src-elem 'self' {}; a b"),
        ("a b; default-src 'none'", "a b; default-src 'none'; style-src-elem {}"),
        (
            "style-src 'nonce-x' 'unsafe-inline'",
            "style-src 'nonce-x' 'unsafe-inline'; style-src-elem 'nonce-x' 'unsafe-inline' {}",
        ),
        (
            "style-src a, style-src *;",
            "style-src a; style-src-elem a {}, style-src *; style-src-elem * {}",
        ),
    ],
)
def test_a_policy_is_opened_for_our_style_and_nothing_else(policy: str, after: str) -> None:
    made = relaxed(policy, NEEDS)
    assert made == after.replace("{}", hash_of(STYLE))
    assert relaxed(made, NEEDS) == made
    assert not allows(policy, NEEDS) or made == policy


def test_addresses_at_the_pages_own_origin_need_no_more_than_themselves() -> None:
    needs = Needs(asks=("https://a.vn/x",), frames=("https://a.vn/y",), scripts=("f()",))
    assert relaxed("connect-src 'self'; frame-src *; script-src 'unsafe-inline'", needs) == (
        "connect-src 'self'; frame-src *; script-src 'unsafe-inline'"
    )
    assert relaxed("connect-src b.vn; child-src b.vn; script-src 'strict-dynamic'", needs) == (
        "connect-src b.vn https://a.vn/x; child-src b.vn; script-src 'strict-dynamic'; "
        f"script-src-elem 'strict-dynamic' {hash_of('f()')}; frame-src b.vn https://a.vn/y"
    )


def test_a_nonce_of_the_page_is_found() -> None:
    assert nonce_of(["script-src 'self'", "style-src 'nonce-Ab/+='; x"]) == "Ab/+="
    assert nonce_of(["style-src 'self'"]) == ""


def through(edit: Edit, body: bytes) -> bytes:
    troubles: list[int] = []
    way = Way(bytes, Unpacker(""), [edit], Packer(packs=False), lambda: troubles.append(1))
    out = b"".join(piece for part in (body[:9], body[9:], b"") for piece in way(part))
    return out + b"!" * len(troubles)


def test_a_whole_body_is_rewritten_or_left() -> None:
    assert through(Rewritten(bytes.upper, 99), b"<p>one and two") == b"<P>ONE AND TWO"
    assert through(Rewritten(lambda _: None, 99), b"<p>one and two") == b"<p>one and two"
    # One that is too long goes on as it is.
    assert through(Rewritten(bytes.upper, 10), b"<p>one and two") == b"<p>one and two"


def test_an_edit_that_breaks_down_loses_nothing_of_the_page() -> None:
    def broken(_: bytes) -> bytes:
        raise RuntimeError("not today")

    assert through(Rewritten(broken, 99), b"<p>one and two") == b"<p>one and two!"


@pytest.mark.door
async def test_data_is_rewritten_where_an_edit_names_its_kind(house: House) -> None:
    data = Shape("data", b'{"shorts": 1}', kind="application/json", packed="br")
    edit = Rewritten(lambda body: body.replace(b"1", b"0"), 1000, kinds=("application/json",))
    house.door.changes.changers.append(Bars(edit))
    await house.rule(Policy())
    async with origin({"/": data.answer()}, []) as port:
        house.door.settings.resolver[f"{SITE}:80"] = f"{HERE}:{port}"
        response, body = await fetch(house, "/", data)
    assert unpacked(response, body) == b'{"shorts": 0}'


@pytest.mark.door
async def test_a_body_that_is_not_packed_as_it_says_ends_as_in_any_browser(house: House) -> None:
    page = Shape("odd", html(), headers=("Content-Encoding: gzip",))
    house.door.changes.changers.append(Bars())
    await house.rule(Policy())
    async with origin({"/": page.answer()}, []) as port:
        house.door.settings.resolver[f"{SITE}:80"] = f"{HERE}:{port}"
        _, body = await fetch(house, "/", page)
    assert body == b""
    assert (house.door.changes.troubled, house.door.guard.faults) == (1, 0)
