"""Tells from its name alone whether a site looks like a betting or an adult one, and by what."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from feeds.lookalikes import plain_label, with_letters
from feeds.stems import Stems, Word, load

GAMBLING = "gambling"
MOST_LABELS = 6
MOST_SHOWN = 4
LONGEST_SHORT_NAME = 5
"""Letters beside the lucky digits of a betting house that has no other word in its name."""
SHORT_NAME = 4
DIGITS = 3
"""Points for digits next to a betting word, and for lucky ones in the same name."""
SECOND_STEM = 4
"""A second stem confirms the first; it does not count twice."""
DISGUISED = 4
"""Points for look-alike letters: nobody writes a name so by accident."""
RUNS = re.compile(r"\d+")
RUN_BEFORE = re.compile(r"\d+$")


@dataclass(frozen=True, slots=True)
class Guess:
    """What a name looks like; no category where it looks like nothing."""

    category: str = ""
    points: int = 0
    saw: tuple[str, ...] = ()
    """The parts of the name that gave it away, the weightiest first."""
    strong: bool = False
    """Whether the name alone is enough."""


NO_GUESS = Guess()


class Seen(NamedTuple):
    """A word found in a label."""

    text: str
    start: int
    end: int


class Sign(NamedTuple):
    """One thing that gives a name away."""

    category: str
    points: int
    text: str


def is_odd(host: str) -> bool:
    """Tell in a microsecond or two whether a name is worth a closer look; most are not."""
    found = STEMS.first.find_matches_as_indexes(host)
    for number, _, _ in found:
        if number < STEMS.calling:
            return True
    return "xn--" in host or host[host.rfind(".") + 1 :] in STEMS.endings


def guess(host: str, site: str) -> Guess:
    """Judge a normalised host whose registrable domain is known. Pure, never raises."""
    name, dot, ending = site.partition(".")
    if not dot or ending[-1:].isdigit():
        # A name of the own network, or an address made of numbers.
        return NO_GUESS
    below = host.removesuffix(site).split(".")
    labels = [name, *(label for label in reversed(below) if label and label != "www")]
    top = ending.rpartition(".")[2]
    # Each label speaks for itself: words of two do not add up to one sentence.
    return max((_read(label, top) for label in labels[:MOST_LABELS]), key=_points)


def _read(label: str, top: str) -> Guess:
    plain, is_mixed = plain_label(label)
    hidden = with_letters(plain)
    read = _add_up(plain, _signs(plain, top), DISGUISED if is_mixed else 0)
    if hidden == plain:
        return read
    return max(read, _add_up(hidden, _signs(hidden, top), DISGUISED), key=_points)


def _add_up(label: str, signs: list[Sign], extra: int) -> Guess:
    best = NO_GUESS
    for category in dict.fromkeys(sign.category for sign in signs):
        mine = sorted((s for s in signs if s.category == category), key=lambda s: -s.points)
        points = sum(sign.points for sign in mine)
        points -= STEMS.calm_points * len(STEMS.calm.find_matches_as_indexes(label))
        if mine[0].text in STEMS.meant:
            points += extra
        if points >= STEMS.weak and points > best.points:
            saw = tuple(dict.fromkeys(sign.text for sign in mine))[:MOST_SHOWN]
            best = Guess(category, points, saw, points >= STEMS.strong)
    return best


def _signs(label: str, top: str) -> list[Sign]:
    """List what each thing in a label is worth: words, digits, the ending of the name."""
    found = _find(label)
    stems = [
        (Sign(word.category, points, seen.text), seen)
        for at, seen in enumerate(found)
        for word in STEMS.meant[seen.text]
        if word.is_stem and (points := _worth(word, found, at, label))
    ]
    signs: list[Sign] = []
    for category in dict.fromkeys(sign.category for sign, _ in stems):
        signs += _of_stems([sign for sign, _ in stems if sign.category == category])
        signs += list(_more(category, found))[:2]
        if top in STEMS.cheap:
            signs.append(Sign(category, STEMS.cheap_points, f".{top}"))
    if top in STEMS.endings:
        signs.append(Sign(*STEMS.endings[top], f".{top}"))
    signs += _digits(label, stems)
    return signs


def _find(label: str) -> list[Seen]:
    found = STEMS.every.find_matches_as_indexes(label)
    return [Seen(STEMS.words[number], start, end) for number, start, end in found]


def _worth(word: Word, found: list[Seen], at: int, label: str) -> int:
    seen = found[at]
    left = seen.start == 0 or not label[seen.start - 1].isalpha()
    left = left or (at > 0 and found[at - 1].end == seen.start)
    right = seen.end == len(label) or not label[seen.end].isalpha()
    right = right or (at + 1 < len(found) and found[at + 1].start == seen.end)
    if left and right:
        return word.whole
    return word.begin if left else word.end if right else word.inside


def _of_stems(signs: list[Sign]) -> Iterator[Sign]:
    for turn, sign in enumerate(sorted(signs, key=lambda sign: -sign.points)[:3]):
        yield sign if turn == 0 else sign._replace(points=min(sign.points, SECOND_STEM))


def _more(category: str, found: list[Seen]) -> Iterator[Sign]:
    for seen in dict.fromkeys(found):
        for word in STEMS.meant[seen.text]:
            if not word.is_stem and word.category == category:
                yield Sign(category, word.inside, seen.text)


def _digits(label: str, stems: list[tuple[Sign, Seen]]) -> Iterator[Sign]:
    runs = RUNS.findall(label)
    lucky = [run for run in runs if run in STEMS.lucky or run[-3:] in STEMS.lucky]
    betting = [seen for sign, seen in stems if sign.category == GAMBLING]
    beside = [run for seen in betting for run in _beside(label, seen) if len(run) > 1]
    if betting and (beside or lucky):
        yield Sign(GAMBLING, DIGITS, (beside or lucky)[0])
    elif lucky and not stems and len(runs) == 1 and len(label) <= LONGEST_SHORT_NAME + len(runs[0]):
        yield Sign(GAMBLING, SHORT_NAME, label)


def _beside(label: str, seen: Seen) -> list[str]:
    """Return the digits next to a stem."""
    before, after = RUN_BEFORE.search(label, 0, seen.start), RUNS.match(label, seen.end)
    return [run[0] for run in (before, after) if run]


def _points(guess: Guess) -> int:
    return guess.points


STEMS: Stems = load()
