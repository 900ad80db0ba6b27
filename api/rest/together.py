"""All children at once, or those of one group: a pause and taking it back, more time."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response
from pydantic import AwareDatetime, BaseModel, Field

from api import together, verbs
from api.needs import TheDesk
from api.rest.moments import until_of
from api.rest.schemas import GrantOut, PauseIn
from api.routing import Router
from store.errors import NotFound

router = Router(prefix="/everyone", tags=["moments"])


class Paused(BaseModel):
    """What a pause of all did; send it back to `undo` to take it back."""

    at: AwareDatetime
    children: list[UUID]
    """Who was paused; who was paused for longer already, or is of age, is not among them."""


class UndoIn(BaseModel):
    at: AwareDatetime


class MoreIn(BaseModel):
    minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 15


class Undone(BaseModel):
    children: list[UUID]
    """For whom all is as before; whose rules were changed since keeps them."""


async def this_table(
    desk: TheDesk,
    group_id: Annotated[UUID | None, Query(description="Only the children of this group.")] = None,
) -> UUID | None:
    """Return the group that is meant, if one is. Raises NotFound."""
    if group_id is not None and not await together.at_table(desk, group_id):
        raise NotFound
    return group_id


type Table = Annotated[UUID | None, Depends(this_table)]


@router.post("/pause", summary="Dinner time")
async def pause_everyone(desk: TheDesk, given: PauseIn, table: Table) -> Paused:
    """Stop everything for every child for whom the adult decides, until a moment or resumed."""
    dinner = await together.pause(desk, until_of(desk, given), table)
    children = [child.id for child in dinner.children]
    return Paused(at=dinner.at, children=children)


@router.post("/undo", summary="Take dinner time back")
async def undo_everyone(desk: TheDesk, given: UndoIn, table: Table) -> Undone:
    """Take a pause of everyone back: the extra time that ran goes on, too."""
    undone = await together.take_back(desk, given.at, table)
    return Undone(children=[child.id for child in undone])


@router.post("/resume", status_code=204, summary="End every pause")
async def resume_everyone(desk: TheDesk, table: Table) -> Response:
    """End every child's pause."""
    await verbs.resume(desk, await together.at_table(desk, table))
    return Response(status_code=204)


@router.post("/grants", status_code=201, summary="More time for everyone")
async def post_grants(desk: TheDesk, given: MoreIn, table: Table) -> list[GrantOut]:
    """Give every child minutes for everything, after what runs already."""
    family = await together.at_table(desk, table)
    made = [await verbs.give_minutes(desk, child, given.minutes) for child in family]
    return [GrantOut.model_validate(grant) for grant in made]
