"""Consents: each answer is a row of its own, with the words that were shown, and stays."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.consent import WORDING, Agreed, Consent, Party
from store.actor import ActorKind
from store.change import Change
from store.columns import one_of
from store.errors import NotFound, NotYours
from store.ids import new_id
from store.tables import consents

SPEAKS_FOR = {ActorKind.ADULT: Party.ADULT, ActorKind.CHILD: Party.CHILD}


async def answer(
    tx: Change, child_id: UUID, *, yes: bool, agreed: Agreed, language: str, wording: str
) -> Consent:
    """Write down a yes or a no, as who makes the change. Raises NotYours for anybody else."""
    given = Consent(
        id=new_id(),
        child_id=child_id,
        party=_party(tx, child_id),
        yes=yes,
        agreed=agreed,
        version=WORDING,
        language=language,
        wording=wording,
        by=tx.by.name,
        by_id=tx.by.id,
        at=tx.now,
    )
    await tx.connection.execute(sa.insert(consents).values(_row(given)))
    return given


async def withdraw(tx: Change, child_id: UUID) -> None:
    """Take a yes back, as who gave it: from now on it holds no more. Raises NotFound."""
    party = _party(tx, child_id)
    standing = sa.and_(
        consents.c.child_id == child_id,
        consents.c.party == party.value,
        consents.c.yes,
        consents.c.withdrawn.is_(None),
    )
    ended = sa.update(consents).where(standing)
    values = {"withdrawn": tx.now, "withdrawn_by": tx.by.name}
    if (await tx.connection.execute(ended.values(values))).rowcount == 0:
        raise NotFound


async def list_of(connection: AsyncConnection, child_id: UUID) -> list[Consent]:
    """Return every answer about a child, newest first."""
    mine = sa.select(consents).where(consents.c.child_id == child_id)
    newest = mine.order_by(consents.c.at.desc(), consents.c.id.desc())
    return [_consent(row) for row in (await connection.execute(newest)).mappings()]


async def latest(
    connection: AsyncConnection, child_ids: Collection[UUID] | None = None
) -> dict[UUID, dict[Party, Consent]]:
    """Return the last answer of each party, by child; of some children or of all."""
    mine = one_of(consents.c.child_id, child_ids)
    wanted = sa.select(consents).where(mine).order_by(consents.c.at, consents.c.id)
    found: dict[UUID, dict[Party, Consent]] = defaultdict(dict)
    for row in (await connection.execute(wanted)).mappings():
        consent = _consent(row)
        found[consent.child_id][consent.party] = consent
    return found


def _party(tx: Change, child_id: UUID) -> Party:
    party = SPEAKS_FOR.get(tx.by.kind)
    if party is None or (party is Party.CHILD and tx.by.id != child_id):
        raise NotYours
    return party


def _row(given: Consent) -> dict[str, object]:
    row = given.model_dump(exclude={"agreed", "party"})
    level, words = given.agreed.level.value, given.agreed.words
    return row | {"party": given.party.value, "level": level, "words": words}


def _consent(row: sa.RowMapping) -> Consent:
    given = {name: value for name, value in row.items() if name not in ("level", "words")}
    return Consent(agreed=Agreed(level=row["level"], words=row["words"]), **given)
