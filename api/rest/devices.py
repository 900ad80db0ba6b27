"""Devices."""

from uuid import UUID

from fastapi import Response

from api.errors import Misfit
from api.households import (
    DeviceForm,
    add_device,
    alter_device,
    family_child,
    family_devices,
    remove_device,
)
from api.needs import Desk, TheDesk, ThisDevice
from api.rest.paging import ThePages, falling
from api.rest.schemas import AdoptIn, DeviceOut, DeviceUser, GuestIn, StrangerOut
from api.rest.tags import TheTag, parts
from api.routing import Router
from api.sharing import hand_to, take_back
from api.strangers import adopt, stranger_here, strangers_here, welcome
from store import devices
from store.children import Child
from store.database import Connection
from words.speech import to_say

router = Router(tags=["devices"])
DEVICE = tuple(DeviceForm.model_fields)


@router.get("/devices", summary="All devices")
async def list_devices(desk: TheDesk, pages: ThePages) -> list[DeviceOut]:
    """Return the devices with what the doors saw of them."""
    found = pages.cut(await family_devices(desk), lambda device: (str(device.id),))
    return [DeviceOut.model_validate(device) for device in found]


@router.post("/devices", status_code=201, summary="Add a device")
async def post_device(desk: TheDesk, given: DeviceForm) -> DeviceOut:
    """Add a device; `port` is its own port at the door."""
    return DeviceOut.model_validate(await add_device(desk, given))


@router.get("/strangers", summary="Devices nobody knows")
async def list_strangers(desk: TheDesk, pages: ThePages) -> list[StrangerOut]:
    """Return the devices that came by in the last days without being anybody's."""
    found = await strangers_here(desk)
    shown = pages.cut(found, lambda one: (falling(one.seen), one.address))
    return [StrangerOut.model_validate(each) for each in shown]


@router.post("/strangers/adopt", status_code=201, summary="Say whose a device is")
async def adopt_stranger(desk: TheDesk, given: AdoptIn) -> DeviceOut:
    """Make a stranger a child's device, known by its network card or its address."""
    stranger = await stranger_here(desk, given.address)
    return DeviceOut.model_validate(await adopt(desk, stranger, await _ours(desk, given.child_id)))


@router.post("/strangers/welcome", status_code=204, summary="Call a device a guest's")
async def welcome_stranger(desk: TheDesk, given: GuestIn) -> Response:
    """Say that a stranger is a guest's: nobody is told of it again."""
    stranger = await stranger_here(desk, given.address)
    await welcome(desk, stranger)
    return Response(status_code=204)


@router.get("/devices/{device_id}", summary="One device")
async def show_device(device: ThisDevice, tag: TheTag) -> DeviceOut:
    """Return one device."""
    tag.tell(parts(device, DEVICE))
    return DeviceOut.model_validate(device)


@router.put("/devices/{device_id}", summary="Change a device")
async def put_device(
    desk: TheDesk, device: ThisDevice, given: DeviceForm, tag: TheTag
) -> DeviceOut:
    """Change a device's particulars and whose it is."""

    async def now(store: Connection) -> object:
        return parts(await devices.get(store, device.id), DEVICE)

    altered = await alter_device(tag.guard(desk, now), device, given)
    tag.tell(parts(altered, DEVICE))
    return DeviceOut.model_validate(altered)


@router.get("/devices/{device_id}/user", summary="Who uses a shared device")
async def show_user(desk: TheDesk, device: ThisDevice) -> DeviceUser:
    """Return the child that uses a device now, as far as that is known."""
    return DeviceUser(child_id=device.user_at(desk.now))


@router.put("/devices/{device_id}/user", summary="Give a shared device to a child")
async def put_user(desk: TheDesk, device: ThisDevice, given: DeviceUser) -> DeviceUser:
    """Say which of its children uses a device that asks, or that nobody does any more."""
    if given.child_id is None:
        await take_back(desk, device)
        return DeviceUser()
    child = await _ours(desk, given.child_id)
    await hand_to(desk, device, child)
    return DeviceUser(child_id=child.id)


@router.delete("/devices/{device_id}", status_code=204, summary="Remove a device")
async def delete_device(desk: TheDesk, device: ThisDevice) -> Response:
    """Remove a device; its port becomes free."""
    await remove_device(desk, device)
    return Response(status_code=204)


async def _ours(desk: Desk, child_id: UUID) -> Child:
    child = await family_child(desk, child_id)
    if child is None:
        raise Misfit("child_id", to_say("Please choose one of these."))
    return child
