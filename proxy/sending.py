"""Looks at what a device sends before it goes on: private details, and what chats are asked.

A body is looked at only once all of it is here, so it waits in memory: at most 2 MB, of an AI chat
64 kB. What is larger, packed in an unknown way or of no known length streams, and is counted as
unread. Nothing of what was typed is written anywhere.
"""
# The library is annotated only in part.
# mypy: disallow-untyped-calls=false

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from mitmproxy import http

from feeds.words.alerts import Alert, hear
from feeds.words.homework import wanted as asked_for
from feeds.words.searches import searched
from feeds.words.sent import is_readable, of_query, texts
from feeds.words.typed import said
from proxy import chat_answers, reply
from proxy.asked import navigates, path_of, query_of, wanted
from proxy.chat_answers import in_chat
from proxy.door import Door
from proxy.ears import Speaker
from proxy.front import Passage
from proxy.held import Held, Request, is_word, word_in
from proxy.held_pages import PATH, Choices, HeldPages
from proxy.house_pages import Wanted
from proxy.judge import Judged
from proxy.minding import Minding
from proxy.note import page_of
from proxy.refusals import Step, Stopped
from proxy.reply import Reply
from proxy.unpack import PACKING, READABLE, unpacked
from rules.alerts import Place
from rules.details import Kind, find
from rules.family import ChildRules
from rules.sending import Decides, Told
from rules.verdict import Action, Layer, Reason, Verdict

MOST_BODY = 2 * 1024 * 1024
MOST_TYPED = 64 * 1024
MOST_TEXT = 400_000
"""Characters in which details are looked for: a seventh of a second of the door at the most."""
METHODS = frozenset({"POST", "PUT", "PATCH"})
FORM = "application/x-www-form-urlencoded"
ASIDE = ("autocomplet", "suggest", "prepare", "draft", "telemetry", "analytics", "/ces/", "title")
"""In the paths of what is no question yet, or none any more."""
LOOKED_AT = "haidang.looked_at"
TAKING = "haidang.taking"
"""What counts and hears a body that waits to be looked at."""

type Stream = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Look:
    """What there is to look at in one request."""

    passage: Passage
    judged: Judged
    device_id: UUID
    minding: Minding | None
    guards: bool
    chats: bool
    """People talk to a machine there, and what they say is minded or heard."""
    hears: bool


