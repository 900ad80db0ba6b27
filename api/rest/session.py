"""Signing in and out for programs."""

from fastapi import Request, Response

from api.errors import Refused
from api.needs import TheDesk, ThePanel
from api.pages.sign_in import SignIn, known_adult
from api.panel import Panel
from api.rest.schemas import Credentials, Me, Token
from api.routing import Router
from api.second import WRONG_CODE, is_code, is_recovery_code, steps_of
from api.security import address_of
from store import sessions
from store.adults import Adult
from words.speech import to_say

router = Router(tags=["session"])


@router.post("/session", status_code=201, summary="Sign in and get a bearer token")
async def open_session(request: Request, panel: ThePanel, given: Credentials) -> Token:
    """Open a session. Tries are counted by e-mail and by address."""
    wanted = SignIn(email=given.email, password=given.password)
    adult = await known_adult(request, panel, wanted)
    if adult is None:
        wrong = to_say("E-mail and password do not belong together.")
        raise Refused(401, "wrong-password", wrong, headers={"WWW-Authenticate": "Bearer"})
    await _second_step(request, panel, adult, given.code)
    return Token(token=await opened(request, panel, adult))


@router.get("/session", summary="Who is signed in")
async def show_session(desk: TheDesk) -> Me:
    """Return the adult this token or cookie belongs to."""
    return Me.model_validate(desk.adult)


@router.delete("/session", status_code=204, summary="Sign out")
async def close_session(desk: TheDesk) -> Response:
    """End this session; its token opens nothing any more."""
    async with desk.panel.db.write() as store:
        if desk.session is not None:
            await sessions.close(store, desk.session.id)
    return Response(status_code=204)


async def opened(request: Request, panel: Panel, adult: Adult) -> str:
    """Open a session for an adult and return its secret."""
    agent = request.headers.get("user-agent", "")[:200]
    async with panel.db.write() as store:
        return await sessions.open_session(
            store, adult.id, now=panel.clock(), agent=agent, address=address_of(request)
        )


async def _second_step(request: Request, panel: Panel, adult: Adult, code: str) -> None:
    """Ask for the second step, where the adult has one. Raises Refused."""
    if not (await steps_of(panel, adult.id)).is_asked:
        return
    bearer = {"WWW-Authenticate": "Bearer"}
    if not code:
        said = to_say("A second step is asked: send the code of your app, or a recovery code.")
        raise Refused(401, "second-step", said, headers=bearer)
    if await is_code(panel, request, adult.id, code):
        return
    if not await is_recovery_code(panel, request, adult.id, code):
        raise Refused(401, "wrong-code", WRONG_CODE, headers=bearer)
