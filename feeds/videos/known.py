"""The self-test: whether pages and answers of YouTube still carry what we know how to read."""

from collections.abc import Mapping
from typing import Any

from feeds.videos.player import players_in, plays
from feeds.videos.whose import of_channel_page, played
from rules.editing import Edit

type Node = dict[str, Any]

API = "/youtubei/v1/"
PLAYER = "player"
ANSWERS: Mapping[str, frozenset[str]] = {
    kind: frozenset(
        {
            *("contents", "continuationContents", "onResponseReceivedActions", "items", "overlay"),
            *("onResponseReceivedCommands", "onResponseReceivedEndpoints", "frameworkUpdates"),
            *("actions", "engagementPanels", "estimatedResults", "entries", "metadata"),
        }
    )
    for kind in ("browse", "next", "search", "guide")
}
"""Parts of which an answer of each kind has at least one."""
READ = ("browse", "next", "player", "search", "guide", "get_watch", "reel/", "live_chat/")
"""Answers in which something of what a child sees may stand."""
WATCH = frozenset({"twoColumnWatchNextResults", "singleColumnWatchNextResults"})
LISTS = frozenset({"/", "/results"})
"""Pages that are nothing without their data; others may be bare words about the site."""


def is_read(path: str) -> bool:
    """Tell whether an answer shows something; what a page merely reports home is not read."""
    return path.startswith(API) and path.removeprefix(API).startswith(READ)


def missing_in_page(path: str, data: Mapping[str, Node], edit: Edit) -> tuple[str, ...]:
    """Name what a page should carry and does not."""
    found: list[str] = []
    page, player = data.get("ytInitialData"), data.get("ytInitialPlayerResponse")
    if path in LISTS and not (page and "contents" in page):
        found.append("ytInitialData.contents")
    if path == "/watch":
        contents = page.get("contents") if page else None
        if not (isinstance(contents, dict) and WATCH & contents.keys()):
            found.append("twoColumnWatchNextResults")
        if player is not None:
            found += missing_in_player(player, edit)
    if path.startswith(("/@", "/channel/")) and not (page and of_channel_page(page)):
        found.append("channelMetadataRenderer")
    return tuple(found)


def missing_in_answer(path: str, data: object, edit: Edit) -> tuple[str, ...]:
    """Name what an answer to a page should carry and does not."""
    kind = path.removeprefix(API)
    if kind == PLAYER:
        players = list(players_in(data))
        if not players:
            return ("playabilityStatus",)
        return tuple(part for player in players for part in missing_in_player(player, edit))
    wanted = ANSWERS.get(kind)
    if wanted is None or (isinstance(data, dict) and wanted & data.keys()):
        return ()
    return (f"{kind}: contents",)


def missing_in_player(player: Node, edit: Edit) -> list[str]:
    """Name what a player's orders should say: whose video it is, where that matters."""
    if edit.only and plays(player) and not played(player).channels:
        return ["videoDetails.channelId"]
    return []
