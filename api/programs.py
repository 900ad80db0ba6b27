"""Tokens for programs: made by a person who showed who they are, shown once, ended at once."""

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.errors import Misfit
from api.needs import Desk
from api.people import PersonName
from store import tokens
from store.tokens import Token, TokenScope
from words.speech import to_say

MOST = 50
SCOPES: dict[str, tuple[str, str, str]] = {
    "read": (to_say("Look only"), to_say("Reads what you may see."), "eye"),
    "act": (
        to_say("Act for the moment"),
        to_say("Also pauses, gives time, answers asks. Changes no rules."),
        "hand-click",
    ),
    "admin": (
        to_say("Change rules too"),
        to_say("Everything you may do, except who belongs here and how you sign in."),
        "settings",
    ),
}


class TokenForm(BaseModel):
    name: PersonName
    scope: Literal["read", "act", "admin"] = "read"
    days: Annotated[int, Field(ge=0, le=3650)] = 365
    """After so many days it ends by itself; 0: it does not."""
    child_ids: Annotated[list[UUID], Field(max_length=100)] = []
    """The children it is for; none: every child the adult may see."""


async def tokens_of(desk: Desk) -> list[Token]:
    """Return the adult's tokens, the newest first."""
    async with desk.panel.db.read() as store:
        return await tokens.of_adult(store, desk.adult.id)


async def make_token(desk: Desk, given: TokenForm) -> tuple[Token, str]:
    """Make a token; return it with its secret, which is never kept."""
    seen = {child.id for child in await desk.looking().children()}
    if not seen.issuperset(given.child_ids):
        raise Misfit("child_ids", to_say("Please choose one of these."))
    if len(await tokens_of(desk)) >= MOST:
        raise Misfit("name", to_say("There are very many tokens already. End one first."))
    async with desk.change(to_say("made the token “{token}”"), token=given.name) as tx:
        return await tokens.add(
            tx.connection,
            desk.adult.id,
            name=given.name,
            scope=TokenScope(given.scope),
            now=desk.now,
            until=desk.now + timedelta(days=given.days) if given.days else None,
            only=given.child_ids or None,
        )


async def revoke_token(desk: Desk, token_id: UUID) -> Token:
    """End a token at once. Raises NotFound."""
    async with desk.change(to_say("ended the token “{token}”"), token="") as tx:
        gone = await tokens.revoke(tx.connection, desk.adult.id, token_id)
        tx.values = {"token": gone.name}
        return gone
