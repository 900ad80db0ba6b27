"""YouTube in place: what a policy takes out of its pages, and whose videos may be watched.

Shorts are a service of their own (`SHORTS`), known by the address: so they have a choice, hours and
minutes like any other, and this module only says where they are.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Self
from urllib.parse import unquote

from pydantic import Field, model_validator

from rules.channels import ChannelName, VideoNumber, channel_of, video_of
from rules.mistakes import Mistake
from rules.scope import service
from rules.values import Choice, Frozen
from rules.visit import Known

SITES = ("youtube.com", "youtube-nocookie.com", "youtubei.googleapis.com")
"""Where its pages and their data come from; pictures and films come from elsewhere, and stay so."""
SHORTS = "youtube-shorts"
SHORTS_SCOPE = service(SHORTS)
SHORTS_PATHS = ("/shorts", "/youtubei/v1/reel")
"""Pages, and what a page asks for while it stays."""
NONE = "-"


class Videos(Frozen):
    """What is taken out of YouTube's pages; all of it needs them opened."""

    autoplay: Choice = Choice.ALLOW
    """The next video begins by itself."""
    comments: Choice = Choice.ALLOW
    """Comments, and the chat beside a live video."""
    home: Choice = Choice.ALLOW
    """What the front page suggests."""
    related: Choice = Choice.ALLOW
    """What is suggested beside a video and at its end."""
    only: bool = False
    """Only the channels and videos named here play."""
    channels: Annotated[tuple[ChannelName, ...], Field(max_length=300)] = ()
    videos: Annotated[tuple[VideoNumber, ...], Field(max_length=1000)] = ()
    unsure: Choice = Choice.ALLOW
    """What becomes of pages that cannot be read: an app that lets nobody look inside, or pages
    that are built differently since yesterday."""

    @model_validator(mode="after")
    def _names_some(self) -> Self:
        if self.only and not (self.channels or self.videos):
            raise Mistake("Name at least one channel or video, or let all of them play.")
        return self


def is_edited(host: str) -> bool:
    """Tell whether pages or their data come from a host, so that something can be taken out."""
    return any(host == site or host.endswith(f".{site}") for site in SITES)


def at_path(host: str, known: Known, path: str) -> Known:
    """Add to what is known of a host what the path tells: that these are Shorts."""
    if not path or not is_edited(host) or not is_shorts(path):
        return known
    return replace(known, services=(SHORTS, *known.services))


def with_shorts(known: Known) -> Known:
    """Return what would be known of Shorts on a host."""
    return replace(known, services=(SHORTS, *known.services))


def is_shorts(path: str) -> bool:
    """Tell whether a path leads to Shorts, however it is spelled."""
    plain = "/" + "/".join(step for step in unquote(path).lower().split("/") if step)
    return any(plain == first or plain.startswith(f"{first}/") for first in SHORTS_PATHS)


def address_of(number: str, channel: str) -> str:
    """Write the address by which a child asks for a video or its channel; either may be empty."""
    return f"https://www.youtube.com/watch/{number or NONE}/{channel or NONE}"


def meant(host: str, path: str) -> tuple[str, str]:
    """Return the video and the channel that an address names; empty where it names none."""
    steps = [unquote(step) for step in path.split("/") if step] if is_edited(host) else []
    match steps:
        case ["watch", number, channel]:
            return _or_none(video_of, number), _or_none(channel_of, channel)
        case ["channel", channel, *_]:
            return "", _or_none(channel_of, channel)
        case [handle, *_] if handle.startswith("@"):
            return "", _or_none(channel_of, handle)
        case _:
            return "", ""


def _or_none(read: Callable[[str], str], text: str) -> str:
    try:
        return read(text)
    except ValueError:
        return ""
