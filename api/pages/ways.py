"""The ways in of one device, each on a page of its own, and the files they need."""

import asyncio
from functools import partial
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel

from api.errors import Refused
from api.forms import Filled, attempt, empty, fill
from api.managed import Place, file
from api.marks import MarksForm, set_marks
from api.needs import Desk, TheDesk, ThePanel, ThisDevice
from api.proof import ProvenDesk
from api.render import redirect, render
from api.routing import Router
from api.tunnels import end_tunnel, make_tunnel
from api.ways import A_WEEK, door_address, is_fresh, panel_address, qr_of, way_of
from api.ways_in import WAYS, WayIn
from store import devices, visits
from store.devices import Device
from words.speech import to_say

router = Router()


@router.get("/devices/{device_id}/ways/{name}")
async def show(request: Request, desk: TheDesk, device: ThisDevice, name: str) -> Response:
    """Show one way in."""
    form = empty(address=device.address, card=device.card)
    return await _page(request, desk, device, name, form)


@router.post("/devices/{device_id}/ways/{name}")
async def mark(request: Request, desk: TheDesk, device: ThisDevice, name: str) -> Response:
    """Say by what the network knows the device."""
    if not _way(name).has_marks:
        raise Refused(404, "not-found")
    form = await fill(request, MarksForm)
    if await attempt(form, partial(set_marks, desk, device), desk.speech) is None:
        return await _page(request, desk, device, name, form, status=422)
    return redirect(request, f"/devices/{device.id}/ways/{name}", to_say("Saved."))


@router.post("/devices/{device_id}/tunnel")
async def tunnel(request: Request, desk: ProvenDesk, device: ThisDevice) -> Response:
    """Make a tunnel; what the device needs is shown this once."""
    tunnels = desk.panel.tunnels
    if tunnels is None:
        raise Refused(404, "not-found")
    made = await make_tunnel(desk, tunnels, device, tunnels.host or door_address(request))
    context = {"device": made.device, "conf": made.conf, "qr": qr_of(made.conf)}
    return render(request, "devices/tunnel.html", context)


@router.post("/devices/{device_id}/tunnel/end")
async def end(request: Request, desk: TheDesk, device: ThisDevice) -> Response:
    """Take a tunnel away."""
    await end_tunnel(desk, device)
    said = to_say("The tunnel of {device} is closed.")
    return redirect(request, f"/devices/{device.id}/ways/tunnel", said, device=device.name)


@router.get("/join/{device_id}/files/{name}")
async def download(request: Request, panel: ThePanel, device_id: UUID, name: str) -> Response:
    """Give a file for the device; its address is long and unguessable, so nobody signs in."""
    async with panel.db.read() as store:
        device = await devices.get(store, device_id)
    certificate = await asyncio.to_thread(panel.ca_certificate.read_bytes)
    made = file(name, Place(device.id, door_address(request), device.port, certificate))
    if made is None:
        raise Refused(404, "not-found")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made.body, media_type=made.kind, headers=headers)


async def _page[M: BaseModel](
    request: Request, desk: Desk, device: Device, name: str, form: Filled[M], *, status: int = 200
) -> Response:
    way, panel = _way(name), panel_address(request)
    shown = {
        "address": (to_say("Address"), door_address(request)),
        "port": (to_say("Port"), str(device.port)),
        "pac": (to_say("PAC"), f"{panel}/device/{device.port}.pac"),
        "wpad": (to_say("WPAD (DHCP option 252)"), f"{panel}/wpad.dat"),
    }
    holes = {key: value for key, (_, value) in shown.items()}
    tunnels = desk.panel.tunnels
    if way.has_tunnel and tunnels and tunnels.kernel_port:
        # The kernel takes all tunnels at one port; the door takes each at its device's own.
        holes["port"] = str(tunnels.kernel_port)
    async with desk.panel.db.read() as store:
        safe = await visits.last_safe_search(store, device.id, desk.now - A_WEEK)
    context = {
        "device": device,
        "way": way_of(request, device),
        "entry": way,
        "name": name,
        "values": [shown[key] for key in way.values],
        "steps": [desk.speech.say(step, **holes) for step in way.steps],
        "form": form,
        "fresh": is_fresh(device, desk.now),
        "safe_seen": safe,
        "may_have_tunnel": way.has_tunnel and tunnels is not None,
    }
    return render(request, "devices/way_in.html", context, status=status)


def _way(name: str) -> WayIn:
    if name not in WAYS:
        raise Refused(404, "not-found")
    return WAYS[name]
