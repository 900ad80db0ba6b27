"""Devices."""

from fastapi import APIRouter, Response

from api.households import DeviceForm, add_device, alter_device, family_devices, remove_device
from api.needs import TheDesk, ThisDevice
from api.rest.schemas import DeviceOut

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


@router.delete("/devices/{device_id}", status_code=204, summary="Remove a device")
async def delete_device(desk: TheDesk, device: ThisDevice) -> Response:
    """Remove a device; its port becomes free."""
    await remove_device(desk, device)
    return Response(status_code=204)
