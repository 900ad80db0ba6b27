"""How the adult signs in: proof, second steps, recovery codes, sessions, tokens."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api import accounts, passkeys, second
from api.errors import Refused
from api.needs import TheDesk
from api.pages.security import end_others, end_session, sessions_of
from api.programs import TokenForm, make_token, revoke_token, tokens_of
from api.proof import WRONG_PASSWORD, ProvenDesk, prove_by_password
from api.rest.paging import ThePages, falling
from api.rest.schemas import Noun, Token
from api.rest.session import opened
from api.routing import Router
from store.errors import NotFound
from store.tokens import TokenScope

router = Router(prefix="/security", tags=["security"])
CODE = "142857"


class ProofIn(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"password": "a short sentence"}]})

    password: Annotated[str, Field(min_length=1, max_length=200)]


class PasskeyOut(Noun):
    id: UUID
    name: str
    created: datetime
    used: datetime | None


class SecurityOut(BaseModel):
    """What is asked besides the password."""

    second_step: bool
    passkeys: list[PasskeyOut]
    app_since: datetime | None
    """Since when codes from an app are asked; null: they are not."""
    recovery_codes: int
    """How many are left."""


class NewAppOut(BaseModel):
    ticket: str
    """Send it back with the first code; it waits ten minutes."""
    secret: str
    """For the app, as base32 (RFC 6238: SHA-1, 6 digits, 30 seconds)."""


class FirstCodeIn(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"ticket": "…", "code": CODE}]})

    ticket: Annotated[str, Field(max_length=100)]
    code: Annotated[str, Field(min_length=1, max_length=40)]


class CodesOut(BaseModel):
    recovery_codes: list[str]
    """Shown only now; empty where there are some already."""


class SessionOut(BaseModel):
    id: UUID
    device: str
    """What the browser calls itself, in the adult's language."""
    created: datetime
    seen: datetime
    address: str
    this: bool


class TokenOut(Noun):
    id: UUID
    name: str
    scope: TokenScope
    only: list[UUID] | None
    """The children it is for; null: every child the adult may see."""
    created: datetime
    until: datetime | None
    seen: datetime | None
    seen_from: str


class TokenMade(TokenOut):
    token: str
    """Shown only now. Send it as `Authorization: Bearer …`."""


@router.post("/proof", status_code=204, summary="Show that it is you")
async def prove(request: Request, desk: TheDesk, given: ProofIn) -> Response:
    """Take the password as proof: for ten minutes steps that ask for it pass."""
    if not await prove_by_password(request, desk, given.password):
        raise Refused(422, "wrong-password", WRONG_PASSWORD)
    return Response(status_code=204)


@router.put("/me", status_code=204, summary="Change your name and language")
async def put_me(desk: TheDesk, given: accounts.Me) -> Response:
    """Change what you are called, and the language you are spoken to in."""
    await accounts.alter(desk, given)
    return Response(status_code=204)


@router.put("/password", summary="Change your password")
async def put_password(request: Request, desk: TheDesk, given: accounts.PasswordChange) -> Token:
    """Change the password; every session ends, and the answer holds the token of a new one."""
    await accounts.change_password(request, desk, given)
    return Token(token=await opened(request, desk.panel, desk.adult))


@router.get("", summary="How you sign in")
async def show_security(desk: TheDesk) -> SecurityOut:
    """Return the second steps the adult has."""
    held = await second.steps_of(desk.panel, desk.adult.id)
    return SecurityOut(
        second_step=held.is_asked,
        passkeys=[PasskeyOut.model_validate(key) for key in held.passkeys],
        app_since=held.app.since if held.app else None,
        recovery_codes=held.recovery,
    )


@router.post("/app", status_code=201, summary="Begin with an app's codes")
async def begin_app(desk: ProvenDesk) -> NewAppOut:
    """Make a secret for an app; nothing changes until its first code comes."""
    app = await second.begin_app(desk)
    return NewAppOut(ticket=app.ticket, secret=app.secret)


@router.put("/app", summary="Switch an app's codes on")
async def finish_app(desk: ProvenDesk, given: FirstCodeIn) -> CodesOut:
    """Take the first code; from now on one is asked besides the password."""
    return CodesOut(recovery_codes=await second.finish_app(desk, given.ticket, given.code))


@router.delete("/app", status_code=204, summary="Switch an app's codes off")
async def delete_app(desk: ProvenDesk) -> Response:
    """Ask for codes from the app no longer."""
    await second.remove_app(desk)
    return Response(status_code=204)


@router.post("/recovery-codes", status_code=201, summary="New recovery codes")
async def post_recovery_codes(desk: ProvenDesk) -> CodesOut:
    """Make ten recovery codes; those before are worth nothing. 404 without a second step."""
    if not (await second.steps_of(desk.panel, desk.adult.id)).is_asked:
        raise NotFound
    return CodesOut(recovery_codes=await second.new_recovery_codes(desk))


@router.delete("/passkeys/{passkey_id}", status_code=204, summary="Remove a passkey")
async def delete_passkey(desk: ProvenDesk, passkey_id: UUID) -> Response:
    """Remove a passkey. One is made in the panel, where a browser can ask for it."""
    await passkeys.remove(desk, passkey_id)
    return Response(status_code=204)


@router.get("/sessions", summary="Where you are signed in")
async def list_sessions(desk: TheDesk, pages: ThePages) -> list[SessionOut]:
    """Return the adult's sessions, this one first."""
    here = desk.session.id if desk.session else None
    found = [
        SessionOut(
            id=one.id,
            device=device,
            created=one.created,
            seen=one.seen,
            address=one.address,
            this=one.id == here,
        )
        for one, device in await sessions_of(desk)
    ]
    return pages.cut(found, lambda one: (not one.this, falling(one.seen), str(one.id)))


@router.delete("/sessions/{session_id}", status_code=204, summary="Sign out one device")
async def delete_session(desk: TheDesk, session_id: UUID) -> Response:
    """End one session."""
    await end_session(desk, session_id)
    return Response(status_code=204)


@router.delete("/sessions", status_code=204, summary="Sign out everywhere else")
async def delete_other_sessions(desk: TheDesk) -> Response:
    """End every session but this one."""
    await end_others(desk)
    return Response(status_code=204)


@router.get("/tokens", summary="Your tokens")
async def list_tokens(desk: TheDesk, pages: ThePages) -> list[TokenOut]:
    """Return the adult's tokens, the newest first, without their secrets."""
    shown = pages.cut(await tokens_of(desk), lambda token: (-token.id.int,))
    return [TokenOut.model_validate(token) for token in shown]


@router.post("/tokens", status_code=201, summary="Make a token")
async def post_token(desk: ProvenDesk, given: TokenForm) -> TokenMade:
    """Make a token for a program; its secret is in this answer and nowhere else."""
    token, secret = await make_token(desk, given)
    return TokenMade(**TokenOut.model_validate(token).model_dump(), token=secret)


@router.delete("/tokens/{token_id}", status_code=204, summary="End a token")
async def delete_token(desk: ProvenDesk, token_id: UUID) -> Response:
    """End a token at once."""
    await revoke_token(desk, token_id)
    return Response(status_code=204)
