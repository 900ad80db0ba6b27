"""Reads from the page of a video what it is called and whose it is."""

import json
import re
from dataclasses import dataclass
from html import unescape

MOST = 300
DETAILS = "videoDetails"
TITLE = re.compile(r"<title[^>]*>([^<]{0,600})</title", re.IGNORECASE)
OG_TITLE = re.compile(
    r"<meta[^>]{0,80}?property=[\"']og:title[\"'][^>]{0,20}?content=(?:\"([^\"]{0,600})\"|'([^']{0,600})')",
    re.IGNORECASE,
)
CHANNEL = re.compile(
    r"<link[^>]{0,80}?itemprop=[\"']name[\"'][^>]{0,20}?content=(?:\"([^\"]{0,300})\"|'([^']{0,300})')",
    re.IGNORECASE,
)
TEXT = r'"{}"\s{{0,3}}:\s{{0,3}}("(?:[^"\\]|\\.){{0,600}}")'
NUMBER, NAME, AUTHOR = (re.compile(TEXT.format(name)) for name in ("videoId", "title", "author"))
NEAR = 20_000
"""Characters within which a page's own data tells a video's number, title and channel."""


@dataclass(frozen=True, slots=True)
class Playing:
    """The title of a video's page, and the channel where the page tells it."""

    title: str = ""
    channel: str = ""


def playing(page: bytes, video: str = "") -> Playing:
    """Read title and channel out of the beginning of a page, however it was cut."""
    text = page.decode("utf-8", "replace")
    own = _details(text, video)
    title = own.title or _met(OG_TITLE, text) or _met(TITLE, text)
    return Playing(title, own.channel or _met(CHANNEL, text))


def _details(text: str, video: str) -> Playing:
    """Read the data a page holds about its video; another video's data is not it."""
    begin = text.find(f'"{DETAILS}"')
    near = text[begin : begin + NEAR] if begin >= 0 else ""
    if not near or (video and _quoted(NUMBER, near) != video):
        return Playing()
    return Playing(_quoted(NAME, near), _quoted(AUTHOR, near))


def _quoted(pattern: re.Pattern[str], text: str) -> str:
    met = pattern.search(text)
    try:
        return _clean(json.loads(met[1])) if met else ""
    except ValueError:
        return ""


def _met(pattern: re.Pattern[str], text: str) -> str:
    met = pattern.search(text)
    return _clean(unescape(next(filter(None, met.groups()), ""))) if met else ""


def _clean(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MOST]
