"""Takes notes until it is killed, telling each: `python -m bench.victim URL SPOOL`."""

import asyncio
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from rules.verdict import Action, Reason, Verdict
from store.database import Database
from store.journal import Journal, Note

EVERY_S = 0.005
MOMENT = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
ALLOWED = Verdict(Action.PASS, Reason.DEFAULT)


async def suffer(url: str, spool: Path) -> None:
    """Note one visit after the other; the n-th line tells when the n-th was taken."""
    db = await Database.open(url)
    journal = Journal(db, spool=spool, clock=lambda: MOMENT, worker="victim")
    async with asyncio.TaskGroup() as group:
        group.create_task(journal.run())
        while True:
            journal.note(Note(MOMENT, None, None, "vnexpress.net", ALLOWED))
            sys.stdout.write(f"{time.monotonic()}\n")
            sys.stdout.flush()
            await asyncio.sleep(EVERY_S)


if __name__ == "__main__":
    asyncio.run(suffer(sys.argv[1], Path(sys.argv[2])))
