"""The tree of groups, one group of it, and what is done with it."""

from functools import partial
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel

from api import grouping, joining
from api.forms import Filled, attempt, carry_out, empty, fill
from api.grouping import (
    WIDTH,
    ChangedGroup,
    GroupIn,
    NameIn,
    Node,
    PlaceIn,
    PupilIn,
    TaughtGroup,
    ThisGroup,
)
from api.needs import Desk, TheDesk
from api.render import redirect, render
from api.routing import Router
from rules.roster import by_given_name
from rules.verdict import Layer
from store import children, rosters
from store.adults import WRITERS, Role
from store.children import Child
from store.errors import NotFound
from store.groups import Group
from words.speech import to_say

router = Router(prefix="/groups")
HOME = "/groups"
USUAL_AGE = 11


class EnrolForm(BaseModel):
    child_id: UUID


@router.get("")
async def show(request: Request, desk: TheDesk) -> Response:
    """Show the groups an adult may see."""
    nodes = await grouping.tree(desk)
    context = {"nodes": nodes, "kinds": grouping.KINDS, "icons": grouping.ICONS}
    return render(request, "groups/index.html", context | {"officer": Role.OFFICER})


@router.get("/new")
async def ask_new(request: Request, desk: TheDesk, below: UUID | None = None) -> Response:
    """Ask what group is to be added."""
    form = empty(parent_id=below or "", kind=await _usual_kind(desk, below))
    return await _new_page(request, desk, form)


@router.post("/new")
async def add(request: Request, desk: TheDesk) -> Response:
    """Add a group."""
    form = await fill(request, GroupIn)
    made = await attempt(form, partial(grouping.add, desk), desk.speech)
    if made is None:
        return await _new_page(request, desk, form, status=422)
    return redirect(request, f"{HOME}/{made.id}", to_say("{group} was added."), group=made.name)


@router.get("/{group_id}")
async def show_one(request: Request, desk: TheDesk, group: ThisGroup) -> Response:
    """Show a group: what lies below it, its children, what can be done."""
    return await _page(request, desk, group)


@router.post("/{group_id}/rename")
async def rename(request: Request, desk: TheDesk, group: ChangedGroup) -> Response:
    """Give a group another name."""
    form = await carry_out(request, NameIn, partial(grouping.rename, desk, group))
    if form.errors:
        return await _page(request, desk, group, rename_form=form, status=422)
    return redirect(request, f"{HOME}/{group.id}", to_say("Saved."))


@router.post("/{group_id}/move")
async def move(request: Request, desk: TheDesk, group: ChangedGroup) -> Response:
    """Put a group below another one."""
    form = await carry_out(request, PlaceIn, partial(grouping.move, desk, group))
    if form.errors:
        return await _page(request, desk, group, place_form=form, status=422)
    return redirect(request, f"{HOME}/{group.id}", to_say("It lies elsewhere now."))


@router.post("/{group_id}/close")
async def close(request: Request, desk: TheDesk, group: ChangedGroup) -> Response:
    """Close a group."""
    await grouping.close(desk, group)
    said = to_say("{group} is closed: its rules hold for nobody. You can open it again here.")
    return redirect(request, f"{HOME}/{group.id}", said, group=group.name)


@router.post("/{group_id}/reopen")
async def reopen(request: Request, desk: TheDesk, group: ChangedGroup) -> Response:
    """Open a closed group again."""
    await grouping.reopen(desk, group)
    return redirect(request, f"{HOME}/{group.id}", to_say("It is open again."))


@router.post("/{group_id}/pupils")
async def add_pupil(request: Request, desk: TheDesk, group: TaughtGroup) -> Response:
    """Add a child that has no family here."""
    form = await fill(request, PupilIn)
    child = await attempt(form, partial(grouping.add_pupil, desk, group), desk.speech)
    if child is None:
        return await _page(request, desk, group, pupil_form=form, status=422)
    said = to_say("{child} was added.")
    return redirect(request, f"{HOME}/{group.id}", said, child=child.name)


@router.post("/{group_id}/enrol")
async def enrol(request: Request, desk: TheDesk, group: ChangedGroup) -> Response:
    """Make one of the adult's own children a member."""
    form = await fill(request, EnrolForm)
    wanted = form.model.child_id if form.model else None
    child = next((one for one in await _own(desk, group) if one.id == wanted), None)
    if child is None:
        raise NotFound
    await grouping.enrol(desk, group, child)
    said = to_say("{child} belongs to {group} now, beside the family.")
    return redirect(request, f"{HOME}/{group.id}", said, child=child.name, group=group.name)


