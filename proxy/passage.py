"""One client connection on its way through the door, and what is found out about it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from proxy.house_pages import Silence
from proxy.who import Caller
from rules.verdict import Reason


@dataclass(slots=True)
class Passage:
    """One client connection on its way through the door."""

    caller: Caller
    here: tuple[str, int]
    """The door's address and port it came in by."""
    transport: asyncio.Transport
    leave: Callable[[], None]
    """To be called when the connection ended."""
    host: str = ""
    """Where a tunnel leads; empty for plain requests."""
    port: int = 0
    names: tuple[str, ...] = ()
    """What the tunnel calls its destination: CONNECT, then SNI."""
    direct: bool = False
    """A browser that opened the door's own address."""
    noted: set[tuple[str, Reason]] = field(default_factory=set)
    requests: int = 0
    safe: dict[str, str] = field(default_factory=dict)
    """Safe hosts to connect to instead, for requests that are not in a tunnel."""
    asked: str = ""
    """The host of the latest request."""
    trouble: Reason | None = None
    """Why the origin of the latest request could not be used."""
    silence: Silence = Silence.NO_ANSWER
    """Why the latest request got no answer."""
    greeted: bool = False
    """The device went through the whole handshake with our certificate."""
    answered: set[str] = field(default_factory=set)
    """Connections to origins, by the library's number, that answered something."""
    pinned: bool = False
    """What asks trusts only its own certificate, and passes unopened."""
    origins: dict[str, asyncio.Transport] = field(default_factory=dict)
    """The connections to origins, by the library's number."""
    stale: bool = False
    """The origin closed such a connection just when it was asked again; the client will retry."""
    reset: set[str] = field(default_factory=set)
    """Connections to origins that did not end but broke."""
    inward: str = ""
    """The path of the latest request where it was led to the panel, for the child's own pages."""

    @property
    def device_id(self) -> UUID | None:
        """Return the device, if it is known."""
        return self.caller.device_id

    def cut(self) -> None:
        """End the connection at once."""
        self.transport.abort()
