"""What changed in what is taken out of YouTube's pages, in words."""

from collections.abc import Iterable, Iterator, Mapping

from rules.pairs import pair, switched
from rules.policy import Policy
from rules.sentences import Sentence
from rules.videos import Videos

SWITCHES: Mapping[str, Sentence] = {
    "autoplay": Sentence("YouTube, the next video by itself: {old} → {new}", {}),
    "comments": Sentence("YouTube, comments: {old} → {new}", {}),
    "home": Sentence("YouTube, suggestions on the front page: {old} → {new}", {}),
    "related": Sentence("YouTube, suggestions beside a video and at its end: {old} → {new}", {}),
    "unsure": Sentence("YouTube, what cannot be looked into: {old} → {new}", {}),
}
"""By field of `Videos`; each is a choice."""


def of_videos(before: Policy, after: Policy) -> Iterator[Sentence]:
    """Tell every change in these parts, one sentence each."""
    old, new = before.videos, after.videos
    yield from _of_switches(old, new)
    if old.only is not new.only:
        yield Sentence(
            "YouTube, only chosen channels and videos: {old} → {new}",
            switched(old.only, new.only),
        )
    for channel in _only_in(new.channels, old.channels):
        yield Sentence("The channel {channel} may play now", {"channel": channel})
    for channel in _only_in(old.channels, new.channels):
        yield Sentence("The channel {channel} was taken off the list", {"channel": channel})
    for video in _only_in(new.videos, old.videos):
        yield Sentence("The video {video} may play now", {"video": video})
    for video in _only_in(old.videos, new.videos):
        yield Sentence("The video {video} was taken off the list", {"video": video})


def _of_switches(old: Videos, new: Videos) -> Iterator[Sentence]:
    for field, said in SWITCHES.items():
        was, now = getattr(old, field), getattr(new, field)
        if was is not now:
            yield Sentence(said.message, pair("choice", was, now))


def _only_in(these: Iterable[str], those: Iterable[str]) -> list[str]:
    return sorted(set(these) - set(those))