class Outgoing:
    """Holds back, lets go on, and says which."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._pages = HeldPages(door.pages)

    def begin(self, flow: http.HTTPFlow, passage: Passage, judged: Judged) -> Reply | None:
        """Answer what must not simply be sent; what has a body waits for it first."""
        look = self.look(passage, judged)
        if look is None or self.waits(flow, look):
            return None
        return self.at_address(flow, look)

    def stream(self, flow: http.HTTPFlow, take: Stream) -> Stream | bool:
        """Let a body stream through what counts and hears it, unless it has to wait."""
        if LOOKED_AT not in flow.metadata:
            return take
        flow.metadata[TAKING] = take
        return False

    def finish(self, flow: http.HTTPFlow) -> Reply | None:
        """Look at a whole request that waited for it; nothing comes back for what goes on."""
        look: Look | None = flow.metadata.pop(LOOKED_AT, None)
        if look is None:
            return None
        answer, take = self.whole(flow, look), flow.metadata.pop(TAKING)
        body = b"" if answer else flow.request.raw_content or b""
        for part in (body, b"") if body else (b"",):
            take(part)
        return answer

    def look(self, passage: Passage, judged: Judged) -> Look | None:
        """Tell what there is to look at in what goes to a site; mostly nothing."""
        device_id = passage.device_id
        if device_id is None or judged.known.never_open:
            return None
        minding = self._door.minded.of(device_id)
        hears = judged.verdict.hear and self._door.current.standing.hears(device_id)
        chats = judged.known.chats and (hears or bool(minding and minding.homework))
        guards = bool(minding and minding.books and minding.guards(judged, self._door.clock()))
        if not chats and not guards:
            return None
        return Look(passage, judged, device_id, minding, guards=guards, chats=chats, hears=hears)

    def waits(self, flow: http.HTTPFlow, look: Look) -> bool:
        """Tell whether the body has to be here before the request goes on; remember the look."""
        request = flow.request
        if request.method not in METHODS or not is_readable(
            request.headers.get("Content-Type", "")
        ):
            return False
        length = request.headers.get("Content-Length", "")
        packing = request.headers.get("Content-Encoding", "").strip().lower()
        most = MOST_BODY if look.guards else MOST_TYPED
        if not length.isdigit() or int(length) > most or packing not in READABLE:
            self._door.counters.unread += 1
            return False
        flow.metadata[LOOKED_AT] = look
        return True

    def at_address(self, flow: http.HTTPFlow, look: Look) -> Reply | None:
        """Look at what stands in the address of a request that carries nothing else."""
        query = query_of(flow.request)
        if not query:
            return None
        if look.chats and flow.request.method == "GET":
            found = searched(flow.request.url)
            typed = found.words if found else said(query.encode(), FORM)
            if answer := self._in_chat(flow, look, typed, b""):
                return answer
        return self._private(flow, look, of_query(query).joined()) if look.guards else None

    def whole(self, flow: http.HTTPFlow, look: Look) -> Reply | None:
        """Look at a whole request; nothing comes back where it goes on."""
        request, kind = flow.request, flow.request.headers.get("Content-Type", "")
        raw = request.raw_content or b""
        if is_word(raw):
            return self._go_on(flow, look, word_in(raw))
        try:
            packing = request.headers.get("Content-Encoding", "").strip().lower()
            body = unpacked(raw, packing, MOST_BODY)
        except (ValueError, *PACKING):
            # It is not what it says; the site will not understand it either.
            self._door.counters.unread += 1
            return None
        typed = said(body, kind) if look.chats and len(body) <= MOST_TYPED else ""
        if answer := self._in_chat(flow, look, typed, body):
            return answer
        if not look.guards:
            return None
        address = of_query(query_of(request)).joined()
        return self._private(flow, look, f"{address} \n {texts(body, kind).joined()}")

    def message(self, passage: Passage, judged: Judged, content: bytes) -> bytes | None:
        """Look at one message of a socket; where it is held back, return what is said instead."""
        look = self.look(passage, judged)
        if look is None:
            return None
        if len(content) > MOST_BODY:
            self._door.counters.unread += 1
            return None
        typed = said(content) if look.chats and len(content) <= MOST_TYPED else ""
        if alert := self._cry(look, typed):
            return chat_answers.message(self._pages.help(look.device_id, alert.help))
        held = self._homework(look, typed)
        if held is None and look.guards:
            held = self._details(look, texts(content, "text/plain").joined())
        return chat_answers.message(self._pages.said(held)) if held else None

    def at_house(self, method: str, path: str, device_id: UUID | None) -> Reply:
        """Answer at our own address: what was held back, and what the child says about it."""
        _, _, rest = path.removeprefix(PATH).partition("/")
        token, _, choice = rest.partition("/")
        now = self._door.clock()
        if device_id is None:
            return reply.nothing(404)
        if method != "POST":
            newest = self._door.held.newest(device_id)
            choices = self._choices(newest) if newest else Choices(may_send=False)
            return self._pages.at_house(newest, choices, device_id, now)
        held = self._door.held.find(device_id, token)
        if held is None or choice not in ("send", "drop"):
            return self._pages.too_late(device_id, now)
        sends = choice == "send" and self._choices(held).may_send
        if sends:
            self._spend(held)
            self._door.held.let(held)
        else:
            self._door.held.drop(held)
        return self._pages.decided(held, device_id, now, sends=sends)

    def _go_on(self, flow: http.HTTPFlow, look: Look, token: str) -> Reply | None:
        """Make a request again as it was made, because the child said so on our page."""
        held = self._door.held.find(look.device_id, token)
        kept = held.request if held else None
        if held is None or kept is None or held.host != look.judged.host:
            return self._pages.too_late(look.device_id, self._door.clock())
        if not self._choices(held).may_send:
            return self._pages.too_late(look.device_id, self._door.clock())
        self._spend(held)
        self._door.held.drop(held)
        flow.request.method, flow.request.path = kept.method, kept.path
        flow.request.headers.fields = kept.headers
        flow.request.raw_content = kept.body
        return None

    def _in_chat(self, flow: http.HTTPFlow, look: Look, typed: str, body: bytes) -> Reply | None:
        """Answer what was typed into a chat; nothing comes back for what may go on."""
        request, accepts = flow.request, flow.request.headers.get("Accept", "")
        if alert := self._cry(look, typed):
            if navigates(request):
                return self._door.pages.help(look.device_id, alert, request.url, self._door.clock())
            return in_chat(self._pages.help(look.device_id, alert.help), body, accepts)
        held = self._homework(look, typed, flow)
        if held is None:
            return None
        if navigates(request):
            return self._in_place(flow, held)
        return in_chat(self._pages.said(held), body, accepts)

    def _cry(self, look: Look, typed: str) -> Alert | None:
        """Return what calls for help in words typed into a chat, once in a while."""
        if not typed or not look.chats:
            return None
        page = page_of("https", look.judged.host, "/")
        who = Speaker(look.device_id, look.judged, page, opened=True)
        alert = self._door.ears.typed(who, typed) if look.hears else hear(typed)
        return alert if self._door.ears.wants_help(who, alert) else None

    def _homework(self, look: Look, typed: str, flow: http.HTTPFlow | None = None) -> Held | None:
        """Hold back what asks a machine to do the child's own work."""
        if not typed or not look.chats or look.minding is None or look.minding.homework is None:
            return None
        want = asked_for(typed)
        if not want.does_it or (flow and _is_aside(path_of(flow.request))):
            return None
        return self._hold(look, Reason.HOMEWORK, want.topic, flow, typed)

    def _private(self, flow: http.HTTPFlow, look: Look, text: str) -> Reply | None:
        """Answer a request in which private details stand."""
        held = self._details(look, text, flow)
        if held is None:
            return None
        match wanted(flow.request):
            case Wanted.PAGE:
                return self._in_place(flow, held)
            case Wanted.DATA:
                return chat_answers.problem(self._pages.said(held), kinds=held.rule.split("+"))
            case _:
                return reply.nothing(403)

    def _details(self, look: Look, text: str, flow: http.HTTPFlow | None = None) -> Held | None:
        """Hold back what gives private details away."""
        kinds = find(look.minding.details, text[:MOST_TEXT]) if look.minding else frozenset[Kind]()
        if not kinds:
            return None
        rule = "+".join(kind for kind in Kind if kind in kinds)
        return self._hold(look, Reason.PRIVATE, rule, flow, text)

    def _hold(
        self, look: Look, about: Reason, rule: str, flow: http.HTTPFlow | None, text: str
    ) -> Held | None:
        """Hold something back and tell adults, unless the child has just said that it may go."""
        host = look.judged.host
        if self._door.held.may(look.device_id, host, about, text):
            return None
        request = _request(flow.request) if flow else None
        held = self._door.held.keep(look.device_id, host, about, rule, request)
        self._tell(look, held, opened=bool(flow and flow.client_conn.tls))
        return held

    def _tell(self, look: Look, held: Held, *, opened: bool) -> None:
        """Write down what was held back, no more than was agreed."""
        homework = look.minding.homework if look.minding else None
        told = homework.told if homework and held.about is Reason.HOMEWORK else Told.TOPIC
        rule = held.rule if told is Told.TOPIC else ""
        verdict = Verdict(Action.BLOCK, held.about, Layer.CHILD, rule)
        judged = Judged(held.host, look.judged.known, verdict)
        address, ears = look.passage.caller.address, self._door.ears
        if told is Told.NOTHING:
            refusal = Stopped(held.host, verdict, self._door.clock(), Step.TAKEN)
            self._door.pages.refusals.note(held.device_id, address, refusal)
            return
        self._door.stopped(held.device_id, address, judged, opened=opened, step=Step.TAKEN)
        if held.about is Reason.HOMEWORK:
            ears.held_back(held.device_id, "homework", rule, Place.CHAT, held.host)
            return
        for kind in held.rule.split("+"):
            ears.held_back(held.device_id, "private", kind, Place.FORM, held.host)

    def _in_place(self, flow: http.HTTPFlow, held: Held) -> Reply:
        page = flow.request.headers.get("Referer", "")
        back = page if urlsplit(page).hostname == flow.request.pretty_host else "/"
        return self._pages.in_place(held, self._choices(held), self._door.clock(), back=back)

    def _choices(self, held: Held) -> Choices:
        """Tell what the child may do about something held back."""
        minding, child = self._door.minded.of(held.device_id), self._pages.child(held.device_id)
        if minding is None:
            return Choices(may_send=False)
        if held.about is Reason.PRIVATE:
            mine = minding.decides is Decides.CHILD
            return Choices(may_send=mine, asks=child is not None)
        if minding.homework is None or child is None:
            return Choices(may_send=False)
        left = self._door.held.anyway_left(child.id, self._day(child), minding.homework.anyway)
        return Choices(may_send=left > 0, left=left)

    def _spend(self, held: Held) -> None:
        """Count that homework is done all the same."""
        child = self._pages.child(held.device_id)
        if held.about is Reason.HOMEWORK and child:
            self._door.held.spend(child.id, self._day(child))

    def _day(self, child: ChildRules) -> date:
        return self._door.clock().astimezone(ZoneInfo(child.zone)).date()


def _is_aside(path: str) -> bool:
    """Tell what a chat's page sends beside what the child sent off: while typing, to count."""
    return any(name in path.lower() for name in ASIDE)


def _request(request: http.Request) -> Request | None:
    """Keep a request only where a browser goes to a page with it.

    A script could press the button of our page if it could read it; browsers say who asks.
    """
    if request.headers.get("Sec-Fetch-Mode") != "navigate":
        return None
    body = request.raw_content or b""
    return Request(request.method, request.path, request.headers.fields, body)
