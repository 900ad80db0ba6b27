"""Whose is this? One tap for a device that nobody knows."""

from typing import Annotated

from fastapi import Form, Request, Response

from api.choosing import named, plain
from api.errors import Refused
from api.households import family_child
from api.needs import Desk, TheDesk
from api.render import redirect
from api.routing import Router
from api.strangers import adopt, stranger_here, welcome
from store.children import Child
from words.speech import to_say

router = Router()
GUEST = "guest"
NOBODY = to_say("No child, or more than one, is called like that. Please write the whole name.")

type Address = Annotated[str, Form(max_length=60)]


@router.post("/strangers")
async def decide(
    request: Request,
    desk: TheDesk,
    address: Address,
    whose: Annotated[str, Form()] = "",
    who: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Give a stranger to a child, by id or by name, or call it a guest's."""
    stranger = await stranger_here(desk, address)
    if whose == GUEST:
        await welcome(desk, stranger)
        return redirect(request, "/devices", to_say("It stays a guest’s device."))
    child = await family_child(desk, whose) if whose else await _named(desk, who)
    if child is None:
        raise Refused(404, "not-found", NOBODY)
    device = await adopt(desk, stranger, child)
    said = to_say("This is {child}’s device now, and {child}’s rules hold. Give it a name.")
    return redirect(request, f"/devices/{device.id}/edit", said, child=child.name)


async def _named(desk: Desk, typed: str) -> Child | None:
    """Return the one child of that name; None where there is none, or several."""
    found = named(await desk.children(), typed) if typed else []
    exact = [child for child in found if plain(child.name) == plain(typed)]
    fitting = exact or found
    return fitting[0] if len(fitting) == 1 else None