@router.post("/{group_id}/children/{child_id}/leave")
async def dismiss(request: Request, desk: TheDesk, group: ChangedGroup, child_id: UUID) -> Response:
    """End the membership of a child that has its home elsewhere."""
    if child_id not in await grouping.reached(desk, group):
        raise NotFound
    async with desk.panel.db.read() as store:
        child = await children.get(store, child_id)
    await grouping.dismiss(desk, group, child)
    said = to_say("{child} belongs to {group} no more.")
    return redirect(request, f"{HOME}/{group.id}", said, child=child.name, group=group.name)


async def _page(
    request: Request,
    desk: Desk,
    group: Group,
    *,
    rename_form: Filled[NameIn] | None = None,
    place_form: Filled[PlaceIn] | None = None,
    pupil_form: Filled[PupilIn] | None = None,
    status: int = 200,
) -> Response:
    nodes = await grouping.tree(desk)
    node = next(one for one in nodes if one.group.id == group.id)
    names = {one.group.id: one.group for one in nodes}
    context = {
        "group": group,
        "node": node,
        "above": names.get(group.parent_id) if group.parent_id else None,
        "below": [one for one in nodes if one.group.parent_id == group.id],
        "places": [("", "–"), *places] if (places := _places(nodes, group)) else [],
        "writes": node.role in WRITERS,
        "counts_only": node.role is Role.OFFICER,
        "kinds": grouping.KINDS,
        "icons": grouping.ICONS,
        "rename_form": rename_form or empty(name=group.name),
        "place_form": place_form or empty(parent_id=group.parent_id),
        "pupil_form": pupil_form or empty(birth_year=desk.now.year - USUAL_AGE),
        "adds_pupil": pupil_form is not None,
        "waiting": await joining.how_many_wait(desk, group) if node.role in WRITERS else 0,
        **await _people(desk, group, node),
    }
    return render(request, "groups/show.html", context, status=status)


async def _people(desk: Desk, group: Group, node: Node) -> dict[str, object]:
    """Gather the children of a group, for those who may know them."""
    if node.role is Role.OFFICER:
        return {"pupils": [], "own": [], "seen": frozenset()}
    ids = await grouping.reached(desk, group)
    async with desk.panel.db.read() as store:
        known = [child for child in await children.list_all(store) if child.id in ids]
        numbers: dict[UUID, str] = {}
        if group.kind in (Layer.SCHOOL, Layer.CLASS):
            every = await grouping.known_groups(desk)
            numbers = await rosters.numbers_of(store, rosters.school_of(every, group).id)
    return {
        "pupils": sorted(known, key=lambda one: by_given_name(one.name)),
        "numbers": numbers,
        "own": await _own(desk, group) if node.role in WRITERS else [],
        "seen": frozenset(one.id for one in known if desk.adult.sees(one.group_id, one.id)),
    }


async def _own(desk: Desk, group: Group) -> list[Child]:
    """List the children the adult may put into a group: their own, who do not belong yet."""
    if group.kind == Layer.FAMILY or await grouping.role_on(desk, group) is Role.OFFICER:
        return []
    there = await grouping.reached(desk, group)
    async with desk.panel.db.read() as store:
        found = await children.list_all(store, group_ids=list(desk.adult.roles))
    return [one for one in found if desk.adult.steers(one.group_id, one.id) and one.id not in there]


def _places(nodes: list[Node], group: Group) -> list[tuple[str, str]]:
    """List the groups below which this one may lie."""
    return [
        (str(node.group.id), node.group.name)
        for node in nodes
        if node.role in WRITERS
        and WIDTH[node.group.kind] < WIDTH[group.kind]
        and node.group.closed is None
    ]


async def _usual_kind(desk: Desk, below: UUID | None) -> str:
    known = await grouping.known_groups(desk)
    above = known.get(below) if below else None
    if above is None:
        return "school"
    return {"city": "ward", "ward": "school"}.get(above.kind, "class")


async def _new_page[M: BaseModel](
    request: Request, desk: Desk, form: Filled[M], *, status: int = 200
) -> Response:
    nodes = [node for node in await grouping.tree(desk) if node.group.kind != "family"]
    above = [
        (str(node.group.id), node.group.name)
        for node in nodes
        if node.role in WRITERS and node.group.kind != "class" and node.group.closed is None
    ]
    kinds = [
        (kind, desk.speech.say(name), grouping.ICONS[kind])
        for kind, name in grouping.KINDS.items()
        if kind != "family"
    ]
    return render(
        request,
        "groups/new.html",
        {"form": form, "above": [("", "–"), *above], "kinds": kinds},
        status=status,
    )
