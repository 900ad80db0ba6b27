"""The child's page as an app on a home screen, and being told on this device."""

import asyncio

from fastapi import Request, Response
from pydantic import BaseModel

from api import channels, installing
from api.installing import OWN, language_of
from api.own.guests import TheGuest
from api.routing import Router
from reports.webpush import Subscription

router = Router()


class PushIn(BaseModel):
    subscription: Subscription


@router.get("/manifest.webmanifest")
async def manifest(request: Request, guest: TheGuest) -> Response:
    """Describe the app."""
    return installing.manifest(OWN, language_of(request, guest.speech.language))


@router.get("/sw.js")
async def worker(request: Request, guest: TheGuest) -> Response:
    """Give the service worker."""
    key = await asyncio.to_thread(guest.panel.push_key)
    return installing.worker(OWN, language_of(request, guest.speech.language), key)


@router.get("/offline")
async def offline(request: Request, guest: TheGuest) -> Response:
    """Show what stands in while there is no network."""
    return installing.offline(language_of(request, guest.speech.language))


@router.post("/push", status_code=201)
async def subscribe(guest: TheGuest, given: PushIn) -> None:
    """Tell this device from now on: minutes and hours that end, answers to asks."""
    await channels.subscribe_device(guest.panel, guest.device.id, given.subscription)


@router.delete("/push", status_code=204)
async def unsubscribe(guest: TheGuest) -> None:
    """Tell this device no more."""
    await channels.unsubscribe_device(guest.panel, guest.device.id)
