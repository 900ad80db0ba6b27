"""Whom to believe when lists disagree: the order of trust, and what a vote must weigh to count.

1. an adult's own list: what they pasted or gave as a file;
2. what we never let be blocked: helplines, schools;
3. our own services and lists;
4. lists from outside, by their weights added up, the name of the site among them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from feeds.index import Step, Votes
from feeds.kept import ImportedList, Kind
from feeds.names import Guess

OWN_WEIGHT = 10_000
"""An adult's own list: more than all lists from outside together."""
NEEDED = 40
"""What the lists that name a host must weigh together: one usual list, or two weak ones."""
NEEDED_AT_SCHOOL = 100
"""Schools are broken into and then listed: one list alone does not close a school."""
STRONG_NAME = 50
WEAK_NAME = 20

type Ask = Callable[[], bool]


@dataclass(slots=True)
class Judged:
    """What comes of everything that is listed for a host and its parents."""

    categories: tuple[str, ...] = ()
    """By our own word, and those that enough lists vote for."""
    doubtful: tuple[str, ...] = ()
    """Those that too few vote for: shown, not acted on."""
    service: str = ""
    never_open: bool = False
    never_block: bool = False
    network_check: bool = False
    spoken: str = ""
    """The nearest name for which our own word stands: lists speak only of names below it."""
    nearest: str = ""
    """The nearest name any list speaks of: for names above it only dangers count."""
    weights: dict[str, int] = field(default_factory=dict)
    """The votes that were counted, by category."""


def weight_of(kept: ImportedList) -> int:
    """Tell what a list's vote weighs."""
    # What came from an address nobody has read line by line, whoever typed the address.
    return OWN_WEIGHT if kept.kind is Kind.OWN and not kept.source else kept.weight


def judge(
    host: str,
    steps: Iterable[Step],
    dangers: frozenset[str],
    is_school: Ask,
    guess: Callable[[], Guess],
) -> Judged:
    """Weigh what is listed for a host, the nearest name first."""
    judged = Judged()
    for name, listed in steps:
        # Who lists a host alone means the page at its www. too, and nothing more.
        is_meant = host in (name, f"www.{name}")
        ours = (*(listed.alone if is_meant else ()), *listed.categories)
        if ours or listed.service:
            _hear_us(judged, name, ours, listed.service, dangers)
        judged.never_open = judged.never_open or listed.never_open
        judged.never_block = judged.never_block or listed.never_block
        judged.network_check = judged.network_check or (is_meant and listed.network_check)
        if listed.votes or listed.votes_alone:
            _count(judged, name, listed.votes, dangers)
            if is_meant:
                _count(judged, name, listed.votes_alone, dangers)
    if not judged.spoken:
        _count_name(judged, guess, is_school)
    _decide(judged, is_school)
    return judged


def _hear_us(
    judged: Judged, name: str, categories: tuple[str, ...], service: str, dangers: frozenset[str]
) -> None:
    """Take our own word: the nearer one replaces those above, but for dangers."""
    is_danger = not dangers.isdisjoint(judged.categories) or any(
        weight >= NEEDED for category, weight in judged.weights.items() if category in dangers
    )
    if judged.spoken:
        # Below a danger nothing is harmless.
        categories = tuple(c for c in categories if c in dangers)
    # Whoever allows iCloud has not allowed the tunnel that runs below its name.
    judged.service = judged.service or ("" if is_danger else service)
    judged.categories += categories
    judged.spoken = judged.spoken or name


def _count(judged: Judged, name: str, votes: Votes, dangers: frozenset[str]) -> None:
    for category, weight in votes:
        if judged.spoken and weight < OWN_WEIGHT:
            continue
        if judged.nearest in ("", name) or category in dangers:
            judged.weights[category] = judged.weights.get(category, 0) + weight
    judged.nearest = judged.nearest or name


def _count_name(judged: Judged, guess: Callable[[], Guess], is_school: Ask) -> None:
    looks = guess()
    if looks.category and not is_school():
        weight = STRONG_NAME if looks.strong else WEAK_NAME
        judged.weights[looks.category] = judged.weights.get(looks.category, 0) + weight


def _decide(judged: Judged, is_school: Ask) -> None:
    if not judged.weights:
        return
    is_sure = all(weight >= OWN_WEIGHT for weight in judged.weights.values())
    needed = NEEDED if is_sure or not is_school() else NEEDED_AT_SCHOOL
    counted = tuple(name for name, weight in judged.weights.items() if weight >= needed)
    judged.categories += counted
    judged.doubtful = tuple(name for name in judged.weights if name not in judged.categories)
