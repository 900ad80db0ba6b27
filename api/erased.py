"""After an erasure: what lies beside the tables, and the proof that stays."""

import asyncio
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from api.panel import Panel
from store import erasing
from store.erasing import Receipt, Swept
from store.spool import erase_from


async def sweep(panel: Panel, child_id: UUID, receipt: Receipt) -> Swept:
    """Clear a child out of files: what waits on disk, the doors' snapshot, the database's own."""
    spooled = 0
    if panel.upkeep is not None:
        spooled = await asyncio.to_thread(erase_from, panel.upkeep.spool, child_id)
        await asyncio.to_thread(_drop_snapshot, panel.upkeep.snapshot, child_id)
    swept = Swept(spooled, await erasing.scrub(panel.db))
    async with panel.db.write() as store:
        await erasing.keep_swept(store, receipt.number, swept)
    return swept


def _drop_snapshot(path: Path, child_id: UUID) -> None:
    """Drop the snapshot while it names the child: doors that run write it anew at once."""
    with suppress(FileNotFoundError):
        if str(child_id) in path.read_text(encoding="utf-8"):
            path.unlink()
