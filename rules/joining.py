"""Joining a class by its code: what a code looks like, and in which words a family agrees.

What a class learns of a child is personal data: as we read Law 91/2025/QH15, Art. 24, who
represents the child agrees before it is passed on, and from 7 on the child itself. A lawyer must
check this.
"""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from rules.roster import Enrolled, folded
from rules.sentences import NONE, Sentence

WORDING = "2026-11b"
"""The version of the words below; a test holds that it changes whenever they do."""
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""What a code is made of: nothing that looks like something else."""
LENGTH = 8
HALF = 4
KEPT = timedelta(days=30)
"""How long a request that nobody answered waits."""


class State(StrEnum):
    """What became of a family's wish to join a class."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """Taken back by the family before anybody answered."""
    LEFT = "left"
    """It was accepted, and the child belongs no more."""


AGREED = (
    Sentence(
        "{group} gets {child}’s name and year of birth. Its teachers and those who run the school"
        " see them in the list of pupils, and that you, {adult}, asked.",
        NONE,
    ),
    Sentence(
        "From what {child} does online it gets numbers of the whole class: minutes in lessons, in"
        " breaks and at other times, kinds of sites, learning sites that at least three pupils"
        " opened, what was stopped and why, and how many alerts there were. No name stands there.",
        NONE,
    ),
    Sentence(
        "For its own studies the school can take a file along with minutes by kind of site for"
        " each pupil and day, under a sign instead of the name. Who knows the class well might"
        " still guess who is meant. Above the school only numbers of ten or more are told.",
        NONE,
    ),
    Sentence(
        "It never gets {child}’s sites, pages, searches or videos, your letters, or whom an alert"
        " is about.",
        NONE,
    ),
    Sentence(
        "The rules of the class, the school and those above are added to yours on every device of"
        " {child} in this network, and the strictest holds. A teacher can open only chosen sites"
        " for a lesson. What {child} asks for because of a rule of the class, a teacher reads with"
        " its reason and answers.",
        NONE,
    ),
    Sentence(
        "You can take {child} out again on any day. What was counted until then stays in the"
        " numbers of the class.",
        NONE,
    ),
)


CHILD_AGREED = (
    Sentence("{adult} asks that you, {child}, join {group}. You decide with them.", NONE),
    Sentence(
        "Its teachers and those who run the school would see your name and year of birth.", NONE
    ),
    Sentence(
        "They would get numbers of the whole class: how long, with what kinds of sites, what was"
        " stopped. Not your name beside them, and never your sites, searches or videos.",
        NONE,
    ),
    Sentence(
        "The rules of the class would be added to those of your family. What you ask for because"
        " of them a teacher reads, with your reason.",
        NONE,
    ),
    Sentence(
        "You may say no. Nobody is cross with you, and then you do not join.",
        NONE,
    ),
)


def wording(*, child: str, group: str, adult: str) -> tuple[Sentence, ...]:
    """Say what a family agrees to, in the words of today."""
    values: dict[str, object] = {"child": child, "group": group, "adult": adult}
    return tuple(Sentence(each.message, values) for each in AGREED)


def child_wording(*, child: str, group: str, adult: str) -> tuple[Sentence, ...]:
    """Say to the child itself what it agrees to."""
    values: dict[str, object] = {"child": child, "group": group, "adult": adult}
    return tuple(Sentence(each.message, values) for each in CHILD_AGREED)


def tidied(typed: str) -> str:
    """Return a code as it is kept, from what somebody typed: in small letters, with spaces."""
    return "".join(sign for sign in typed.upper() if sign in LETTERS)


def spaced(code: str) -> str:
    """Write a code as people read it: ABCD-EFGH."""
    return f"{code[:HALF]}-{code[HALF:]}"


def alike(name: str, birth_year: int, pupils: Iterable[Enrolled]) -> list[Enrolled]:
    """List the pupils of a roster who may be this child: same name and year, without a family."""
    wanted = folded(name)
    return [
        pupil
        for pupil in pupils
        if pupil.at_home and pupil.birth_year == birth_year and _plain(pupil) == wanted
    ]


def _plain(pupil: Enrolled) -> str:
    """Return a pupil's name without the number that tells two of one name apart."""
    return folded(pupil.name.removesuffix(f" ({pupil.number})") if pupil.number else pupil.name)
