"""The ledger: who changed what and who looked, searched, paged, with its chain checked."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from api.choosing import choice_of
from api.needs import Desk, TheDesk
from api.render import render
from api.routing import Router
from api.trail import authors, chain_so_far, deed_said, trail
from reports.weeks import local_day, midnight
from store.change import ActorKind
from store.ledger import Filter, LedgerLine

router = Router()
LINES = 50

type Kind = Literal["", "changed", "looked"]
type Period = Literal["", "today", "week", "month"]
DAYS = {"today": 0, "week": 6, "month": 29}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search as it stands in the address; an empty text means any."""

    by: str
    child: str
    kind: Kind
    period: Period

    @property
    def is_any(self) -> bool:
        """Tell whether nothing is left out."""
        return not (self.by or self.child or self.kind or self.period)

    def address(self, before: int | None = None) -> str:
        """Write the search as an address."""
        parts = {
            "by": self.by,
            "child": self.child,
            "kind": self.kind,
            "period": self.period,
            "before": str(before or ""),
        }
        query = urlencode({name: value for name, value in parts.items() if value})
        return f"/settings/ledger?{query}" if query else "/settings/ledger"

    def filter(self, desk: Desk) -> Filter:
        """Say the search in the store's words."""
        since = None
        if self.period:
            zone = desk.family.zone
            first = local_day(desk.now, zone) - timedelta(days=DAYS[self.period])
            since = midnight(first, zone)
        return Filter(_uuid(self.by), _uuid(self.child), self.kind, since)


def wanted_of(by: str = "", child: str = "", kind: Kind = "", period: Period = "") -> Wanted:
    """Read a search from the address."""
    return Wanted(by, child, kind, period)


@dataclass(frozen=True, slots=True)
class Day:
    """The lines of one local day."""

    day: date
    lines: list[tuple[str, LedgerLine, str]]
    """Who, where the sentence does not say so itself; the line; and the sentence."""


@router.get("/settings/ledger")
async def show(
    request: Request,
    desk: TheDesk,
    wanted: Annotated[Wanted, Depends(wanted_of)],
    *,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    who: Annotated[str, Query(max_length=60)] = "",
    again: bool = False,
) -> Response:
    """Show who changed what and who looked, newest first; `again` checks the chain anew."""
    choice = await choice_of(desk, wanted.child, who)
    wanted = replace(wanted, child=choice.chosen_id or wanted.child)
    found = await trail(desk, limit=LINES, before=before, wanted=wanted.filter(desk))
    context = {
        "days": _days(desk, found.lines),
        "older": wanted.address(found.older) if found.older else "",
        "is_first": before is None,
        "chain": await chain_so_far(desk, again=again) if before is None else None,
        "wanted": wanted,
        "authors": await authors(desk),
        "who": choice,
        "choose": lambda child: replace(wanted, child=str(child.id)).address(),
    }
    return render(request, "settings/ledger.html", context)


@router.get("/settings/ledger/chain")
async def show_chain(request: Request, desk: TheDesk) -> Response:
    """Check the chain on, and show how far it was; the page asks again until all is checked."""
    context = {"chain": await chain_so_far(desk)}
    return render(request, "settings/_chain.html", context)


def _days(desk: Desk, lines: list[LedgerLine]) -> list[Day]:
    days: list[Day] = []
    for line in lines:
        day = local_day(line.at, desk.family.zone)
        if not days or days[-1].day != day:
            days.append(Day(day, []))
        who = "" if _says_who(line) else line.by.name
        days[-1].lines.append((who, line, deed_said(desk.speech, line)))
    return days


def _says_who(line: LedgerLine) -> bool:
    """Tell whether a sentence begins with the child that made the change."""
    return line.by.kind is ActorKind.CHILD and line.what.startswith("{child}")


def _uuid(text: str) -> UUID | None:
    """Return an id; what is none finds nothing of anybody's, like an id that nobody has."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return UUID(int=0)
