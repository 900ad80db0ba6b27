"""A stand-in for a video site: its pages, and what they ask for while they stay."""

import json
import struct
from pathlib import Path
from typing import Any

from tests.lab import tube
from tests.lab.tube import ALL, CHANNELS, GUITAR, LONG

VIDEOS = {video.number: (video.title, video.channel.name) for video in ALL.values()}
FILLING = "<script>var filling = 1;</script>" * 500
"""A real page brings a hundred kilobytes of scripts before anything else."""
SCRIPT = (Path(__file__).parent / "tube.js").read_text("utf-8")
RATE, SECONDS = 8000, 20
PAGES = frozenset({"", "results", "shorts", "channel", "watch"})
ANSWERS = {
    "guide": lambda _: tube.guide(),
    "search": lambda _: tube.results(),
    "reel/reel_watch_sequence": lambda _: tube.reels(),
}
CONTINUED = {"comments": tube.comments, "home": tube.home_more}


def is_tube(host: str) -> bool:
    """Tell whether a host is the video site."""
    return host in {"youtube.com", "www.youtube.com", "m.youtube.com"}


def has(path: str) -> bool:
    """Tell whether the site has a page at a path."""
    first = path.strip("/").partition("/")[0]
    return first in PAGES or first.startswith("@")


def details(number: str) -> dict[str, Any]:
    """Return what the site tells a player about a video."""
    video = ALL.get(number)
    return tube.player(video) if video else {"playabilityStatus": {"status": "ERROR"}}


def answer(kind: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Answer what a page asks for."""
    number, token = str(asked.get("videoId", "")), str(asked.get("continuation", ""))
    if token in CONTINUED:
        return CONTINUED[token]()
    match kind:
        case "player":
            return details(number)
        case "next":
            return tube.watch(ALL.get(number, GUITAR))
        case "reel/reel_item_watch":
            return tube.reel(ALL.get(number, tube.DANCE))
        case "browse":
            channel = CHANNELS.get(str(asked.get("browseId", "")))
            return tube.channel_page(channel, LONG) if channel else tube.home()
    return ANSWERS[kind](asked)


def watch_page(number: str, host: str = "www.youtube.com") -> str:
    """Write the page of a video."""
    return page(host, "/watch", number)


def page(host: str, path: str, number: str = "") -> str:
    """Write a page of the site, with its data where the real site has it."""
    phone = host.startswith("m.")
    first, _, rest = path.strip("/").partition("/")
    number = number or (rest if first == "shorts" else "")
    title, data, told = "YouTube", tube.home(phone=phone), ""
    if first == "watch" and number in ALL:
        video = ALL[number]
        title, data = f"{video.title} - YouTube", tube.watch(video, phone=phone)
        told = f"<script>var ytInitialPlayerResponse = {written(tube.player(video))};</script>"
    elif first == "shorts":
        data = tube.reel(ALL.get(number, tube.DANCE))
    elif first == "results":
        data = tube.results()
    elif channel := _channel(first, rest):
        data = tube.channel_page(channel, [v for v in LONG if v.channel is channel])
    held = as_string(data) if phone else written(data)
    return (
        f'<!doctype html><html lang="vi"><meta charset="utf-8">{FILLING}'
        f"<title>{title.replace('<', '&lt;')}</title>{told}"
        f"<script>var ytInitialData = {held};</script>"
        f'<h1>YouTube</h1><nav id="guide"></nav><main id="app"></main>'
        f'<p id="where">{host}{path}</p><p>{number}</p><script>{SCRIPT}</script></html>'
    )


def written(data: object) -> str:
    """Write data as the site writes it into its pages."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def as_string(data: object) -> str:
    """Write data as the site writes it for phones."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    plain = "".join(c if c.isalnum() or c in " ,:/-_." else _escaped(c) for c in text)
    return f"'{plain}'"


def _escaped(letter: str) -> str:
    code = ord(letter)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"


def sound() -> bytes:
    """Return a film for a browser to play: twenty seconds of nearly nothing."""
    samples = bytes([127, 128, 129, 128]) * (RATE * SECONDS // 4)
    form = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, RATE, RATE, 1, 8)
    data = b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", 4 + len(form) + len(data)) + b"WAVE" + form + data


def _channel(first: str, rest: str) -> tube.Channel | None:
    named = rest.partition("/")[0] if first == "channel" else first
    return next((c for c in CHANNELS.values() if named in (c.number, c.handle)), None)
