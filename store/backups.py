"""What an adult chose about backups."""

import json

from sqlalchemy.ext.asyncio import AsyncConnection

from rules.backups import Every, Plan
from store import facts
from store.change import Change

PLAN = "backup_plan"


async def plan_of(connection: AsyncConnection) -> Plan:
    """Return how often a backup is made by itself."""
    said = await facts.find(connection, PLAN)
    if said is None:
        return Plan()
    chosen = json.loads(said)
    return Plan(Every(chosen["every"]), int(chosen["keep"]))


async def choose(tx: Change, plan: Plan) -> None:
    """Keep how often a backup is made."""
    said = {"every": plan.every.value, "keep": plan.keep}
    await facts.keep(tx.connection, PLAN, json.dumps(said))
