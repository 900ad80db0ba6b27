"""Stand-ins that receive what is sent out: a push service or webhook, a browser, a mail server."""

import asyncio
import json
import secrets
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02


@dataclass(frozen=True)
class Letter:
    """One request that came in."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Inbox:
    """Takes every POST, answers with the codes lined up in `answers`, else 201."""

    port: int = 0
    letters: list[Letter] = field(default_factory=list)
    answers: deque[int] = field(default_factory=deque)
    retry_after: str = ""
    came: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, path: str, seconds: float = 30) -> Letter:
        """Return the first letter to a path, as soon as it is there."""

        def first() -> Letter | None:
            return next((letter for letter in self.letters if letter.path == path), None)

        with self.came:
            found = self.came.wait_for(first, seconds)
        assert found, f"nothing came to {path}"
        return found

    @property
    def where(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.where}"


@contextmanager
def inbox() -> Iterator[Inbox]:
    """Listen on a free port, until the end of the block."""
    box = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with box.came:
                box.letters.append(Letter(self.path, headers, body))
                box.came.notify_all()
            self.send_response(box.answers.popleft() if box.answers else 201)
            if box.retry_after:
                self.send_header("Retry-After", box.retry_after)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    box.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Browser:
    """What a browser keeps of a subscription: it alone can read what is sealed for it."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._secret = secrets.token_bytes(16)

    def subscription(self) -> dict[str, Any]:
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": _text(point), "auth": _text(self._secret)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def read(self, body: bytes) -> dict[str, Any]:
        """Open what came."""
        opened = http_ece.decrypt(
            body, private_key=self._key, auth_secret=self._secret, version="aes128gcm"
        )
        return json.loads(opened)


def claims_of(authorization: str, public_key: str) -> dict[str, Any] | None:
    """Check a push's signature as a push service does; give what was claimed, None if forged."""
    scheme, _, rest = authorization.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    if scheme != "vapid" or parts["k"] != public_key:
        return None
    if not Vapid02.verify(authorization):
        return None
    claims = parts["t"].split(".")[1]
    return json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))


@dataclass
class Mailbox:
    """A mail server that keeps what it gets; answers with what is lined up in `answers` first."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    answers: deque[str] = field(default_factory=deque)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 their name
        if self.answers:
            return self.answers.popleft()
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        self.mails.append(message_from_bytes(raw, policy=default))  # type: ignore[arg-type]
        return "250 taken"


@asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    """Listen on a free port, until the end of the block."""
    box, loop = Mailbox(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, hostname="lab", loop=loop), "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    async with server:
        yield box


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
