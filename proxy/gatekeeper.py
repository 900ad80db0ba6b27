"""Our part inside the interception library: judge each request, answer, count."""
# The library is annotated only in part.
# mypy: disallow-untyped-calls=false

from collections.abc import Callable
from datetime import datetime
from typing import Any

from mitmproxy import http, tls

from proxy import reply, said
from proxy.addresses import bracketed
from proxy.asked import is_big, is_media, made_by, names_of, path_of, step_of, wanted, without
from proxy.changing import is_page
from proxy.door import Door
from proxy.front import Passage, house_blocks
from proxy.heard import Heard
from proxy.held_pages import PATH as HELD
from proxy.house_pages import Silence, Wanted
from proxy.http1 import ends_by_closing
from proxy.judge import HOUSE_HOST, Judged
from proxy.leases import Lease
from proxy.line import Line
from proxy.made_safe import make_safe
from proxy.note import page_of
from proxy.questions import Questions
from proxy.refusals import Step
from proxy.scored import Scored
from proxy.sending import METHODS, Outgoing
from proxy.tap import counting
from proxy.videos import Videos, is_swipe
from rules.verdict import Action, Reason
from rules.vouching import HEADER

HOOKS = (
    "http_connect",
    "requestheaders",
    "request",
    "responseheaders",
    "response",
    "error",
    "websocket_message",
    "websocket_end",
    "tls_established_client",
    "tls_failed_client",
    "tls_failed_server",
)
LEASE = "haidang.lease"
INWARD = "haidang.inward"
HOP_BY_HOP = frozenset({b"proxy-authorization", b"proxy-connection", HEADER.lower().encode()})
"""Between the device and us; the origin must not see them."""
UNWANTED = frozenset({b"alt-svc"})
"""Would send the browser to QUIC, past this door."""
HIGH_PORTS = 1024
NOT_OURS = 404
"""What the door itself does not have, the panel may."""

type Find = Callable[[str], Passage | None]
type Inject = Callable[[http.HTTPFlow, bytes], None]


