"""Receipts of erasures: what went, by table, and the seal that proves when it was written."""

from dataclasses import dataclass
from uuid import UUID

from api.needs import Desk
from store import erasing, ledger
from store.children import Child
from store.erasing import Receipt, Swept
from words.speech import to_say

NAMED = {
    "alerts": to_say("alerts"),
    "asks": to_say("asks"),
    "belonged": to_say("days in classes"),
    "comments": to_say("words of the child to its week"),
    "child_days": to_say("sums by the day"),
    "children": to_say("the child itself"),
    "consents": to_say("agreements"),
    "credits": to_say("minutes added"),
    "deliveries": to_say("notices sent to adults"),
    "details": to_say("fingerprints of private details"),
    "device_children": to_say("ties to devices"),
    "dirty_days": to_say("days to be summed"),
    "dirty_hours": to_say("hours to be summed"),
    "enrolments": to_say("wishes to join a class"),
    "exchanges": to_say("exchanges of minutes"),
    "grants": to_say("extra time"),
    "letters": to_say("weekly letters"),
    "memberships": to_say("places in groups"),
    "minutes": to_say("days with minutes"),
    "notices": to_say("notices to the child"),
    "pages": to_say("pages, searches and videos"),
    "pins": to_say("PINs"),
    "policies": to_say("versions of the rules"),
    "presence": to_say("hours of devices on the network"),
    "pupil_numbers": to_say("numbers at school"),
    "repeats": to_say("answers kept for programs"),
    "requests": to_say("requests by law"),
    "role_children": to_say("adults’ reach"),
    "roster_steps": to_say("steps of lists of pupils"),
    "rollups": to_say("sums by the hour"),
    "sightings": to_say("when devices were seen"),
    "tasks": to_say("tasks"),
    "visits": to_say("visits"),
}
"""The tables in words; one that is not here is shown by its own name."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A receipt, what was cleared away after it, and whether the chain holds."""

    receipt: Receipt
    swept: Swept | None
    holds: bool


def home_ids(desk: Desk) -> list[UUID]:
    """Return the groups whose receipts an adult may see: those they run."""
    return [group_id for group_id in desk.adult.roles if desk.adult.runs(group_id)]


async def receipts_of(desk: Desk) -> list[Receipt]:
    """Return the receipts of the groups an adult runs, newest first."""
    async with desk.panel.db.read() as store:
        return await erasing.receipts(store, home_ids(desk))


async def proof_of(desk: Desk, number: int) -> Proof:
    """Return one receipt with its proof. Raises NotFound."""
    async with desk.panel.db.read() as store:
        receipt = await erasing.receipt(store, home_ids(desk), number)
        swept = await erasing.swept_after(store, number)
        broken = await ledger.first_broken(store)
    return Proof(receipt, swept, broken is None)


async def counted(desk: Desk, child: Child) -> dict[str, int]:
    """Count what erasing a child would remove, by table."""
    async with desk.panel.db.read() as store:
        return await erasing.count(store, child.id)


def in_words(desk: Desk, tables: dict[str, int]) -> list[tuple[str, int]]:
    """Say the tables in the adult's language, the fullest first."""
    said = [(desk.speech.say(NAMED.get(name, name)), rows) for name, rows in tables.items()]
    return sorted(said, key=lambda each: -each[1])
