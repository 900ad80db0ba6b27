"""The panel as an app on a home screen. Nothing here is anybody's: it needs no sign-in."""

import asyncio

from fastapi import Request, Response
from starlette.responses import RedirectResponse

from api import installing
from api.installing import PANEL, language_of
from api.needs import ThePanel
from api.reader import language_asked
from api.routing import Router
from api.static_files import asset

router = Router()


@router.get("/manifest.webmanifest")
async def manifest(request: Request) -> Response:
    """Describe the app."""
    return installing.manifest(PANEL, language_of(request, language_asked(request)))


@router.get("/favicon.ico")
async def icon() -> Response:
    """Lead who asks where icons used to lie, as a browser does for a mail or a file, to ours."""
    return RedirectResponse(asset("icons/haidang.svg"), status_code=308)


@router.get("/sw.js")
async def worker(request: Request, panel: ThePanel) -> Response:
    """Give the service worker."""
    key = await asyncio.to_thread(panel.push_key)
    return installing.worker(PANEL, language_of(request, language_asked(request)), key)


@router.get("/offline")
async def offline(request: Request) -> Response:
    """Show what stands in while there is no network."""
    return installing.offline(language_of(request, language_asked(request)))
