"""Choosing a child: of a family from a list, of a school by typing a part of the name."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from api.needs import Desk
from rules.roster import by_given_name
from store import children, tally
from store.children import Child

FEW = 40
"""So many children can be chosen from a list; of more the name is typed."""
MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """The children a filter offers."""

    offered: tuple[Child, ...]
    """All of them; of many only those whose names fit."""
    chosen: Child | None
    is_many: bool
    typed: str = ""

    @property
    def chosen_id(self) -> str:
        """Return the id of the one chosen, as it stands in an address."""
        return str(self.chosen.id) if self.chosen else ""


async def choice_of(desk: Desk, chosen: str, typed: str = "") -> Choice:
    """Offer the children an adult may look at; a name that fits one alone chooses that child."""
    async with desk.panel.db.read() as store:
        there = sum((await tally.living(store, desk.sight)).values())
        meant = [chosen_id] if (chosen_id := _uuid(chosen)) else []
        one = next(iter(await children.list_all(store, ids=meant, sight=desk.sight)), None)
    if there <= FEW:
        return Choice(tuple(await desk.children()), one, is_many=False)
    known = await desk.children() if typed and one is None else []
    found = named(known, typed)[:MOST_FOUND]
    if len(found) == 1:
        return Choice((), found[0], is_many=True)
    return Choice(tuple(found), one, is_many=True, typed=typed if one is None else "")


def named(known: Iterable[Child], typed: str) -> list[Child]:
    """Find children by parts of their names, however accents are typed, by given name."""
    parts = plain(typed).split()
    found = [child for child in known if all(part in plain(child.name) for part in parts)]
    return sorted(found, key=lambda child: by_given_name(child.name))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def plain(text: str) -> str:
    """Write a text without accents and in small letters, to be found however it is typed."""
    spread = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    return "".join(letter for letter in spread if not unicodedata.combining(letter))
