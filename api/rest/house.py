"""The house itself: catalogue, doors, ledger, and what this interface offers."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from api.live import stream
from api.needs import TheDesk
from api.rest.described import Document
from api.rest.paging import MOST, Pages
from api.rest.schemas import DoorOut, Doors, LedgerOut, Named
from api.routing import Router
from api.trail import chain, deed_said, trail
from store import doors, household
from store.ledger import Filter

router = Router(tags=["house"])


@router.get("/catalogue", summary="Categories and services")
async def show_catalogue(desk: TheDesk) -> list[Named]:
    """Return every category and service with its name in the adult's language."""
    known, language = desk.panel.catalogue, desk.adult.language
    categories = [
        Named(id=each.id, name=each.names[language], icon=each.icon, kind="category")
        for each in known.categories.values()
    ]
    services = [
        Named(id=each.id, name=each.name, icon=each.icon, kind="service", category=each.category)
        for each in known.services.values()
    ]
    return categories + services


@router.get("/doors", summary="The doors and what they enforce")
async def list_doors(desk: TheDesk) -> Doors:
    """Return the doors that are alive, and whether the newest rules are in force in all."""
    async with desk.panel.db.read() as store:
        alive = await doors.alive(store, now=desk.now)
        newest = await household.revision(store)
    return Doors(
        revision=newest,
        in_force=bool(alive) and all(door.revision >= newest for door in alive),
        doors=[DoorOut.model_validate(door) for door in alive],
    )


class Wanted(BaseModel):
    """What to look for in the ledger."""

    by_id: UUID | None = None
    child_id: UUID | None = None
    kind: Literal["", "changed", "looked"] = ""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str, Field(max_length=300)] = ""
    """From the `Link` header of the page before."""


class ChainOut(BaseModel):
    lines: int
    holds: bool
    broken: int | None
    """The first line that was altered afterwards."""


@router.get("/ledger/chain", summary="Whether the ledger is as it was written")
async def show_chain(desk: TheDesk) -> ChainOut:
    """Walk the chain of the whole installation."""
    found = await chain(desk)
    return ChainOut(lines=found.lines, holds=found.broken is None, broken=found.broken)


@router.get("/ledger", summary="Who changed what")
async def list_ledger(
    desk: TheDesk,
    wanted: Annotated[Wanted, Query()],
    request: Request,
    response: Response,
) -> list[LedgerOut]:
    """Return lines of the ledger that the adult may see, newest first."""
    parts = Filter(**wanted.model_dump(exclude={"cursor", "limit"}))
    pages = Pages(request, response, wanted.limit, wanted.cursor)
    (before,) = pages.after_row(int) or (None,)
    found = await trail(desk, limit=pages.limit + 1, before=before, wanted=parts)
    return [
        LedgerOut(
            number=line.number,
            at=line.at,
            by=line.by.name,
            what=line.what,
            values=line.values,
            sentence=deed_said(desk.speech, line),
            child_id=line.child_id,
            revision=line.revision,
        )
        for line in pages.page(found.lines, lambda line: (line.number,))
    ]


@router.get("/live", include_in_schema=False)
async def listen(desk: TheDesk) -> Response:
    """Stream server-sent events: a line whenever something changed (see docs/rest.md)."""
    return stream(desk.panel)


@router.get("/openapi.json", include_in_schema=False)
async def show_openapi(request: Request) -> Response:
    """Return the OpenAPI document of this interface."""
    document: Document = request.app.state.document
    return Response(await document.read(), media_type="application/json")
