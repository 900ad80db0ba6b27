"""The part of the rules form about YouTube: as it is typed, laid out, and read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rules.channels import channel_of, video_of
from rules.mistakes import Mistake
from rules.policy import Videos
from rules.values import Choice

SWITCHES = ("autoplay", "comments", "home", "related")

type Wrong = Callable[..., None]
"""Notes a mistake: where, the message, its values."""


@dataclass(slots=True)
class VideosDraft:
    """What is taken out of YouTube's pages, as typed."""

    out: frozenset[str] = frozenset()
    """Those of `SWITCHES` that are taken out."""
    only: bool = False
    channels: str = ""
    videos: str = ""
    unsure: str = Choice.ALLOW


def videos_draft(videos: Videos) -> VideosDraft:
    """Lay it out as a form."""
    return VideosDraft(
        out=frozenset(name for name in SWITCHES if getattr(videos, name) is Choice.BLOCK),
        only=videos.only,
        channels="\n".join(videos.channels),
        videos="\n".join(videos.videos),
        unsure=videos.unsure,
    )


def videos_typed(typed: Mapping[str, list[str]]) -> VideosDraft:
    """Read it as it was sent."""
    return VideosDraft(
        out=frozenset(typed.get("videos.out", ())),
        only="videos.only" in typed,
        channels="\n".join(typed.get("videos.channels", ())),
        videos="\n".join(typed.get("videos.videos", ())),
        unsure=typed.get("videos.unsure", [Choice.ALLOW])[0],
    )


def videos_of(draft: VideosDraft, wrong: Wrong) -> dict[str, object]:
    """Make what the form describes, or note what does not fit."""
    return {
        **{name: Choice.BLOCK for name in SWITCHES if name in draft.out},
        "only": draft.only,
        "channels": _read(draft.channels, channel_of, "channels", wrong),
        "videos": _read(draft.videos, video_of, "videos", wrong),
        "unsure": draft.unsure,
    }


def _read(text: str, read: Callable[[str], str], where: str, wrong: Wrong) -> list[str]:
    found: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            found.append(read(line))
        except Mistake as mistake:
            wrong(where, mistake.sentence.message, **mistake.sentence.values)
    return list(dict.fromkeys(found))
