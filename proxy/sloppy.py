"""Heads of answers as browsers read them: what makes no sense is left out, what is said twice once.

The interception library refuses such heads. Sites that send them work without us, so they must
work through us; what goes on to the device is unambiguous. Requests are not tidied: there, strict.
"""

import re
from collections.abc import Iterator

TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
SOUND = re.compile(rb"[^\n]*+(?:\n[!#$%&'*+\-.^_`|~0-9A-Za-z]++:[^\n]*+)*+")
"""A status and fields, a line each: nearly every head is like that."""
FRAMING = re.compile(rb"\n(content-length|transfer-encoding)[ \t]*:([^\n]*)", re.IGNORECASE)
PLAIN = re.compile(rb"[ \t]*(?:[0-9]+|chunked)[ \t]*", re.IGNORECASE)
FOLDED = (b" ", b"\t")
LENGTH, CODING = b"content-length", b"transfer-encoding"
CHUNKED = b"chunked"
WITHOUT_BODY = b" 204"

type Lines = list[bytearray]


def tidied(lines: Lines) -> Lines:
    """Return the head of an answer as a browser understands it."""
    whole = b"\n".join(lines)
    framing = FRAMING.findall(whole)
    is_empty = WITHOUT_BODY in lines[0][:13]
    is_plain = not framing or (len(framing) == 1 and PLAIN.fullmatch(framing[0][1]))
    if is_plain and not is_empty and SOUND.fullmatch(whole):
        return lines
    kept = [line for line in _fields(lines[1:]) if not FRAMING.match(b"\n" + line)]
    return [lines[0], *kept, *_framing(framing, is_empty=is_empty)]


def _fields(lines: Lines) -> Iterator[bytearray]:
    """Give the fields whose names are names, each with the lines that continue it."""
    takes = False
    for line in lines:
        if line.startswith(FOLDED):
            if takes:
                yield line
            continue
        name, colon, value = line.partition(b":")
        name = name.rstrip()
        takes = bool(colon and TOKEN.fullmatch(name))
        if takes:
            yield name + colon + value


def _framing(said: list[tuple[bytes, bytes]], *, is_empty: bool) -> Lines:
    """Say once how long the body is; what contradicts itself stays, to be refused."""
    codings = [each for each in _values(said, CODING) if each != b"identity"]
    lengths = list(dict.fromkeys(_values(said, LENGTH)))
    if is_empty:
        codings = []
    if CHUNKED in codings:
        # Of both, the coding counts (RFC 9112, 6.3).
        lengths = []
    lines = [b"Transfer-Encoding: " + b",".join(dict.fromkeys(codings))] if codings else []
    return [bytearray(line) for line in [*lines, *(b"Content-Length: " + it for it in lengths)]]


def _values(said: list[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    """Return the values of a field, however many lines they stand on."""
    listed = b",".join(value for field, value in said if field.lower() == name)
    return [value.strip().lower() for value in listed.split(b",") if value.strip()]
