"""What a week was, as one value: page, table, chart and sentences are all made from it."""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import AwareDatetime

from rules.policy import Frozen, Privacy
from rules.scope import ScopeKind, split
from rules.verdict import Reason

UNNAMED = ""
"""The category of minutes that no category claims."""


class DayUse(Frozen):
    """One local day: its minutes, each counted once."""

    day: date
    minutes: int
    by_category: dict[str, int]
    """Adds up to `minutes`: a minute with two categories counts for the one used more that week."""
    by_hour: tuple[int, ...]
    """Twenty-four numbers, wall-clock hours."""


class Use(Frozen):
    """Minutes of a category or a service, and of the same stretch a week before."""

    id: str
    minutes: int
    before: int | None


class SiteUse(Frozen):
    """A site that was opened: minutes are those with a visit, at least."""

    site: str
    category: str
    service: str
    minutes: int
    visits: int


class Stopped(Frozen):
    """What was stopped for one reason."""

    reason: Reason
    times: int
    """Minutes in which a site was stopped; an app that tries again every second counts once."""
    categories: tuple[str, ...]
    examples: tuple[str, ...]


class Given(Frozen):
    """A grant that ran in the week."""

    scope: str
    since: AwareDatetime
    minutes: int
    by: str
    reason: str


class WeekSummary(Frozen):
    """One child's week."""

    version: Literal[1] = 1
    child_id: UUID
    child_name: str
    zone: str
    first: date
    last: date
    made: datetime
    so_far: bool
    """The week is still running; `before` numbers then stop at the same weekday and minute."""
    privacy: Privacy
    days: tuple[DayUse, ...]
    minutes: int
    minutes_before: int | None
    """None where nothing at all was recorded the week before."""
    categories: tuple[Use, ...]
    services: tuple[Use, ...]
    sites: tuple[SiteUse, ...]
    new_sites: tuple[SiteUse, ...]
    is_first: bool
    """Nothing was recorded before this week, so no site can be called new."""
    stopped: tuple[Stopped, ...]
    stopped_times: int
    stopped_before: int | None
    given: tuple[Given, ...]
    closed_minutes: int | None
    """Minutes used while hours closed everything; None where there are no such hours."""

    def without_sites(self) -> Self:
        """Return the same week with no site named anywhere, where only counts are agreed."""
        nameless = tuple(group.model_copy(update={"examples": ()}) for group in self.stopped)
        given = tuple(
            grant.model_copy(update={"scope": _nameless(grant.scope)}) for grant in self.given
        )
        changed = {
            "privacy": Privacy.COUNTS,
            "sites": (),
            "new_sites": (),
            "stopped": nameless,
            "given": given,
        }
        return self.model_copy(update=changed)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all was recorded."""
        return not (self.minutes or self.stopped_times or self.sites)


NAMING = (ScopeKind.SITE, ScopeKind.URL, ScopeKind.CHANNEL, ScopeKind.VIDEO, ScopeKind.SEND)
"""Kinds of scopes that say where a child goes."""


def _nameless(scope: str) -> str:
    return f"{ScopeKind.SITE}:" if split(scope)[0] in NAMING else scope
