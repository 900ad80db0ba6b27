"""What people are told outside the pages, and when: matters, who wants which, quiet hours.

A matter is one thing to tell; it has a key, and goes over each channel at most once under it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import Field

from rules.alerts import GRAVITY, Level
from rules.radar import Coverage, Stopped, way_of
from rules.values import Frozen

A_DAY = 24 * 60
MINUTE = timedelta(minutes=1)


class Kind(StrEnum):
    ASK = "ask"
    """A child asks for something."""
    ALERT = "alert"
    """Grave words."""
    BYPASS = "bypass"
    """A child tried on and on to get around."""
    STRANGER = "stranger"
    """A device came by that is nobody's."""
    LIMIT = "limit"
    """A child’s minutes are nearly over, or a break is due."""
    COVERAGE = "coverage"
    """Much less of a device is seen than before."""
    LETTER = "letter"
    """A weekly letter could not be made."""
    WEEK = "week"
    """The weekly letter itself."""
    DAY = "day"
    """The day before, in short."""
    GROUP_WEEK = "group_week"
    """The letter of a class or school."""
    RULES = "rules"
    """Somebody else changed a child’s limits or hours."""
    DUTY = "duty"
    """Something is asked by law, or its deadline comes."""
    FEED = "feed"
    """A list from outside has trouble."""
    TOLD = "told"
    """To the child: minutes or hours that end, a break."""
    ANSWER = "answer"
    """To the child: what an adult answered."""
    TEST = "test"


FOR_ADULTS = (
    Kind.ASK, Kind.ALERT, Kind.BYPASS, Kind.STRANGER,
    Kind.LIMIT, Kind.COVERAGE, Kind.LETTER, Kind.RULES, Kind.DUTY, Kind.FEED,
    Kind.WEEK, Kind.DAY, Kind.GROUP_WEEK,
)  # fmt: skip
LETTERS = (Kind.WEEK, Kind.DAY, Kind.GROUP_WEEK)
"""Each goes by itself, at the time its reader chose; none goes before somebody chose to."""
FOR_CHILDREN = (Kind.TOLD, Kind.ANSWER)
USUAL = frozenset({Kind.ASK, Kind.ALERT, Kind.BYPASS, Kind.STRANGER, Kind.DUTY})
"""What is ticked when an adult adds a channel."""
GOOD_FOR: Mapping[Kind, timedelta] = {
    Kind.ASK: timedelta(days=1),
    Kind.ALERT: timedelta(days=3),
    Kind.LIMIT: timedelta(minutes=30),
    Kind.TOLD: timedelta(minutes=10),
    Kind.ANSWER: timedelta(hours=6),
    Kind.TEST: timedelta(minutes=10),
}
"""What is still on its way after that is told no more: it is no longer true."""
USUALLY_GOOD_FOR = timedelta(days=2)
AGAIN = tuple(timedelta(minutes=wait) for wait in (1, 5, 15, 60, 240))
"""How long to wait after each try that failed; after the last one it has failed for good."""
INSISTS = 5
"""So many minutes of a day with stopped attempts are no app that does it by itself."""
CLEARLY_LESS = 10
"""Percent between the least that was seen before and the most that is seen now."""


class Wants(Frozen):
    """What one channel is for."""

    kinds: frozenset[Kind] = USUAL
    alerts_from: Level = Level.CONCERN


class Quiet(Frozen):
    """Hours in which only a crisis is told, in minutes of the local day; across midnight too."""

    since: Annotated[int, Field(ge=0, lt=A_DAY)]
    until: Annotated[int, Field(ge=0, lt=A_DAY)]

    def ends(self, zone: str, now: datetime) -> datetime | None:
        """Return when the quiet ends that holds now; None where it does not hold."""
        local = now.astimezone(ZoneInfo(zone))
        minute = local.hour * 60 + local.minute
        if (minute - self.since) % A_DAY >= (self.until - self.since) % A_DAY:
            return None
        day = local.date() + timedelta(days=self.until <= minute)
        end = datetime(day.year, day.month, day.day, tzinfo=local.tzinfo)
        return end.replace(hour=self.until // 60, minute=self.until % 60).astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to tell."""

    kind: Kind
    key: str
    at: datetime
    child_id: UUID | None = None
    device_id: UUID | None = None
    """Whose device it is about, where several children share it."""
    about: Mapping[str, str | int | bool] = field(default_factory=dict)
    """What the sentence needs; never a child’s own words."""
    until: datetime | None = None
    """When it is no longer true, where that is known."""
    group_id: UUID | None = None
    """The class or school that may answer: its adults hear of it besides those at home.

    Of a letter it is the one whose letter it is: nobody but its own adults get it.
    """

    @property
    def is_crisis(self) -> bool:
        """Tell whether it is told at any hour."""
        return self.kind is Kind.ALERT and self.about.get("level") == Level.URGENT

    @property
    def expires(self) -> datetime:
        """Return until when it is worth telling."""
        return self.until or self.at + GOOD_FOR.get(self.kind, USUALLY_GOOD_FOR)


def is_wanted(wants: Wants, matter: Matter) -> bool:
    """Tell whether a channel is for a matter."""
    if matter.kind not in wants.kinds:
        return False
    if matter.kind is not Kind.ALERT:
        return True
    return GRAVITY[Level(str(matter.about["level"]))] >= GRAVITY[wants.alerts_from]


def due(matter: Matter, quiet: Quiet | None, zone: str, now: datetime) -> datetime:
    """Return when a matter is to be told: at once, or when the quiet hours are over."""
    if quiet is None or matter.is_crisis or matter.kind is Kind.TEST:
        return now
    return quiet.ends(zone, now) or now


def again(tries: int, now: datetime) -> datetime | None:
    """Return when to try again after so many tries; None when it has failed for good."""
    return now + AGAIN[tries - 1] if tries <= len(AGAIN) else None


def insisted(stopped: list[Stopped]) -> int:
    """Return how often a child tried to get around today; 0 where that was no insisting."""
    around = [each for each in stopped if way_of(each.reason, each.category)]
    minutes = {each.at.replace(second=0, microsecond=0) for each in around}
    return sum(each.times for each in around) if len(minutes) >= INSISTS else 0


def dropped(before: Coverage, now: Coverage) -> tuple[int, int] | None:
    """Return the least percent seen before and the most seen now, where that is clearly less."""
    if before.between is None or now.between is None:
        return None
    least, most = before.between[0], now.between[1]
    return (least, most) if most + CLEARLY_LESS <= least else None
