"""Many pupils at once: what is done to all of them is one statement, not one for each."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.policy import Policy
from rules.roster import Pupil, folded, with_number
from store import policies
from store.change import Change
from store.children import Child
from store.insert import insert_into
from store.tables import children, memberships, pupil_numbers

type Pairs = Iterable[tuple[UUID, UUID]]
"""Children and groups."""


@dataclass(slots=True)
class Places:
    """Who lives in which class under which name, kept up while pupils are put into classes."""

    rows: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    """Child -> its group, name, year of birth, and since when it is no pupil any more."""
    _names: dict[UUID, dict[UUID, str]] = field(default_factory=dict)
    _changed: dict[UUID, None] = field(default_factory=dict)

    @classmethod
    async def load(
        cls, connection: AsyncConnection, class_ids: Collection[UUID], child_ids: Collection[UUID]
    ) -> "Places":
        """Read who lives in classes, and some children who live elsewhere."""
        wanted = sa.select(
            *(children.c.id, children.c.group_id, children.c.name),
            *(children.c.birth_year, children.c.left),
        ).where(sa.or_(children.c.group_id.in_(class_ids), children.c.id.in_(child_ids)))
        found = cls()
        for row in (await connection.execute(wanted)).mappings():
            about = dict(row)
            child_id = about.pop("id")
            found.rows[child_id] = about
            found._names.setdefault(row["group_id"], {})[child_id] = folded(row["name"])
        return found

    def free_name(self, class_id: UUID, wanted: str, *, but: UUID | None = None) -> str:
        """Return a name that nobody in a class has: itself, else with a number behind it."""
        here = self._names.get(class_id, {})
        taken = {name for child_id, name in here.items() if child_id != but}
        name, count = wanted, 2
        while folded(name) in taken:
            name, count = f"{wanted} {count}", count + 1
        return name

    def name_of(self, class_id: UUID, pupil: Pupil, *, but: UUID | None = None) -> str:
        """Return a free name: two of one name in a class are told apart by their numbers."""
        free = self.free_name(class_id, pupil.name, but=but)
        if free == pupil.name or not pupil.number:
            return free
        return self.free_name(class_id, with_number(pupil.name, pupil.number), but=but)

    def settle(self, child_id: UUID, class_id: UUID, name: str) -> None:
        """Let somebody new live in a class from now on."""
        self._names.setdefault(class_id, {})[child_id] = folded(name)

    def alter(self, child_id: UUID, **values: object) -> None:
        """Change what is known of a child; `write` writes it."""
        row = self.rows[child_id]
        self._names.get(row["group_id"], {}).pop(child_id, None)
        row.update(values)
        self.settle(child_id, row["group_id"], row["name"])
        self._changed[child_id] = None

    async def write(self, connection: AsyncConnection) -> None:
        """Write every child that was changed, in the order in which they were."""
        rows = [{"key": child_id, **_bound(self.rows[child_id])} for child_id in self._changed]
        names = ("group_id", "name", "birth_year", "left")
        wanted = sa.update(children).where(children.c.id == sa.bindparam("key"))
        if rows:
            values: dict[str, Any] = {name: sa.bindparam(f"to_{name}") for name in names}
            await connection.execute(wanted.values(values), rows)
        self._changed.clear()


async def add(tx: Change, fresh: Sequence[Child]) -> None:
    """Add children with an empty first policy; their names must be free (`Places`)."""
    if fresh:
        await tx.connection.execute(sa.insert(children), [asdict(child) for child in fresh])
        await policies.begin(tx, [child.id for child in fresh], Policy())


async def leave(tx: Change, child_ids: Collection[UUID], left: datetime | None) -> None:
    """Let pupils go, or with None take them in again."""
    which = sa.update(children).where(children.c.id.in_(child_ids))
    await tx.connection.execute(which.values(left=left))


async def give_numbers(tx: Change, school_id: UUID, numbers: Mapping[UUID, str]) -> None:
    """Say under which numbers a school knows children, in place of those before."""
    mine = sa.and_(pupil_numbers.c.group_id == school_id, pupil_numbers.c.child_id.in_(numbers))
    await tx.connection.execute(sa.delete(pupil_numbers).where(mine))
    rows = [
        {"group_id": school_id, "number": number, "child_id": child_id}
        for child_id, number in numbers.items()
        if number
    ]
    if rows:
        fresh = insert_into(tx.connection, pupil_numbers)
        upsert = fresh.on_conflict_do_update(
            index_elements=["group_id", "number"], set_={"child_id": fresh.excluded.child_id}
        )
        await tx.connection.execute(upsert, rows)


async def join(tx: Change, pairs: Pairs) -> None:
    """Make children members of groups besides their homes; twice is as good as once."""
    rows = [{"child_id": child_id, "group_id": group_id} for child_id, group_id in pairs]
    if rows:
        fresh = insert_into(tx.connection, memberships).on_conflict_do_nothing()
        await tx.connection.execute(fresh, rows)


async def unjoin(tx: Change, pairs: Pairs) -> None:
    """End memberships, those that there are."""
    rows = [{"child": child_id, "group": group_id} for child_id, group_id in pairs]
    if rows:
        which = sa.and_(
            memberships.c.child_id == sa.bindparam("child"),
            memberships.c.group_id == sa.bindparam("group"),
        )
        await tx.connection.execute(sa.delete(memberships).where(which), rows)


def _bound(row: Mapping[str, Any]) -> dict[str, Any]:
    return {f"to_{name}": value for name, value in row.items()}
