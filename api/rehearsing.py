"""Rules tried on the days gone by, before they are switched on."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.changing import Owner
from api.needs import Desk
from rules import rehearsal
from rules.family import ChildRules
from rules.minutes import count
from rules.policy import Policy
from rules.rehearsal import Layers, Rehearser, SiteSeen
from rules.rehearsed import DayRecord, Rehearsal
from rules.scope import service
from rules.verdict import Layer
from store import children, household, rehearsals
from store.children import Child
from store.errors import NotFound
from words.speech import to_say

YOUTUBE = service("youtube")
LOOKED = to_say("tried rules on the last days of {child}")

type Variant = Callable[[ChildRules], Layers]
"""Makes of a child's layers those that are tried."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What several sets of rules would have made of the same days of one child."""

    child: Child
    days: int
    each: tuple[Rehearsal, ...]
    stopped: tuple[Counter[SiteSeen], ...]
    youtube: int
    """Minutes on YouTube in these days."""

    @property
    def more(self) -> Counter[SiteSeen]:
        """Return what the last set stops more often than the first."""
        return self.stopped[-1] - self.stopped[0]

    @property
    def less(self) -> Counter[SiteSeen]:
        """Return what the last set stops less often than the first."""
        return self.stopped[0] - self.stopped[-1]

    @property
    def learning(self) -> int:
        """Return how many more visits to sites for learning the last set stops."""
        return self.each[-1].learning_visits - self.each[0].learning_visits


def with_draft(owner: Owner, layer: Layer, draft: Policy) -> Variant:
    """Try a draft in the place of its owner's rules."""
    return lambda rules: rehearsal.with_draft_of(rules, owner.id, layer, draft)


def as_they_are(rules: ChildRules) -> Layers:
    """Try the rules in force."""
    return rules.layers


async def try_on(
    desk: Desk, tried: Sequence[Child], variants: Sequence[Variant], *, days: int
) -> list[Tried]:
    """Judge the last days of some children by rules that are not in force; nothing is changed.

    The ledger keeps whose days were looked at.
    """
    found = []
    async with desk.panel.db.read() as store:
        known = await household.rules_of(store, [child.id for child in tried], now=desk.now)
    for child in tried:
        if child.id not in known:
            raise NotFound
        found.append(await _try(desk, child, known[child.id], variants, days))
        await desk.looked(LOOKED, child_id=child.id, child=child.name)
    return found


async def _try(
    desk: Desk, child: Child, rules: ChildRules, variants: Sequence[Variant], days: int
) -> Tried:
    look_up = desk.panel.catalogue.look_up
    trying = [
        rehearsal.begin(variant(rules), rules.zone, look_up, rules.exchanges)
        for variant in variants
    ]
    youtube = 0
    async with desk.panel.db.read() as store:
        last = await children.today(store, child.id, now=desk.now)
        records = rehearsals.days(store, child.id, last=last, count=days, zone=rules.zone)
        async for record in records:
            youtube += count(record.minutes.get(YOUTUBE, 0))
            # Judging is arithmetic: the panel goes on answering others meanwhile.
            await asyncio.to_thread(_judge, trying, record)
    results = tuple(each.result() for each in trying)
    return Tried(child, days, results, tuple(each.by_site for each in trying), youtube)


def _judge(trying: Sequence[Rehearser], record: DayRecord) -> None:
    for rehearser in trying:
        rehearser.day(record)
