"""Signing in with a passkey: what the page's script asks for, and the session it gets."""

from fastapi import Request, Response
from starlette.responses import JSONResponse

from api import passkeys
from api.errors import Refused
from api.needs import ThePanel
from api.pages.confirm import Answered
from api.pages.second_step import half_of
from api.pages.sign_in import HALF, come_in
from api.reader import reader_of
from api.render import local_path
from api.routing import Router
from api.security import brake_address
from store import adults

router = Router(prefix="/sign-in/passkey")


@router.post("/challenge")
async def challenge(request: Request, panel: ThePanel) -> Response:
    """Begin to ask for a passkey: of whose password was right, or of whoever comes."""
    await brake_address(panel, request, "passkey")
    half = await half_of(request, panel)
    begun = await passkeys.begin_use(request, panel, half.adult_id if half else None)
    return JSONResponse({"ticket": begun.ticket, "options": begun.options})


@router.post("")
async def sign_in(request: Request, panel: ThePanel, given: Answered, next: str = "/") -> Response:  # noqa: A002 the name in the address
    """Let the adult in whose passkey answered, and tell the page where to go."""
    half = await half_of(request, panel)
    try:
        adult_id = await passkeys.finish_use(request, panel, given.ticket, given.credential)
    except Refused as error:
        said = reader_of(request).speech.say(error.message, **error.values)
        return JSONResponse({"detail": said}, error.status)
    async with panel.db.read() as store:
        adult = await adults.get(store, adult_id)
    to = local_path(half.data.decode() if half else next)
    there = await come_in(request, panel, adult, to)
    response = JSONResponse({"to": there.headers["location"]})
    for name, value in there.raw_headers:
        if name == b"set-cookie":
            response.raw_headers.append((name, value))
    response.delete_cookie(HALF, path="/sign-in")
    return response
