"""Forty shapes that answers of the web come in, as bytes on the wire."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import brotli
import zstandard

TEXT = "Biển Cát Bà rất đẹp, và các bạn lớp 8A ra đảo bằng phà."
NAVIGATION = ("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Accept-Encoding: gzip, br")
SCRIPTED = "<script>const a = '<b>' + \"<!--\";</script>"


@dataclass(frozen=True, slots=True)
class Shape:
    """One answer, and whether a bar may stand below it."""

    name: str
    body: bytes
    barred: bool = True
    kind: str = "text/html; charset=utf-8"
    packed: str = ""
    """How the body is packed; `body` is not."""
    headers: tuple[str, ...] = ()
    wire: str = "length"
    status: str = "200 OK"
    method: str = "GET"
    asks: tuple[str, ...] = NAVIGATION
    carries: bool = True
    """Whether a body follows at all."""

    def sent(self) -> bytes:
        """Return the body as the origin sends it."""
        return PACK[self.packed](self.body)

    def answer(self) -> bytes:
        """Return the whole answer."""
        body = self.sent()
        lines = [f"HTTP/1.1 {self.status}", f"Content-Type: {self.kind}", *self.headers]
        if self.packed:
            lines.append(f"Content-Encoding: {self.packed.removeprefix('raw ')}")
        if self.wire == "length" and self.carries:
            lines.append(f"Content-Length: {len(body)}")
        elif self.wire == "chunked":
            lines.append("Transfer-Encoding: chunked")
            body = b"".join(chunks(body)) + b"0\r\n\r\n"
        else:
            lines.append("Connection: close")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + (body if self.carries else b"")


def chunks(body: bytes, size: int = 37) -> Iterator[bytes]:
    """Cut a body where nobody would expect it."""
    for at in range(0, len(body), size):
        part = body[at : at + size]
        yield b"%x\r\n%b\r\n" % (len(part), part)


def _raw_deflate(body: bytes) -> bytes:
    made = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return made.compress(body) + made.flush()


PACK = {
    "": bytes,
    "gzip": partial(gzip.compress, mtime=0),
    "deflate": zlib.compress,
    "raw deflate": _raw_deflate,
    "br": partial(brotli.compress, quality=4),
    "zstd": zstandard.compress,
    "compress": bytes,
}


def html(head: str = "", body: str = f"<p>{TEXT}</p>", end: str = "</body></html>") -> bytes:
    """Write a page."""
    return f"<!doctype html><html><head><title>Trang</title>{head}</head><body>{body}{end}".encode()


def meta(policy: str) -> bytes:
    """Write a page that says its policy itself."""
    return html(f'<meta http-equiv="Content-Security-Policy" content="{policy}">')


def csp(policy: str) -> tuple[str, ...]:
    return (f"Content-Security-Policy: {policy}",)


LONG = html(body="".join(f"<p>{number} {TEXT}</p>" for number in range(1500)))
OLD = html("<meta charset=windows-1258>").decode().encode("cp1258", "xmlcharrefreplace")
XHTML = b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="9"/></svg>'
FRAMED = (*NAVIGATION[:1], "Sec-Fetch-Dest: iframe")
FETCHED = ("Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty")

SHAPES = (
    Shape("plain", html()),
    Shape("long", LONG),
    Shape("in chunks", LONG, wire="chunked"),
    Shape("until the end", html(), wire="close"),
    *(Shape(packed, LONG, packed=packed) for packed in PACK if packed not in {"", "compress"}),
    *(
        Shape(f"{packed} in chunks", LONG, packed=packed, wire="chunked")
        for packed in ("gzip", "br", "zstd")
    ),
    Shape("gzip until the end", LONG, packed="gzip", wire="close"),
    Shape("windows-1258, said by itself", OLD, kind="text/html"),
    Shape("shift_jis", "<p>ソース表\\".encode("shift_jis"), kind="text/html; charset=Shift_JIS"),
    Shape("gb18030", "<p>船来了</p>".encode("gb18030"), kind="text/html; charset=gb18030"),
    Shape("utf-8 with a mark", b"\xef\xbb\xbf" + html()),
    Shape("without end tags", b"<title>x</title><p>one<p>two"),
    Shape("a comment last", html(end="</html><!-- 0.02 s, cached -->\n")),
    Shape("comments of old", html(body="<!--[if !IE]><!--><b>x</b><!--<![endif]-->")),
    Shape("scripts about markup", html(SCRIPTED, body=f"{SCRIPTED}<textarea><p></textarea>")),
    Shape("policy: nothing", html(), headers=csp("default-src 'none'; script-src 'self'")),
    Shape("policy: nonces", html(), headers=csp("style-src 'nonce-aa' 'unsafe-inline'")),
    Shape("policy: trusted types", html(), headers=csp("require-trusted-types-for 'script'")),
    Shape("policy: two", html(), headers=(*csp("style-src 'self'"), *csp("default-src https:"))),
    Shape("policy in the page, with a nonce", meta("style-src 'nonce-bb'; script-src 'self'")),
    Shape("not found", html(), status="404 Not Found"),
    Shape("asked by a form", html(), method="POST"),
    Shape("validators and cookies", html(), headers=('ETag: "1"', "Set-Cookie: a=b", "Age: 3")),
    # From here on everything stays to the byte.
    Shape("policy in the page that forbids", meta("style-src 'self'"), barred=False),
    Shape("utf-16", html().decode().encode("utf-16"), barred=False, kind="text/html"),
    Shape(
        "iso-2022-jp", "<p>港</p>".encode("iso-2022-jp"), False, "text/html; charset=iso-2022-jp"
    ),
    Shape("ends in a script", html(end="<script>let open = 1"), barred=False),
    Shape("ends in a comment", html(end="<!-- and then"), barred=False),
    Shape("ends in a tag", html(end="<div class="), barred=False),
    Shape("data that calls itself a page", b'{"a": 1}', barred=False),
    Shape("xhtml", XHTML, False, "application/xhtml+xml"),
    Shape("json", b'{"html": "<p></p>"}', False, "application/json"),
    Shape("picture", PICTURE, False, "image/svg+xml"),
    Shape("text", b"<html>", False, "text/plain"),
    Shape("fetched by a script", html(), False, asks=FETCHED),
    Shape("frame", html(), False, asks=FRAMED),
    Shape("fetched ahead", html(), False, asks=(*NAVIGATION, "Sec-Purpose: prefetch")),
    Shape("head", html(), False, method="HEAD", carries=False, headers=("Content-Length: 99",)),
    Shape("not modified", b"", False, status="304 Not Modified", carries=False, wire="length"),
    Shape(
        "a part",
        html(),
        False,
        status="206 Partial Content",
        headers=("Content-Range: bytes 0-9/99",),
    ),
    Shape("download", html(), False, headers=("Content-Disposition: attachment; filename=a.html",)),
    Shape("not to be transformed", html(), False, headers=("Cache-Control: no-transform",)),
    Shape("packed as nobody knows", html(), False, packed="compress"),
    Shape("empty", b"", barred=False),
    Shape("error", html(), False, status="500 Internal Server Error"),
)
