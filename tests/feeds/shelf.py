"""A small HTTP server on loopback that serves lists, and the real lists where they are at hand."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass
class Answer:
    """What the shelf answers for a path."""

    body: bytes = b""
    status: str = "200 OK"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Shelf:
    """Answers by path, and the requests that came."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    silent: bool = False
    """Takes the question and never answers."""

    def url(self, path: str = "/list.txt") -> str:
        """Return the address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def put(self, body: bytes | str, path: str = "/list.txt", **headers: str) -> str:
        """Lay a list on the shelf; returns its address."""
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = Answer(content, headers=named)
        return self.url(path)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and close."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            asked = dict(line.split(": ", 1) for line in head[1:] if line)
            self.asked.append({name.lower(): value for name, value in asked.items()})
            if self.silent:
                await reader.read()
                return
            answer = self.answers.get(head[0].split(" ")[1], Answer(status="404 Not Found"))
            if answer.headers.get("ETag", "-") == self.asked[-1].get("if-none-match"):
                answer = Answer(status="304 Not Modified")
            lines = [f"HTTP/1.1 {answer.status}", "Connection: close"]
            if not answer.status.startswith("304"):
                lines.append(f"Content-Length: {len(answer.body)}")
            lines += [f"{name}: {value}" for name, value in answer.headers.items()]
            writer.write("\r\n".join([*lines, "", ""]).encode() + answer.body)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def opened(
    address: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[Shelf]:
    """Open a shelf on a free port of loopback."""
    shelf = Shelf()
    server = await asyncio.start_server(shelf.serve, address, 0, ssl=tls)
    shelf.port = server.sockets[0].getsockname()[1]
    async with server:
        yield shelf


def real_lists() -> Path:
    """Return the folder of real lists, or skip the test saying where it was looked for."""
    given = os.environ.get("HAIDANG_TEST_DATA")
    places = [Path(given)] if given else [ROOT.parent / "shared" / "data"]
    for place in places:
        if (place / "lists").is_dir():
            return place / "lists"
    pytest.skip(f"no real lists in {places[0]}: set HAIDANG_TEST_DATA to a folder with lists/")
