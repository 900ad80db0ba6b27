"""Devices: is each well, whose is it, how is it connected; add, change, remove."""

from functools import partial
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel

from api import choices, marks
from api.choosing import FEW, named, plain
from api.forms import Filled, attempt, carry_out, empty, fill
from api.households import (
    DeviceForm,
    add_device,
    alter_device,
    family_child,
    family_children,
    remove_device,
)
from api.needs import Desk, TheDesk, ThisDevice
from api.proof import ProvenDesk
from api.radar import covered
from api.render import redirect, render
from api.routing import Router
from api.sharing import hand_to, take_back
from api.strangers import strangers_here
from api.ways import A_WEEK, is_fresh, way_of
from api.ways_in import OF_A_PORT, OF_CREDENTIALS, WAYS
from rules.radar import say
from store import children, devices, visits
from words.speech import to_say

router = Router()
AT_ONCE = 40


@router.get("/devices")
async def show_all(
    request: Request,
    desk: TheDesk,
    q: Annotated[str, Query(max_length=60)] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """List the devices with their health, a page at a time; by name, theirs or their child's."""
    found = await _found(desk, q)
    shown = found[(page - 1) * AT_ONCE : page * AT_ONCE]
    async with desk.panel.db.read() as store:
        known = await devices.list_some(store, shown)
        theirs = {child_id for device in known for child_id in device.child_ids}
        named_here = await children.list_all(store, ids=theirs, sight=desk.sight)
    family = await family_children(desk)
    context = {
        "devices": [(device, is_fresh(device, desk.now)) for device in known],
        "children": {child.id: child for child in named_here},
        "family": family if len(family) <= FEW else [],
        "of_many": len(family) > FEW,
        "is_many": page > 1 or bool(q) or len(found) > AT_ONCE,
        "q": q,
        "before": _address(q, page - 1) if page > 1 else "",
        "after": _address(q, page + 1) if page * AT_ONCE < len(found) else "",
        "kinds": choices.KINDS,
        "systems": choices.SYSTEMS,
        "strangers": await strangers_here(desk),
    }
    return render(request, "devices/index.html", context)


async def _found(desk: Desk, typed: str) -> list[UUID]:
    """Find the devices whose name, or whose child's name, fits."""
    async with desk.panel.db.read() as store:
        known = await devices.names_seen(store, desk.sight)
    if not typed:
        return list(known)
    fitting = [child.id for child in named(await family_children(desk), typed)]
    async with desk.panel.db.read() as store:
        theirs = await devices.of_children(store, fitting)
    return [key for key, name in known.items() if key in theirs or plain(typed) in plain(name)]


def _address(typed: str, page: int) -> str:
    return f"/devices?{urlencode({'q': typed, 'page': page} if typed else {'page': page})}"


class Hand(BaseModel):
    """Whom a shared device is given to; nobody where it is taken back."""

    child_id: UUID | None = None


@router.post("/devices/{device_id}/user")
async def hand_over(request: Request, desk: TheDesk, device: ThisDevice) -> Response:
    """Say which child uses a shared device now, or that nobody does any more."""
    given = (await fill(request, Hand)).model or Hand()
    child = await family_child(desk, given.child_id)
    if child is None:
        await take_back(desk, device)
        said = to_say("Whoever uses {device} next says who they are.")
        return redirect(request, f"/devices/{device.id}", said, device=device.name)
    await hand_to(desk, device, child)
    said = to_say("{child} uses {device} now.")
    return redirect(request, f"/devices/{device.id}", said, child=child.name, device=device.name)


@router.get("/devices/new")
async def ask_new(request: Request, desk: TheDesk) -> Response:
    """Ask what the device is."""
    return await _form(request, desk, "new", empty(kind="phone", system="android", asks_who="true"))


@router.post("/devices/new")
async def add(request: Request, desk: TheDesk) -> Response:
    """Add a device and show how to connect it."""
    form = await fill(request, DeviceForm)
    device = await attempt(form, partial(add_device, desk), desk.speech)
    if device is None:
        return await _form(request, desk, "new", form, status=422)
    said = to_say("{device} has a door of its own now. Connect it with these steps.")
    return redirect(request, f"/devices/{device.id}", said, device=device.name)


@router.get("/devices/{device_id}")
async def show(request: Request, desk: TheDesk, device: ThisDevice) -> Response:
    """Show one device: how to connect it, whether it is well."""
    async with desk.panel.db.read() as reading:
        safe = await visits.last_safe_search(reading, device.id, desk.now - A_WEEK)
    context = {
        "device": device,
        "way": way_of(request, device),
        "safe_seen": safe,
        "fresh": is_fresh(device, desk.now),
        "children": [
            child for child in await family_children(desk) if child.id in device.child_ids
        ],
        "user_id": device.user_at(desk.now),
        "ways": WAYS,
        "limits": OF_A_PORT,
        "credential_limits": OF_CREDENTIALS,
        "covered": await covered(desk.panel.db, [device], desk.now),
        "say_covered": say,
        "may_have_credentials": desk.panel.credentials_key is not None,
    }
    return render(request, "devices/show.html", context)


@router.get("/devices/{device_id}/edit")
async def ask_edit(request: Request, desk: TheDesk, device: ThisDevice) -> Response:
    """Ask for a device's particulars."""
    form = empty(
        name=device.name,
        kind=device.kind,
        system=device.system,
        child_ids=list(device.child_ids),
        asks_who="true" if device.asks_who else None,
    )
    return await _form(request, desk, "edit", form, device=device)


@router.post("/devices/{device_id}/edit")
async def edit(request: Request, desk: TheDesk, device: ThisDevice) -> Response:
    """Change a device's particulars."""
    form = await carry_out(request, DeviceForm, partial(alter_device, desk, device))
    if form.errors:
        return await _form(request, desk, "edit", form, status=422, device=device)
    return redirect(request, f"/devices/{device.id}", to_say("Saved."))


@router.get("/devices/{device_id}/remove")
async def ask_remove(request: Request, device: ThisDevice) -> Response:
    """Ask once more before a device is removed."""
    return render(request, "devices/remove.html", {"device": device})


@router.post("/devices/{device_id}/remove")
async def remove(request: Request, desk: TheDesk, device: ThisDevice) -> Response:
    """Remove a device."""
    await remove_device(desk, device)
    return redirect(request, "/devices", to_say("{device} was removed."), device=device.name)


@router.post("/devices/{device_id}/credentials")
async def make_credentials(request: Request, desk: ProvenDesk, device: ThisDevice) -> Response:
    """Make a user name and password for the proxy; the password is shown this once."""
    made = await marks.make_credentials(desk, device)
    context = {"device": made.device, "password": made.password}
    return render(request, "devices/credentials.html", context)


async def _form[M: BaseModel](
    request: Request,
    desk: Desk,
    page: str,
    form: Filled[M],
    *,
    status: int = 200,
    **more: object,
) -> Response:
    context = {
        "form": form,
        "kinds": choices.options(choices.KINDS, desk.speech),
        "systems": choices.options(choices.SYSTEMS, desk.speech),
        "children": await family_children(desk),
    }
    return render(request, f"devices/{page}.html", context | more, status=status)
