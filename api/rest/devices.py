"""Devices."""

from fastapi import APIRouter, Response

from api.errors import Misfit
from api.households import (
    DeviceForm,
    add_device,
    alter_device,
    family_children,
    family_devices,
    remove_device,
)
from api.needs import TheDesk, ThisDevice
from api.rest.schemas import DeviceOut, DeviceUser
from api.sharing import hand_to, take_back
from words.speech import to_say

router = APIRouter(tags=["devices"])


@router.get("/devices", summary="All devices")
async def list_devices(desk: TheDesk) -> list[DeviceOut]:
    """Return the devices with what the doors saw of them."""
    return [DeviceOut.model_validate(device) for device in await family_devices(desk)]


@router.post("/devices", status_code=201, summary="Add a device")
async def post_device(desk: TheDesk, given: DeviceForm) -> DeviceOut:
    """Add a device; `port` is its own port at the door."""
    return DeviceOut.model_validate(await add_device(desk, given))


@router.get("/devices/{device_id}", summary="One device")
async def show_device(device: ThisDevice) -> DeviceOut:
    """Return one device."""
    return DeviceOut.model_validate(device)


@router.put("/devices/{device_id}", summary="Change a device")
async def put_device(desk: TheDesk, device: ThisDevice, given: DeviceForm) -> DeviceOut:
    """Change a device's particulars and whose it is."""
    return DeviceOut.model_validate(await alter_device(desk, device, given))


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
    child = next((each for each in await family_children(desk) if each.id == given.child_id), None)
    if child is None:
        raise Misfit("child_id", to_say("Please choose one of these."))
    await hand_to(desk, device, child)
    return DeviceUser(child_id=child.id)


@router.delete("/devices/{device_id}", status_code=204, summary="Remove a device")
async def delete_device(desk: TheDesk, device: ThisDevice) -> Response:
    """Remove a device; its port becomes free."""
    await remove_device(desk, device)
    return Response(status_code=204)
