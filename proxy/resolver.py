"""Answers questions for names by the rules of who asks; what cannot be judged gets no answer."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from dnslib import CLASS, OPCODE, RCODE, RR, DNSError, DNSRecord

from proxy import records
from proxy.addresses import may_reach
from proxy.door import Door
from proxy.front import house_blocks
from proxy.judge import HOUSE_HOST, Asked, Judged
from proxy.kin import Kin
from proxy.refusals import QUIET
from proxy.upstream import NoAnswer, Upstream
from rules.companions import may_have_companions
from rules.hosts import normalise
from rules.verdict import Action, Reason

LONGEST_TTL = 60
"""Rules change; so may what a name is answered with."""
OWN_TTL = 10
NEGATIVE_TTL = 30
MOST_CACHED = 20_000
MOST_NOTED = 20_000
ONE_VISIT = timedelta(minutes=10)
"""A name asked for again within this time is no new visit."""
WPAD = "wpad"

type Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Cached:
    """What a name server said, and until when it holds."""

    rcode: int
    records: tuple[RR, ...]
    until: float


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and the address of ours that is near it."""

    address: str
    device_id: UUID | None
    here: str

    @property
    def who(self) -> UUID | str:
        """Return what the asker is remembered by."""
        return self.device_id or self.address


class Resolver:
    """Judges the name, then answers: the truth, a safe host, our own address, or nothing."""

    def __init__(self, door: Door, upstream: Upstream, kin: Kin) -> None:
        self._door = door
        self._upstream = upstream
        self._kin = kin
        self._settings = door.settings.gateway
        self._cache: OrderedDict[Key, Cached] = OrderedDict()
        self._noted: OrderedDict[tuple[UUID | str, str], datetime] = OrderedDict()

    async def answer(self, wire: bytes, asker: Asker) -> tuple[DNSRecord, DNSRecord] | None:
        """Return question and answer; None for what is no question at all."""
        try:
            question = DNSRecord.parse(wire)
        except (DNSError, ValueError):
            return None
        if question.header.qr or len(question.questions) != 1:
            return None
        if question.header.opcode != OPCODE.QUERY or question.q.qclass != CLASS.IN:
            return question, records.reply_to(question, RCODE.NOTIMP)
        try:
            return question, await self._answer(question, asker)
        except NoAnswer:
            return question, records.reply_to(question, RCODE.SERVFAIL)

    async def _answer(self, question: DNSRecord, asker: Asker) -> DNSRecord:
        host = _host_of(question)
        if host is None or question.q.qtype == records.ANY:
            return records.reply_to(question, RCODE.NXDOMAIN if host is None else RCODE.NOTIMP)
        if records.is_never_told(host):
            return records.reply_to(question, RCODE.NXDOMAIN)
        if host == HOUSE_HOST or host.partition(".")[0] == WPAD:
            return records.address(question, asker.here, OWN_TTL)
        judged = self._judge(host, asker)
        if judged.verdict.blocks:
            return self._stop(question, asker, judged)
        self._note(asker, judged)
        if judged.verdict.action is Action.REWRITE:
            return await self._lead(question, asker, host, judged.verdict.to)
        return await self._tell(question, asker, host)

    def _judge(self, host: str, asker: Asker) -> Judged:
        door, device_id = self._door, asker.device_id
        now = door.clock()
        asked = Asked(
            443,
            networks=door.current.standing.networks_of(asker.address),
            along=lambda name: door.companions.needed_by(device_id, name, now),
        )
        judged = door.judge.strictest(device_id, (host,), asked)
        if judged.verdict.inside and self._settings.mode == "dns":
            # Only the name is seen here: nobody could tell what is allowed in there.
            verdict = judged.verdict._replace(action=Action.BLOCK, reason=Reason.UNOPENED)
            return replace(judged, verdict=verdict)
        return judged

    def _stop(self, question: DNSRecord, asker: Asker, judged: Judged) -> DNSRecord:
        self._door.stopped(asker.device_id, asker.address, judged)
        shows_page = (
            self._settings.blocked_names == "page"
            and judged.verdict.rule not in QUIET
            and self._door.trusts_us(asker.device_id) is not False
        )
        if not shows_page:
            return records.reply_to(question, RCODE.NXDOMAIN)
        return records.address(question, asker.here, OWN_TTL)

    def _note(self, asker: Asker, judged: Judged) -> None:
        """Remember the site; write the visit down where its connection will not be seen."""
        door, now = self._door, self._door.clock()
        if may_have_companions(judged.verdict, judged.known):
            door.companions.went_to(asker.device_id, door.site_of(judged.host), now)
        if self._settings.mode == "dns" and self._is_new(asker, judged, now):
            door.pen.visit(asker.device_id, judged, now)

    def _is_new(self, asker: Asker, judged: Judged, now: datetime) -> bool:
        """Tell whether a name was not asked for lately: devices ask again and again."""
        key = (asker.who, judged.host)
        last = self._noted.get(key)
        if last is not None and abs(now - last) < ONE_VISIT:
            return False
        self._noted[key] = now
        if len(self._noted) > MOST_NOTED:
            self._noted.popitem(last=False)
        return True

    async def _lead(self, question: DNSRecord, asker: Asker, host: str, to: str) -> DNSRecord:
        """Answer that the name is its safe host."""
        if question.q.qtype not in records.ADDRESS_KINDS:
            return records.reply_to(question)
        known = await self._known(to, question.q.qtype)
        if inside := self._led_inside(question, asker, host, known):
            return inside
        self._tell_kin(asker, host, known)
        found = records.cleaned(known.records, LONGEST_TTL)
        return records.alias(question, to, found, LONGEST_TTL)

    async def _tell(self, question: DNSRecord, asker: Asker, host: str) -> DNSRecord:
        """Answer what name servers say, without what leads past us."""
        kind = question.q.qtype
        if kind == records.SVCB:
            return records.reply_to(question)
        known = await self._known(str(question.q.qname), kind)
        if inside := self._led_inside(question, asker, host, known):
            return inside
        if kind in records.ADDRESS_KINDS:
            self._tell_kin(asker, host, known)
        reply = records.reply_to(question, known.rcode)
        left = max(1, int(known.until - _now()))
        reply.add_answer(*records.cleaned(known.records, min(left, LONGEST_TTL)))
        return reply

    def _led_inside(
        self, question: DNSRecord, asker: Asker, host: str, known: Cached
    ) -> DNSRecord | None:
        """Stop a name of the internet that leads into a private network: so rebinding begins."""
        told = [*records.addresses(known.records), *records.hinted(known.records)]
        if told and all(map(records.leads_nowhere, told)):
            return records.reply_to(question, RCODE.NXDOMAIN)
        networks = self._door.private_networks()
        if records.is_at_home(host) or all(may_reach(each, networks) for each in told):
            return None
        return self._stop(question, asker, house_blocks(host, Reason.PRIVATE_ADDRESS))

    def _tell_kin(self, asker: Asker, host: str, known: Cached) -> None:
        until = self._door.clock().timestamp() + LONGEST_TTL
        self._kin.tell(asker.who, host, records.addresses(known.records), until)

    async def _known(self, name: str, kind: int) -> Cached:
        key = (name.rstrip(".").lower(), kind)
        cached = self._cache.get(key)
        if cached and cached.until > _now():
            return cached
        fresh = await self._upstream.ask(name, kind)
        ttl = min((record.ttl for record in fresh.rr), default=NEGATIVE_TTL)
        kept = Cached(fresh.header.rcode, tuple(fresh.rr), _now() + max(1, ttl))
        if fresh.header.rcode in {RCODE.NOERROR, RCODE.NXDOMAIN}:
            self._cache[key] = kept
            if len(self._cache) > MOST_CACHED:
                self._cache.popitem(last=False)
        return kept


def _host_of(question: DNSRecord) -> str | None:
    """Return the host that a question is about, without service labels; None for no host at all."""
    labels = [label for label in question.q.qname.label if not label.startswith(b"_")]
    try:
        return normalise(b".".join(labels).decode("ascii"))
    except ValueError:
        return None


def _now() -> float:
    return asyncio.get_running_loop().time()
