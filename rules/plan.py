"""A child's day as hours make it: from when until when everything is closed, and by which hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from rules.book import Rulebook
from rules.decide import holding, pose
from rules.left import ANYTHING

STEP = timedelta(minutes=5)
"""Hours are set in steps of five minutes or more; the rest no eye could see on a strip."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the day; `hours` names what closes it, and is empty where it is open."""

    since: datetime
    until: datetime
    hours: str


def plan(rulebook: Rulebook, begin: datetime, end: datetime) -> tuple[Part, ...]:
    """Cut a stretch of time into what is open and what hours close."""
    parts = []
    for name, group in groupby(_steps(rulebook, begin, end), key=lambda step: step[1]):
        moments = [moment for moment, _ in group]
        parts.append(Part(moments[0], min(moments[-1] + STEP, end), name))
    return tuple(parts)


def _steps(rulebook: Rulebook, begin: datetime, end: datetime) -> Iterator[tuple[datetime, str]]:
    moment = begin
    while moment < end:
        yield moment, _closed_by(rulebook, moment)
        moment += STEP


def _closed_by(rulebook: Rulebook, moment: datetime) -> str:
    question = pose(rulebook, ANYTHING, moment.timestamp(), {})
    for layer in holding(rulebook, question):
        for entry in layer.hours:
            if entry.hours.shut(question.wall):
                return entry.verdict.rule or "-"
    return ""
