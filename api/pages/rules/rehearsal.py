"""What rules as they are typed would have done, to be shown before they are saved."""

from api.labels import labels_of
from api.needs import Desk
from api.pages.rules.whose import Whose, reached
from api.rehearsing import Tried, as_they_are, try_on, with_draft
from rules import explain
from rules.policy import Policy, edits_youtube
from store.children import Child

DAYS = 7
MOST_CHILDREN = 4
"""So many children of a group are tried; each takes a good part of a second."""
MOST_REASONS = 6


async def tried(desk: Desk, whose: Whose, policy: Policy | None) -> dict[str, object]:
    """Try a draft on the last days of its child, or of a few children of its group."""
    if policy is None:
        return {"unfit": True}
    meant = await _meant(desk, whose)
    variants = (as_they_are, with_draft(whose.owner, whose.layer, policy))
    found = await try_on(desk, meant[:MOST_CHILDREN], variants, days=DAYS)
    return {
        "unfit": False,
        "tried": found,
        "reasons": [_reasons(desk, each) for each in found],
        "edits_youtube": edits_youtube(policy),
        "left_out": len(meant[MOST_CHILDREN:]),
        "labels": labels_of(desk.panel, desk.speech),
    }


async def _meant(desk: Desk, whose: Whose) -> list[Child]:
    if whose.child:
        return [whose.child]
    return (await reached(desk, whose.group))[1] if whose.group else []


def _reasons(desk: Desk, one: Tried) -> list[str]:
    """Say what would stop most, in the adult's language."""
    causes = one.each[-1].causes[:MOST_REASONS]
    said = (explain.for_parent(cause.verdict) for cause in causes)
    return list(dict.fromkeys(desk.speech.sentence(each, desk.now) for each in said))
