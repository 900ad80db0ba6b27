"""Earned minutes: tasks worth minutes, and learning that earns minutes elsewhere."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from rules.actor import ActorKind
from rules.mistakes import Mistake
from rules.policy import Frozen
from rules.scope import EVERYTHING, Scope, category
from rules.sentences import Sentence

MOST_MINUTES = 12 * 60
LEARNING_SCOPE = category("learning")

type Minutes = Annotated[int, Field(ge=1, le=MOST_MINUTES)]


class Credit(Frozen):
    """Minutes added to an allowance on one local day: by a task, an ask, or an adult's gift."""

    id: UUID
    child_id: UUID
    day: date
    scope: Scope = EVERYTHING
    minutes: Minutes
    by: str
    """The adult who gave them."""
    why: Annotated[str, Field(max_length=300)] = ""


class Exchange(Frozen):
    """Minutes on one scope that earn minutes of another, up to so many a day."""

    id: UUID
    child_id: UUID
    source: Scope = LEARNING_SCOPE
    target: Scope = EVERYTHING
    give: Annotated[int, Field(ge=1, le=240)] = 2
    """For so many minutes of the source …"""
    get: Annotated[int, Field(ge=1, le=240)] = 1
    """… the child gets so many of the target."""
    most: Minutes = 60

    @model_validator(mode="after")
    def _no_circle(self) -> Self:
        if self.source in (self.target, EVERYTHING):
            raise Mistake("Choose something particular that earns minutes of something else.")
        return self

    def earned(self, spent: int) -> int:
        """Return what so many minutes of the source have earned; only whole rounds count."""
        return min(self.most, spent // self.give * self.get)


def earned(
    credits_: Iterable[Credit],
    exchanges: Iterable[Exchange],
    day: date,
    spent: Mapping[str, int],
) -> dict[str, int]:
    """Return the minutes added to each scope's allowance on a day, given minutes spent that day."""
    added: dict[str, int] = {}
    for credit in credits_:
        if credit.day == day:
            added[credit.scope] = added.get(credit.scope, 0) + credit.minutes
    for exchange in exchanges:
        if more := exchange.earned(spent.get(exchange.source, 0)):
            added[exchange.target] = added.get(exchange.target, 0) + more
    return added


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    """The child says so."""
    CONFIRMED = "confirmed"
    """An adult has seen it, and the minutes were credited."""


class Task(Frozen):
    """Something to do that is worth minutes."""

    id: UUID
    child_id: UUID
    title: Annotated[str, Field(min_length=1, max_length=120)]
    minutes: Minutes
    scope: Scope = EVERYTHING
    daily: bool = False
    """Comes back every day, instead of once."""
    state: TaskState = TaskState.OPEN
    day: date | None = None
    """The local day on which the child did it."""
    by: str
    """The adult who set it."""
    made: datetime


def task_seen(task: Task, today: date) -> Task:
    """Return a task as it stands on a day: a daily one confirmed on an earlier day is open again.

    What was done and not yet looked at stays until an adult looks.
    """
    again = task.daily and task.state is TaskState.CONFIRMED and task.day != today
    return task.model_copy(update={"state": TaskState.OPEN, "day": None}) if again else task


def done(task: Task, today: date) -> Task | Sentence:
    """Return a task the child has done today, or say why that cannot be."""
    task = task_seen(task, today)
    if task.state is TaskState.CONFIRMED:
        return Sentence("This task is done already.", {})
    if task.state is TaskState.DONE:
        return Sentence("This task waits for an adult to look.", {})
    return task.model_copy(update={"state": TaskState.DONE, "day": today})


def confirmed(task: Task, today: date, *, by: ActorKind) -> Task | Sentence:
    """Return a task an adult has confirmed, or say why that cannot be.

    An adult may confirm what the child did not report: they saw it done.
    """
    task = task_seen(task, today)
    if by is not ActorKind.ADULT:
        return Sentence("Only an adult confirms a task.", {})
    if task.state is TaskState.CONFIRMED:
        return Sentence("This task is done already.", {})
    return task.model_copy(update={"state": TaskState.CONFIRMED, "day": today})


def not_done(task: Task, *, by: ActorKind) -> Task | Sentence:
    """Return a task an adult sends back, or say why that cannot be."""
    if by is not ActorKind.ADULT:
        return Sentence("Only an adult confirms a task.", {})
    if task.state is not TaskState.DONE:
        return Sentence("Nobody said that this task is done.", {})
    return task.model_copy(update={"state": TaskState.OPEN, "day": None})
