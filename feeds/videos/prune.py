"""Takes parts out of YouTube's data, in place, in one walk."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from feeds.videos import shapes
from feeds.videos.shapes import ENTRIES, ITEMS, MORE, SHELVES
from feeds.videos.whose import channels_of, is_short, leads_to_shorts, number_of
from rules.editing import Edit

BARE = frozenset({"trackingParams", "clickTrackingParams", "loggingDirectives"})
"""What may be left of something without it being anything."""
HELD = frozenset({"contents", "items", "content", "payload"})
"""Where a part holds what it shows."""


class Left(Enum):
    """What is left of a part."""

    SOMETHING = 0
    EMPTIED = 1
    """Its frame stands, and nothing is in it any more."""
    NOTHING = 2


@dataclass(slots=True)
class Pruner:
    """Knows what goes, and counts what went."""

    edit: Edit
    keys: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()
    taken: int = 0
    _looks_at_sections: bool = False

    def __post_init__(self) -> None:
        edit = self.edit
        wanted = (
            (edit.shorts, shapes.SHORTS, frozenset[str]()),
            (edit.comments, shapes.COMMENTS, shapes.COMMENT_SECTIONS),
            (edit.related, shapes.RELATED, shapes.RELATED_SECTIONS),
            (edit.autoplay, shapes.AUTOPLAY, frozenset[str]()),
            (bool(edit.only), shapes.AHEAD, frozenset[str]()),
        )
        chosen = [(keys, sections) for is_wanted, keys, sections in wanted if is_wanted]
        self.keys = frozenset[str]().union(*(keys for keys, _ in chosen))
        self.sections = frozenset[str]().union(*(sections for _, sections in chosen))
        self._looks_at_sections = bool(self.sections) or edit.home

    def prune(self, node: Any) -> Left:
        """Take out of a node what goes; tell what is left of it."""
        if isinstance(node, list):
            return self._list(node)
        return self._dict(node) if isinstance(node, dict) else Left.SOMETHING

    def _list(self, items: list[Any]) -> Left:
        kept = [item for item in items if self.prune(item) is Left.SOMETHING]
        if len(kept) == len(items):
            return Left.SOMETHING
        items[:] = kept
        is_some = any(not (isinstance(item, dict) and MORE & item.keys()) for item in kept)
        return Left.SOMETHING if is_some else Left.EMPTIED

    def _dict(self, node: dict[str, Any]) -> Left:
        gone: list[str] = []
        emptied = False
        for key, child in node.items():
            kind = type(child)
            if kind is dict:
                if self._goes(key, child) or self._is_spent(key, child):
                    gone.append(key)
            elif kind is list and self._list(child) is Left.EMPTIED:
                emptied = emptied or key in HELD
        if not gone:
            return Left.EMPTIED if emptied else Left.SOMETHING
        for key in gone:
            del node[key]
        if node.keys() <= BARE:
            return Left.NOTHING
        return Left.SOMETHING if HELD.isdisjoint(gone) and not emptied else Left.EMPTIED

    def _is_spent(self, key: str, child: dict[str, Any]) -> bool:
        """Look into a part; tell whether it was emptied and should not be shown empty."""
        left = self._dict(child)
        return left is Left.NOTHING or (left is Left.EMPTIED and key in SHELVES)

    def _goes(self, key: str, child: dict[str, Any]) -> bool:
        if key in self.keys:
            goes = True
        elif key in ITEMS:
            goes = self._item_goes(child)
        elif key in ENTRIES:
            goes = self.edit.shorts and leads_to_shorts(child)
        else:
            goes = self._looks_at_sections and self._section_goes(child)
        self.taken += goes
        return goes

    def _item_goes(self, item: dict[str, Any]) -> bool:
        if self.edit.shorts and is_short(item):
            return True
        if not self.edit.only:
            return False
        channels = channels_of(item)
        # A channel's own page does not say of each video whose it is; the player will ask.
        if not channels and not is_short(item):
            return False
        return self.edit.stops(number_of(item), channels) is not None

    def _section_goes(self, child: dict[str, Any]) -> bool:
        for field in shapes.SECTION_NAMES:
            name = child.get(field)
            if not isinstance(name, str):
                continue
            if name in self.sections:
                return True
            if self.edit.home and name.startswith(shapes.HOME):
                self._empty(child)
        return False

    def _empty(self, feed: dict[str, Any]) -> None:
        """Leave the front page standing, with nothing on it."""
        for field in ("contents", "continuationItems"):
            if feed.get(field):
                self.taken += 1
                feed[field] = []
        feed.pop("header", None)
