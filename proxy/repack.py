"""Unpacks a body while it streams by, piece by piece, and packs it again.

A packed body may be a thousand times smaller than what is in it: pieces are bounded, and so is the
whole.
"""

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli  # type: ignore[import-untyped] # it has no annotations
import zstandard

from proxy.unpack import EITHER, PACKING, WINDOW

PIECE = 64 * 1024
MOST = 64 * 1024 * 1024
"""Bytes of one unpacked page; nobody reads longer ones."""
ZSTD_STEP = 256
"""Four bytes may say 128 kB, and this library's pieces have no bound of their own."""
GZIP = 16 + zlib.MAX_WBITS
AGAIN = b"\x1f"
"""How one more packed body begins; anything else after the end is rubbish, as browsers see it."""
FAST = 1
ZLIB_HEAD, ZLIB_CHECK = 0x0F08, 31


class Way(Protocol):
    """A way to pack."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Unpack a part."""

    @property
    def is_over(self) -> bool:
        """Tell whether the end was seen, where there is one to see."""


class TooMuch(ValueError):  # noqa: N818 it is an answer about the origin, not a fault of ours
    """More was in a body than a page can be."""


class Unpacker:
    """Unpacks one body; packed in a way nobody knows, or damaged, it raises."""

    def __init__(self, encoding: str) -> None:
        self._way = _way(encoding)
        self._came = 0

    @property
    def is_whole(self) -> bool:
        """Tell whether the body came to its own end."""
        return self._way.is_over

    def __call__(self, data: bytes) -> Iterator[bytes]:
        """Give what a part of the body holds. Raises ValueError."""
        try:
            for piece in self._way.feed(data):
                self._came += len(piece)
                if self._came > MOST:
                    raise TooMuch(f"a page of more than {MOST} bytes")
                if piece:
                    yield piece
        except PACKING as problem:
            raise ValueError("the body is not packed as it says") from problem


class Packer:
    """Packs one body in the way that every browser takes, so that it goes on streaming."""

    def __init__(self, *, packs: bool) -> None:
        self._pack = zlib.compressobj(FAST, zlib.DEFLATED, GZIP) if packs else None

    def part(self, data: bytes) -> bytes:
        """Pack a part; it can be read at once, not only when more comes."""
        if self._pack is None or not data:
            return data
        return self._pack.compress(data) + self._pack.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        """Give what closes the body."""
        return self._pack.flush() if self._pack else b""


def _way(encoding: str) -> Way:
    match encoding:
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Zlib(EITHER)
        case "deflate":
            return _Deflate()
        case "br":
            return _Brotli()
        case "zstd":
            return _Zstd()
        case _:
            raise ValueError(f"nobody packs like this: {encoding}")


class _Plain:
    is_over = True

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data


class _Zlib:
    """Of several bodies packed one after the other, as gzip allows, each is unpacked."""

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._inflate = zlib.decompressobj(bits)

    @property
    def is_over(self) -> bool:
        return self._inflate.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._inflate.eof:
                if not data.startswith(AGAIN):
                    return
                self._inflate = zlib.decompressobj(self._bits)
            piece = self._inflate.decompress(data, PIECE)
            yield piece
            while len(piece) >= PIECE:
                # It may have taken all and still hold some back.
                piece = self._inflate.decompress(self._inflate.unconsumed_tail, PIECE)
                yield piece
            data = self._inflate.unused_data


class _Deflate:
    """Some servers send it without the head it should have."""

    def __init__(self) -> None:
        self._first = b""
        self._known: _Zlib | None = None

    @property
    def is_over(self) -> bool:
        return self._known is not None and self._known.is_over

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._known is None:
            data, self._first = self._first + data, b""
            head = ZLIB_HEAD.to_bytes(2)
            if len(data) < len(head):
                self._first = data
                return
            has_head = data[0] & head[0] == head[1] and int.from_bytes(data[:2]) % ZLIB_CHECK == 0
            self._known = _Zlib(zlib.MAX_WBITS if has_head else -zlib.MAX_WBITS)
        yield from self._known.feed(data)


class _Brotli:
    def __init__(self) -> None:
        self._process = brotli.Decompressor()

    @property
    def is_over(self) -> bool:
        return bool(self._process.is_finished())

    def feed(self, data: bytes) -> Iterator[bytes]:
        piece = self._process.process(data, output_buffer_limit=PIECE)
        yield piece
        # It may say that it takes more while it still holds some back.
        while len(piece) >= PIECE or not self._process.can_accept_more_data():
            piece = self._process.process(b"", output_buffer_limit=PIECE)
            yield piece


class _Zstd:
    def __init__(self) -> None:
        self._made = zstandard.ZstdDecompressor(max_window_size=WINDOW)
        self._frame = self._made.decompressobj()

    @property
    def is_over(self) -> bool:
        return bool(self._frame.eof)

    def feed(self, data: bytes) -> Iterator[bytes]:
        for at in range(0, len(data), ZSTD_STEP):
            step = data[at : at + ZSTD_STEP]
            while step:
                if self._frame.eof:
                    self._frame = self._made.decompressobj()
                yield self._frame.decompress(step)
                step = self._frame.unused_data
