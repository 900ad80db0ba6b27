"""Consent: who must agree to what is written down, in which words, and what holds without it.

An adult of the family agrees for every child, and a child from 7 on for itself, too: Decree
56/2017/ND-CP, Art. 36, and the Law on Personal Data Protection 91/2025/QH15, Art. 24. Decree
356/2025 counts what somebody visits among sensitive data, for which nobody agrees by silence.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import Field

from rules.policy import Frozen, Privacy, least
from rules.sentences import NONE, Sentence

WORDING = "2026-11b"
"""The version of the words below; a test holds that it changes whenever they do."""
ASKED_FROM = 7


class Party(StrEnum):
    """Who agrees."""

    ADULT = "adult"
    CHILD = "child"


class Agreed(Frozen):
    """How much may be written down, and whether adults may be told of grave words."""

    level: Privacy = Privacy.PAGES
    words: bool = True


NOTHING = Agreed(level=Privacy.MINUTES, words=False)
"""What holds where somebody has not agreed: minutes, and nobody is told anything."""


class Consent(Frozen):
    """One answer to one wording: yes or no, and whether the yes was taken back."""

    id: UUID
    child_id: UUID
    party: Party
    yes: bool
    agreed: Agreed
    version: str
    language: str
    wording: Annotated[str, Field(max_length=8000)]
    """The words as they were shown."""
    by: str
    by_id: UUID | None = None
    at: datetime
    withdrawn: datetime | None = None
    withdrawn_by: str = ""

    @property
    def holds(self) -> bool:
        """Tell whether it is a yes that nobody took back."""
        return self.yes and self.withdrawn is None


def parties(birth_year: int | None, zone: str, now: datetime) -> tuple[Party, ...]:
    """List who must agree: a child from the year on in which it turns 7."""
    year = now.astimezone(ZoneInfo(zone)).year
    if birth_year is not None and year - birth_year < ASKED_FROM:
        return (Party.ADULT,)
    return (Party.ADULT, Party.CHILD)


def agreed(latest: Mapping[Party, Consent], needed: Iterable[Party]) -> Agreed:
    """Return what all who must agree have agreed to: the least of it."""
    given = [_given(latest.get(party)) for party in needed]
    return Agreed(
        level=least(each.level for each in given), words=all(each.words for each in given)
    )


def is_enough(consent: Consent | None, wanted: Agreed) -> bool:
    """Tell whether an answer covers what the rules want written down and told."""
    given = _given(consent)
    covers = least((given.level, wanted.level)) is wanted.level
    return covers and (given.words or not wanted.words)


def is_asked(consent: Consent | None, wanted: Agreed) -> bool:
    """Tell whether somebody is still to be asked: who said no is not asked again for the same."""
    if consent is None:
        return wanted != NOTHING
    if consent.withdrawn is not None or not consent.yes:
        return False
    return not is_enough(consent, wanted)


def _given(consent: Consent | None) -> Agreed:
    return consent.agreed if consent and consent.holds else NOTHING


# The words. Whoever changes one of them changes WORDING, too.

KEPT: Mapping[Party, Mapping[Privacy, Sentence]] = {
    Party.ADULT: {
        Privacy.MINUTES: Sentence(
            "Written down about {child}: minutes online a day, learning apart, and minutes of what"
            " a limit counts."
            " No kinds of sites, no sites, no pages.",
            NONE,
        ),
        Privacy.COUNTS: Sentence(
            "Written down about {child}: minutes and counts by kind of site (games, learning …)."
            " No site is named.",
            NONE,
        ),
        Privacy.SITES: Sentence(
            "Written down about {child}: minutes, kinds of sites, and which sites were visited."
            " Not which pages, and nothing that is typed.",
            NONE,
        ),
        Privacy.PAGES: Sentence(
            "Written down about {child}: minutes, kinds of sites, sites and pages, what is searched"
            " and which videos are watched. Never messages, passwords or what stands on a page.",
            NONE,
        ),
    },
    Party.CHILD: {
        Privacy.MINUTES: Sentence("How many minutes you are online. Not where you go.", NONE),
        Privacy.COUNTS: Sentence(
            "How many minutes you are online, and with what kind of thing: games, learning,"
            " videos. Not which sites.",
            NONE,
        ),
        Privacy.SITES: Sentence(
            "How many minutes you are online, and which sites you visit. Not which pages, and not"
            " what you type.",
            NONE,
        ),
        Privacy.PAGES: Sentence(
            "How many minutes you are online, which sites and pages you open, what you search and"
            " which videos you watch. Not what you write to others.",
            NONE,
        ),
    },
}
HEARD: Mapping[Party, Sentence] = {
    Party.ADULT: Sentence(
        "This machine reads searches and questions to AI chats for words that sound like danger,"
        " and tells the adults of the family. {child} is shown help at once.",
        NONE,
    ),
    Party.CHILD: Sentence(
        "This machine reads what you search and ask AI chats, for words that sound like danger."
        " Then you see help, and your adults are told that you may need them.",
        NONE,
    ),
}
ALWAYS: Mapping[Party, tuple[Sentence, ...]] = {
    Party.ADULT: (
        Sentence(
            "It stays on this machine, except what an adult of the family chooses to be sent:"
            " letters by mail, and messages to a phone or another program.",
            NONE,
        ),
        Sentence(
            "The adults of the family see it, and {child} sees everything, also who looked and who"
            " is sent letters. A class that {child} joins gets numbers without names.",
            NONE,
        ),
        Sentence(
            "Sites are forgotten after {visits} days, pages after {pages} days. Minutes stay until"
            " {child} is removed.",
            NONE,
        ),
        Sentence(
            "You can take this back at any time. From then on only minutes are written down, and"
            " rules go on as before.",
            NONE,
        ),
        Sentence(
            "You agree as parent or guardian. From the year in which {child} turns 7, {child} is"
            " asked as well.",
            NONE,
        ),
    ),
    Party.CHILD: (
        Sentence(
            "Only your adults see it, and you see everything, too: what it is, and who looked.",
            NONE,
        ),
        Sentence(
            "It stays on this machine, except what one of your adults chooses to be sent: letters"
            " by mail, and messages to a phone or another program. You see who gets letters.",
            NONE,
        ),
        Sentence("A class that you are in gets numbers, without your name.", NONE),
        Sentence("It is forgotten after {visits} days.", NONE),
        Sentence(
            "You may say no. Nobody is cross with you, and nothing is closed because of it. Then"
            " only minutes are written down.",
            NONE,
        ),
        Sentence("You may change your mind on any day.", NONE),
    ),
}


def wording(
    party: Party, wanted: Agreed, *, child: str, visits: int, pages: int
) -> tuple[Sentence, ...]:
    """Say what somebody agrees to, in the words of today."""
    values: dict[str, object] = {"child": child, "visits": visits, "pages": pages}
    said = [KEPT[party][wanted.level]]
    if wanted.words:
        said.append(HEARD[party])
    return tuple(Sentence(each.message, values) for each in (*said, *ALWAYS[party]))
