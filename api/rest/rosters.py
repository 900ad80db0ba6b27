"""Lists of pupils as JSON: send one, see what it would do, apply it, take it back."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Body, Query, Response
from pydantic import BaseModel

from api import rostering
from api.errors import Refused
from api.grouping import ChangedSchool, TaughtGroup
from api.needs import Desk, TheDesk
from api.rest.paging import ThePages, falling
from api.rest.schemas import Noun
from api.rostering import ApplyForm, ColumnsForm
from api.routing import Router
from store import rosters
from store.groups import Group
from words.speech import to_say

router = Router(tags=["rosters"])
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class FaultOut(BaseModel):
    row: int
    text: str
    message: str
    """In the adult's language."""


class PreviewOut(BaseModel):
    id: UUID
    columns: ColumnsForm
    counts: dict[str, int]
    classes: list[str]
    """Classes that would be made."""
    faults: list[FaultOut]


class RosterChangeOut(Noun):
    id: UUID
    kind: str
    file: str
    by: str
    counts: dict[str, int]
    applied: datetime | None
    undone: datetime | None


class YearStepOut(BaseModel):
    group_id: UUID
    name: str
    to: str
    """Empty: its pupils leave."""
    pupils: int


class YearIn(BaseModel):
    names: dict[UUID, str] = {}
    """Other names than those proposed, by class; an empty one lets the pupils go."""


@router.get("/groups/{group_id}/roster", summary="What was brought in")
async def list_changes(desk: TheDesk, group: TaughtGroup, pages: ThePages) -> list[RosterChangeOut]:
    """Return lists and school years of a school or class, newest first."""
    found = await rostering.history(desk, group)
    shown = pages.cut(found, lambda one: (falling(one.applied or one.at), -one.id.int))
    return [RosterChangeOut.model_validate(one) for one in shown]


@router.post("/groups/{group_id}/roster", status_code=201, summary="Send a list of pupils")
async def post_roster(
    desk: TheDesk,
    group: TaughtGroup,
    data: Annotated[bytes, Body(media_type="application/octet-stream")],
    name: Annotated[str, Query(max_length=200)] = "",
) -> PreviewOut:
    """Read CSV, Excel or OneRoster and tell what it would do; nothing is changed yet."""
    return await _preview(desk, group, await rostering.upload(desk, group, name, data))


@router.get("/groups/{group_id}/roster/{change_id}", summary="What a list would do")
async def show_roster(desk: TheDesk, group: TaughtGroup, change_id: UUID) -> PreviewOut:
    """Tell again what a list that waits would do."""
    return await _preview(desk, group, change_id)


@router.put("/groups/{group_id}/roster/{change_id}/columns", summary="Choose columns")
async def put_columns(
    desk: TheDesk, group: TaughtGroup, change_id: UUID, given: ColumnsForm
) -> PreviewOut:
    """Choose which column means what, and tell what the list would do then."""
    await rostering.choose(desk, await rostering.waiting(desk, group, change_id), given)
    return await _preview(desk, group, change_id)


@router.post("/groups/{group_id}/roster/{change_id}/apply", summary="Bring a list in")
async def apply_roster(
    desk: TheDesk, group: TaughtGroup, change_id: UUID, given: ApplyForm
) -> RosterChangeOut:
    """Do what the preview says, all at once; rows with faults are left out."""
    change = await rostering.waiting(desk, group, change_id)
    return RosterChangeOut.model_validate(await rostering.apply(desk, group, change, given))


@router.delete("/groups/{group_id}/roster/{change_id}", status_code=204, summary="Forget a list")
async def drop_roster(desk: TheDesk, group: TaughtGroup, change_id: UUID) -> Response:
    """Forget a list that waits; nothing was changed."""
    await rostering.drop(desk, await rostering.waiting(desk, group, change_id))
    return Response(status_code=204)


@router.post("/groups/{group_id}/roster/{change_id}/undo", status_code=204, summary="Undo")
async def undo_roster(desk: TheDesk, group: TaughtGroup, change_id: UUID) -> Response:
    """Take a list or a school year back; children who came with it are removed."""
    async with desk.panel.db.read() as store:
        change = await rosters.get(store, group.id, change_id)
    await rostering.undo(desk, group, change)
    return Response(status_code=204)


@router.get("/groups/{group_id}/roster.{kind}", summary="The roster as a file")
async def export_roster(
    desk: TheDesk, group: TaughtGroup, kind: Literal["csv", "xlsx"]
) -> Response:
    """Return number, name, year of birth and class; the ledger keeps who took it along."""
    if desk.program and desk.adult.only:
        raise Refused(403, "beyond-token", to_say("This token is for some children only."))
    return Response(await rostering.exported(desk, group, kind), media_type=TYPES[kind])


@router.get("/groups/{group_id}/year", summary="A new school year")
async def show_year(desk: TheDesk, group: ChangedSchool) -> list[YearStepOut]:
    """Propose what becomes of each class; nothing is changed."""
    return [
        YearStepOut(group_id=step.group_id, name=step.name, to=step.to, pupils=pupils)
        for step, pupils in await rostering.year_steps(desk, group)
    ]


@router.post("/groups/{group_id}/year", status_code=201, summary="Begin a school year")
async def begin_year(desk: TheDesk, group: ChangedSchool, given: YearIn) -> RosterChangeOut:
    """Let the classes move up, and the last grade go; it can be undone."""
    key = await rostering.begin_year(desk, group, given.names)
    async with desk.panel.db.read() as store:
        return RosterChangeOut.model_validate(await rosters.get(store, group.id, key))


async def _preview(desk: Desk, group: Group, change_id: UUID) -> PreviewOut:
    change = await rostering.waiting(desk, group, change_id)
    seen = await rostering.preview(desk, group, change)
    return PreviewOut(
        id=change.id,
        columns=ColumnsForm(**asdict(seen.columns), class_name=seen.class_name),
        counts=seen.plan.counts,
        classes=list(seen.plan.classes),
        faults=[
            FaultOut(row=one.row, text=one.text, message=desk.speech.sentence(one.said))
            for one in seen.plan.faults
        ],
    )
