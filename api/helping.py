"""The adults whom a family chose for its children to turn to."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from api.errors import Misfit
from api.needs import Desk
from api.people import PersonName
from rules.family import PHONE, Helper
from store import helpers
from store.errors import Impossible
from words.speech import to_say

NO_NUMBER = to_say("Please write a telephone number with digits, like 0912 345 678.")


def _phone(text: str) -> str:
    if not PHONE.fullmatch(text):
        raise ValueError(NO_NUMBER)
    return text


class HelperForm(BaseModel):
    name: PersonName
    phone: Annotated[str, Field(max_length=30), AfterValidator(_phone)] = ""
    """Empty: only the name is shown."""


async def chosen(desk: Desk) -> list[Helper]:
    """Return whom the children of the family can turn to."""
    async with desk.panel.db.read() as store:
        return await helpers.list_of(store, desk.family.id)


async def choose(desk: Desk, given: HelperForm) -> Helper:
    """Put somebody on the list. Raises Misfit where it is full."""
    what = to_say("chose {name} as somebody the children can turn to")
    try:
        async with desk.change(what, name=given.name) as tx:
            return await helpers.add(tx, desk.family.id, name=given.name, phone=given.phone)
    except Impossible as error:
        raise Misfit("name", error.sentence.message) from error


async def leave_out(desk: Desk, helper_id: UUID) -> None:
    """Take somebody off the list. Raises NotFound."""
    async with desk.change(to_say("took somebody off the list of those to turn to")) as tx:
        await helpers.remove(tx, desk.family.id, helper_id)
