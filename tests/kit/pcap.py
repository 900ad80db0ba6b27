"""Recorded network traffic as a door would have seen it: TCP connections with names and bytes."""

import struct
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from proxy.hello import NotTls, read_hello

CAPTURES = Path("/work/shared/data/traffic/ndpi-pcaps.tar.xz")
ETHERNET, RAW, LINUX, NULL, IPV4_RAW = 1, 101, 113, 0, 228
TCP, FIRST_WORDS = 6, 16_384

type Frame = tuple[float, int, bytes]
"""When, on which kind of link, and what."""


@dataclass(slots=True)
class Connection:
    """One TCP connection of the recorded device."""

    at: float
    name: str = ""
    """What it said it wants: in its ClientHello, or the Host of its first request."""
    bursts: list[tuple[float, int]] = field(default_factory=list)
    """When how many bytes went either way."""
    words: bytearray = field(default_factory=bytearray)


def captures() -> dict[str, bytes]:
    """Read every capture of the archive, by name."""
    with tarfile.open(CAPTURES) as archive:
        return {
            Path(member.name).stem: archive.extractfile(member).read()  # type: ignore[union-attr]
            for member in archive
            if member.isfile()
        }


def connections(capture: bytes) -> list[Connection]:
    """Put the TCP connections to web ports together, in the order they began."""
    found: dict[tuple[bytes, bytes], Connection] = {}
    for at, link, frame in frames(capture):
        if (segment := _segment(link, frame)) is None:
            continue
        ends, data, is_ours = segment
        connection = found.setdefault(ends, Connection(at))
        if data:
            connection.bursts.append((at, len(data)))
        if data and is_ours and not connection.name and len(connection.words) < FIRST_WORDS:
            connection.words += data
            connection.name = _name(connection.words)
    return sorted(found.values(), key=lambda each: each.at)


def frames(capture: bytes) -> Iterator[Frame]:
    """Read a capture, pcap or pcapng."""
    magic = capture[:4]
    if magic == b"\x0a\x0d\x0d\x0a":
        yield from _frames_of_blocks(BytesIO(capture))
        return
    order = "<" if magic in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    finest = 1e9 if magic in (b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d") else 1e6
    (link,) = struct.unpack_from(f"{order}I", capture, 20)
    place = 24
    while place + 16 <= len(capture):
        seconds, parts, kept, _ = struct.unpack_from(f"{order}IIII", capture, place)
        yield seconds + parts / finest, link & 0xFFFF, capture[place + 16 : place + 16 + kept]
        place += 16 + kept


def _frames_of_blocks(file: BytesIO) -> Iterator[Frame]:
    order, links = "<", []
    while len(head := file.read(8)) == 8:
        if head[:4] == b"\x0a\x0d\x0d\x0a":
            order = "<" if file.read(4) == b"\x4d\x3c\x2b\x1a" else ">"
            file.seek(-4, 1)
            links = []
        kind, length = struct.unpack(f"{order}II", head)
        body = file.read(length - 8)[:-4]
        if kind == 1:
            links.append((struct.unpack_from(f"{order}H", body)[0], _units(body[8:], order)))
        elif kind == 6:
            number, high, low, kept = struct.unpack_from(f"{order}IIII", body)
            link, units = links[number]
            yield ((high << 32) + low) / units, link, body[20 : 20 + kept]


def _units(options: bytes, order: str) -> float:
    """Return how many units of time a second has."""
    while len(options) >= 4:
        code, length = struct.unpack_from(f"{order}HH", options)
        if code == 9:
            exponent = options[4]
            return float(2 ** (exponent & 127) if exponent & 128 else 10**exponent)
        options = options[4 + (length + 3) // 4 * 4 :]
    return 1e6


def _segment(link: int, frame: bytes) -> tuple[tuple[bytes, bytes], bytes, bool] | None:
    """Take a frame apart: the two ends, ours first; the bytes of TCP; whether they are ours."""
    packet = _packet(link, frame)
    if not packet:
        return None
    if packet[0] >> 4 == 4:
        length, protocol = (packet[0] & 15) * 4, packet[9]
        packet = packet[: struct.unpack_from(">H", packet, 2)[0] or None]
        source, target = packet[12:16], packet[16:20]
    else:
        length, protocol, source, target = 40, packet[6], packet[8:24], packet[24:40]
    segment = packet[length:]
    if protocol != TCP or len(segment) < 20:
        return None
    here, there = struct.unpack_from(">HH", segment)
    data = segment[(segment[12] >> 4) * 4 :]
    ends = source + segment[:2], target + segment[2:4]
    if there in (80, 443):
        return ends, data, True
    return ((ends[1], ends[0]), data, False) if here in (80, 443) else None


def _packet(link: int, frame: bytes) -> bytes:
    if link == ETHERNET:
        kind, start = frame[12:14], 14
        while kind == b"\x81\x00":
            kind, start = frame[start + 2 : start + 4], start + 4
        return frame[start:] if kind in (b"\x08\x00", b"\x86\xdd") else b""
    if link == LINUX:
        return frame[16:] if frame[14:16] in (b"\x08\x00", b"\x86\xdd") else b""
    if link == NULL:
        return frame[4:]
    return frame if link in (RAW, IPV4_RAW, 12) else b""


def _name(words: bytearray) -> str:
    if words[:1] == b"\x16":
        try:
            hello = read_hello(words)
        except NotTls:
            return ""
        return hello.name if hello else ""
    for line in bytes(words).split(b"\r\n"):
        if line.lower().startswith(b"host:"):
            return line[5:].strip().decode("ascii", "replace").partition(":")[0].lower()
    return ""
