"""What an adult changes about their own account: name, language, password."""

from typing import Annotated

from fastapi import Request
from pydantic import BaseModel, Field

from api.errors import Misfit
from api.needs import Desk
from api.people import NewPassword, PersonName
from api.security import brake, hash_password, is_password, release
from rules.family import Language
from store import adults, sessions
from words.speech import to_say


class Me(BaseModel):
    name: PersonName
    language: Language


class PasswordChange(BaseModel):
    password: Annotated[str, Field(min_length=1, max_length=200)]
    """The present one."""
    new_password: NewPassword


async def alter(desk: Desk, given: Me) -> None:
    """Change one's name and language."""
    async with desk.change(to_say("changed their own particulars")) as tx:
        await adults.alter(tx, desk.adult.id, name=given.name, language=given.language)


async def change_password(request: Request, desk: Desk, given: PasswordChange) -> None:
    """Change one's password; every session ends, this one too. Raises Misfit."""
    await brake(desk.panel, request, desk.adult.email)
    if not await is_password(desk.adult.password_hash, given.password):
        raise Misfit("password", to_say("This is not your present password."))
    await release(desk.panel, request, desk.adult.email)
    hashed = await hash_password(given.new_password)
    async with desk.change(to_say("changed their password")) as tx:
        await adults.alter(tx, desk.adult.id, password_hash=hashed)
        await sessions.close_all(tx.connection, desk.adult.id)
