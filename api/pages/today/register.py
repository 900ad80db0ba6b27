"""The children of a class as lines: name, open or why not, minutes, who asks; a page at a time."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Self
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from pydantic import BaseModel, Field

from api.choosing import named
from api.consenting import is_short
from api.labels import Label, Labels, labels_of
from api.needs import Desk
from api.pages.today.cards import LATELY, ORDINARY, State, mine_of, state_of
from reports.minutes import total
from reports.weeks import local_day
from rules import explain
from rules.compile import compile_child
from rules.decide import decide
from rules.family import ChildRules, Grant
from rules.minutes import Bitmap, count
from rules.roster import by_given_name
from store import children, household, spent, visits
from store.children import Child
from store.visits import VisitRow

AT_ONCE = 40
"""Lines of a page: a class fits."""


class Place(BaseModel):
    """What part of many children is looked at, as it stands in the address."""

    group: UUID | None = None
    q: Annotated[str, Field(max_length=60)] = ""
    page: Annotated[int, Field(ge=1, le=10_000)] = 1

    @classmethod
    def of(cls, address: str) -> Self:
        """Read it from an address of Today. Raises ValueError."""
        return cls.model_validate(dict(parse_qsl(urlsplit(address).query)))

    def address(self, page: int | None = None) -> str:
        """Write it as an address."""
        parts = {"group": self.group, "q": self.q, "page": page or self.page}
        query = urlencode({k: str(v) for k, v in parts.items() if v and (k, v) != ("page", 1)})
        return f"/?{query}" if query else "/"


@dataclass(frozen=True, slots=True)
class Line:
    """One child, as short as can be."""

    child: Child
    state: State
    sentence: explain.Sentence
    minutes: int
    """Online today."""
    now: Label | None
    """What it uses just now."""
    grants: tuple[Grant, ...]
    asks: bool
    is_short: bool
    """Less is written down than the rules want, for want of agreement."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, and how many children there are in all."""

    place: Place
    lines: tuple[Line, ...]
    children: int

    @property
    def before(self) -> str:
        """Return the address of the lines before; empty at the beginning."""
        return self.place.address(self.place.page - 1) if self.place.page > 1 else ""

    @property
    def after(self) -> str:
        """Return the address of the lines after; empty at the end."""
        there = self.place.page * AT_ONCE < self.children
        return self.place.address(self.place.page + 1) if there else ""


async def page_of(
    desk: Desk, place: Place, group_ids: Iterable[UUID], asking: AbstractSet[UUID]
) -> Page:
    """Return a page of the children of a group, or of those whose names fit."""
    meant = [place.group] if place.group else list(group_ids)
    async with desk.panel.db.read() as store:
        known = await children.list_all(store, group_ids=meant, sight=desk.sight)
    if place.q:
        known = named(known, place.q)
    else:
        known.sort(key=lambda child: by_given_name(child.name))
    first = (place.page - 1) * AT_ONCE
    shown = known[first : first + AT_ONCE]
    return Page(place, tuple(await _lines(desk, shown, asking)), len(known))


async def _lines(desk: Desk, shown: list[Child], asking: AbstractSet[UUID]) -> list[Line]:
    ids, day = [child.id for child in shown], local_day(desk.now, desk.family.zone)
    async with desk.panel.db.read() as store:
        rules = await household.rules_of(store, ids, now=desk.now)
        used = await spent.load(store, child_ids=ids, day=day)
        last = await visits.last_seen(store, ids)
    labels = labels_of(desk.panel, desk.speech)
    found = []
    for child in shown:
        mine, seen = mine_of(used, child.id), last.get(child.id)
        line = _line(child, rules[child.id], mine, now=desk.now, asks=child.id in asking)
        is_now = seen is not None and desk.now - seen.last < LATELY
        found.append(replace(line, now=_label(seen, labels)) if seen and is_now else line)
    return found


def _line(
    child: Child, rules: ChildRules, used: dict[str, Bitmap], *, now: datetime, asks: bool
) -> Line:
    verdict = decide(
        compile_child(rules), ORDINARY, now, {scope: count(bits) for scope, bits in used.items()}
    )
    state, day = state_of(verdict), local_day(now, rules.zone)
    running = tuple(grant for grant in rules.grants if grant.since <= now < grant.until)
    return Line(
        child=child,
        state=state,
        sentence=explain.for_parent(verdict),
        minutes=count(total({(day, scope): bits for scope, bits in used.items()}, day)),
        now=None,
        grants=() if state is State.GROWN else running,
        asks=asks,
        is_short=is_short(rules),
    )


def _label(seen: VisitRow, labels: Labels) -> Label:
    return labels.best(seen.category, seen.service)
