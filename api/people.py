"""What is typed about people, and what it must look like."""

import re
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, Field

from store import groups
from words.speech import to_say

EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
SHORTEST_PASSWORD = 10
COMMON = re.compile(r"(.)\1*|0?1234567890?|qwertyuiop|password\d*|matkhau\d*", re.IGNORECASE)
OLD_ZONES = {"Asia/Saigon": "Asia/Ho_Chi_Minh", "Asia/Calcutta": "Asia/Kolkata"}
"""Names that browsers still give."""
CONTINENTS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Pacific/")
FIRST_ZONES = ("Asia/Ho_Chi_Minh", "Asia/Bangkok", "Asia/Singapore", "Europe/London", "UTC")


def _email(text: str) -> str:
    if not EMAIL.fullmatch(text):
        raise ValueError(to_say("Please write an e-mail address, like name@example.com."))
    return text.lower()


def _password(text: str) -> str:
    if len(text) < SHORTEST_PASSWORD:
        raise ValueError(to_say("Please take at least 10 characters; a short sentence is good."))
    if COMMON.fullmatch(text):
        raise ValueError(to_say("This password is guessed at once. Please take another."))
    return text


def _plain(text: str) -> str:
    if not text.isprintable():
        raise ValueError(to_say("Please leave out characters that cannot be seen."))
    return text


def is_zone(name: str) -> bool:
    """Tell whether a name is a time zone."""
    return name in groups.all_zones()


def zone_guessed(name: str) -> str:
    """Return the zone a browser guesses, by its present name; Viet Nam's for nonsense."""
    present = OLD_ZONES.get(name, name)
    return present if is_zone(present) else FIRST_ZONES[0]


def _zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError(to_say("Please choose one of these."))
    return name


@lru_cache(maxsize=1)
def zones() -> list[tuple[str, str]]:
    """Return the time zones to choose from, the likeliest first."""
    places = {name for name in groups.all_zones() if name.startswith(CONTINENTS)}
    others = sorted(places - set(FIRST_ZONES) - OLD_ZONES.keys())
    return [(name, name.replace("_", " ")) for name in (*FIRST_ZONES, *others)]


type Plain = Annotated[str, AfterValidator(_plain)]
"""Text on one line, without anything invisible."""
type PersonName = Annotated[Plain, Field(min_length=1, max_length=60)]
type Email = Annotated[Plain, Field(max_length=200), AfterValidator(_email)]
type NewPassword = Annotated[str, Field(max_length=200), AfterValidator(_password)]
type ZoneName = Annotated[str, AfterValidator(_zone)]
