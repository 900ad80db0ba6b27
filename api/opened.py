"""What is looked into for a child: why, how much, which sites, and which apps cannot be."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.opening import Opening, openings
from store import household, openness
from store.children import Child
from store.database import Database
from store.openness import Openness, Site

LOOKED_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Opened:
    """The whole of it, for one child and the last seven days."""

    why: tuple[Opening, ...]
    share: Openness
    sites: list[Site]
    pinned: list[Site]

    @property
    def unopened_percent(self) -> int | None:
        """Return the share of what moved that nobody could look into; None where nothing did."""
        if not self.share.bytes:
            return None
        # Rounded down: “100 %” is only said where nothing at all was opened.
        return 100 * (self.share.bytes - self.share.opened_bytes) // self.share.bytes


async def opened_for(db: Database, child: Child, now: datetime) -> Opened:
    """Gather what is looked into for a child."""
    since = now - LOOKED_BACK
    async with db.read() as store:
        rules = (await household.rules_of(store, [child.id], now=now)).get(child.id)
        return Opened(
            why=openings(
                rules.layers,
                rules.grants,
                rules.agreed.level,
                with_details=bool(rules.details),
            )
            if rules
            else (),
            share=await openness.of_child(store, child.id, since=since),
            sites=await openness.opened_sites(store, child.id, since=since),
            pinned=await openness.pinned_sites(store, child.id, since=since),
        )
