"""How rules came to be: every version in words, each of which can be brought back."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from starlette.responses import Response

from api.errors import Refused
from api.needs import Desk
from api.pages.rules.editor import undo_of, whose_shown
from api.pages.rules.whose import Whose
from api.pages.today.cards import standing
from api.render import redirect, render
from rules import diff
from rules.policy import Policy
from store import policies
from store.errors import Conflict
from store.policies import PolicyVersion
from words.speech import to_say

BROUGHT_BACK = to_say("brought back earlier rules of {owner}")
BACK = to_say("The earlier rules of {owner} are back.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One version and what it changed."""

    number: int
    at: datetime
    by: str
    changes: tuple[str, ...]
    is_current: bool


async def show(request: Request, desk: Desk, whose: Whose) -> Response:
    """Show the versions, newest first."""
    async with desk.panel.db.read() as store:
        versions = await policies.history(store, whose.owner.id)
    context = {
        **whose_shown(whose, desk),
        "entries": _entries(desk, versions),
        "standing": await standing(desk),
    }
    return render(request, "rules/history.html", context)


async def restore(
    request: Request, desk: Desk, whose: Whose, number: int, undoes: int | None
) -> Response:
    """Bring an older version back; an undo only as long as nobody changed anything since."""
    owner = whose.owner
    try:
        async with desk.change(BROUGHT_BACK, child_id=owner.child_id, owner=owner.name) as tx:
            back = await policies.restore(tx, owner.id, number, expected=undoes)
    except Conflict as error:
        raise Refused(409, "changed-meanwhile") from error
    undo = undo_of(whose, back.number - 1)
    to = whose.here if undoes else f"{whose.above}/history"
    return redirect(request, to, BACK, undo, owner=owner.name)


def _entries(desk: Desk, versions: list[PolicyVersion]) -> list[Entry]:
    entries = []
    for place, version in enumerate(versions):
        is_oldest = place + 1 == len(versions)
        before = Policy() if is_oldest else versions[place + 1].policy
        # Where the list was cut off, the oldest one shown has no neighbour to compare with.
        is_cut = is_oldest and version.number > 1
        told = () if is_cut else diff.describe(before, version.policy)
        changes = tuple(desk.speech.sentence(sentence, desk.now) for sentence in told)
        entries.append(Entry(version.number, version.at, version.by, changes, place == 0))
    return entries
