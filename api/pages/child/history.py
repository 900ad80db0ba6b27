"""How a child's rules came to be: every version in words, each of which can be brought back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from api.needs import Desk, TheDesk, ThisChild
from api.pages.child.rules import sentences
from api.pages.today.cards import standing
from api.render import redirect, render
from rules.policy import Policy
from store import policies
from store.policies import PolicyVersion
from words.speech import to_say

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Entry:
    """One version and what it changed."""

    number: int
    at: datetime
    by: str
    changes: tuple[str, ...]
    is_current: bool


@router.get("/children/{child_id}/history")
async def show(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Show the versions, newest first."""
    async with desk.panel.db.read() as store:
        versions = await policies.history(store, child.id)
    context = {
        "child": child,
        "entries": _entries(desk, versions),
        "standing": await standing(desk),
    }
    return render(request, "child/history.html", context)


@router.post("/children/{child_id}/restore")
async def restore(
    request: Request, desk: TheDesk, child: ThisChild, number: Annotated[int, Form()]
) -> Response:
    """Bring an older version back, as a new one."""
    async with desk.change(
        to_say("brought back earlier rules of {child}"), child_id=child.id, child=child.name
    ) as tx:
        await policies.restore(tx, child.id, number)
    message = to_say("The earlier rules of {child} are back.")
    return redirect(request, f"/children/{child.id}/history", message, child=child.name)


def _entries(desk: Desk, versions: list[PolicyVersion]) -> list[Entry]:
    entries = []
    for place, version in enumerate(versions):
        is_oldest = place + 1 == len(versions)
        before = Policy() if is_oldest else versions[place + 1].policy
        # Where the list was cut off, the oldest one shown has no neighbour to compare with.
        is_cut = is_oldest and version.number > 1
        changes = () if is_cut else sentences(desk, before, version.policy)
        entries.append(Entry(version.number, version.at, version.by, changes, place == 0))
    return entries
