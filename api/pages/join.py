"""What a child's device fetches without signing in: certificate, PAC file, instructions."""

import asyncio
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import Request, Response

from api.errors import Refused
from api.needs import ThePanel
from api.render import render
from api.routing import Router
from api.ways import door_address, is_fresh, pac_file, way_of
from store import devices

router = Router()
CERTIFICATE = "application/x-x509-ca-cert"
PAC = "application/x-ns-proxy-autoconfig"


@router.get("/ca.crt")
@router.get("/ca.pem")
async def certificate_pem(panel: ThePanel) -> Response:
    """Give our certificate as PEM; every system but a few Java ones takes it."""
    return _certificate(await asyncio.to_thread(panel.ca_certificate.read_bytes))


@router.get("/ca.cer")
async def certificate_der(panel: ThePanel) -> Response:
    """Give our certificate as DER."""
    pem = await asyncio.to_thread(panel.ca_certificate.read_bytes)
    return _certificate(x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER))


@router.get("/device/{port}.pac")
async def pac(request: Request, panel: ThePanel, port: int) -> Response:
    """Give the proxy configuration of the device with this port."""
    async with panel.db.read() as store:
        known = {device.port for device in await devices.list_all(store)}
    if port not in known:
        raise Refused(404, "not-found")
    return Response(pac_file(door_address(request), port), media_type=PAC)


@router.get("/wpad.dat")
async def wpad(request: Request, panel: ThePanel) -> Response:
    """Give whoever finds us by itself the proxy of its device, or the common one."""
    there = request.client.host if request.client else ""
    async with panel.db.read() as store:
        known = await devices.list_all(store)
    port = next((each.port for each in known if each.address == there), panel.door_port)
    return Response(pac_file(door_address(request), port), media_type=PAC)


@router.get("/join/{device_id}")
async def join(request: Request, panel: ThePanel, device_id: UUID) -> Response:
    """Show the instructions on the device itself (its address is long and unguessable)."""
    async with panel.db.read() as store:
        device = await devices.get(store, device_id)
    context = {
        "way": way_of(request, device),
        "device": device,
        "fresh": is_fresh(device, panel.clock()),
    }
    return render(request, "devices/join.html", context)


@router.get("/join/{device_id}/check")
async def check(request: Request, panel: ThePanel, device_id: UUID) -> Response:
    """Tell whether the device comes through its door and trusts our certificate."""
    async with panel.db.read() as store:
        device = await devices.get(store, device_id)
    context = {"device": device, "fresh": is_fresh(device, panel.clock())}
    return render(request, "devices/_check.html", context)


def _certificate(data: bytes) -> Response:
    disposition = {"Content-Disposition": 'inline; filename="haidang-ca.crt"'}
    return Response(data, media_type=CERTIFICATE, headers=disposition)
