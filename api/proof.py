"""Before a risky step an adult shows once more that it is they; for ten minutes that is enough."""

from datetime import timedelta
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from api.errors import PROVE, Refused
from api.needs import Desk, HouseDesk, TheDesk
from api.security import brake, is_password, release
from store import sessions
from words.speech import to_say

FRESH = timedelta(minutes=10)
WRONG_PASSWORD = to_say("This is not your password.")


def is_proven(desk: Desk) -> bool:
    """Tell whether the adult showed a moment ago that it is they.

    A program cannot; its token was made by an adult who had, and the gate bounds what it may do.
    """
    if desk.session is None:
        return True
    proven = desk.session.proven
    return proven is not None and desk.now - proven < FRESH


async def proven_desk(desk: TheDesk) -> Desk:
    """Return the desk of an adult who has just shown that it is they. Raises Refused."""
    if not is_proven(desk):
        raise Refused(403, PROVE, to_say("Please show first that it is you."))
    return desk


type ProvenDesk = Annotated[Desk, Depends(proven_desk)]


async def proven_house(_: HouseDesk, proven: ProvenDesk) -> Desk:
    """Return the desk of who looks after the machine and has just shown who they are."""
    return proven


type ProvenHouse = Annotated[Desk, Depends(proven_house)]


async def prove_by_password(request: Request, desk: Desk, password: str) -> bool:
    """Take a password as proof; every try counts."""
    await brake(desk.panel, request, desk.adult.email)
    if not await is_password(desk.adult.password_hash, password):
        return False
    await release(desk.panel, request, desk.adult.email)
    await keep_proof(desk)
    return True


async def keep_proof(desk: Desk) -> None:
    """Keep that the adult showed that it is they."""
    if desk.session is not None:
        async with desk.panel.db.write() as store:
            await sessions.prove(store, desk.session.id, now=desk.now)
