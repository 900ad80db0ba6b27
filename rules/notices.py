"""What is to be told now: minutes and hours that come to an end, play that goes on, growing up.

What is due follows from the moment alone, never from what was true before: a door that was away,
or a second one, finds the same. Each matter has a key, and is told once under it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from rules.book import Question, Rulebook
from rules.coming_of_age import days_left, ends, stage
from rules.decide import pose
from rules.explain import name
from rules.left import ANYTHING, Left, closing, limits
from rules.scope import EVERYTHING
from rules.sentences import Sentence
from rules.spent import Spent
from rules.visit import NOTHING as NO_SERVICES

BEFORE_GRANT = (5, 1)
"""Minutes before extra time ends at which the child is told, and then that it is over."""
OVER_FOR = 120
"""Seconds for which it is said that extra time is over."""
BEFORE_HOURS = (15, 5, 1)
"""Minutes before hours close everything at which the child is told."""
MINUTE = 60


class Kind(StrEnum):
    LEFT = "left"
    """Minutes come to an end."""
    PLAYED = "played"
    """A round of play was made, and a break is due."""
    HOURS = "hours"
    """Hours are about to close everything."""
    GRANT = "grant"
    """Extra time is about to end, or has ended."""
    AGE = "age"
    """Control and recording are about to end, or have ended."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell."""

    kind: Kind
    key: str
    """What is told once; another key is another matter."""
    scope: str = ""
    """What it is about; the name of the hours where they begin."""
    minutes: int = 0
    """The point that was reached: minutes before the end, or of play; days before growing up."""
    left: int = 0
    """What is left now, in minutes or days."""
    limit: int = 0
    week: bool = False
    """The limit is that of a week."""
    until: datetime | None = None
    """When hours begin, or control ends."""


def due(
    rulebook: Rulebook,
    now: datetime,
    spent: Mapping[str, int] | Spent,
    categories: Mapping[str, str] = NO_SERVICES,
) -> list[Notice]:
    """List what a child who is online now is to be told of minutes and hours."""
    if now.timestamp() >= rulebook.ends:
        return []
    question = pose(rulebook, ANYTHING, now.timestamp(), spent)
    found = limits(rulebook, now, spent, categories)
    ending = _of_grants(rulebook, now)
    return [
        *ending,
        *_of_hours(rulebook, now),
        *_of_minutes(found, question),
        *_of_play(found, question),
    ]


def of_age(birth_year: int | None, zone: str, now: datetime) -> Notice | None:
    """Tell how near the end of control and recording is, in the last three months and after."""
    if birth_year is None:
        return None
    reached = stage(birth_year, zone, now)
    if reached is None:
        return None
    left, end = max(days_left(birth_year, zone, now), 0), ends(birth_year, zone)
    key = f"{Kind.AGE}:{end.year}:{reached}"
    return Notice(Kind.AGE, key, minutes=reached, left=left, until=end)


def to_child(notice: Notice) -> Sentence:
    """Say a notice to the child."""
    return TO_CHILD[notice.kind](notice, _values(notice, ""))


def to_parent(notice: Notice, child: str) -> Sentence:
    """Say to an adult what a child was told."""
    return TO_PARENT[notice.kind](notice, _values(notice, child))


def reached(points: Iterable[int], left: float) -> int | None:
    """Return the nearest point that what is left has reached.

    Somebody who was away for a while is told once, and what is true now.
    """
    return min((point for point in points if left <= point), default=None)


