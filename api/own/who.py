"""“Who is using this?” on a shared device: choose yourself, say your PIN, and say when you go."""

from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel

from api.errors import Misfit, Refused
from api.forms import Filled, empty, fill
from api.own.guests import Guest, TheGuest
from api.render import redirect, render
from api.routing import Router
from api.sharing import check_pin
from store import uses
from store.actor import Actor, ActorKind
from store.change import change
from store.children import Child
from words.speech import to_say

router = Router()


class Claim(BaseModel):
    pin: str = ""


@router.get("/who")
async def ask(request: Request, guest: TheGuest) -> Response:
    """Ask who is using this device."""
    if not guest.device.asks_who:
        return render(request, "own/alone.html", {"guest": guest})
    return render(request, "own/who.html", {"guest": guest})


@router.get("/who/{child_id}")
async def ask_pin(request: Request, guest: TheGuest, child_id: UUID) -> Response:
    """Ask for the PIN of the child that was chosen; one without a PIN only says yes."""
    return await _page(request, guest, _chosen(guest, child_id), empty())


@router.post("/who/{child_id}")
async def claim(request: Request, guest: TheGuest, child_id: UUID) -> Response:
    """Begin to use the device as this child."""
    child, form = _chosen(guest, child_id), await fill(request, Claim)
    try:
        await check_pin(guest.panel, guest.device, child, form.value("pin"))
    except Misfit as wrong:
        form.errors[wrong.field] = guest.speech.say(wrong.message)
        return await _page(request, guest, child, Filled({}, None, form.errors), 422)
    await _begin(guest, child)
    said = to_say("Hello {child}! Your own rules hold now.")
    return redirect(request, "/who", said, child=child.name)


@router.post("/who")
async def leave(request: Request, guest: TheGuest) -> Response:
    """Stop using the device; the next one says who they are."""
    what = to_say("{child} is done with {device}")
    if guest.child is not None and guest.device.asks_who:
        values = {"child": guest.child.name, "device": guest.device.name}
        async with change(
            guest.panel.db,
            by=guest.actor,
            what=what,
            now=guest.now,
            values=values,
            child_id=guest.child.id,
        ) as tx:
            await uses.end(tx, guest.device.id)
    return redirect(request, "/who", to_say("See you! Whoever comes next says who they are."))


def _chosen(guest: Guest, child_id: UUID) -> Child:
    for child in guest.family:
        if child.id == child_id and guest.device.asks_who:
            return child
    raise Refused(404, "not-found")


async def _page(
    request: Request, guest: Guest, child: Child, form: Filled[BaseModel], status: int = 200
) -> Response:
    async with guest.panel.db.read() as store:
        pins = await uses.pins_of(store, [child.id])
    context = {"guest": guest, "child": child, "form": form, "has_pin": child.id in pins}
    return render(request, "own/pin.html", context, status=status)


async def _begin(guest: Guest, child: Child) -> None:
    values = {"child": child.name, "device": guest.device.name}
    async with change(
        guest.panel.db,
        by=Actor(ActorKind.CHILD, child.name, child.id),
        what=to_say("{child} uses {device}"),
        now=guest.now,
        values=values,
        child_id=child.id,
    ) as tx:
        await uses.begin(tx, guest.device.id, child.id)
