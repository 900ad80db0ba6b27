"""What a child was told today, for its card."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from rules.explain import Sentence
from rules.family import ChildRules
from rules.notices import Kind, of_age, to_parent
from store.notices import Told

MOST = 3
"""Lines on a card: the newest tell enough."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card: when a child was told something, and what."""

    at: datetime
    sentence: Sentence


def lines_of(told: Iterable[Told], child: ChildRules) -> tuple[Line, ...]:
    """Give the newest notices of a child; growing up has a place of its own."""
    mine = [each for each in told if each.child_id == child.id]
    shown = [each for each in mine if each.notice.kind is not Kind.AGE]
    return tuple(Line(each.at, to_parent(each.notice, child.name)) for each in shown[:MOST])


def growing_up(child: ChildRules, now: datetime) -> Sentence | None:
    """Say how near the end of control and recording is, in the last three months and after."""
    notice = of_age(child.birth_year, child.zone, now)
    return to_parent(notice, child.name) if notice else None
