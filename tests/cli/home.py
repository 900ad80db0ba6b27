"""A family in a data folder, for tests of commands, and a way to run one in its own loop."""

import threading
from datetime import UTC, datetime

from cli.settings import Settings
from rules.policy import Choice, Policy
from store import children, groups, policies
from store.change import SYSTEM, change
from store.children import Child
from store.database import Database
from tests.kit.agreed import agree

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def command(work, *arguments, **options):
    """Run a command as a terminal does, in an event loop of its own, and give what it returns."""
    answers = []

    def run() -> None:
        try:
            answers.append(work(*arguments, **options))
        except Exception as error:  # noqa: BLE001 - handed on to the test
            answers.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if isinstance(answers[0], Exception):
        raise answers[0]
    return answers[0]


async def move_in(settings: Settings) -> Child:
    """Let one child move in, whose rules were changed once."""
    db = await Database.open(settings.db_url)
    async with change(db, by=SYSTEM, what="set up", now=NOW) as tx:
        family = await groups.add(tx, name="Nhà", zone="Asia/Ho_Chi_Minh", language="vi")
        child = await children.add(
            tx, group_id=family.id, name="Bống", birth_year=2014, language="vi"
        )
        await agree(tx, child.id)
        await policies.save(tx, child.id, Policy(categories={"games": Choice.BLOCK}))
    await db.close()
    return child
