"""A lesson: for some minutes a class is on the sites its teacher chose, and on nothing else."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, field_validator

from rules.mistakes import Mistake
from rules.values import Frozen, Host

MOST_SITES = 60
SHORTEST, LONGEST = 5, 240
"""Minutes a lesson lasts."""


class Lesson(Frozen):
    """Only these sites, until a moment; then it is over by itself."""

    by: Annotated[str, Field(max_length=80)]
    since: datetime
    until: datetime
    sites: Annotated[tuple[Host, ...], Field(min_length=1, max_length=MOST_SITES)]

    @field_validator("since", "until")
    @classmethod
    def _aware(cls, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            raise Mistake("A moment needs its time zone.")
        return moment

    def runs(self, now: datetime) -> bool:
        """Tell whether it goes on at a moment."""
        return self.since <= now < self.until
