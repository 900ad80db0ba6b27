"""The rules on one screen: a line in words for each part, and what other layers add to it."""

from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from api.labels import Labels, labels_of
from api.needs import Desk
from api.pages.rules.beside import Said, said, wider
from api.pages.rules.editor import whose_shown
from api.pages.rules.parts import PARTS, Part
from api.pages.rules.whose import Whose, reached
from api.pages.today.cards import standing
from api.render import render
from rules.policy import Policy
from store import policies

LINES = 3
"""Lines of a part in the overview; its own page has them all."""


@dataclass(frozen=True, slots=True)
class Row:
    """A part of the rules in the overview."""

    part: Part
    lines: tuple[str, ...]
    more: int
    """So many lines are not shown."""
    wider: tuple[Said, ...]


async def show(request: Request, desk: Desk, whose: Whose) -> Response:
    """Show the rules in short."""
    async with desk.panel.db.read() as store:
        version = await policies.current(store, whose.owner.id)
    policy = version.policy if version else Policy()
    labels = labels_of(desk.panel, desk.speech)
    inside, known = await reached(desk, whose.group) if whose.group else (0, [])
    context = {
        **whose_shown(whose, desk),
        "rows": [row_of(part, policy, whose, labels) for part in PARTS.values()],
        "version": version,
        "inside": inside,
        "known": known,
        "standing": await standing(desk),
    }
    return render(request, "rules/index.html", context)


def row_of(part: Part, policy: Policy, whose: Whose, labels: Labels) -> Row:
    """Say a part of the rules, and what wider layers say of it."""
    lines = said(part, policy, labels)
    return Row(part, lines[:LINES], max(0, len(lines) - LINES), wider(part, whose, labels))
