"""Tasks worth minutes: set by an adult, done by the child, confirmed, credited to that day."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules import earn
from rules.earn import Credit, Task
from rules.scope import EVERYTHING
from rules.sentences import Sentence
from store import children, earned
from store.actor import ActorKind
from store.change import Change
from store.errors import Impossible, NotFound, NotYours
from store.ids import new_id
from store.tables import tasks


async def add(
    tx: Change,
    child_id: UUID,
    *,
    title: str,
    minutes: int,
    scope: str = EVERYTHING,
    daily: bool = False,
) -> Task:
    """Set a child a task."""
    task = Task(
        id=new_id(),
        child_id=child_id,
        title=title,
        minutes=minutes,
        scope=scope,
        daily=daily,
        by=tx.by.name,
        made=tx.now,
    )
    await tx.connection.execute(sa.insert(tasks).values(_row(task)))
    return task


async def done(tx: Change, task_id: UUID) -> Task:
    """Note that the child did a task today. Raises NotYours, Impossible."""
    task, today = await _find(tx, task_id)
    if tx.by.kind is ActorKind.CHILD and tx.by.id != task.child_id:
        raise NotYours
    return await _keep(tx, earn.done(task, today))


async def confirm(tx: Change, task_id: UUID) -> tuple[Task, Credit]:
    """Confirm a task as an adult, and credit its minutes to the child's day. Raises Impossible."""
    task, today = await _find(tx, task_id)
    kept = await _keep(tx, earn.confirmed(task, today, by=tx.by.kind))
    credit = await earned.credit(
        tx, kept.child_id, day=today, minutes=kept.minutes, scope=kept.scope, why=kept.title
    )
    return kept, credit


async def send_back(tx: Change, task_id: UUID) -> Task:
    """Say as an adult that a task is not done yet. Raises Impossible."""
    task, _ = await _find(tx, task_id)
    return await _keep(tx, earn.not_done(task, by=tx.by.kind))


async def remove(tx: Change, task_id: UUID) -> None:
    """Take a task off the list; what it earned stays."""
    if (await tx.connection.execute(sa.delete(tasks).where(tasks.c.id == task_id))).rowcount == 0:
        raise NotFound


async def get(connection: AsyncConnection, task_id: UUID) -> Task:
    """Return a task or raise NotFound."""
    wanted = sa.select(tasks).where(tasks.c.id == task_id)
    row = (await connection.execute(wanted)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return Task.model_validate(dict(row))


async def list_of(connection: AsyncConnection, child_id: UUID, *, now: datetime) -> list[Task]:
    """Return a child's tasks as they stand today, oldest first."""
    today = await children.today(connection, child_id, now=now)
    wanted = sa.select(tasks).where(tasks.c.child_id == child_id).order_by(tasks.c.id)
    rows = (await connection.execute(wanted)).mappings()
    return [earn.task_seen(Task.model_validate(dict(row)), today) for row in rows]


async def _find(tx: Change, task_id: UUID) -> tuple[Task, date]:
    task = await get(tx.connection, task_id)
    return task, await children.today(tx.connection, task.child_id, now=tx.now)


async def _keep(tx: Change, stepped: Task | Sentence) -> Task:
    if isinstance(stepped, Sentence):
        raise Impossible(stepped)
    values = {"state": stepped.state.value, "day": stepped.day}
    await tx.connection.execute(sa.update(tasks).where(tasks.c.id == stepped.id).values(values))
    return stepped


def _row(task: Task) -> dict[str, object]:
    return task.model_dump() | {"state": task.state.value}
