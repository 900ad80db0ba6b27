"""The whole story of a verdict for a child, from what is in force and what was used already."""

from datetime import datetime
from uuid import UUID

from api.needs import Desk
from rules.account import Account, account
from rules.compile import compile_child
from rules.visit import Visit
from store import devices, household, spent
from store.children import Child
from store.database import Connection
from store.errors import NotFound


async def account_of(
    desk: Desk, child: Child, visit: Visit, moment: datetime, device_id: UUID | None = None
) -> Account:
    """Judge a visit of a child at a moment and tell what led to the verdict. Raises NotFound."""
    async with desk.panel.db.read() as store:
        rules = await household.of_child(store, child.id, now=moment)
        device = await _device_name(store, child, device_id) if device_id else ""
        book = compile_child(rules)
        used = await spent.of_child(store, rules, book, now=moment)
    return account(book, visit, moment, used, child=child.name, device=device)


async def _device_name(store: Connection, child: Child, device_id: UUID) -> str:
    device = await devices.get(store, device_id)
    if child.id not in device.child_ids:
        raise NotFound
    return device.name
