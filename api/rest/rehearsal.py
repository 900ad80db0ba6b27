"""Rehearsing rules before they are switched on."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.needs import TheDesk, ThisChild
from rules import explain, rehearsal
from rules.policy import Policy
from rules.rehearsed import Rehearsal
from rules.verdict import Layer
from store import children, household, rehearsals
from store.errors import NotFound

router = APIRouter(tags=["rules"])


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
    async with desk.panel.db.read() as store:
        home = await household.load(store, now=desk.now)
        rules = next((found for found in home.children if found.id == child.id), None)
        if rules is None:
            raise NotFound
        layers = rehearsal.with_draft(rules.layers, given.policy, Layer(given.layer))
        look_up = desk.panel.catalogue.look_up
        rehearser = rehearsal.begin(layers, rules.zone, look_up, rules.exchanges)
        last = await children.today(store, child.id, now=desk.now)
        days = rehearsals.days(store, child.id, last=last, count=given.days, zone=rules.zone)
        async for day in days:
            # Judging is arithmetic: the panel goes on answering others meanwhile.
            await asyncio.to_thread(rehearser.day, day)
    found = rehearser.result()
    said = [explain.for_parent(cause.verdict) for cause in found.causes]
    sentences = [desk.speech.sentence(sentence, desk.now) for sentence in said]
    return RehearsalOut(rehearsal=found, sentences=sentences)
