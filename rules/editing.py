"""What is taken out of YouTube's pages for one child at one moment: its layers together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from rules.book import LayerBook, Question, Rulebook
from rules.decide import decide, holding, pose, stand_on
from rules.scope import channel, video
from rules.spent import Spent
from rules.values import Choice
from rules.verdict import Action, Layer, Reason, Verdict
from rules.videos import with_shorts
from rules.visit import Visit

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Only:
    """What one layer lets play, as scopes: its own list, and what was granted."""

    layer: Layer
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Edit:
    """What goes out; whatever several children at one device want out goes out."""

    shorts: bool = False
    autoplay: bool = False
    comments: bool = False
    home: bool = False
    related: bool = False
    only: tuple[Only, ...] = ()
    """Each must let a video play."""
    is_closed: bool = False
    """What cannot be read is stopped, rather than left as it is."""

    def stops(self, number: str, channels: frozenset[str]) -> Verdict | None:
        """Judge a video, or a channel's own page where it has no number; None: it may be seen.

        `channels` are the names of one channel: its number, its @name. Whose is unknown is stopped
        unless the video itself was named.
        """
        named = {channel(name) for name in channels} | ({video(number)} if number else set())
        for each in self.only:
            if each.scopes.isdisjoint(named):
                rule = channel(min(channels)) if channels else video(number)
                return Verdict(Action.BLOCK, Reason.CHANNEL, each.layer, rule)
        return None

    @property
    def unread(self) -> Verdict | None:
        """Return what stops a page that cannot be read; None: it goes on as it is."""
        return Verdict(Action.BLOCK, Reason.UNREADABLE) if self.is_closed else None

    def __or__(self, other: "Edit") -> "Edit":
        return Edit(
            self.shorts or other.shorts,
            self.autoplay or other.autoplay,
            self.comments or other.comments,
            self.home or other.home,
            self.related or other.related,
            (*self.only, *other.only),
            self.is_closed or other.is_closed,
        )


AS_IT_IS = Edit()


def editing(
    rulebook: Rulebook, visit: Visit, now: datetime, spent: Mapping[str, int] | Spent
) -> Edit:
    """Tell what is taken out of a page of YouTube that itself goes on."""
    question = pose(rulebook, visit, now.timestamp(), spent)
    layers = holding(rulebook, question)
    stand_on(rulebook, layers, question)
    wanted = [_of_layer(layer, question) for layer in layers if layer.videos]
    if not wanted:
        return AS_IT_IS
    shorts = decide(rulebook, visit._replace(known=with_shorts(visit.known)), now, spent)
    return together((*wanted, Edit(shorts=shorts.blocks)))


def together(edits: Iterable[Edit]) -> Edit:
    """Take out what any of them takes out."""
    return reduce(Edit.__or__, edits, AS_IT_IS)


def _of_layer(layer: LayerBook, question: Question) -> Edit:
    videos = layer.videos
    assert videos is not None  # noqa: S101 asked before
    return Edit(
        autoplay=videos.autoplay is Choice.BLOCK,
        comments=videos.comments is Choice.BLOCK,
        home=videos.home is Choice.BLOCK,
        related=videos.related is Choice.BLOCK,
        only=(_only(layer, question),) if videos.only else (),
        is_closed=videos.unsure is Choice.BLOCK,
    )


def _only(layer: LayerBook, question: Question) -> Only:
    videos = layer.videos
    assert videos is not None  # noqa: S101 asked before
    named = {channel(name) for name in videos.channels} | {video(one) for one in videos.videos}
    granted = {
        entry.scope
        for entry in layer.grants
        if entry.width <= question.floor and entry.runs(question.at)
    }
    return Only(layer.layer, frozenset(named | granted))
