"""Looking around in the sample family before anything is set up, and leaving it."""

from fastapi import Request, Response

from api.needs import ThePanel
from api.reader import reader_of
from api.render import redirect
from api.routing import Router
from api.sample import AN_HOUR, COOKIE, Sample
from api.security import brake_address, is_secure

router = Router()


@router.post("/sample")
async def enter(request: Request, panel: ThePanel) -> Response:
    """Make the sample family up, where there is none yet, and lead into it."""
    await brake_address(panel, request, "sample")
    sample: Sample = request.app.state.sample
    key = await sample.enter(reader_of(request).speech)
    response = redirect(request, "/")
    response.set_cookie(
        COOKIE,
        key,
        max_age=int(AN_HOUR.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_secure(request, panel.settings),
    )
    return response


@router.post("/sample/end")
async def leave(request: Request) -> Response:
    """Leave the sample family: for the set-up, or for one's own house."""
    response = redirect(request, "/")
    response.delete_cookie(COOKIE)
    return response
