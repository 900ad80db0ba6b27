"""What is looked for in the log, as it stands in the address."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Query

from api.needs import Desk, TheDesk
from reports.weeks import local_day, midnight
from store import children, devices
from store.children import Child
from store.visits import VisitFilter

type Period = Literal["today", "yesterday", "week", "all"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search: an empty text means any."""

    child: str
    device: str
    category: str
    period: Period
    q: str
    blocked: bool

    def address(self, path: str = "/activity", **changed: str) -> str:
        """Write the search as an address."""
        parts = {
            "child": self.child,
            "device": self.device,
            "category": self.category,
            "period": "" if self.period == "week" else self.period,
            "q": self.q,
            "blocked": "1" if self.blocked else "",
            **changed,
        }
        query = urlencode({name: value for name, value in parts.items() if value})
        return f"{path}?{query}" if query else path

    def filter(self, desk: Desk) -> VisitFilter:
        """Say the search in the store's words."""
        since, until = _span(self.period, desk)
        return VisitFilter(
            child_id=_uuid(self.child),
            device_id=_uuid(self.device),
            blocked=True if self.blocked else None,
            category=self.category,
            text=self.q,
            since=since,
            until=until,
            sight=None if self.child else desk.sight,
        )


def wanted_of(
    child: str = "",
    device: str = "",
    category: str = "",
    period: Period = "week",
    q: Annotated[str, Query(max_length=100)] = "",
    *,
    blocked: bool = False,
) -> Wanted:
    """Read a search from the address."""
    return Wanted(child, device, category, period, q.strip().lower(), blocked)


type TheWanted = Annotated[Wanted, Depends(wanted_of)]


@dataclass(frozen=True, slots=True)
class People:
    """The family's children and devices by id."""

    children: dict[UUID, Child]
    devices: dict[UUID, str]
    """Their names."""
    guests: bool = False
    """Whether visits of devices that nobody knows are shown too."""


async def people_of(desk: TheDesk) -> People:
    """Load who may stand in the log."""
    async with desk.panel.db.read() as store:
        known = await devices.names_seen(store, desk.sight)
    return People({child.id: child for child in await desk.children()}, known, desk.watches_house)


async def meet(
    desk: Desk, people: People, child_ids: AbstractSet[UUID], device_ids: AbstractSet[UUID]
) -> None:
    """Take in those among some children and devices whom the adult knows."""
    fresh, things = child_ids - people.children.keys(), device_ids - people.devices.keys()
    if not fresh and not things:
        return
    async with desk.panel.db.read() as store:
        found = await children.list_all(store, ids=fresh, sight=desk.sight)
        known = await devices.names_seen(store, desk.sight, things)
    people.children.update({child.id: child for child in found})
    people.devices.update(known)


type ThePeople = Annotated[People, Depends(people_of)]


def _span(period: Period, desk: Desk) -> tuple[datetime | None, datetime | None]:
    zone = desk.family.zone
    today = local_day(desk.now, zone)
    match period:
        case "today":
            return midnight(today, zone), None
        case "yesterday":
            return midnight(today - timedelta(days=1), zone), midnight(today, zone)
        case "week":
            return midnight(today - timedelta(days=6), zone), None
        case "all":
            return None, None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