def _of_hours(rulebook: Rulebook, now: datetime) -> Iterator[Notice]:
    turn = closing(rulebook, now)
    if turn is None:
        return
    label, moment = turn
    seconds = (moment - now).total_seconds()
    point = reached(BEFORE_HOURS, seconds / MINUTE)
    if point is not None:
        key = f"{Kind.HOURS}:{moment:%Y-%m-%dT%H:%MZ}:{point}"
        left = -int(-seconds // MINUTE)
        yield Notice(Kind.HOURS, key, label, point, left, until=moment)


def _of_grants(rulebook: Rulebook, now: datetime) -> Iterator[Notice]:
    """List extra time that ends or has just ended; one grant may lift several layers."""
    at = now.timestamp()
    lifting = (
        entry for layer in rulebook.layers for entry in (*layer.free, *layer.grants, *layer.pages)
    )
    for scope, since, until in sorted({(each.scope, each.since, each.until) for each in lifting}):
        if not since <= at < until + OVER_FOR:
            continue
        points = [point for point in BEFORE_GRANT if point * MINUTE < until - since]
        point = reached((*points, 0), (until - at) / MINUTE)
        if point is not None:
            end = datetime.fromtimestamp(until, UTC)
            key = f"{Kind.GRANT}:{end:%Y-%m-%dT%H:%M:%SZ}:{scope}:{point}"
            left = max(-int(-(until - at) // MINUTE), 0)
            yield Notice(Kind.GRANT, key, scope, point, left, until=end)


def _of_minutes(found: Iterable[Left], question: Question) -> Iterator[Notice]:
    """List the points of what is left; of several limits of one scope the tightest is told."""
    told: set[str] = set()
    for each in found:
        # Whoever has five minutes a day is not warned of them in the morning.
        points = [point for point in each.entry.warn if point < each.limit]
        point = reached(points, each.left)
        if point is not None and each.scope not in told:
            told.add(each.scope)
            yield _left(each, point, question)


def _left(each: Left, point: int, question: Question) -> Notice:
    # More minutes are another limit: they come to an end once more, and it is told once more.
    key = f"{Kind.LEFT}:{_stretch(each, question)}:{each.scope}:{each.limit}:{point}"
    return Notice(
        Kind.LEFT, key, each.scope, point, left=each.left, limit=each.limit, week=each.is_week
    )


def _of_play(found: Iterable[Left], question: Question) -> Iterator[Notice]:
    """List the latest full rounds of use."""
    for each in found:
        every = each.entry.every
        done = each.used // every * every if every and not each.is_week else 0
        if done:
            key = f"{Kind.PLAYED}:{_stretch(each, question)}:{each.scope}:{done}"
            yield Notice(Kind.PLAYED, key, each.scope, done, left=each.left, limit=each.limit)


def _stretch(each: Left, question: Question) -> str:
    """Name the local day, or the week by its first day, counted since the epoch."""
    wall = question.wall
    return f"w{wall.today - wall.day}" if each.is_week else f"d{wall.today}"


def _values(notice: Notice, child: str) -> dict[str, object]:
    return {
        "child": child,
        "time": ("minutes", str(notice.left)),
        "played": ("minutes", str(notice.minutes)),
        "most": ("minutes", str(notice.limit)),
        "what": name(notice.scope),
        "hours": ("hours", notice.scope),
        "until": notice.until,
    }


def _left_to_child(notice: Notice, values: Mapping[str, object]) -> Sentence:
    if not notice.left:
        return Sentence("Your time for {what} is used up.", values)
    if notice.scope == EVERYTHING:
        return Sentence("You have {time} online left.", values)
    return Sentence("You have {time} of {what} left.", values)


def _left_to_parent(notice: Notice, values: Mapping[str, object]) -> Sentence:
    if not notice.left:
        return Sentence("{child} was told: the time for {what} is used up.", values)
    return Sentence("{child} was told: {time} of {what} left.", values)


def _hours_to_child(_: Notice, values: Mapping[str, object]) -> Sentence:
    return Sentence("“{hours}” begins at {until}.", values)


def _hours_to_parent(_: Notice, values: Mapping[str, object]) -> Sentence:
    return Sentence("{child} was told: “{hours}” begins at {until}.", values)


def _grant_to_child(notice: Notice, values: Mapping[str, object]) -> Sentence:
    if not notice.left:
        return Sentence("The extra time for {what} is over.", values)
    return Sentence("The extra time for {what} ends in {time}.", values)


def _grant_to_parent(notice: Notice, values: Mapping[str, object]) -> Sentence:
    if not notice.left:
        return Sentence("{child} was told: the extra time for {what} is over.", values)
    return Sentence("{child} was told: the extra time for {what} ends in {time}.", values)


def _played_to_child(_: Notice, values: Mapping[str, object]) -> Sentence:
    return Sentence(
        "{played} of {what} today. More than {most} a day is not good for you: take a break.",
        values,
    )


def _played_to_parent(_: Notice, values: Mapping[str, object]) -> Sentence:
    return Sentence("{child} was told to take a break: {played} of {what} today.", values)


def _age_to_child(notice: Notice, values: Mapping[str, object]) -> Sentence:
    if not notice.left:
        return Sentence("You are grown up: Hải Đăng no longer steers or writes down anything.", {})
    return Sentence(
        "From {until} on you count as grown up: Hải Đăng will no longer steer or write down"
        " anything.",
        values,
    )


def _age_to_parent(notice: Notice, values: Mapping[str, object]) -> Sentence:
    if not notice.left:
        return Sentence(
            "{child} is grown up: rules and recording have ended by themselves.", values
        )
    return Sentence(
        "{child} counts as grown up from {until} on: rules and recording will end by themselves.",
        values,
    )


type Say = Callable[[Notice, Mapping[str, object]], Sentence]
TO_CHILD: Mapping[Kind, Say] = {
    Kind.LEFT: _left_to_child,
    Kind.PLAYED: _played_to_child,
    Kind.HOURS: _hours_to_child,
    Kind.GRANT: _grant_to_child,
    Kind.AGE: _age_to_child,
}
TO_PARENT: Mapping[Kind, Say] = {
    Kind.LEFT: _left_to_parent,
    Kind.PLAYED: _played_to_parent,
    Kind.HOURS: _hours_to_parent,
    Kind.GRANT: _grant_to_parent,
    Kind.AGE: _age_to_parent,
}
