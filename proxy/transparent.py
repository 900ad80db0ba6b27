"""Connections that the gateway led here: only their first words say where they go."""

import asyncio
from collections.abc import Callable

from proxy import reply
from proxy.door import Door
from proxy.front import HANDSHAKE, HTTP, HTTPS, Entrance, HandOver, Passage, house_blocks
from proxy.head import BadHead, Form, read_head
from proxy.judge import Judged
from proxy.kin import Kin
from proxy.leases import Lease
from proxy.original import Destination
from proxy.resolver import WPAD
from proxy.who import Caller
from rules.hosts import normalise
from rules.verdict import Reason

WORDLESS_SECONDS = 1.0
"""How long a client may wait for the server to speak first (mail, some games)."""
HTTP_PORTS = frozenset({80, 8080, 8000, 8008, 3128})
HTTP_ONLY = frozenset({HTTP})

type WhoIs = Callable[[str], Caller]
type WhereTo = Callable[[asyncio.Transport], Destination | None]
"""From a connection to where the client wanted to go; None for one meant for us."""


class Threshold(Entrance):
    """One connection that was led here until it is known what becomes of it."""

    def __init__(
        self,
        door: Door,
        hand_over: HandOver,
        spawn: Callable[..., None],
        *,
        who_is: WhoIs,
        where_to: WhereTo,
        kin: Kin,
    ) -> None:
        super().__init__(door, hand_over, spawn)
        self._who_is = who_is
        self._where_to = where_to
        self._kin = kin
        self._address = ""
        self._wait: asyncio.TimerHandle | None = None
        self._read = self._read_first

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Find out who this is and where it wanted to go."""
        super().connection_made(transport)
        self._door.guard.careful(self._begin, self._transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _begin(self) -> None:
        info = self._transport.get_extra_info
        here, there = info("sockname"), info("peername")[0].partition("%")[0]
        ours = (here[0].partition("%")[0], here[1])
        wanted = self._where_to(self._transport)
        caller = self._who_is(there)
        self._door.sight(caller.device_id, caller.address)
        proxy = (ours[0], self._door.port_of(caller.device_id))
        passage = Passage(caller, proxy, self._transport, self._leave)
        self._passage = passage
        # Who opened our own address wants a page of ours, unless a name says otherwise.
        passage.direct = wanted is None
        passage.host, passage.port = wanted or ours
        passage.names = (passage.host,)
        if not passage.direct:
            self._address = passage.host
        if passage.port in self._door.settings.gateway.closed_ports:
            self._stop(passage, house_blocks(passage.host, Reason.PORT, str(passage.port)))
        elif passage.port not in {HTTP, HTTPS} and not passage.direct:
            loop = asyncio.get_running_loop()
            self._wait = loop.call_later(WORDLESS_SECONDS, self._go_on_wordless)

    def _go_on_wordless(self) -> None:
        if not self._buffer and self._passage:
            passage = self._passage
            self._door.guard.careful(lambda: self._pass_raw(passage), self._transport.abort)

    def _pass_raw(self, passage: Passage) -> None:
        """Judge what has neither name nor TLS by its address, and never look inside."""
        judged = self._judge(passage)
        if judged.verdict.blocks or passage.direct:
            self._stop(passage, judged)
            return
        self._go_on(passage, judged)

    def _stop_waiting(self) -> None:
        if self._wait:
            self._wait.cancel()

    def _read_first(self) -> None:
        self._stop_waiting()
        assert self._passage  # noqa: S101 known since the connection began
        if self._passage.direct:
            self._passage.port = HTTPS if self._buffer[0] == HANDSHAKE else HTTP
        if self._buffer[0] == HANDSHAKE:
            self._read = self._read_hello
            self._read_hello()
        elif self._passage.port in HTTP_PORTS:
            self._read = self._read_request
            self._read_request()
        elif self._passage.port == HTTPS:
            self._stop(self._passage, house_blocks(self._passage.host, Reason.NOT_TLS))
        else:
            self._pass_raw(self._passage)

    def _named(self, passage: Passage, name: str) -> None:
        """Go by what the client calls its destination: that is where we connect to."""
        if name:
            passage.host, passage.names, passage.direct = name, (name,), False

    def _read_request(self) -> None:
        """Read the first request without TLS; it is judged where it is served."""
        passage = self._passage
        assert passage  # noqa: S101 known since the connection began
        try:
            head = read_head(self._buffer)
        except BadHead:
            if passage.port in HTTP_ONLY:
                self._answer(reply.nothing(400))
            else:
                self._pass_raw(passage)
            return
        if head is None:
            return
        if head.form is not Form.ORIGIN:
            # A request to somebody else's proxy, which would go where we do not see.
            self._stop(passage, house_blocks(passage.host, Reason.PORT, "proxy"))
            return
        host = _host_in(bytes(self._buffer[: head.length]))
        is_for_us = passage.direct and host in {"", passage.host}
        if host.partition(".")[0] == WPAD:
            is_for_us = passage.direct = True
        if is_for_us:
            passage.host, passage.names = "", ()
        else:
            self._named(passage, host)
        self._give_away(passage)

    def _is_open(self, port: int) -> bool:  # noqa: ARG002 closed ones never come this far
        return True

    def _lease(self, passage: Passage, judged: Judged) -> Lease:
        lease = super()._lease(passage, judged)
        if self._address:
            who, since = passage.device_id or passage.caller.address, lease.since.timestamp()
            address, kin = self._address, self._kin
            lease.kin = lambda: kin.of(who, address, since)
        return lease


def _host_in(head: bytes) -> str:
    """Return the host that a request names in its header, without port; empty for none."""
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"host":
            text = value.strip().decode("ascii", "replace")
            bare = text[1:].partition("]")[0] if text.startswith("[") else text.partition(":")[0]
            try:
                return normalise(bare)
            except ValueError:
                return ""
    return ""
