"""An answer of the door itself, before it is a response of any library."""

import json
from dataclasses import dataclass
from http import HTTPStatus

HTML = "text/html; charset=utf-8"
ALWAYS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src https://haidang.internal; "
    "base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, headers and body."""

    status: int
    headers: dict[str, str]
    body: bytes

    def wire(self) -> bytes:
        """Write the reply as the last answer on an HTTP/1.1 connection."""
        headers = {**self.headers, "Content-Length": str(len(self.body)), "Connection": "close"}
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


def page(html: str, status: int = 200) -> Reply:
    """Reply with a page; it may load nothing from elsewhere."""
    headers = {**ALWAYS, "Content-Type": HTML, "Content-Security-Policy": POLICY}
    return Reply(status, headers, html.encode())


def data(value: dict[str, object], status: int = 200) -> Reply:
    """Reply with JSON."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Reply(status, {**ALWAYS, "Content-Type": "application/json"}, body)


def file(body: bytes, kind: str, name: str = "") -> Reply:
    """Reply with a file; with a name it is downloaded."""
    headers = {**ALWAYS, "Content-Type": kind}
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Reply(200, headers, body)


def nothing(status: int) -> Reply:
    """Reply with a status alone."""
    return Reply(status, dict(ALWAYS), b"")


def challenge() -> Reply:
    """Ask for the proxy credentials of a device."""
    headers = {**ALWAYS, "Proxy-Authenticate": 'Basic realm="Hai Dang", charset="UTF-8"'}
    return Reply(407, headers, b"")
