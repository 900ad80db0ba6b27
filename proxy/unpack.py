"""Unpacks the beginning of a body and writes it in UTF-8; never more than was asked for."""

import codecs
import re
import zlib
from io import BytesIO

import brotli  # type: ignore[import-untyped] # it has no annotations
import zstandard

READABLE = frozenset({"", "identity", "gzip", "x-gzip", "deflate", "br", "zstd"})
PACKING = (zlib.error, brotli.error, zstandard.ZstdError)
"""What the packers raise where a body is not what it says; `ValueError` where nobody knows it."""
WINDOW = 8 * 1024 * 1024
"""Memory that a packed body may ask for, in bytes."""
EITHER = 32 + zlib.MAX_WBITS
CHARSET = re.compile(rb"<meta[^>]{0,100}?charset=[\"']?([\w-]{2,20})", re.IGNORECASE)
IN_HEADER = re.compile(r"charset=[\"']?([\w-]{2,20})", re.IGNORECASE)
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WITHIN = 1024


def unpacked(body: bytes, encoding: str, most: int) -> bytes:
    """Unpack the beginning of a body that may be cut; what cannot be unpacked raises."""
    match encoding:
        case "" | "identity":
            return body[:most]
        case "gzip" | "x-gzip":
            return zlib.decompressobj(EITHER).decompress(body, most)
        case "deflate":
            return _inflated(body, most)
        case "br":
            found: bytes = brotli.Decompressor().process(body, output_buffer_limit=most)
            return found[:most]
        case "zstd":
            return _of_zstd(body, most)
        case _:
            raise ValueError(f"nobody packs like this: {encoding}")


def as_utf8(html: bytes, kind: str) -> bytes:
    """Write a page in UTF-8, by its mark, its header or what it says itself."""
    name = charset(html, kind)
    if name in {"utf-8", "utf8", "us-ascii", "ascii"}:
        return html
    try:
        return html.decode(name, errors="replace").encode()
    except LookupError:
        return html


def charset(html: bytes, kind: str) -> str:
    """Name the charset of a page: by its mark, its header, or what it says itself."""
    for mark, name in MARKS:
        if html.startswith(mark):
            return name
    if told := IN_HEADER.search(kind):
        return told[1].lower()
    if meant := CHARSET.search(html[:WITHIN]):
        return meant[1].decode("ascii").lower()
    return "utf-8"


def _inflated(body: bytes, most: int) -> bytes:
    """Unpack `deflate`, which some servers send without the head it should have."""
    try:
        return zlib.decompressobj().decompress(body, most)
    except zlib.error:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(body, most)


def _of_zstd(body: bytes, most: int) -> bytes:
    reader = zstandard.ZstdDecompressor(max_window_size=WINDOW).stream_reader(BytesIO(body))
    found = bytearray()
    try:
        while len(found) < most and (part := reader.read(most - len(found))):
            found += part
    except zstandard.ZstdError:
        # The beginning of a body ends somewhere; what came out before counts.
        if not found:
            raise
    return bytes(found)
