"""What must not be given away about a child: entered once, kept as digests, never shown again."""

import asyncio
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from api.errors import Misfit, Refused
from api.households import family_children
from api.needs import Desk
from api.people import Plain
from rules.details import Digests, Kind, digests
from rules.mistakes import Mistake
from store import details
from store.children import Child
from store.details import Entered
from store.errors import Impossible
from words.speech import to_say

SAYS_WHAT = to_say("entered a private detail of {child}")
SAYS_GONE = to_say("removed a private detail of {child}")


class DetailForm(BaseModel):
    kind: Kind
    text: Annotated[Plain, Field(min_length=1, max_length=200)]
    """Kept only as keyed digests: nobody can read it again."""
    everyone: bool = False
    """For all children of the family."""


async def enter(desk: Desk, child: Child, given: DetailForm) -> list[Entered]:
    """Keep a detail of a child, or of all children of the family. Raises Misfit."""
    found = await _digested(desk, given)
    meant = await family_children(desk) if given.everyone else [child]
    entered = [await _enter(desk, each, given.kind, found) for each in meant]
    kept = [each for each in entered if isinstance(each, Entered)]
    refused = next((each for each in entered if isinstance(each, Impossible)), None)
    if refused and not kept:
        raise Misfit("text", refused.sentence.message, **refused.sentence.values)
    return kept


async def remove(desk: Desk, child: Child, detail_id: UUID) -> Entered:
    """Forget a detail of a child. Raises NotFound."""
    async with desk.change(SAYS_GONE, child_id=child.id, child=child.name) as tx:
        return await details.remove(tx, child.id, detail_id)


async def of_child(desk: Desk, child: Child) -> list[Entered]:
    """Return what was entered about a child: kinds and days, nothing that could be read."""
    async with desk.panel.db.read() as store:
        return await details.list_of(store, child.id)


async def _digested(desk: Desk, given: DetailForm) -> Digests:
    if desk.panel.credentials_key is None:
        raise Refused(503, "no-key", to_say("This panel has no key of the installation."))
    key = await asyncio.to_thread(desk.panel.credentials_key)
    try:
        return digests(key, given.kind, given.text)
    except Mistake as wrong:
        raise Misfit("text", wrong.sentence.message, **wrong.sentence.values) from None


async def _enter(desk: Desk, child: Child, kind: Kind, found: Digests) -> Entered | Impossible:
    try:
        async with desk.change(SAYS_WHAT, child_id=child.id, child=child.name) as tx:
            return await details.add(tx, child.id, kind, found)
    except Impossible as refused:
        return refused
