"""New ids: UUIDv7, so that nodes never meet in a number and rows lie in the order of time."""

from uuid import UUID

import uuid_utils

NOBODY = UUID(int=0)
"""Stands in a key for no device or no child."""


def new_id() -> UUID:
    """Return a new id."""
    return UUID(int=uuid_utils.uuid7().int)