class Gatekeeper:
    """The one addon of ours; every hook runs through the guard."""

    def __init__(self, door: Door, find: Find) -> None:
        self._door = door
        self._find = find
        self._heard = Heard(door)
        self._questions = Questions(door)
        self._scored = Scored(door)
        self._videos = Videos(door)
        # Before the bar: it goes below what the page has become.
        door.changes.changers.insert(0, self._videos)
        self._outgoing = Outgoing(door)
        self.inject: Inject = _nowhere
        """Says something to the client of a WebSocket; the library does it."""
        self._leases: dict[str, set[Lease]] = {}

    def http_connect(self, flow: http.HTTPFlow) -> None:
        """End a connection that asks for a tunnel after plain requests; it will open a new one."""
        flow.kill()

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Judge one request by every name it and its connection go by."""
        passage = self._passage(flow.client_conn.id)
        passage.requests += 1
        if flow.client_conn.tls:
            self._saw_trust(passage, trusts=True)
            self._door.pinned.succeeded(passage.device_id, passage.host)
        try:
            names = names_of(flow.request)
        except ValueError:
            # Nobody can tell what this asks for, so nobody can judge it.
            _answer(flow, reply.nothing(400))
            return
        passage.asked, passage.trouble, passage.inward = names[0], None, ""
        passage.silence = Silence.NO_ANSWER
        if passage.direct or {HOUSE_HOST, *names, *passage.names} == {HOUSE_HOST}:
            self._answer_for_the_house(flow, passage)
            return
        if ours := self._door.bar.answer(passage.device_id, flow.request, passage.caller.address):
            _answer(flow, ours)
            return
        judged = self._judge(flow, passage, names)
        judged = self._scored.again(
            passage.device_id, judged, flow.request.path, self._questions.about(flow, passage)
        )
        judged = self._videos.again(passage.device_id, judged, flow.request)
        if judged.verdict.blocks:
            self._block(flow, passage, judged)
        elif answer := self._heard.help_for(flow, passage, judged) or self._outgoing.begin(
            flow, passage, judged
        ):
            _answer(flow, answer)
        else:
            self._let_through(flow, passage, judged)

    def request(self, flow: http.HTTPFlow) -> None:
        """Look at a whole request that waited for it; the others went on long ago."""
        if answer := self._outgoing.finish(flow):
            _answer(flow, answer)

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Let bodies stream, counted; take out what would lead past us."""
        lease = flow.metadata.get(LEASE)
        if flow.response is None:
            return
        self._passage(flow.client_conn.id).answered.add(flow.server_conn.id)
        if flow.metadata.get(INWARD):
            # The child's pages are alive: their events must not wait for an end.
            flow.response.stream = True
        if lease is None:
            return
        without(flow.response.headers, UNWANTED)
        origin = self._passage(flow.client_conn.id).origins.get(flow.server_conn.id)
        lease.line = origin if isinstance(origin, Line) else None
        lease.media = is_media(flow.response)
        stream = (
            self._heard.giving(flow, lease.add_down)
            or self._scored.giving(flow, lease, lambda judged: self._stopped_page(flow, judged))
            or counting(lease.add_down)
        )
        flow.response.stream = self._door.changes.giving(flow, lease, stream)

    def response(self, flow: http.HTTPFlow) -> None:
        """End the request's lease, unless a WebSocket goes on."""
        passage = self._find(flow.client_conn.id)
        if passage and flow.server_conn.id in passage.reset and ends_by_closing(flow):
            # Half an answer must not be taken for a whole.
            passage.cut()
        if flow.websocket is None:
            self._end(flow)

    def error(self, flow: http.HTTPFlow) -> None:
        """End the lease of a request that failed."""
        passage = self._find(flow.client_conn.id)
        if passage and flow.response is None:
            # As without us: who is hung up on with a kept connection simply asks again.
            passage.stale = flow.server_conn.id in passage.answered
        if passage and flow.client_conn.tls and flow.error:
            self._questions.failed(passage, flow.error.msg)
        self._end(flow)

    def websocket_message(self, flow: http.HTTPFlow) -> None:
        """Count a message and forget it; the library would keep them all."""
        assert flow.websocket is not None  # noqa: S101 the library says so
        message, lease = flow.websocket.messages[-1], flow.metadata.get(LEASE)
        if lease:
            count = lease.add_up if message.from_client else lease.add_down
            count(len(message.content))
            if message.from_client:
                passage = self._passage(flow.client_conn.id)
                if instead := self._outgoing.message(passage, lease.judged, message.content):
                    message.drop()
                    self.inject(flow, instead)
                else:
                    self._heard.message(flow, passage, lease.judged, message.content)
        flow.websocket.messages.clear()

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        """End the lease of a WebSocket."""
        self._end(flow)

    def tls_established_client(self, data: tls.TlsData) -> None:
        """Remember that a device took our certificate; some look at it later, and leave."""
        self._passage(data.context.client.id).greeted = True

    def tls_failed_client(self, data: tls.TlsData) -> None:
        """Learn that a device does not trust our certificate."""
        passage = self._passage(data.context.client.id)
        if said.distrusts_us(data.conn.error):
            self._saw_trust(passage, trusts=False)
            self._door.pinned.failed(passage.device_id, passage.host, self._door.clock())
        elif said.left(data.conn.error):
            self._door.pinned.failed(passage.device_id, passage.host, self._door.clock())

    def tls_failed_server(self, data: tls.TlsData) -> None:
        """Remember that an origin showed a certificate that is not valid."""
        passage = self._passage(data.context.client.id)
        if said.shows_invalid_certificate(data.conn.error):
            passage.trouble = Reason.BAD_CERTIFICATE
        else:
            self._questions.failed(passage, data.conn.error)

    def deny(self, hook: str, data: Any) -> None:
        """Stop the visit whose hook broke: with a page where that is possible, else by a cut."""
        if hook in ("requestheaders", "request"):
            flow: http.HTTPFlow = data
            flow.request.stream = False
            flow.response = http.Response.make(403, b"")
            known = self._find(flow.client_conn.id)
            if known:
                self._door.guard.careful(lambda: self._show_fault(flow, known), known.cut)
            return
        passage = self._find(_client_of(data))
        if passage:
            passage.cut()

    def could_not(self, passage: Passage) -> reply.Reply:
        """Say in our own words why an answer could not be had."""
        if passage.inward:
            caller, now = passage.caller, self._door.clock()
            return self._door.pages.instead(caller.device_id, caller.address, passage.inward, now)
        if passage.trouble is None:
            return self._door.pages.unreachable(passage.device_id, passage.asked, passage.silence)
        judged = house_blocks(passage.asked, passage.trouble)
        self._note_stopped(passage, judged)
        return self._page(passage, judged, Wanted.PAGE)

    def forget(self, client_id: str, passage: Passage) -> None:
        """End what a closed connection left running."""
        if passage.greeted and not passage.requests:
            self._door.pinned.failed(passage.device_id, passage.host, self._door.clock())
        for lease in self._leases.pop(client_id, set()):
            lease.end()

    def _passage(self, client_id: str) -> Passage:
        passage = self._find(client_id)
        if passage is None:
            raise LookupError("a request without a passage")
        return passage

    def _answer_for_the_house(self, flow: http.HTTPFlow, passage: Passage) -> None:
        secure, now = bool(flow.client_conn.tls), self._door.clock()
        device_id, address, path = passage.device_id, passage.caller.address, path_of(flow.request)
        pages, leads = self._door.pages, self._door.inward.may_lead(flow.request)
        if path == HELD or path.startswith(f"{HELD}/"):
            _answer(flow, self._outgoing.at_house(flow.request.method, path, device_id))
            return
        if not (leads and pages.is_childs_own(device_id, path)):
            here = f"{bracketed(passage.here[0])}:{passage.here[1]}"
            answer = pages.answer(device_id, address, path=path, here=here, secure=secure, now=now)
            if answer.status != NOT_OURS or not leads:
                _answer(flow, answer)
                return
        without(flow.request.headers, HOP_BY_HOP)
        passage.inward, flow.request.stream, flow.metadata[INWARD] = path, True, True
        visitor = self._door.visitor(device_id, address, secure=secure)
        self._door.inward.lead(flow.request, visitor, now)

    def _judge(self, flow: http.HTTPFlow, passage: Passage, names: list[str]) -> Judged:
        request = flow.request
        if request.port not in self._door.settings.connect_ports and request.port < HIGH_PORTS:
            return house_blocks(names[0], Reason.PORT, str(request.port))
        # The request's own names speak first: the page should name what the child asked for.
        asked = self._questions.about(flow, passage)
        judged = self._door.judge.strictest(passage.device_id, [*names, *passage.names], asked)
        # What runs may end by itself; nothing new is opened.
        if is_page(request, frames=True):
            return judged
        return self._door.leases.landing.softened(passage.device_id, judged, asked)

    def _block(self, flow: http.HTTPFlow, passage: Passage, judged: Judged) -> None:
        self._note_stopped(passage, judged, step_of(flow.request), opened=flow.client_conn.tls)
        if is_big(flow.request):
            # Answering needs the whole body first; nobody shall fill our memory with it.
            flow.kill()
            return
        page = self._videos.asked_as(passage.device_id, flow.request)
        page = page or f"{flow.request.scheme}://{judged.host}{path_of(flow.request)}"
        _answer(flow, self._page(passage, judged, wanted(flow.request), page))

    def _note_stopped(
        self,
        passage: Passage,
        judged: Judged,
        step: Step = Step.TAKEN,
        *,
        opened: bool = False,
    ) -> None:
        """Write a refusal down once a connection, and again for each page the child asks for."""
        key = (judged.host, judged.verdict.reason)
        again = step is Step.TAKEN and passage.requests > 1
        if key not in passage.noted or again:
            passage.noted.add(key)
            who = passage.device_id, passage.caller.address
            self._door.stopped(*who, judged, opened=opened, again=again, step=step)

    def _stopped_page(self, flow: http.HTTPFlow, judged: Judged) -> None:
        """Write down that a page was stopped by what stands on it; our own page comes next."""
        passage = self._passage(flow.client_conn.id)
        self._note_stopped(passage, judged, opened=bool(flow.client_conn.tls))

    def _page(
        self, passage: Passage, judged: Judged, wanted: Wanted, page: str = ""
    ) -> reply.Reply:
        device_id, now = passage.caller.device_id, self._door.clock()
        return self._door.pages.stopped(device_id, judged, now, wanted, page=page)

    def _show_fault(self, flow: http.HTTPFlow, passage: Passage) -> None:
        judged = house_blocks(passage.asked or flow.request.host, Reason.FAULT)
        self._note_stopped(passage, judged)
        _answer(flow, self._page(passage, judged, wanted(flow.request)))

    def _let_through(self, flow: http.HTTPFlow, passage: Passage, judged: Judged) -> None:
        request, now = flow.request, self._door.clock()
        without(request.headers, HOP_BY_HOP)
        if judged.verdict.action is Action.REWRITE:
            passage.safe[request.host] = judged.verdict.to
            inside = self._door.current.standing.catalogue.inside(judged.host)
            if inside:
                make_safe(request, inside, judged.verdict.rule)
        if judged.verdict.reason is Reason.NETWORK_CHECK:
            # What follows may have to go to another host of the same name: to one with safe search.
            request.headers["Connection"] = "close"
        lease = self._lease(flow, passage, judged, now)
        address = request.host + path_of(request)
        self._door.parts.note(passage.device_id, judged.verdict, made_by(request), address, now)
        self._door.leases.begin(lease)
        self._leases.setdefault(flow.client_conn.id, set()).add(lease)
        flow.metadata[LEASE] = lease
        self._door.changes.asking(flow, lease)
        reading = self._heard.taking(flow, passage, judged, lease.add_up)
        request.stream = self._outgoing.stream(flow, reading or counting(lease.add_up))
        self._note(flow, passage, lease, now)

    def _lease(self, flow: http.HTTPFlow, passage: Passage, judged: Judged, now: datetime) -> Lease:
        return Lease(
            device_id=passage.device_id,
            judged=judged,
            names=tuple(dict.fromkeys((passage.asked, *passage.names))),
            asked=self._questions.about(flow, passage),
            since=now,
            cut=passage.cut,
            opened=bool(flow.client_conn.tls),
            sends=flow.request.method in METHODS,
        )

    def _note(self, flow: http.HTTPFlow, passage: Passage, lease: Lease, now: datetime) -> None:
        """Write a visit for the first request to a host and for each page; the rest is bytes."""
        request, key = flow.request, (lease.judged.host, lease.judged.verdict.reason)
        host = lease.judged.host
        known = self._videos.used(lease.judged, request).known
        if step_of(request) is Step.TAKEN:
            page = page_of(request.scheme, request.host, request.path)
            # What is noted as a search or a video is not noted as a page as well.
            page = "" if self._heard.is_told(flow) else page
            self._door.pen.visit(
                passage.device_id, lease.judged, now, opened=lease.opened, page=page
            )
            self._door.meter.attend(passage.device_id, known, now, host=host)
        elif key not in passage.noted:
            self._door.pen.visit(passage.device_id, lease.judged, now, opened=lease.opened)
            self._door.meter.connected(passage.device_id, known, now, host=host)
        elif is_swipe(request):
            self._door.meter.attend(passage.device_id, known, now, host=host)
        else:
            self._door.meter.goes_on(passage.device_id, known, now, host=host)
        passage.noted.add(key)

    def _end(self, flow: http.HTTPFlow) -> None:
        self._heard.end(flow)
        lease: Lease | None = flow.metadata.pop(LEASE, None)
        if lease:
            lease.end()
            self._leases.get(flow.client_conn.id, set()).discard(lease)

    def _saw_trust(self, passage: Passage, *, trusts: bool) -> None:
        self._door.sight(passage.device_id, passage.caller.address, trusts=trusts)


def _nowhere(_flow: http.HTTPFlow, _message: bytes) -> None:
    """Stand in until the library is there."""


def _answer(flow: http.HTTPFlow, answer: reply.Reply) -> None:
    flow.response = http.Response.make(answer.status, answer.body, answer.headers)


def _client_of(data: Any) -> str:
    """Find the client in what a hook was given."""
    if isinstance(data, http.HTTPFlow):
        return data.client_conn.id
    client = data.client if hasattr(data, "client") else data.context.client
    return str(client.id)
