"""What is known of a site, who says so, and what counts."""

import asyncio
from datetime import datetime

from pydantic import BaseModel, Field

from api.errors import Misfit
from api.family_lists import switch_judging
from api.needs import HouseDesk, TheDesk
from api.routing import Router
from feeds.by_name import is_on
from feeds.why import By, why
from rules.hosts import normalise
from words.speech import to_say

router = Router(tags=["record"])


class SaidOut(BaseModel):
    by: By
    source: str
    """The name of the list, our file, or what of the name gave it away."""
    says: str
    """The category or service; empty for what only protects."""
    entry: str
    line: int | None = Field(description="In our file, or in the sorted copy of a list.")
    weight: int | None
    since: datetime | None
    refreshed: datetime | None
    counts: bool
    reason: str
    """In the adult's language."""


class WhyOut(BaseModel):
    host: str
    site: str
    categories: tuple[str, ...]
    doubtful: tuple[str, ...]
    """Categories that only a weak vote gives it: shown, not acted on."""
    services: tuple[str, ...]
    never_open: bool
    never_block: bool
    said: list[SaidOut]
    """The most trusted first."""


class ByName(BaseModel):
    on: bool
    """Whether unknown sites are judged by their names."""


@router.get("/catalogue/by-name", summary="Whether unknown sites are judged by their names")
async def show_by_name(desk: TheDesk) -> ByName:
    """Return whether names are judged, for the whole house."""
    return ByName(on=await asyncio.to_thread(is_on, desk.panel.lists))


@router.put("/catalogue/by-name", summary="Judge unknown sites by their names, or not")
async def put_by_name(desk: HouseDesk, given: ByName) -> ByName:
    """Switch the judging of names on or off, for the whole house."""
    await switch_judging(desk, on=given.on)
    return given


@router.get("/catalogue/{host}", summary="What is known of a site, and why")
async def look_up(desk: TheDesk, host: str) -> WhyOut:
    """Say which lists name a site, on which line, since when, and which of them count."""
    try:
        name = normalise(host)
    except ValueError as error:
        raise Misfit("host", to_say("Please write a site like example.com.")) from error
    told = await asyncio.to_thread(why, desk.panel.catalogue, name, desk.panel.lists)
    known = told.known
    return WhyOut(
        host=told.host,
        site=told.site,
        categories=known.categories,
        doubtful=known.doubtful,
        services=known.services,
        never_open=known.never_open,
        never_block=known.never_block,
        said=[
            SaidOut(
                by=said.by,
                source=said.source,
                says=said.says,
                entry=said.entry,
                line=said.line,
                weight=said.weight,
                since=said.since,
                refreshed=said.refreshed,
                counts=said.counts,
                reason=desk.speech.sentence(said.reason),
            )
            for said in told.said
        ],
    )
