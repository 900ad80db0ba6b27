"""Reads out of YouTube's data which video an item is, whose it is, and what a tap on it opens."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from feeds.videos.shapes import (
    BYLINES,
    SHORTS_ICONS,
    SHORTS_LOCKUP,
    SHORTS_PIVOT,
    WAYS,
)
from rules.channels import channel_of

DEEPEST = 14
"""Steps into an item; what it says of its channel lies no deeper."""

type Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Played:
    """A video that a player was told to play."""

    number: str = ""
    title: str = ""
    author: str = ""
    channels: frozenset[str] = frozenset()
    """The names of its channel: its number, its @name."""


def number_of(item: Node) -> str:
    """Return an item's own number; empty where it has none."""
    found = item.get("videoId") or item.get("contentId")
    return found if isinstance(found, str) else ""


def channels_of(item: Node) -> frozenset[str]:
    """Return every name of the channels that an item says it is of."""
    named = (_names(item[key], 0) for key in BYLINES if key in item)
    own = _of_endpoint(item.get("navigationEndpoint")) if "channelId" in item else ()
    return frozenset(name for names in (*named, own) for name in names)


def is_short(item: Node) -> bool:
    """Tell whether an item opens Shorts."""
    kind = item.get("contentType")
    if isinstance(kind, str) and kind.startswith(SHORTS_LOCKUP):
        return True
    return any(_opens_shorts(way) for way in _ways(item))


def leads_to_shorts(entry: Node) -> bool:
    """Tell whether an entry of a menu, a tab or a chip leads to Shorts."""
    icon = entry.get("icon")
    if isinstance(icon, dict) and icon.get("iconType") in SHORTS_ICONS:
        return True
    if entry.get("pivotIdentifier") == SHORTS_PIVOT or said(entry.get("text")) == "Shorts":
        return True
    return any(_opens_shorts(way) for way in _ways(entry))


def played(player: Node) -> Played:
    """Read what a player was told to play."""
    details = _node(player.get("videoDetails"))
    told = _node(_node(player.get("microformat")).get("playerMicroformatRenderer"))
    named = (
        details.get("channelId"),
        told.get("externalChannelId"),
        _after_host(told.get("ownerProfileUrl")),
    )
    return Played(
        _text(details.get("videoId")),
        _text(details.get("title")),
        _text(details.get("author")),
        frozenset(name for each in named if (name := _name(each))),
    )


def of_channel_page(data: Node) -> frozenset[str]:
    """Return the names of the channel whose own page this is; empty for any other page."""
    told = _node(_node(data.get("metadata")).get("channelMetadataRenderer"))
    named = (told.get("externalId"), _after_host(told.get("vanityChannelUrl")))
    return frozenset(name for each in named if (name := _name(each)))


def said(text: object) -> str:
    """Read a text as YouTube writes it: whole, or in runs."""
    if not isinstance(text, dict):
        return ""
    whole = text.get("simpleText") or text.get("content")
    if isinstance(whole, str):
        return whole
    runs = text.get("runs")
    return "".join(_text(_node(run).get("text")) for run in runs) if isinstance(runs, list) else ""


def _ways(item: Node) -> Iterator[Node]:
    for steps in WAYS:
        found: object = item
        for step in steps:
            found = _node(found).get(step)
        if isinstance(found, dict):
            yield found


def _opens_shorts(way: Node) -> bool:
    if "reelWatchEndpoint" in way:
        return True
    address = _node(_node(way.get("commandMetadata")).get("webCommandMetadata")).get("url")
    if not isinstance(address, str):
        return False
    path = address.partition("?")[0].rstrip("/")
    return path == "/shorts" or path.startswith("/shorts/") or path.endswith("/shorts")


def _names(node: object, depth: int) -> Iterator[str]:
    """Walk what says whose an item is; several may have made a video together."""
    if depth > DEEPEST:
        return
    if isinstance(node, list):
        for each in node:
            yield from _names(each, depth + 1)
    elif isinstance(node, dict):
        yield from _of_endpoint(node)
        for key, each in node.items():
            if key != "browseEndpoint":
                yield from _names(each, depth + 1)
    elif depth == 0 and (name := _name(node)):
        yield name


def _of_endpoint(node: object) -> Iterator[str]:
    there = _node(_node(node).get("browseEndpoint"))
    for text in (there.get("browseId"), _without_slash(there.get("canonicalBaseUrl"))):
        if name := _name(text):
            yield name


def _name(text: object) -> str:
    """Write a channel in its one form; empty for what names none."""
    if not isinstance(text, str) or (text[:2] != "UC" and text[:1] != "@"):
        return ""
    try:
        return channel_of(text)
    except ValueError:
        return ""


def _after_host(address: object) -> str:
    return unquote(_text(address).rpartition("/")[2])


def _without_slash(path: object) -> str:
    return unquote(_text(path).removeprefix("/"))


def _node(found: object) -> Node:
    return found if isinstance(found, dict) else {}


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""
