"""Takes a body or an address apart into the texts that a person put in: bounded, never raises."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_to_bytes

MOST_FIELDS = 2_000
MOST_DEPTH = 24
MOST_PARTS = 200_000
MOST_FILES = 200
BOUNDARY = re.compile(r"boundary=\"?([^\";,]{1,200})", re.IGNORECASE)
NAMED = re.compile(rb"^content-disposition:[^\r\n]*", re.IGNORECASE | re.MULTILINE)
READABLE = ("json", "x-www-form-urlencoded", "multipart/form-data", "text/plain", "graphql")
"""Kinds of bodies that hold what was typed; `text/plain` is what scripts send for convenience."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a body, one after the other as they stand in it."""

    parts: tuple[str, ...]

    def joined(self) -> str:
        """Return all of them as one text; a name may be typed into two fields."""
        return " \n ".join(self.parts)


def is_readable(kind: str) -> bool:
    """Tell whether bodies of a content type can be read."""
    return any(name in kind.lower() for name in READABLE)


def texts(body: bytes, kind: str) -> Texts:
    """Return the texts of a body."""
    low = kind.lower()
    if "multipart" in low:
        return Texts(tuple(_of_parts(body, kind)))
    if "urlencoded" in low and body.lstrip()[:1] not in (b"{", b"["):
        return of_query(body)
    return Texts(tuple(_of_text(body.decode("utf-8", "replace"))))


def of_query(query: bytes | str) -> Texts:
    """Return the values of an address or a form."""
    raw = query if isinstance(query, bytes) else query.encode("utf-8", "replace")
    try:
        pairs = parse_qsl(raw.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS)
    except ValueError:
        # Too many to take apart: read as it stands.
        return Texts((unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8", "replace"),))
    return Texts(tuple(text for _, value in pairs for text in _of_text(value)))


def _of_text(text: str) -> Iterator[str]:
    """Give a text, or where it is JSON all texts in it."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            yield from _of_json(json.loads(text))
        except (ValueError, RecursionError):
            yield text
        return
    yield text


def _of_json(given: object) -> Iterator[str]:
    """Walk through a value in its order, without recursion: it may be deep on purpose."""
    waiting: list[tuple[object, int]] = [(given, 0)]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
        part, depth = waiting.pop()
        # Some pages send JSON within JSON.
        part = _inner(part) if isinstance(part, str) and depth < MOST_DEPTH else part
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict | list) and depth < MOST_DEPTH:
            inside = part.values() if isinstance(part, dict) else part
            waiting += [(each, depth + 1) for each in reversed(list(inside))]
        elif isinstance(part, int | float) and not isinstance(part, bool):
            yield str(part)


def _inner(text: str) -> object:
    if text[:1] not in ("{", "[") or text[-1:] not in ("}", "]"):
        return text
    try:
        inside = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return inside if isinstance(inside, dict | list) else text


def _of_parts(body: bytes, kind: str) -> Iterator[str]:
    """Give the fields of a form with parts; of a file nothing, it is no text that was typed."""
    found = BOUNDARY.search(kind)
    if found is None:
        return
    mark = b"--" + found[1].strip().encode("utf-8", "replace")
    for part in body.split(mark)[1 : MOST_FILES + 1]:
        head, _, value = part.partition(b"\r\n\r\n")
        named = NAMED.search(head)
        if named is None or b"filename" in named[0].lower():
            continue
        yield from _of_text(value.removesuffix(b"\r\n").decode("utf-8", "replace"))
