"""What keeps the child's pages up to date while they are open."""

from fastapi import APIRouter, Response

from api import live
from api.own.guests import TheGuest

router = APIRouter()


@router.get("/live")
async def events(guest: TheGuest) -> Response:
    """Tell a page of the child's to look again whenever something changed."""
    return live.stream(guest.panel)
