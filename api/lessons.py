"""A teacher's lesson: begin, extend and end “only these sites for 45 minutes” for a class."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, Field

from api.errors import Misfit, Refused
from api.grouping import at
from api.needs import Desk
from api.verbs import policy_of, replace
from rules.hosts import normalise
from rules.lesson_sites import LONGEST, MOST_SITES, SHORTEST, Lesson
from store import grants, memberships, policies
from store.groups import Group
from words.speech import to_say

NO_SITE = to_say("Write at least one site, like olm.vn.")
NOT_A_SITE = to_say("“{text}” is no site. Write it like olm.vn.")
TOO_MANY = to_say("These are too many sites for a lesson.")
ENDED = to_say("ended the lesson in {group}")
NAMED = 10
"""So many sites of a lesson stand in the ledger."""
OVER = to_say("The lesson is over already. Begin a new one.")


class LessonIn(BaseModel):
    minutes: Annotated[int, Field(ge=SHORTEST, le=LONGEST)] = 45
    sites: Annotated[str, Field(max_length=4000)] = ""
    """Parted by spaces, commas or lines; addresses are shortened to their sites."""


class ExtendIn(BaseModel):
    minutes: Annotated[int, Field(ge=1, le=60)] = 10


@dataclass(frozen=True, slots=True)
class Room:
    """A class, and its lesson: that which runs, or the sites of the one before."""

    group: Group
    running: Lesson | None
    last: Lesson | None
    pupils: int


async def room_of(desk: Desk, group: Group) -> Room:
    """Look what goes on in a class."""
    async with desk.panel.db.read() as store:
        version = await policies.current(store, group.id)
        pupils = await memberships.members(store, group.id)
    last = version.policy.lesson if version else None
    return Room(group, last if last and last.runs(desk.now) else None, last, len(pupils))


async def begin(desk: Desk, group: Group, given: LessonIn) -> Lesson:
    """Open only some sites for a class; extra time of this class that runs is ended."""
    lesson = Lesson(
        by=desk.adult.name[:80],
        since=desk.now,
        until=desk.now + timedelta(minutes=given.minutes),
        sites=sites_of(given.sites),
    )
    what = to_say("began a lesson in {group}: {minutes} minutes, {sites}")
    named = ", ".join(lesson.sites[:NAMED]) + (", …" if len(lesson.sites) > NAMED else "")
    minutes = str(given.minutes)
    async with at(desk, group).change(what, group=group.name, minutes=minutes, sites=named) as tx:
        pupils = await memberships.members(tx.connection, group.id)
        await grants.end_all(tx, pupils, of=group.id)
        policy, number = await policy_of(tx, group.id)
        await policies.save(tx, group.id, replace(policy, lesson=lesson), expected=number)
    return lesson


async def extend(desk: Desk, group: Group, minutes: int) -> Lesson:
    """Let a lesson that runs end later. Raises Refused for one that is over."""
    async with at(desk, group).change(
        to_say("let the lesson in {group} go on for {minutes} minutes more"),
        group=group.name,
        minutes=str(minutes),
    ) as tx:
        policy, number = await policy_of(tx, group.id)
        running = _running(policy.lesson, desk.now)
        latest = running.since + timedelta(minutes=LONGEST)
        until = min(running.until + timedelta(minutes=minutes), latest)
        lesson = running.model_copy(update={"until": until})
        await policies.save(tx, group.id, replace(policy, lesson=lesson), expected=number)
    return lesson


async def end(desk: Desk, group: Group) -> None:
    """End a lesson now; its sites are kept for the next one. Raises Refused where none runs."""
    async with at(desk, group).change(ENDED, group=group.name) as tx:
        policy, number = await policy_of(tx, group.id)
        lesson = _running(policy.lesson, desk.now).model_copy(update={"until": desk.now})
        await policies.save(tx, group.id, replace(policy, lesson=lesson), expected=number)


def sites_of(text: str) -> tuple[str, ...]:
    """Read sites as people write them: addresses, lines, commas. Raises Misfit."""
    found = list(dict.fromkeys(_sites(re.split(r"[\s,;]+", text))))
    if not found:
        raise Misfit("sites", NO_SITE)
    if len(found) > MOST_SITES:
        raise Misfit("sites", TOO_MANY)
    return tuple(found)


def _sites(written: Iterable[str]) -> Iterable[str]:
    for word in filter(None, written):
        bare = re.sub(r"^[a-z]+://", "", word.strip().lower()).partition("/")[0].partition(":")[0]
        try:
            host = normalise(bare.removeprefix("www.").removeprefix("*."))
        except ValueError:
            raise Misfit("sites", NOT_A_SITE, text=word[:60]) from None
        if "." not in host:
            raise Misfit("sites", NOT_A_SITE, text=word[:60])
        yield host


def _running(lesson: Lesson | None, now: datetime) -> Lesson:
    if lesson is None or not lesson.runs(now):
        raise Refused(409, "over", OVER)
    return lesson
