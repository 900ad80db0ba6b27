"""Finds what a child typed in the body that a form or a page sends: bounded, and never raises."""

import json
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlencode

from feeds.words.sent import texts

MOST_FIELDS = 200
MOST_DEPTH = 12
MOST_PARTS = 400
"""Of a body; what a page sends to a chat holds a few dozen."""
TALK = ("messages", "contents", "chat_history")
"""Where a conversation stands; its last part is what was just typed."""
SAYS = (
    "prompt",
    "query",
    "query_str",
    "question",
    "message",
    "content",
    "contents",
    "parts",
    "input",
    "text",
    "value",
)
LONGEST_WORD = 60
"""Letters of a word; what is longer is a number of a machine's."""
MINE = frozenset({"user", "human", ""})
GEMINI = "f.req"


def fields(body: bytes, kind: str) -> str:
    """Return a body as the query of an address, so that an engine's own names are met in it."""
    if _is_json(kind, body):
        given = _read(body)
        flat = given if isinstance(given, dict) else {}
        return urlencode({name: text for name, text in flat.items() if isinstance(text, str)})
    return urlencode(_form(body))


def of_json(body: bytes, name: str) -> str:
    """Return a text field at the top of a JSON body; empty where there is none."""
    given = _read(body)
    found = given.get(name) if isinstance(given, dict) else None
    return found if isinstance(found, str) else ""


def said(body: bytes, kind: str = "") -> str:
    """Return what was typed last into a chat; empty where nothing is found."""
    return _by_shape(body, kind) or longest(texts(body, kind).parts)


def longest(parts: Iterable[str]) -> str:
    """Return the longest text that looks like somebody's words: for chats of a shape unknown."""
    return max((part for part in parts if _is_words(part)), key=len, default="")


def _is_words(part: str) -> bool:
    words = part.split()
    return len(words) > 1 and max(map(len, words)) <= LONGEST_WORD and any(map(str.isalpha, words))


def _by_shape(body: bytes, kind: str) -> str:
    if _is_json(kind, body):
        return " ".join(_said(_read(body), MOST_DEPTH))
    form = dict(_form(body))
    if GEMINI in form:
        return _gemini(form[GEMINI])
    return " ".join(form[name] for name in SAYS if name in form)


def _is_json(kind: str, body: bytes) -> bool:
    return "json" in kind or body.lstrip()[:1] in (b"{", b"[")


def _read(body: bytes | str) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _form(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return []


def _said(part: object, depth: int) -> Iterator[str]:
    """Walk towards what was typed: the last thing of a conversation, else a field that says it."""
    if depth <= 0:
        return
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for each in part[-MOST_PARTS:]:
            yield from _said(each, depth - 1)
    elif isinstance(part, dict):
        yield from _of(part, depth)


def _of(part: dict[object, object], depth: int) -> Iterator[str]:
    for name in TALK:
        talk = part.get(name)
        if isinstance(talk, list) and talk:
            mine = [each for each in talk if _is_mine(each)]
            yield from _said(mine[-1:], depth - 1)
            return
    spoken = [part[name] for name in SAYS if name in part]
    if not spoken:
        # An envelope: what was typed may lie deeper.
        spoken = [each for each in list(part.values())[:MOST_PARTS] if isinstance(each, dict)]
    for each in spoken:
        yield from _said(each, depth - 1)


def _is_mine(message: object) -> bool:
    """Tell what the child said from what the machine answered."""
    if not isinstance(message, dict):
        return True
    author = message.get("author")
    role = author.get("role") if isinstance(author, dict) else message.get("role", author)
    return str(role or "").lower() in MINE


def _gemini(text: str) -> str:
    """Read a form that holds JSON in JSON: the first text in the inner list is what was typed."""
    outer = _read(text)
    for each in outer if isinstance(outer, list) else []:
        inner = _read(each) if isinstance(each, str) else None
        if isinstance(inner, list):
            return _first_text(inner, MOST_DEPTH)
    return ""


def _first_text(part: object, depth: int) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, list) and depth > 0:
        return next((text for each in part if (text := _first_text(each, depth - 1))), "")
    return ""
