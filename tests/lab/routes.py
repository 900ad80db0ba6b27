"""What the origins answer, whatever their name: pages, bytes, streams, events, sockets."""

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from tests.lab import videos
from tests.lab.readable import READABLE, packed
from tests.lab.sites import asset, page

type Scope = dict[str, Any]
type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]

CHUNK = bytes(range(256)) * 80
"""20 kB."""
BLOCK = CHUNK * 10
STREAM_PAUSE = 0.05
FORM = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>Trúng thưởng</title>
<h1>Bạn đã trúng 10.000 Robux!</h1><form method="post" action="/upload">
<label>Tên <input name="name"></label><label>Số điện thoại <input name="tel"></label>
<button>Nhận quà</button></form></html>"""
CHAT = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>Chat</title>
<h1>Trò chuyện</h1><label>Tin nhắn <textarea id="say"></textarea></label>
<button id="go">Gửi</button><p id="answer" role="log"></p><script>
document.getElementById("go").onclick = async () => {
  const shown = document.getElementById("answer");
  shown.textContent = "";
  const parts = [document.getElementById("say").value];
  const message = {author: {role: "user"}, content: {content_type: "text", parts}};
  const answer = await fetch("/backend-api/conversation", {method: "POST",
    headers: {"Content-Type": "application/json", "Accept": "text/event-stream"},
    body: JSON.stringify({action: "next", messages: [message]})});
  const text = await answer.text();
  if (!answer.ok) {
    const told = text.startsWith("data:") ? text.slice(5) : text;
    shown.textContent = JSON.parse(told).detail;
    return;
  }
  for (const line of text.split("\\n")) {
    if (line.startsWith("data: {")) shown.textContent += JSON.parse(line.slice(6)).v;
  }
};
</script></html>"""
HTML = "text/html; charset=utf-8"
STRICT = "default-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"


class Answer:
    """One HTTP exchange being answered."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.host = host_of(scope)
        self.path: str = scope["path"]
        self.scope = scope
        self._receive = receive
        self._send = send

    async def start(
        self,
        kind: str,
        *,
        status: int = 200,
        length: int | None = None,
        encoding: str = "",
        policy: str = "",
        content_range: str = "",
    ) -> None:
        """Send status and headers."""
        packed = [(b"content-encoding", encoding.encode())] if encoding else []
        if policy:
            packed.append((b"content-security-policy", policy.encode()))
        headers = [*packed, (b"content-type", kind.encode()), (b"x-lab-host", self.host.encode())]
        if content_range:
            headers += [(b"content-range", content_range.encode()), (b"accept-ranges", b"bytes")]
        if length is not None:
            headers.append((b"content-length", str(length).encode()))
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def more(self, body: bytes) -> None:
        """Send a part of the body."""
        await self._send({"type": "http.response.body", "body": body, "more_body": True})

    async def end(self, body: bytes = b"") -> None:
        """Send the last part of the body."""
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    async def whole(self, kind: str, body: bytes, *, status: int = 200, encoding: str = "") -> None:
        """Send a complete answer."""
        await self.start(kind, status=status, length=len(body), encoding=encoding)
        await self.end(body)

    async def as_json(self, value: object) -> None:
        """Send a value as JSON."""
        await self.whole("application/json", json.dumps(value).encode())

    def accepts(self, encoding: str) -> bool:
        """Tell whether the client takes an encoding."""
        said = [value for name, value in self.scope["headers"] if name == b"accept-encoding"]
        return any(encoding in value.decode("latin-1") for value in said)

    async def upload(self) -> str:
        """Read the request's body to its end."""
        body = b""
        while True:
            event = await self._receive()
            body += event.get("body", b"")
            if not event.get("more_body"):
                return body.decode()

    async def upload_size(self) -> int:
        """Read the request's body to its end and return its size."""
        size = 0
        while True:
            event = await self._receive()
            size += len(event.get("body", b""))
            if not event.get("more_body"):
                return size

    async def until_gone(self, work: Awaitable[None]) -> None:
        """Work until the client leaves, as an endless answer must."""
        async with asyncio.TaskGroup() as group:
            task = group.create_task(_run(work))
            while (await self._receive())["type"] != "http.disconnect":
                pass
            task.cancel()


async def _run(work: Awaitable[None]) -> None:
    await work


def host_of(scope: Scope) -> str:
    """Return the host a request names, without its port."""
    for name, value in scope["headers"]:
        if name == b"host":
            host: str = value.decode("latin-1")
            return host.partition(":")[0].lower()
    return ""


