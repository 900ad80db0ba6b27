"""An invitation as whoever was invited meets it: what it is for, and taking it."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from fastapi import Request
from pydantic import BaseModel

from api.errors import Misfit, Refused
from api.panel import Panel
from api.people import Email, NewPassword, PersonName
from api.security import brake_address, hash_password
from rules.family import Language
from store import adults, change, children, groups, invitations
from store.adults import Adult
from store.change import Actor, ActorKind
from store.errors import NotFound, Taken
from store.groups import Group
from store.invitations import Invitation
from words.speech import to_say

GONE = to_say(
    "This invitation was taken already, was taken back, or ran out. Ask for a new one: it is made "
    "in a minute."
)
CAME = to_say("accepted the invitation to {group}")
HERE = to_say("You belong to {group} already.")
KNOWN = to_say("Somebody signs in with this e-mail already. Is it you? Then sign in first.")


class NewcomerForm(BaseModel):
    name: PersonName
    email: Email
    password: NewPassword
    language: Language = "vi"


@dataclass(frozen=True, slots=True)
class Invited:
    """What an invitation is for."""

    invitation: Invitation
    group: Group
    children: tuple[str, ...]
    """The names of the children, where it is not for all of the group."""


async def invited(panel: Panel, request: Request, token: str) -> Invited:
    """Return what an open invitation is for. Raises Refused for any other; tries are counted."""
    try:
        async with panel.db.read() as store:
            found = await invitations.find(store, token, now=panel.clock())
            group = await groups.get(store, found.group_id)
            living = await children.list_all(store, group_ids=[group.id])
    except NotFound as error:
        await brake_address(panel, request, "invitation")
        raise Refused(404, "invitation-gone", GONE) from error
    some = found.only if found.only is not None else frozenset()
    return Invited(found, group, tuple(child.name for child in living if child.id in some))


async def come(panel: Panel, asked: Invited, token: str, given: NewcomerForm) -> Adult:
    """Make the account of whoever was invited. Raises Misfit where the e-mail is known."""
    password_hash = await hash_password(given.password)
    try:
        async with _coming(panel, asked, Actor(ActorKind.ADULT, given.name)) as tx:
            taken = await invitations.take(tx, token)
            return await adults.add(
                tx,
                name=given.name,
                email=given.email,
                password_hash=password_hash,
                language=given.language,
                group_id=taken.group_id,
                role=taken.role,
                only=taken.only,
            )
    except Taken as error:
        raise Misfit("email", KNOWN) from error
    except NotFound as error:
        raise Refused(404, "invitation-gone", GONE) from error


async def join(panel: Panel, adult: Adult, asked: Invited, token: str) -> None:
    """Give a role to an adult who has an account already. Raises Refused."""
    if asked.group.id in adult.roles:
        raise Refused(409, "here-already", HERE, {"group": asked.group.name})
    try:
        async with _coming(panel, asked, Actor(ActorKind.ADULT, adult.name, adult.id)) as tx:
            taken = await invitations.take(tx, token)
            await adults.give_role(tx, adult.id, taken.group_id, taken.role, only=taken.only)
    except NotFound as error:
        raise Refused(404, "invitation-gone", GONE) from error


def _coming(panel: Panel, asked: Invited, by: Actor) -> AbstractAsyncContextManager[change.Change]:
    values = {"group": asked.group.name}
    return change.change(
        panel.db, by=by, what=CAME, now=panel.clock(), values=values, group_id=asked.group.id
    )
