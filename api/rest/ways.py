"""How a device gets in: its marks in the network, its proxy password, its tunnel."""

from fastapi import Request, Response
from pydantic import BaseModel

from api import marks
from api.errors import Refused
from api.marks import MarksForm
from api.needs import TheDesk, ThisDevice
from api.proof import ProvenDesk
from api.rest.schemas import DeviceOut
from api.routing import Router
from api.tunnels import end_tunnel, make_tunnel
from api.ways import door_address, panel_address
from api.ways_in import WAYS

router = Router(tags=["devices"])


class WayInOut(BaseModel):
    name: str
    title: str
    """In the adult's language, as everything here."""
    steps: list[str]
    limits: list[str]
    """What this way cannot do."""
    files: list[str]
    """Addresses of files for the device; they need no sign-in."""


class CredentialsOut(BaseModel):
    username: str
    password: str
    """Shown only now."""


class TunnelOut(BaseModel):
    conf: str
    """WireGuard's configuration for the device, with its private key; shown only now."""


@router.get("/devices/{device_id}/ways", summary="The ways a device can get in")
async def list_ways(request: Request, desk: TheDesk, device: ThisDevice) -> list[WayInOut]:
    """Return each way with what to do; `address` and `port` are those of the device at the door."""
    tunnels, at = desk.panel.tunnels, panel_address(request)
    holes = {
        "address": door_address(request),
        "port": str(device.port),
        "pac": f"{at}/device/{device.port}.pac",
        "wpad": f"{at}/wpad.dat",
    }
    udp = str(tunnels.kernel_port) if tunnels and tunnels.kernel_port else holes["port"]
    return [
        WayInOut(
            name=name,
            title=desk.speech.say(way.title),
            steps=[
                desk.speech.say(step, **holes | ({"port": udp} if way.has_tunnel else {}))
                for step in way.steps
            ],
            limits=[desk.speech.say(limit) for limit in way.limits],
            files=[f"{at}/join/{device.id}/files/{file}" for file, _ in way.files],
        )
        for name, way in WAYS.items()
    ]


@router.put("/devices/{device_id}/marks", summary="By what the network knows a device")
async def put_marks(desk: TheDesk, device: ThisDevice, given: MarksForm) -> DeviceOut:
    """Say which address or network card a device has that says nothing of itself."""
    return DeviceOut.model_validate(await marks.set_marks(desk, device, given))


@router.post("/devices/{device_id}/credentials", status_code=201, summary="A proxy password")
async def post_credentials(desk: ProvenDesk, device: ThisDevice) -> CredentialsOut:
    """Make a user name and password for the proxy; those before are worth nothing."""
    made = await marks.make_credentials(desk, device)
    return CredentialsOut(username=made.device.username, password=made.password)


@router.post("/devices/{device_id}/tunnel", status_code=201, summary="A WireGuard tunnel")
async def post_tunnel(request: Request, desk: ProvenDesk, device: ThisDevice) -> TunnelOut:
    """Make a tunnel; the one before is worth nothing. 404 where tunnels are switched off."""
    tunnels = desk.panel.tunnels
    if tunnels is None:
        raise Refused(404, "not-found")
    made = await make_tunnel(desk, tunnels, device, tunnels.host or door_address(request))
    return TunnelOut(conf=made.conf)


@router.delete("/devices/{device_id}/tunnel", status_code=204, summary="End a tunnel")
async def delete_tunnel(desk: TheDesk, device: ThisDevice) -> Response:
    """Take a tunnel away; what runs in it ends."""
    await end_tunnel(desk, device)
    return Response(status_code=204)
