"""Whose is this? One tap for a device that nobody knows."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from api.errors import Refused
from api.households import family_child
from api.needs import TheDesk
from api.render import redirect
from api.strangers import adopt, stranger_here, welcome
from words.speech import to_say

router = APIRouter()
GUEST = "guest"

type Address = Annotated[str, Form(max_length=60)]


@router.post("/strangers")
async def decide(
    request: Request, desk: TheDesk, address: Address, whose: Annotated[str, Form()]
) -> Response:
    """Give a stranger to a child, or call it a guest's."""
    stranger = await stranger_here(desk, address)
    if whose == GUEST:
        await welcome(desk, stranger)
        return redirect(request, "/devices", to_say("It stays a guest’s device."))
    child = await family_child(desk, whose)
    if child is None:
        raise Refused(404, "not-found")
    device = await adopt(desk, stranger, child)
    said = to_say("This is {child}’s device now, and {child}’s rules hold. Give it a name.")
    return redirect(request, f"/devices/{device.id}/edit", said, child=child.name)
