"""The whole story of a verdict for a child, from what is in force and what was used already."""

from datetime import datetime
from uuid import UUID

from api.needs import Desk
from rules.account import Account, account
from rules.compile import compile_child
from rules.family import Household
from rules.visit import Visit
from store import household, spent
from store.children import Child
from store.errors import NotFound


async def account_of(
    desk: Desk, child: Child, visit: Visit, moment: datetime, device_id: UUID | None = None
) -> Account:
    """Judge a visit of a child at a moment and tell what led to the verdict. Raises NotFound."""
    async with desk.panel.db.read() as store:
        home = await household.load(store, now=moment)
        rules = next((found for found in home.children if found.id == child.id), None)
        if rules is None:
            raise NotFound
        book = compile_child(rules)
        used = await spent.of_child(store, rules, book, now=moment)
    device = _device_name(home, child, device_id) if device_id else ""
    return account(book, visit, moment, used, child=child.name, device=device)


def _device_name(home: Household, child: Child, device_id: UUID) -> str:
    for device in home.devices:
        if device.id == device_id and child.id in device.child_ids:
            return device.name
    raise NotFound
