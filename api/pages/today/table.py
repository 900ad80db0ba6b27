"""Whom an adult can call to dinner: the children for whom they decide."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from api.needs import Desk
from api.pages.today.cards import Card, State
from store.children import Child


@dataclass(frozen=True, slots=True)
class Table:
    """Whom dinner time is for, and whether it is dinner time now."""

    children: tuple[Child, ...]
    is_paused: bool
    until: datetime | None


def table_of(desk: Desk, cards: Iterable[Card]) -> Table:
    """Say whom the adult can call to dinner."""
    mine = [
        card
        for card in cards
        if card.state is not State.GROWN and desk.adult.steers(card.child.group_id, card.child.id)
    ]
    ends = [card.until for card in mine if card.until]
    return Table(
        tuple(card.child for card in mine),
        bool(mine) and all(card.state is State.PAUSED for card in mine),
        max(ends) if len(ends) == len(mine) and ends else None,
    )
