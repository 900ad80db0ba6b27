"""One running connection, or one request on an opened one: what it carried, and how to end it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from uuid import UUID

from proxy.bucket import Bucket
from proxy.judge import Asked, Judged
from proxy.line import Line


@dataclass(eq=False, slots=True)
class Lease:
    """One connection, or one request on an opened connection, that was allowed to go on."""

    device_id: UUID | None
    judged: Judged
    names: tuple[str, ...]
    asked: Asked
    since: datetime
    cut: Callable[[], None]
    opened: bool = False
    up: int = 0
    down: int = 0
    noted_up: int = 0
    noted_down: int = 0
    metered: int = 0
    metered_up: int = 0
    noted_at: datetime = field(init=False)
    moved_at: datetime = field(init=False)
    ended: Callable[["Lease"], None] | None = None
    line: Line | None = None
    """The connection to the origin, where it can be slowed down."""
    bucket: Bucket | None = None
    """What it takes from while it is slow."""
    media: bool = False
    """The origin says that this is a film or sound."""
    sends: bool = False
    """A form or an upload is being sent."""
    sent_at: datetime | None = None
    """When a tunnel was last seen to send something off."""
    held_since: datetime | None = None
    """Since when it goes on only because something is being sent."""
    kin: Callable[[], Mapping[str, float]] | None = None
    """Hosts that may share this connection unseen, and until when the device believes so."""
    kin_gone: float = inf
    """When the device forgets a blocked one of them: cut then, so that none stays aboard."""

    def __post_init__(self) -> None:
        self.noted_at = self.moved_at = self.since

    def add_up(self, size: int) -> None:
        """Count bytes the device sent."""
        self.up += size

    def add_down(self, size: int) -> None:
        """Count bytes the device received."""
        self.down += size
        if self.bucket and self.line:
            self.bucket.take(size, self.line)

    def take_in(self, other: "Lease") -> None:
        """Add what another connection carried and did not tell yet."""
        self.up += other.up - other.noted_up
        self.down += other.down - other.noted_down
        # What the other was metered for already must not count again.
        self.metered += other.metered - other.noted_up - other.noted_down
        self.metered_up += other.metered_up - other.noted_up
        self.media = self.media or other.media

    def end(self) -> None:
        """Say that the connection ended; further calls mean nothing."""
        ended, self.ended = self.ended, None
        if ended:
            ended(self)
