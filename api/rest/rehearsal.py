"""Rehearsing rules before they are switched on."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api import rehearsing
from api.needs import TheDesk, ThisChild
from api.routing import Router
from rules import explain, rehearsal
from rules.family import ChildRules
from rules.policy import Policy
from rules.rehearsal import Layers
from rules.rehearsed import Rehearsal
from rules.verdict import Layer
from store import rehearsals

router = Router(tags=["rules"])


class RehearsalIn(BaseModel):
    policy: Policy
    """The draft of one layer's rules; the others stay as they are."""
    layer: Literal["city", "ward", "school", "class", "family", "child"] = "child"
    """Whose draft it is."""
    days: Annotated[int, Field(ge=1, le=rehearsals.MOST_DAYS)] = 30


class RehearsalOut(BaseModel):
    rehearsal: Rehearsal
    sentences: list[str]
    """Why visits would have been stopped, in the adult's language, in the order of `causes`."""


@router.post("/children/{child_id}/rehearsal", summary="What would these rules have done?")
async def rehearse(desk: TheDesk, child: ThisChild, given: RehearsalIn) -> RehearsalOut:
    """Judge a child's last days by rules that are not in force; nothing is changed."""

    def drafted(rules: ChildRules) -> Layers:
        return rehearsal.with_draft(rules.layers, given.policy, Layer(given.layer))

    [tried] = await rehearsing.try_on(desk, [child], [drafted], days=given.days)
    [found] = tried.each
    said = [explain.for_parent(cause.verdict) for cause in found.causes]
    sentences = [desk.speech.sentence(sentence, desk.now) for sentence in said]
    return RehearsalOut(rehearsal=found, sentences=sentences)
