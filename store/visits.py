"""Reading the log: search, filter, page, export."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from rules.verdict import Action, Layer, Reason


@dataclass(frozen=True, slots=True)
class VisitRow:
    """All visits of one device to one host within one minute with one answer."""

    minute: datetime
    last: datetime
    device_id: UUID | None
    child_id: UUID | None
    host: str
    category: str
    service: str
    action: Action
    reason: Reason
    rule: str
    layer: Layer
    visits: int
    bytes_up: int
    bytes_down: int
    opened: bool


@dataclass(frozen=True, slots=True)
class PageRow:
    at: datetime
    device_id: UUID | None
    child_id: UUID | None
    host: str
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """What to look for; None or empty means any."""

    child_id: UUID | None = None
    device_id: UUID | None = None
    blocked: bool | None = None
    category: str = ""
    service: str = ""
    reason: Reason | None = None
    text: str = ""
    """A part of the host's name."""
    since: datetime | None = None
    until: datetime | None = None


async def search(
    connection: AsyncConnection, wanted: VisitFilter, *, limit: int = 50, cursor: str = ""
) -> tuple[list[VisitRow], str]:
    """Return rows newest first and the cursor of the next page (empty at the end). Raises ValueError for a cursor that is not ours."""
    raise NotImplementedError


async def export(connection: AsyncConnection, wanted: VisitFilter) -> AsyncIterator[VisitRow]:
    """Give every row that matches, newest first, without holding them all in memory."""
    raise NotImplementedError
    yield


async def pages(
    connection: AsyncConnection,
    *,
    child_id: UUID | None = None,
    since: datetime | None = None,
    limit: int = 50,
) -> list[PageRow]:
    """Return pages opened, newest first."""
    raise NotImplementedError


async def last_seen(connection: AsyncConnection) -> dict[UUID, VisitRow]:
    """Return for each child the newest row that was not blocked."""
    raise NotImplementedError
