"""An adult's side of asks: which wait, one of them, and an answer."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from api.households import family_children
from api.needs import Desk, this_child
from rules.asks import Ask, Move, Terms
from store import asks, devices
from store.children import Child
from words.speech import to_say

SAID = {
    Move.YES: to_say("said yes to an ask of {child}"),
    Move.NO: to_say("said no to an ask of {child}"),
    Move.OFFER: to_say("offered {child} something else"),
}

type Answer = Literal["yes", "no", "offer"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An ask that nobody has answered yet, and who asks from where."""

    ask: Ask
    child: Child
    device: str


async def one(desk: Desk, ask_id: UUID) -> Ask:
    """Return an ask, if the adult has a role on the child's group. Raises NotFound."""
    async with desk.panel.db.read() as store:
        found = await asks.get(store, ask_id, now=desk.now)
    await this_child(found.child_id, desk)
    return found


async def waiting(desk: Desk) -> list[Waiting]:
    """List what the children asked and nobody has answered yet, oldest first."""
    family = {child.id: child for child in await family_children(desk)}
    async with desk.panel.db.read() as store:
        found = await asks.waiting(store, list(family), now=desk.now)
        names = (
            {device.id: device.name for device in await devices.list_all(store)} if found else {}
        )
    return [
        Waiting(ask, family[ask.child_id], names.get(ask.device_id, "") if ask.device_id else "")
        for ask in found
    ]


async def answer(
    desk: Desk, ask: Ask, move: Move, *, terms: Terms | None = None, words: str = ""
) -> Ask:
    """Answer an ask: a yes gives at once, an offer when the child accepts it."""
    child = await this_child(ask.child_id, desk)
    async with desk.change(SAID[move], child_id=child.id, child=child.name) as tx:
        look_up = desk.panel.catalogue.look_up
        return await asks.answer(tx, ask.id, move, terms=terms, words=words, look_up=look_up)
