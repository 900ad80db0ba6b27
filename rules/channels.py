"""Names of YouTube channels and videos, in one form however an adult writes or pastes them."""

import re
from typing import Annotated
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import AfterValidator

from rules.mistakes import Mistake

MOST_SHOWN = 80
NUMBER = re.compile(r"UC[\w-]{22}", re.ASCII)
HANDLE = re.compile(r"@[\w.·-]{1,60}")
VIDEO = re.compile(r"[\w-]{11}", re.ASCII)
WITH_VIDEO = frozenset({"shorts", "embed", "live", "v"})
"""What stands before a video's number in a path."""


def channel_of(text: str) -> str:
    """Write a channel in its one form: @name in small letters, or its number (UC…).

    Takes addresses too. Raises ValueError saying what is wrong.
    """
    bare = text.strip()
    if "/" in bare:
        steps = [unquote(step) for step in _taken_apart(bare)[1]]
        bare = steps[1] if steps[:1] == ["channel"] and len(steps) > 1 else next(iter(steps), "")
    if NUMBER.fullmatch(bare):
        return bare
    if HANDLE.fullmatch(bare):
        return bare.casefold()
    raise Mistake(
        "“{text}” is not a channel: write its name with the @, like @kenhvui, or paste its"
        " address.",
        text=text[:MOST_SHOWN],
    )


def video_of(text: str) -> str:
    """Write a video by its number, also where an address was pasted. Raises ValueError."""
    bare = text.strip()
    if "/" in bare:
        host, steps, query = _taken_apart(bare)
        found = parse_qs(query).get("v", [""])[0]
        if host.endswith("youtu.be"):
            found = next(iter(steps), "")
        elif len(steps) > 1 and steps[0] in WITH_VIDEO:
            found = steps[1]
        bare = found
    if VIDEO.fullmatch(bare):
        return bare
    raise Mistake(
        "“{text}” is not a video: paste its address, like https://youtu.be/dQw4w9WgXcQ.",
        text=text[:MOST_SHOWN],
    )


def _taken_apart(address: str) -> tuple[str, list[str], str]:
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        host = parts.hostname or ""
    except ValueError:
        return "", [], ""
    return host, [step for step in parts.path.split("/") if step], parts.query


type ChannelName = Annotated[str, AfterValidator(channel_of)]
type VideoNumber = Annotated[str, AfterValidator(video_of)]
