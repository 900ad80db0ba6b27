"""An address below the child's pages where nothing is: told in the child's own language."""

from fastapi import Response

from api.own.guests import TheGuest
from api.routing import Router
from store.errors import NotFound

router = Router()


@router.api_route("/{path:path}", methods=["GET", "POST"])
async def show(guest: TheGuest) -> Response:  # noqa: ARG001 it tells whose language is spoken
    """Say that there is nothing here; who sits there is known before it is said."""
    raise NotFound
