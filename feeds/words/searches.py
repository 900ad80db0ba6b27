"""Takes searched words and watched videos out of an address, where an address could be seen."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import SplitResult, parse_qsl, unquote_plus, urlsplit

from feeds.words.scan import DATA

ANY = "{}"
COUNTRY = 2
ENDING = 3
"""Letters of a country (vn) and, at most, of each label of an ending (com.vn)."""
MOST_WORDS = 500
"""Characters of a search; more is a program talking, not a child searching."""
MOST_FIELDS = 200
UNREAD = re.compile(r"[\x00-\x1f\x7f]+")
COUNTER = re.compile(r"^\(\d+\+?\)\s*")
"""Unread notices, which some sites put before the title of a page: (3) Title."""


@dataclass(frozen=True, slots=True)
class Searched:
    """The engine by name, and the words as they were typed."""

    engine: str
    words: str


@dataclass(frozen=True, slots=True)
class Watched:
    """The site by name, the video's own number, and its title where it is known."""

    site: str
    video: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Engine:
    name: str
    params: tuple[str, ...]
    paths: tuple[str, ...] = ()
    in_path: str = ""


@dataclass(frozen=True, slots=True)
class Video:
    name: str
    number: re.Pattern[str]
    ends: tuple[str, ...]


def speaks(host: str) -> bool:
    """Tell whether searches, videos or chats could be known by the addresses of a host."""
    listed = (_engines(), _videos())
    return is_chat(host) or any(name in table for table in listed for name in _names(host))


def is_chat(host: str) -> bool:
    """Tell whether people talk to a machine on this host."""
    return host.removeprefix("www.") in _chats()


def searched(url: str) -> Searched | None:
    """Return what was searched with this address, if it is a search."""
    parts = _parts(url)
    if parts is None:
        return None
    for host in _names(parts.hostname or ""):
        for engine in _engines().get(host, ()):
            if words := _words(engine, parts):
                return Searched(engine.name, words)
    return None


def watched(url: str, page_title: str = "") -> Watched | None:
    """Return the video of this address, named by the title of its page where that was seen."""
    parts = _parts(url)
    if parts is None:
        return None
    place = f"{parts.path}?{parts.query}" if parts.query else parts.path
    for host in _names(parts.hostname or ""):
        for video in _videos().get(host, ()):
            if met := video.number.search(place):
                return Watched(video.name, met[1], _title(video, page_title))
    return None


def named(video: Watched, page_title: str) -> Watched:
    """Give a video the title its page bears, freed of what the site puts around it."""
    of_site = (each for found in _videos().values() for each in found if each.name == video.site)
    known = next(of_site, None)
    return replace(video, title=_title(known, page_title)) if known else video


def _parts(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _names(host: str) -> Iterator[str]:
    """Give the names under which a host may be listed, the surest first."""
    for front in ("", "www.", "m.", "vn."):
        if host.startswith(front):
            bare = host.removeprefix(front)
            yield bare
            labels = bare.split(".")
            for ending in (1, 2):
                if len(labels) > ending and all(len(each) <= ENDING for each in labels[-ending:]):
                    yield ".".join([*labels[:-ending], ANY])
            if len(labels[0]) == COUNTRY:
                yield ".".join([ANY, *labels[1:]])


def _words(engine: Engine, parts: SplitResult) -> str:
    if engine.in_path:
        if not parts.path.startswith(engine.in_path):
            return ""
        return _clean(unquote_plus(parts.path.removeprefix(engine.in_path).split("/")[0]))
    if engine.paths and not parts.path.startswith(engine.paths):
        return ""
    try:
        fields = dict(reversed(parse_qsl(parts.query, max_num_fields=MOST_FIELDS)))
    except ValueError:
        return ""
    return next((_clean(fields[name]) for name in engine.params if name in fields), "")


def _clean(words: str) -> str:
    return " ".join(UNREAD.sub(" ", words[:MOST_WORDS]).split())


def _title(video: Video, page_title: str) -> str:
    title = COUNTER.sub("", _clean(page_title))
    for end in video.ends:
        title = title.removesuffix(end).strip()
    return "" if title == video.name else title


@cache
def _engines() -> dict[str, tuple[Engine, ...]]:
    found: dict[str, tuple[Engine, ...]] = {}
    for name in ("searches.toml", "engines-matomo.toml"):
        for entry in tomllib.loads((DATA / name).read_text(encoding="utf-8"))["engine"]:
            engine = Engine(
                entry["name"],
                tuple(entry.get("params", ())),
                tuple(entry.get("path", ())),
                entry.get("in_path", ""),
            )
            for host in entry["hosts"]:
                bare = host.removeprefix("www.")
                found[bare] = (*found.get(bare, ()), engine)
    return found


@cache
def _videos() -> dict[str, tuple[Video, ...]]:
    found: dict[str, tuple[Video, ...]] = {}
    for entry in tomllib.loads((DATA / "searches.toml").read_text(encoding="utf-8"))["video"]:
        video = Video(entry["name"], re.compile(entry["id"]), tuple(entry["ends"]))
        for host in entry["hosts"]:
            found[host] = (*found.get(host, ()), video)
    return found


@cache
def _chats() -> frozenset[str]:
    data = tomllib.loads((DATA / "searches.toml").read_text(encoding="utf-8"))
    return frozenset(data["chats"]["hosts"])
