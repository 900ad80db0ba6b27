"""The first words with a device: read what it wants, then refuse, relay, or hand over."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import cast

from proxy import reply, socks
from proxy.addresses import is_address
from proxy.door import Door
from proxy.familiar import LONGEST, Key, Way, may_be_familiar
from proxy.head import END, BadHead, Form, Head, read_head
from proxy.hello import NotTls, read_hello, speaks_only_http2
from proxy.house_pages import Wanted
from proxy.judge import HOUSE_HOST, Along, Asked, Judged
from proxy.leases import Lease
from proxy.passage import Passage as Passage  # noqa: PLC0414 - most know it from here
from proxy.pinned import may_pass
from proxy.reach import Reach
from proxy.refusals import QUIET
from proxy.who import Caller
from rules.companions import WANTED, may_have_companions
from rules.verdict import Action, Reason, Verdict
from rules.visit import UNLISTED

HEAD_SECONDS = 10.0
HTTPS, HTTP = 443, 80
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
HANDSHAKE = 22
SOCKS = b"\x05"


type HandOver = Callable[[Passage, bytes], None]


class Entrance(asyncio.Protocol):
    """One connection until it is known what becomes of it."""

    def __init__(self, door: Door, hand_over: HandOver, spawn: Callable[..., None]) -> None:
        self._door = door
        self._hand_over = hand_over
        self._spawn = spawn
        self._buffer = bytearray()
        self._read: Callable[[], None] = self._read_head
        self._transport: asyncio.Transport
        self._passage: Passage | None = None
        self._place: tuple[str, int] | None = None
        self._granted, self._refusal = ESTABLISHED, b""
        self._asked: Asked | None = None
        self._words: Key | None = None
        self._way: Way | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Give the client ten seconds for all its first words together."""
        self._transport = cast("asyncio.Transport", transport)
        place = (transport.get_extra_info("peername")[0], transport.get_extra_info("sockname")[1])
        if self._door.enter(place):
            self._place = place
        else:
            self._transport.abort()
        self._door.patience.start(self, HEAD_SECONDS)

    def data_received(self, data: bytes) -> None:
        """Take bytes and see whether they are enough."""
        self._buffer += data
        self._step()

    def eof_received(self) -> None:
        """Close: a client that stops before it said what it wants gets nothing."""

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 the protocol's own
        """Stop waiting."""
        self._door.patience.stop(self)
        self._leave()

    def too_late(self) -> None:
        """Wait no longer for first words."""
        self._transport.abort()

    def _leave(self) -> None:
        place, self._place = self._place, None
        if place:
            self._door.leave(place)
        # Nothing may hold what holds it: the collector shall have no work.
        self._passage, self._way, self._read = None, None, _nothing

    def _step(self) -> None:
        self._door.guard.careful(self._read, self._transport.abort)

    def _read_head(self) -> None:
        if self._buffer[:1] == SOCKS:
            self._begin_talk()
            return
        if self._is_familiar():
            return
        try:
            head = read_head(self._buffer)
        except BadHead:
            self._answer(reply.nothing(400))
            return
        if head is not None:
            self._meet(head)

    def _is_familiar(self) -> bool:
        """Grant a tunnel at once whose like went on a moment ago, if nothing moved since."""
        size = len(self._buffer)
        # A head and nothing behind it: what came with it would have to be told apart first.
        if self._place is None or size > LONGEST or self._buffer.find(END) != size - len(END):
            return False
        self._words = key = (self._place, bytes(self._buffer))
        way = self._way = self._door.familiar.find(key)
        if way is None:
            return False
        self._asked, self._buffer, self._read = way.asked, bytearray(), self._read_hello
        self._passage = passage = Passage(way.caller, self._here(), self._transport, self._leave)
        passage.host, passage.port, passage.names = way.host, way.port, (way.host,)
        self._transport.write(self._granted)
        return True

    def _here(self) -> tuple[str, int]:
        here = self._transport.get_extra_info("sockname")
        return here[0], here[1]

    def _begin_talk(self) -> None:
        """Speak SOCKS5; what it leads to goes the way of CONNECT."""
        port = self._transport.get_extra_info("sockname")[1]
        talk = socks.Talk(lambda given: not self._identify(port, given).challenge)
        self._granted, self._refusal = socks.answer(socks.GRANTED), socks.answer(socks.NOT_ALLOWED)

        def read() -> None:
            try:
                said, head = talk.step(self._buffer)
            except socks.Refused as refused:
                self._last(refused.last)
                return
            self._transport.write(said)
            if head is not None:
                self._meet(head)

        self._read = read
        read()

    def _meet(self, head: Head) -> None:
        here = self._here()
        caller = self._identify(here[1], head.credentials)
        passage = Passage(caller, here, self._transport, self._leave)
        if caller.challenge and head.form is not Form.ORIGIN:
            self._answer(reply.challenge())
            return
        self._door.sight(caller.device_id, caller.address)
        self._passage = passage
        if head.form is Form.CONNECT:
            del self._buffer[: head.length]
            passage.host, passage.port, passage.names = head.host, head.port, (head.host,)
            self._begin_tunnel(passage)
        else:
            passage.direct = head.form is Form.ORIGIN
            self._give_away(passage)

    def _identify(self, port: int, credentials: tuple[str, str] | None) -> Caller:
        address = self._transport.get_extra_info("peername")[0]
        index = self._door.current.standing.index
        return self._door.doorman.identify(
            index, port=port, address=address, credentials=credentials
        )

    def _begin_tunnel(self, passage: Passage) -> None:
        judged = self._judge(passage)
        # Where CONNECT gives only an address, the hello may still say which site is meant.
        waits = passage.port == HTTPS and is_address(passage.host)
        if self._is_refused(passage, judged) and not waits:
            self._refuse(passage, judged)
            return
        self._transport.write(self._granted)
        self._read = self._read_hello
        if self._buffer:
            self._read_hello()

    def _judge(self, passage: Passage) -> Judged:
        if not self._is_open(passage.port):
            return house_blocks(passage.host, Reason.PORT, str(passage.port))
        if passage.host == HOUSE_HOST:
            return Judged(HOUSE_HOST, UNLISTED, Verdict(Action.ALLOW, Reason.HOUSE))
        asked = self._question(passage)
        judged = self._door.judge.strictest(passage.device_id, passage.names, asked)
        judged = self._door.leases.landing.softened(passage.device_id, judged, asked)
        if judged.verdict.inside and self._door.trusts_us(passage.device_id) is False:
            # Nobody could tell what is allowed in there from what is not.
            return replace(
                judged, verdict=judged.verdict._replace(action=Action.BLOCK, reason=Reason.UNOPENED)
            )
        return judged

    def _question(self, passage: Passage) -> Asked:
        """Return what the connection asks for besides names; that stays as it was at first."""
        if self._asked is None:
            scheme = "http" if passage.port == HTTP else "https"
            networks = self._door.current.standing.networks_of(passage.caller.address)
            self._asked = Asked(passage.port, scheme, networks=networks, along=self._along(passage))
        return self._asked

    def _is_open(self, port: int) -> bool:
        return port in self._door.settings.connect_ports

    def _along(self, passage: Passage) -> Along | None:
        """Where we cannot look inside, ask which site the device is on; else its request tells."""
        device_id = passage.device_id
        if self._door.trusts_us(device_id) is not False:
            return None
        return self._door.companions.along(device_id, self._door.clock())

    def _is_refused(self, passage: Passage, judged: Judged) -> bool:
        """Tell whether a blocked tunnel is refused at once, instead of opened to show our page."""
        verdict = judged.verdict
        if not verdict.blocks:
            return False
        return (
            verdict.reason is Reason.PORT
            or verdict.rule in QUIET
            or self._door.trusts_us(passage.device_id) is False
            or self._door.judge.never_opened(passage.names)
        )

    def _refuse(self, passage: Passage, judged: Judged) -> None:
        self._note_stopped(passage, judged)
        if self._refusal:
            self._last(self._refusal)
            return
        now, caller = self._door.clock(), passage.caller
        answer = self._door.pages.stopped(caller.device_id, judged, now, Wanted.PAGE)
        self._answer(answer)

    def _read_hello(self) -> None:
        passage = self._passage
        assert passage is not None  # noqa: S101 the head is read first
        if not self._buffer:
            return
        if self._buffer[0] != HANDSHAKE and passage.port == HTTP:
            self._give_away(passage)
            return
        try:
            hello = read_hello(self._buffer)
        except NotTls:
            self._stop(passage, house_blocks(passage.host, Reason.NOT_TLS))
            return
        if hello is None:
            return
        if self._way and hello.name == passage.host and self._still_holds(self._way):
            self._go_on(passage, self._way.judged)
            return
        self._named(passage, hello.name)
        self._choose(passage, self._unpinned(passage, self._judge(passage)))

    def _named(self, passage: Passage, name: str) -> None:
        """Take in what the hello calls the destination."""
        if name == passage.host:
            return
        if name and is_address(passage.host):
            # We find the site's address ourselves; the one that was given is not used.
            passage.names = (name,)
        elif name:
            passage.names = tuple(dict.fromkeys((passage.host, name)))

    def _choose(self, passage: Passage, judged: Judged) -> None:
        """Stop, relay or hand over, now that all names are known."""
        if self._is_refused(passage, judged) or judged.verdict.reason is Reason.UNOPENED:
            self._stop(passage, judged)
        elif judged.verdict.blocks:
            if not self._may_be_part(passage, judged):
                self._note_stopped(passage, judged)
            self._give_away(passage)
        elif judged.host == HOUSE_HOST or self._is_opened(passage, judged):
            self._give_away(passage)
        else:
            self._remember(passage, judged)
            self._go_on(passage, judged)

    def _still_holds(self, way: Way) -> bool:
        return self._words is not None and self._door.familiar.holds(self._words, way)

    def _remember(self, passage: Passage, judged: Judged) -> None:
        """Let the next tunnels like this one go the same way, for a moment."""
        trusts_us = self._door.trusts_us(passage.device_id)
        if self._words is None or passage.names != (passage.host,) or passage.pinned:
            return
        if may_be_familiar(judged.verdict, trusts_us=trusts_us):
            asked = self._question(passage)
            way = Way(passage.caller, passage.host, passage.port, asked, judged)
            self._door.familiar.keep(self._words, way)

    def _may_be_part(self, passage: Passage, judged: Judged) -> bool:
        """Tell whether only the request will show if an open page needs this."""
        unsure = judged.verdict.reason in WANTED or self._door.parts.has_pages(passage.device_id)
        return unsure and self._door.trusts_us(passage.device_id) is True

    def _is_opened(self, passage: Passage, judged: Judged) -> bool:
        """Open what a rule needs open, unless the device would only see certificate errors."""
        if judged.verdict.action is not Action.ALLOW and not judged.verdict.inside:
            wishes = self._door.wishes(passage.device_id, judged, passage.names)
            return wishes and not passage.pinned
        return self._door.trusts_us(passage.device_id) is not False

    def _unpinned(self, passage: Passage, judged: Judged) -> Judged:
        """Let an app pass that would only break, where no rule must look inside; else stop it."""
        device_id, verdict = passage.device_id, judged.verdict
        if verdict.action is not Action.ALLOW and not verdict.edits:
            return judged
        now = self._door.clock()
        passes = self._door.pinned.passes(device_id, judged.host, judged.known, verdict, now)
        if not passes and not self._is_opened_in_vain(passage, judged):
            return judged
        if passes or may_pass(judged.known, verdict):
            passage.pinned = True
            if verdict.action is Action.REWRITE:
                return judged
            passing = verdict._replace(action=Action.PASS, reason=Reason.PINNED)
        else:
            passing = verdict._replace(action=Action.BLOCK, reason=Reason.UNOPENED)
        return replace(judged, verdict=passing)

    def _is_opened_in_vain(self, passage: Passage, judged: Judged) -> bool:
        """Tell whether a client speaks only HTTP/2 (gRPC does), which we do not where we open."""
        wanted = judged.verdict.action is Action.ALLOW or judged.verdict.edits
        opens = wanted and judged.host != HOUSE_HOST
        return opens and self._is_opened(passage, judged) and speaks_only_http2(self._buffer)

    def _go_on(self, passage: Passage, judged: Judged) -> None:
        """Let both sides speak with each other; nobody looks at what they say."""
        self._door.patience.stop(self)
        self._transport.pause_reading()
        # The tunnel leads where its TLS says, resolved by us: a name proves no address.
        host = judged.verdict.to or passage.names[-1]
        lease, early, self._buffer = self._lease(passage, judged), bytes(self._buffer), bytearray()
        self._passage = None
        if may_have_companions(judged.verdict, judged.known):
            self._door.companions.went_to(
                passage.device_id, self._door.site_of(judged.host), lease.since
            )

        def forbid() -> None:
            self._stop(passage, house_blocks(host, Reason.PRIVATE_ADDRESS))

        to, show = (host, passage.port), partial(self._hand_over, passage, early)
        Reach(
            self._door, self._spawn, lease, self._transport, *to, early, forbid, self._leave, show
        ).begin()

    def _lease(self, passage: Passage, judged: Judged) -> Lease:
        return Lease(
            device_id=passage.device_id,
            judged=judged,
            names=passage.names,
            asked=self._question(passage),
            since=self._door.clock(),
            cut=self._transport.abort,
        )

    def _give_away(self, passage: Passage) -> None:
        self._door.patience.stop(self)
        self._transport.pause_reading()
        self._hand_over(passage, bytes(self._buffer))

    def _stop(self, passage: Passage, judged: Judged) -> None:
        self._note_stopped(passage, judged)
        self._transport.abort()

    def _note_stopped(self, passage: Passage, judged: Judged) -> None:
        passage.noted.add((judged.host, judged.verdict.reason))
        self._door.stopped(passage.device_id, passage.caller.address, judged)

    def _answer(self, answer: reply.Reply) -> None:
        self._last(answer.wire())

    def _last(self, words: bytes) -> None:
        self._door.patience.stop(self)
        self._transport.write(words)
        self._transport.close()


def house_blocks(host: str, reason: Reason, rule: str = "") -> Judged:
    """Return a block of the house's own, whatever the family's rules say."""
    return Judged(host, UNLISTED, Verdict(Action.BLOCK, reason, rule=rule))


def _nothing() -> None:
    """Read nothing: it is over."""
