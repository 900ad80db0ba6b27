"""Whom and what an adult may know of, said so that a query can ask for just that."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from store.tables import children, device_children, devices


@dataclass(frozen=True, slots=True)
class Sight:
    """Children by where they live, and the devices that go with them."""

    group_ids: frozenset[UUID] = frozenset()
    """All who live in these groups."""
    some: tuple[tuple[UUID, frozenset[UUID]], ...] = ()
    """Of these groups only these children."""
    home_ids: frozenset[UUID] = frozenset()
    """Groups whose devices are known while they are no child's."""
    homeless: bool = False
    """Devices of no child and no group are known, too."""

    def living(self) -> sa.ColumnElement[bool]:
        """Say in a query of children which of them are meant; not those who left."""
        single = [
            sa.and_(children.c.group_id == group_id, children.c.id.in_(ids))
            for group_id, ids in self.some
        ]
        meant = sa.or_(children.c.group_id.in_(self.group_ids), *single)
        return sa.and_(children.c.left.is_(None), meant)

    def has_child(self, column: sa.ColumnElement[UUID]) -> sa.ColumnElement[bool]:
        """Say that a column holds one of the children."""
        return column.in_(sa.select(children.c.id).where(self.living()))

    def has_device(self, column: sa.ColumnElement[UUID]) -> sa.ColumnElement[bool]:
        """Say that a column holds a device of one of the children, or a known one of nobody."""
        ties = sa.select(device_children.c.device_id)
        theirs = ties.where(self.has_child(device_children.c.child_id))
        return sa.or_(column.in_(theirs), column.in_(self.nobodys()))

    def nobodys(self) -> sa.Select[tuple[UUID]]:
        """Ask for the devices that are no child's and known all the same."""
        ties = sa.select(device_children.c.device_id)
        known = [devices.c.group_id.in_(self.home_ids)]
        if self.homeless:
            known.append(devices.c.group_id.is_(None))
        return sa.select(devices.c.id).where(devices.c.id.not_in(ties), sa.or_(*known))


NOBODY = Sight()
