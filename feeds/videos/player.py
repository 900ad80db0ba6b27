"""What a player is told to play: read, and refused where it may not."""

from collections.abc import Iterator
from typing import Any

KEPT = frozenset({"responseContext", "trackingParams"})
REFUSED = "UNPLAYABLE"
DEEPEST = 6
"""Steps to a player's orders among other data; they lie near the top."""

type Node = dict[str, Any]


def players_in(node: object, depth: int = 0) -> Iterator[Node]:
    """Find the orders of every player in some data, alone or among others."""
    if depth > DEEPEST:
        return
    if isinstance(node, list):
        for each in node:
            yield from players_in(each, depth + 1)
    elif isinstance(node, dict):
        if "playabilityStatus" in node or "streamingData" in node:
            yield node
            return
        for each in node.values():
            if isinstance(each, dict | list):
                yield from players_in(each, depth + 1)


def plays(player: Node) -> bool:
    """Tell whether a player would play something: YouTube itself refuses videos, too."""
    return "streamingData" in player


def refuse(player: Node, why: str, more: str) -> None:
    """Turn orders to play into the words that YouTube's own player shows where it must not."""
    for key in [key for key in player if key not in KEPT]:
        del player[key]
    told = {"reason": {"simpleText": why}, "subreason": {"simpleText": more}}
    player["playabilityStatus"] = {
        "status": REFUSED,
        "reason": why,
        "errorScreen": {"playerErrorMessageRenderer": told},
    }
