"""What is kept on this machine: for how long, copied where, and how a copy is had."""

import asyncio
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from api.errors import Refused
from api.needs import Desk
from api.panel import Panel, Upkeep
from rules.backups import Backup, Every, Plan, moment_of
from store import backups, keeping
from store.errors import NotFound, StoreError
from store.keeping import Forgotten, Keeping
from words.speech import to_say

type Days = Annotated[int, Field(ge=1, le=3660)]
NO_TOOLS = to_say("This panel runs without the machine’s own tools, so it makes no backups.")
WITH_PG = to_say("The database is PostgreSQL: back it up with pg_dump (docs/overseeing.md).")


class KeepingForm(BaseModel):
    visits_days: Days
    pages_days: Days

    @property
    def wanted(self) -> Keeping:
        """Return it in the store's words."""
        return Keeping(self.visits_days, self.pages_days)


class PlanForm(BaseModel):
    every: Every = Every.NEVER
    keep: Annotated[int, Field(ge=1, le=100)] = 7


def kept_now(panel: Panel) -> Keeping:
    """Return for how long is kept now."""
    return Keeping(panel.keep_visits_days, panel.keep_pages_days)


async def would_forget(desk: Desk, wanted: Keeping) -> Forgotten:
    """Count what would be forgotten the coming night."""
    async with desk.panel.db.read() as store:
        return await keeping.forgotten(store, wanted, now=desk.now)


async def keep_for(desk: Desk, wanted: Keeping) -> None:
    """Keep for so long from now on; what is older goes with the next night."""
    what = to_say("keeps visits for {visits} days and pages for {pages} days")
    visits, pages = str(wanted.visits_days), str(wanted.pages_days)
    async with desk.change(what, visits=visits, pages=pages) as tx:
        await keeping.choose(tx, wanted)
    panel = desk.panel
    panel.keep_visits_days, panel.keep_pages_days = wanted.visits_days, wanted.pages_days


async def plan_of(desk: Desk) -> Plan:
    """Return how often a backup is made by itself."""
    async with desk.panel.db.read() as store:
        return await backups.plan_of(store)


async def plan(desk: Desk, given: PlanForm) -> Plan:
    """Choose how often a backup is made by itself, and how many are kept."""
    _tools(desk)
    chosen = Plan(given.every, given.keep)
    async with desk.change(to_say("changed how often a backup is made")) as tx:
        await backups.choose(tx, chosen)
    return chosen


async def all_backups(desk: Desk) -> list[Backup]:
    """Return every backup on this machine, the newest first."""
    upkeep = desk.panel.upkeep
    return await asyncio.to_thread(upkeep.list_backups) if upkeep else []


async def back_up(desk: Desk) -> Backup:
    """Make a backup now. Raises Refused where that is not ours to do."""
    upkeep = _tools(desk)
    assert upkeep.back_up is not None  # noqa: S101 looked at by _tools
    try:
        made = await upkeep.back_up()
    except StoreError as error:
        raise Refused(409, "no-backup", str(error)) from error
    await desk.looked(to_say("made the backup {file}"), file=made.name)
    return next(each for each in await all_backups(desk) if each.name == made.name)


async def backup_file(desk: Desk, name: str) -> Path:
    """Return the file of a backup to be taken away; the ledger keeps who took it."""
    path = await _file(desk, name)
    await desk.looked(to_say("took away the backup {file}"), file=name)
    return path


async def remove_backup(desk: Desk, name: str) -> None:
    """Remove a backup for good."""
    path = await _file(desk, name)
    await asyncio.to_thread(path.unlink, missing_ok=True)
    await desk.looked(to_say("removed the backup {file}"), file=name)


async def _file(desk: Desk, name: str) -> Path:
    """Return the file of a backup. Raises NotFound, also for a name that leads elsewhere."""
    upkeep = desk.panel.upkeep
    known = {each.name for each in await all_backups(desk)}
    if upkeep is None or moment_of(name) is None or name not in known:
        raise NotFound
    return upkeep.backups / name


def _tools(desk: Desk) -> Upkeep:
    if desk.panel.upkeep is None or desk.panel.upkeep.back_up is None:
        raise Refused(409, "no-upkeep", NO_TOOLS)
    if not desk.panel.db.is_sqlite:
        raise Refused(409, "no-backup", WITH_PG)
    return desk.panel.upkeep
