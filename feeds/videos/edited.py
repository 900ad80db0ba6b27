"""Takes out of a page of YouTube, or of an answer to it, what a child's rules take out."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from feeds.videos.inline import data_of, data_written, replaced
from feeds.videos.known import missing_in_answer, missing_in_page
from feeds.videos.player import players_in, plays, refuse
from feeds.videos.prune import Pruner
from feeds.videos.whose import Played, of_channel_page, played
from rules.editing import Edit
from rules.verdict import Verdict

type Say = Callable[[Verdict], tuple[str, str]]
"""Says to the child why something does not play, and what to do about it."""
type Node = dict[str, Any]

GUARD = ")]}'"
"""What stands before some answers, so that no other site can read them as a script."""


@dataclass(slots=True)
class Edited:
    """What became of a page or an answer."""

    text: str | None = None
    """Written anew; None: it goes on as it came."""
    stopped: Verdict | None = None
    """What it shows may not be seen."""
    number: str = ""
    channels: frozenset[str] = frozenset()
    """Of what was stopped."""
    missing: tuple[str, ...] = ()
    """What it should carry and does not: the site has changed."""
    played: list[Played] = field(default_factory=list)
    taken: int = 0


def edited_page(page: str, path: str, edit: Edit) -> Edited:
    """Edit a page that is opened as a whole; a video that may not play stops the page."""
    found = data_of(page)
    by_name = {data.name: data.value for data in found}
    told = Edited(missing=missing_in_page(path, by_name, edit))
    changed = []
    for data in found:
        told.played += [played(player) for player in players_in(data.value) if plays(player)]
        _judge(data.value, edit, told)
        pruner = Pruner(edit)
        pruner.prune(data.value)
        if pruner.taken:
            told.taken += pruner.taken
            changed.append(data)
    if changed and not told.stopped:
        told.text = replaced(page, changed)
    return told


def edited_answer(text: str, path: str, edit: Edit, say: Say) -> Edited:
    """Edit what a page asked for while it stays; a video that may not play is refused in it.

    Raises ValueError for what is no JSON.
    """
    guard, bare = (GUARD, text[len(GUARD) :]) if text.startswith(GUARD) else ("", text)
    data = json.loads(bare)
    told = Edited(missing=missing_in_answer(path, data, edit))
    for player in players_in(data):
        if plays(player):
            told.played.append(played(player))
            if _judge_player(player, edit, told) and told.stopped:
                refuse(player, *say(told.stopped))
                told.taken += 1
    if isinstance(data, dict) and _judge_channel(data, edit, told) and told.stopped:
        _empty(data, say(told.stopped)[0])
        told.taken += 1
    pruner = Pruner(edit)
    pruner.prune(data)
    told.taken += pruner.taken
    if told.taken:
        told.text = f"{guard}\n{data_written(data)}" if guard else data_written(data)
    return told


def _judge(data: Node, edit: Edit, told: Edited) -> None:
    for player in players_in(data):
        if plays(player):
            _judge_player(player, edit, told)
    _judge_channel(data, edit, told)


def _judge_player(player: Node, edit: Edit, told: Edited) -> bool:
    found = played(player)
    if not found.channels and not edit.is_closed:
        # Nobody knows any more whose it is: the self-test tells, and the policy lets it go on.
        return False
    return _stop(edit.stops(found.number, found.channels), found.number, found.channels, told)


def _judge_channel(data: Node, edit: Edit, told: Edited) -> bool:
    channels = of_channel_page(data)
    return bool(channels) and _stop(edit.stops("", channels), "", channels, told)


def _stop(verdict: Verdict | None, number: str, channels: frozenset[str], told: Edited) -> bool:
    if verdict is None:
        return False
    told.stopped, told.number, told.channels = verdict, number, channels
    return True


def _empty(data: Node, why: str) -> None:
    """Leave of a channel's page only why it is not shown."""
    for part in ("contents", "header", "metadata", "microformat", "onResponseReceivedActions"):
        data.pop(part, None)
    data["alerts"] = [{"alertRenderer": {"type": "ERROR", "text": {"simpleText": why}}}]