async def serve_http(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request by its path; every other path is a page."""
    answer = Answer(scope, receive, send)
    first, _, rest = answer.path.strip("/").partition("/")
    route = ROUTES.get(first, _page)
    await route(answer, rest)


async def serve_websocket(scope: Scope, receive: Receive, send: Send) -> None:
    """Accept a WebSocket and send back whatever comes."""
    await receive()
    await send({"type": "websocket.accept"})
    while (event := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", **_payload(event)})


def _payload(event: dict[str, Any]) -> dict[str, Any]:
    if event.get("text") is not None:
        return {"text": event["text"]}
    return {"bytes": event["bytes"]}


async def _page(answer: Answer, rest: str) -> None:
    if videos.is_tube(answer.host) and videos.has(answer.path):
        await _packed(answer, videos.page(answer.host, answer.path))
        return
    await answer.whole(HTML, page(answer.host, answer.path).encode())


async def _strict(answer: Answer, rest: str) -> None:
    """Show a page that allows itself hardly anything."""
    await answer.start(HTML, policy=STRICT)
    await answer.end(page(answer.host, answer.path).encode())


async def _asset(answer: Answer, rest: str) -> None:
    kind, body = asset(answer.host, rest)
    await answer.whole(kind, body)


async def _reel(answer: Answer, rest: str) -> None:
    await _many(answer, int(rest), "video/mp4")


async def _bytes(answer: Answer, rest: str) -> None:
    await _many(answer, int(rest), "application/octet-stream")


async def _many(answer: Answer, left: int, kind: str) -> None:
    await answer.start(kind, length=left)
    while left > 0:
        part = BLOCK[:left]
        left -= len(part)
        await answer.more(part)
    await answer.end()


async def _stream(answer: Answer, rest: str) -> None:
    await answer.start("application/octet-stream")
    await answer.until_gone(_drip(answer))


async def _drip(answer: Answer) -> None:
    while True:
        await answer.more(CHUNK)
        await asyncio.sleep(STREAM_PAUSE)


async def _sse(answer: Answer, rest: str) -> None:
    await answer.start("text/event-stream")
    await answer.until_gone(_tick(answer))


async def _tick(answer: Answer) -> None:
    number = 0
    while True:
        number += 1
        await answer.more(f"id: {number}\ndata: {number}\n\n".encode())
        await asyncio.sleep(STREAM_PAUSE)


async def _slow(answer: Answer, rest: str) -> None:
    await asyncio.sleep(float(rest))
    await answer.whole("text/plain", b"at last")


async def _status(answer: Answer, rest: str) -> None:
    status = int(rest)
    body = b"" if status in (204, 304) else f"{status}\n".encode()
    await answer.whole("text/plain", body, status=status)


async def _echo(answer: Answer, rest: str) -> None:
    headers = {name.decode(): value.decode("latin-1") for name, value in answer.scope["headers"]}
    seen = {
        "method": answer.scope["method"],
        "host": answer.host,
        "sni": answer.scope["lab.sni"],
        "http": answer.scope["http_version"],
        "query": answer.scope["query_string"].decode("latin-1"),
        "headers": headers,
    }
    await answer.as_json(seen)


async def _upload(answer: Answer, rest: str) -> None:
    await answer.as_json({"bytes": await answer.upload_size()})


async def _watch(answer: Answer, rest: str) -> None:
    """Show the page of a video, packed as browsers like it."""
    query = parse_qs(answer.scope["query_string"].decode("latin-1"))
    await _packed(answer, videos.watch_page(query.get("v", [""])[0], answer.host))


async def _packed(answer: Answer, page: str) -> None:
    body = page.encode()
    if answer.accepts("gzip"):
        await answer.whole(HTML, gzip.compress(body), encoding="gzip")
    else:
        await answer.whole(HTML, body)


async def _youtubei(answer: Answer, rest: str) -> None:
    """Answer what the page of a video site asks for without being left."""
    asked = json.loads(await answer.upload() or "{}")
    await answer.as_json(videos.answer(rest.removeprefix("v1/"), asked))


async def _film(answer: Answer, rest: str) -> None:
    """Give a part of a film, as players ask for it: bytes so many to so many."""
    film = videos.sound()
    wanted = [value.decode() for name, value in answer.scope["headers"] if name == b"range"]
    first, _, last = (wanted or ["bytes=0-"])[0].removeprefix("bytes=").partition("-")
    part = film[int(first) : int(last) + 1 if last else None]
    place = f"bytes {first}-{int(first) + len(part) - 1}/{len(film)}"
    await answer.start("audio/wav", status=206, length=len(part), content_range=place)
    await answer.end(part)


async def _form(answer: Answer, rest: str) -> None:
    """Show a form as strangers have them: a prize for a name and a number."""
    await answer.whole(HTML, FORM.encode())


async def _chat(answer: Answer, rest: str) -> None:
    """Show the page of an AI chat: it shows answers as they stream, and errors as they are told."""
    await answer.whole(HTML, CHAT.encode())


async def _conversation(answer: Answer, rest: str) -> None:
    """Answer a chat, as a machine does: one word after the other."""
    await answer.upload()
    await answer.start("text/event-stream")
    await answer.end(b'data: {"v": "Xin"}\n\ndata: {"v": " chao"}\n\ndata: [DONE]\n\n')


async def _read(answer: Answer, rest: str) -> None:
    """Show a page that is about something: `/read/betting`, `/read/betting?packed=br`."""
    query = parse_qs(answer.scope["query_string"].decode("latin-1"))
    body, encoding = READABLE[rest], query.get("packed", [""])[0]
    kind = "text/html; charset=windows-1258" if rest == "old" else HTML
    if "stall" in query:
        await answer.start(kind)
        await answer.more(body)
        await answer.until_gone(asyncio.sleep(60))
    elif "chunks" in query:
        await answer.start(kind)
        for at in range(0, len(body), 50):
            await answer.more(body[at : at + 50])
        await answer.end()
    elif encoding:
        await answer.whole(kind, packed(body, encoding), encoding=encoding)
    else:
        await answer.whole(kind, body)


async def _generate_204(answer: Answer, rest: str) -> None:
    # Browsers probe for captive portals; anything but an empty 204 makes them suspicious.
    await _status(answer, "204")


ROUTES = {
    "strict": _strict,
    "asset": _asset,
    "bytes": _bytes,
    "reel": _reel,
    "stream": _stream,
    "sse": _sse,
    "slow": _slow,
    "status": _status,
    "echo": _echo,
    "upload": _upload,
    "watch": _watch,
    "read": _read,
    "youtubei": _youtubei,
    "videoplayback": _film,
    "backend-api": _conversation,
    "prize": _form,
    "chat": _chat,
    "generate_204": _generate_204,
}
