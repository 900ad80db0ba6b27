"""Families' wishes that a child joins a class: asked with a code, answered by the school."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.joining import KEPT, WORDING, State
from rules.sentences import NONE, Sentence
from store import memberships
from store.change import Change
from store.errors import Impossible, NotFound
from store.ids import new_id
from store.tables import enrolments

HERE_ALREADY = Sentence("This child belongs there already.", NONE)
ASKED_ALREADY = Sentence("You asked for this already. The school answers.", NONE)


@dataclass(frozen=True, slots=True)
class Enrolment:
    id: UUID
    group_id: UUID
    """Whose code it was: a class, or a school that chooses the class."""
    child_id: UUID
    by: str
    by_id: UUID | None
    at: datetime
    version: str
    language: str
    wording: str
    """The words agreed to, as they were shown."""
    state: State
    class_id: UUID | None = None
    decided: datetime | None = None
    decided_by: str = ""
    child_yes: bool | None = None
    """The child's own answer; None where it was not given yet."""
    child_at: datetime | None = None
    child_wording: str = ""


async def ask(
    tx: Change, child_id: UUID, group_id: UUID, *, language: str, wording: str
) -> Enrolment:
    """Ask that a child joins, with the words that were agreed to. Raises Impossible."""
    if child_id in await memberships.members(tx.connection, group_id):
        raise Impossible(HERE_ALREADY)
    asked = await waiting(tx.connection, [group_id], now=tx.now)
    if any(one.child_id == child_id for one in asked):
        raise Impossible(ASKED_ALREADY)
    made = Enrolment(
        id=new_id(),
        group_id=group_id,
        child_id=child_id,
        by=tx.by.name,
        by_id=tx.by.id,
        at=tx.now.astimezone(UTC),
        version=WORDING,
        language=language,
        wording=wording,
        state=State.WAITING,
    )
    row = asdict(made) | {"state": made.state.value}
    await tx.connection.execute(sa.insert(enrolments).values(row))
    return made


async def waiting(
    connection: AsyncConnection, group_ids: Iterable[UUID], *, now: datetime
) -> list[Enrolment]:
    """Return what waits for an answer in some groups, oldest first."""
    wanted = sa.select(enrolments).where(
        enrolments.c.group_id.in_(list(group_ids)),
        enrolments.c.state == State.WAITING.value,
        enrolments.c.at > now - KEPT,
    )
    rows = await connection.execute(wanted.order_by(enrolments.c.at, enrolments.c.id))
    return [_enrolment(row) for row in rows.mappings()]


async def waiting_of(
    connection: AsyncConnection, child_id: UUID, *, now: datetime
) -> list[Enrolment]:
    """Return what waits for the school's answer about one child, newest first."""
    mine = await of_child(connection, child_id)
    return [one for one in mine if one.state is State.WAITING and one.at > now - KEPT]


async def answer_as_child(tx: Change, enrolment_id: UUID, *, yes: bool, wording: str) -> None:
    """Write down what the child says to it. Raises NotFound where the school answered already."""
    waits = sa.and_(enrolments.c.id == enrolment_id, enrolments.c.state == State.WAITING.value)
    said = {"child_yes": yes, "child_at": tx.now.astimezone(UTC), "child_wording": wording}
    if (await tx.connection.execute(sa.update(enrolments).where(waits).values(said))).rowcount == 0:
        raise NotFound


async def of_child(connection: AsyncConnection, child_id: UUID) -> list[Enrolment]:
    """Return all about a child, newest first."""
    wanted = sa.select(enrolments).where(enrolments.c.child_id == child_id)
    newest = wanted.order_by(enrolments.c.at.desc(), enrolments.c.id.desc())
    return [_enrolment(row) for row in (await connection.execute(newest)).mappings()]


async def get(connection: AsyncConnection, enrolment_id: UUID) -> Enrolment:
    """Return one. Raises NotFound."""
    wanted = sa.select(enrolments).where(enrolments.c.id == enrolment_id)
    row = (await connection.execute(wanted)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return _enrolment(row)


async def settle(
    tx: Change, enrolment_id: UUID, state: State, *, class_id: UUID | None = None
) -> None:
    """Answer one that waits. Raises NotFound where somebody was faster."""
    mine = sa.and_(enrolments.c.id == enrolment_id, enrolments.c.state == State.WAITING.value)
    settled = {"state": state.value, "class_id": class_id, **_decided(tx)}
    done = sa.update(enrolments).where(mine).values(settled)
    if (await tx.connection.execute(done)).rowcount == 0:
        raise NotFound


async def reopen(tx: Change, enrolment_id: UUID) -> None:
    """Let one wait again, when how it was accepted is taken back."""
    again = {"state": State.WAITING.value, "class_id": None, "decided": None, "decided_by": ""}
    was = sa.and_(enrolments.c.id == enrolment_id, enrolments.c.state == State.ACCEPTED.value)
    await tx.connection.execute(sa.update(enrolments).where(was).values(again))


async def leave(tx: Change, child_id: UUID, class_id: UUID) -> None:
    """End what was agreed about a class that a child leaves."""
    mine = sa.and_(
        enrolments.c.child_id == child_id,
        enrolments.c.class_id == class_id,
        enrolments.c.state == State.ACCEPTED.value,
    )
    left = sa.update(enrolments).where(mine)
    await tx.connection.execute(left.values({"state": State.LEFT.value, **_decided(tx)}))


def _decided(tx: Change) -> dict[str, object]:
    return {"decided": tx.now.astimezone(UTC), "decided_by": tx.by.name}


def _enrolment(row: sa.RowMapping) -> Enrolment:
    return Enrolment(**{**row, "state": State(row["state"])})
