"""A child's week as its adults read it: all that a letter says, before anybody's language."""

import json
from datetime import date
from typing import Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field

from reports.values import WeekSummary
from rules.policy import Frozen, Privacy

type Values = dict[str, str | int]
"""What a sentence needs; scopes stand as `category:games`."""


class Point(Frozen):
    """One thing the letter found: which rule found it, and what its sentence needs."""

    rule: str
    values: Values = Field(default_factory=dict)


class WeekUse(Frozen):
    """An earlier week in sums; only weeks of which something was recorded."""

    first: date
    minutes: int
    by_category: dict[str, int]
    learning: int


class Limit(Frozen):
    """What a limit allowed and what was used, day by day."""

    scope: str
    allowed: tuple[int, ...]
    """Minutes of each day, with what was given or earned on top; Monday first."""
    used: tuple[int, ...]


class Nights(Frozen):
    """Bedtime of the days that are over: minutes used in it that nobody had given."""

    days: int
    """Days on which there was a bedtime."""
    kept: int
    late: tuple[int, ...]
    """Minutes of each of the seven days."""
    given: int
    """Minutes in bedtime that an adult had given."""


class Asked(Frozen):
    """What the child asked for and what became of it; never in whose words."""

    at: AwareDatetime
    scope: str
    minutes: int
    """0: no length was named."""
    state: str
    by: str
    reasoned: bool
    """The child said why."""


class Earned(Frozen):
    """Minutes a day got on top: a task that was done, an answer, a gift."""

    day: date
    minutes: int
    why: str
    by: str


class Worry(Frozen):
    """An alert, without the words."""

    at: AwareDatetime
    category: str
    level: str
    times: int
    is_open: bool


class Seen(Frozen):
    """How much of a device's time on this network came through a door."""

    device: str
    percent: int | None
    """None: it was too seldom on this network to say."""
    least: int = 0
    most: int = 100


class Typed(Frozen):
    """A search or a video, where the agreed level keeps them."""

    at: AwareDatetime
    kind: Literal["search", "video"]
    text: str


class Deed(Frozen):
    """What an adult changed."""

    at: AwareDatetime
    by: str
    what: str
    values: dict[str, str]


class FamilyLetter(Frozen):
    """Everything about one child's week, ready for page, paper, mail and table."""

    version: Literal[2] = 2
    week: WeekSummary
    earlier: tuple[WeekUse, ...] = ()
    """The four weeks before, the oldest first."""
    limits: tuple[Limit, ...] = ()
    nights: Nights | None = None
    learning: int = 0
    learning_before: int | None = None
    new_services: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    earned: tuple[Earned, ...] = ()
    searches: int = 0
    videos: int = 0
    typed: tuple[Typed, ...] = ()
    """The newest of them."""
    worries: tuple[Worry, ...] = ()
    seen: tuple[Seen, ...] = ()
    deeds: tuple[Deed, ...] = ()
    went_well: tuple[Point, ...] = ()
    questions: tuple[Point, ...] = ()
    """Two to begin to talk with."""
    comment: str = ""
    """The child's own words to this week."""

    @property
    def child_id(self) -> UUID:
        """Whose week it is."""
        return self.week.child_id

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing happened that a letter could tell."""
        told = (self.asked, self.earned, self.worries, self.comment)
        return self.week.is_empty and not any(told)

    def within(self, level: Privacy) -> Self:
        """Return the same letter with no more than a level lets be told."""
        if level.names_sites:
            return self if level is Privacy.PAGES else self.without_words()
        nameless = self.without_words().model_copy(
            update={
                "week": self.week.without_sites().model_copy(update={"services": ()}),
                "new_services": (),
                "asked": tuple(_nameless(each) for each in self.asked),
                "limits": tuple(each for each in self.limits if not _names(each.scope)),
                "deeds": tuple(_hostless(each) for each in self.deeds),
            }
        )
        return nameless.only_minutes() if level is Privacy.MINUTES else nameless

    def without_words(self) -> Self:
        """Return the same letter without what was searched and watched, to leave the house."""
        return self.model_copy(update={"typed": ()})

    def only_minutes(self) -> Self:
        """Return the same letter with no kind of site anywhere, where only minutes are agreed."""
        week = self.week.model_copy(
            update={
                "privacy": Privacy.MINUTES,
                "days": tuple(
                    day.model_copy(update={"by_category": _whole(day.minutes)})
                    for day in self.week.days
                ),
                "categories": (),
                "stopped": (),
                "stopped_times": 0,
                "stopped_before": None,
            }
        )
        earlier = tuple(
            each.model_copy(update={"by_category": _whole(each.minutes)}) for each in self.earlier
        )
        return self.model_copy(
            update={
                "week": week,
                "earlier": earlier,
                "searches": 0,
                "videos": 0,
                "went_well": tuple(p for p in self.went_well if not _is_about_kinds(p)),
                "questions": tuple(p for p in self.questions if not _is_about_kinds(p)),
            }
        )


NAMING = ("site:", "url:", "channel:", "video:", "send:", "list:")


def opened(text: str) -> FamilyLetter:
    """Open a letter that was kept, be it of the first version, which held the sums alone."""
    if json.loads(text).get("version") == 1:
        return FamilyLetter(week=WeekSummary.model_validate_json(text))
    return FamilyLetter.model_validate_json(text)


def _whole(minutes: int) -> dict[str, int]:
    return {"": minutes} if minutes else {}


def _names(scope: str) -> bool:
    return scope.startswith(NAMING)


def _nameless(asked: Asked) -> Asked:
    return asked.model_copy(update={"scope": "site:"}) if _names(asked.scope) else asked


def _hostless(deed: Deed) -> Deed:
    values = {key: "…" if "." in value else value for key, value in deed.values.items()}
    return deed.model_copy(update={"values": values})


def _is_about_kinds(point: Point) -> bool:
    return any(str(value).startswith(("category:", "service:")) for value in point.values.values())
