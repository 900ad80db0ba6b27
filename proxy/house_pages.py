"""What the door itself says: why something was stopped, who you are, our certificate."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from feeds.catalogue import Catalogue
from feeds.words.alerts import Alert
from proxy import reply
from proxy.beside import are_little, beside, helpers_of, told
from proxy.current import Current
from proxy.judge import HOUSE_HOST, Judged
from proxy.meter import Meter
from proxy.notices import Notices
from proxy.refusals import Refusals
from proxy.reply import Reply
from rules.asking import may_ask
from rules.coming_of_age import is_little
from rules.explain import for_child
from rules.family import ChildRules, Language
from rules.left import limits
from rules.notices import Notice, to_child
from rules.policy import Privacy
from rules.scope import ScopeKind, split
from rules.verdict import Action, Reason, Verdict
from rules.visit import UNLISTED
from words.speech import Speech, to_say

TEMPLATES = Path(__file__).parent / "templates"
KEPT = to_say(
    "Your adults are told that you may need help. As agreed, they can read your searches."
)
NOT_KEPT = to_say(
    "Your adults are told that you may need help, but not the words you searched for."
)

NOT_TOLD = to_say(
    "This stays with you: nobody is told, and nothing of it is written down. Tell somebody"
    " yourself: it helps."
)


class Wanted(StrEnum):
    """What the client can make use of."""

    PAGE = "page"
    DATA = "data"
    NOTHING = "nothing"


class Silence(StrEnum):
    """Why a site that no rule stops has no answer for us."""

    NO_ANSWER = "no_answer"
    NO_SUCH_NAME = "no_such_name"
    ASK_AGAIN = "ask_again"
    """It speaks only HTTP/2, and passes unopened from the next connection on."""
    OTHER_WORDS = "other_words"
    """It speaks only HTTP/2, and a rule must look inside."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What is left of an allowance today."""

    name: str
    minutes: int
    left: int

    @property
    def percent(self) -> int:
        """Return how much is left, for the bar."""
        return 100 * self.left // self.minutes if self.minutes else 0


class HousePages:
    """Answers in the child's language."""

    def __init__(
        self,
        current: Current,
        meter: Meter,
        notices: Notices,
        certificate: Path,
        panel_url: str = "",
    ) -> None:
        self._current = current
        self._meter = meter
        self._notices = notices
        self._panel_url = panel_url
        self._pem = certificate.read_bytes()
        self._der = certificate.with_suffix(".der").read_bytes()
        self.refusals = Refusals()
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
        )

    def prepare(self, now: datetime) -> None:
        """Load what pages are made of, so that the first visit to be stopped need not wait for it.

        Templates and languages take a third of a second, in which nothing else would go on.
        """
        for name in self._templates.list_templates(extensions=["html"]):
            self._templates.get_template(name)
        judged = Judged(HOUSE_HOST, UNLISTED, Verdict(Action.BLOCK, Reason.FAULT))
        standing = self._current.standing
        speakers = {self._speech(device).language: device for device in standing.index.by_id}
        for device in (None, *speakers.values()):
            self.stopped(device, judged, now, Wanted.PAGE)

    def stopped(
        self,
        device_id: UUID | None,
        judged: Judged,
        now: datetime,
        wanted: Wanted,
        *,
        page: str = "",
    ) -> Reply:
        """Answer a visit that was stopped.

        `page` is its address without the query, where the connection is open to us.
        """
        speech = self._speech(device_id)
        why = speech.sentence(for_child(judged.verdict), now)
        code = (
            f"{judged.verdict.reason}{f' · {judged.verdict.rule}' if judged.verdict.rule else ''}"
        )
        if wanted is Wanted.NOTHING:
            return reply.nothing(403)
        ask = self._ask_about(device_id, judged, page)
        if wanted is Wanted.DATA:
            return reply.data(told(judged.verdict, why, ask), 403)
        html = self._render(
            "block.html",
            speech,
            why=why,
            code=code,
            host=judged.host,
            judged=judged,
            now=now,
            trusted=self._trusts_us(device_id),
            can_be_opened=may_ask(judged.verdict),
            ask=ask,
            **beside(
                self._current.standing,
                device_id,
                judged.verdict,
                now=now,
                speech=speech,
                meter=self._meter,
            ),
        )
        return reply.page(html, 403)

    def in_player(self, device_id: UUID | None, verdict: Verdict) -> tuple[str, str]:
        """Say in a player's own place why a video does not play, and what to do about it."""
        speech = self._speech(device_id)
        why = speech.sentence(for_child(verdict), None)
        return why, speech.say("Load this page anew to see why, and to ask for it.")

    def help(self, device_id: UUID | None, alert: Alert, address: str, now: datetime) -> Reply:
        """Show whom to turn to, before a search goes on that sounds like despair."""
        speech, standing = self._speech(device_id), self._current.standing
        keeps = standing.privacy_of(device_id, now) is Privacy.PAGES
        said = KEPT if keeps else NOT_KEPT
        if not standing.tells(device_id, now):
            said = NOT_TOLD
        html = self._render(
            "help.html",
            speech,
            helps=alert.help[:2],
            address=address,
            said=speech.say(said),
            helpers=helpers_of(standing, device_id),
            is_little=are_little(standing, device_id, now),
        )
        return reply.page(html)

    def bar(self, device_id: UUID | None, notice: Notice, now: datetime) -> str:
        """Write the bar that tells a notice below an opened page."""
        speech, child = self._speech(device_id), self._current.standing.one_child(device_id)
        return self._render(
            "bar.html",
            speech,
            text=speech.sentence(to_child(notice), now),
            little=is_little(child.birth_year if child else None, now),
            last=notice.left <= 1,
            now=now,
        )

    def unreachable(
        self, device_id: UUID | None, host: str, why: Silence = Silence.NO_ANSWER
    ) -> Reply:
        """Say that a site did not answer, and what is known of why."""
        html = self._render("unreachable.html", self._speech(device_id), host=host, why=why)
        return reply.page(html, 502)

    def resting(self, device_id: UUID | None) -> Reply:
        """Say that our own pages are not to be had just now."""
        return reply.page(self._render("resting.html", self._speech(device_id)), 503)

    def is_childs_own(self, device_id: UUID | None, path: str) -> bool:
        """Tell whether the panel makes this page better: the home page of a child's device."""
        device = self._current.standing.index.by_id.get(device_id) if device_id else None
        return path == "/" and bool(device and device.child_ids)

    def instead(self, device_id: UUID | None, address: str, path: str, now: datetime) -> Reply:
        """Answer where the panel rests: what the door itself knows stands in for the home page."""
        return self._home(device_id, address, now) if path == "/" else self.resting(device_id)

    def answer(
        self,
        device_id: UUID | None,
        address: str,
        *,
        path: str,
        here: str,
        secure: bool,
        now: datetime,
    ) -> Reply:
        """Answer a visit to the door's own site."""
        match path.partition("?")[0]:
            case "/":
                return self._home(device_id, address, now)
            case "/trust":
                return reply.data({"trusted": secure})
            case "/trusted.svg" if secure:
                return self._file("trusted.xml", "image/svg+xml", device_id)
            case "/proxy.pac" | "/wpad.dat":
                return self._file("proxy.pac", "application/x-ns-proxy-autoconfig", None, here=here)
            case other:
                return self._certificate(other)

    def render(self, template: str, device_id: UUID | None, **values: object) -> str:
        """Write a page of the door in the language of a device's child."""
        return self._render(template, self._speech(device_id), **values)

    def speech_of(self, device_id: UUID | None) -> Speech:
        """Return how the child of a device is spoken to."""
        return self._speech(device_id)

    def child_of(self, device_id: UUID | None) -> ChildRules | None:
        """Return the child of a device, if it is exactly one."""
        return self._current.standing.one_child(device_id)

    def trusts_us(self, device_id: UUID | None) -> bool:
        """Tell whether a device can show our pages in the place of a site's."""
        return self._trusts_us(device_id)

    def _certificate(self, path: str) -> Reply:
        if path == "/ca.crt":
            return reply.file(self._der, "application/x-x509-ca-cert", "haidang-ca.crt")
        if path == "/ca.pem":
            return reply.file(self._pem, "application/x-pem-file", "haidang-ca.pem")
        return reply.nothing(404)

    def _file(self, template: str, kind: str, device_id: UUID | None, **values: object) -> Reply:
        text = self._render(template, self._speech(device_id), **values)
        return reply.file(text.encode(), kind)

    def _home(self, device_id: UUID | None, address: str, now: datetime) -> Reply:
        standing, speech = self._current.standing, self._speech(device_id)
        last = self.refusals.last(device_id, address)
        html = self._render(
            "home.html",
            speech,
            address=address,
            device=standing.index.by_id.get(device_id) if device_id else None,
            child=standing.one_child(device_id),
            loaded=standing.household is not None,
            last=last,
            why=speech.sentence(for_child(last.verdict), now) if last else "",
            limits=self._limits(device_id, now),
            notices=[
                speech.sentence(to_child(notice), now)
                for notice in self._notices.of_device(device_id, now)
            ],
            hears=standing.household is not None and standing.hears(device_id),
            keeps=standing.household is not None
            and standing.privacy_of(device_id, now) is Privacy.PAGES,
            panel_url=self._panel_url,
            now=now,
        )
        return reply.page(html)

    def _ask_about(self, device_id: UUID | None, judged: Judged, page: str) -> str:
        """Return where the child can ask for what was stopped; empty where nobody could give it."""
        child = self._current.standing.one_child(device_id)
        if not self._panel_url or child is None or not may_ask(judged.verdict):
            return ""
        # Only a name of what is wanted: the panel looks itself at what holds there.
        return f"/ask?url={quote(page or f'https://{judged.host}/', safe='')}"

    def _trusts_us(self, device_id: UUID | None) -> bool:
        device = self._current.standing.index.by_id.get(device_id) if device_id else None
        return bool(device and device.trusts_ca)

    def _limits(self, device_id: UUID | None, now: datetime) -> list[Limit]:
        """List what is left today of each allowance, the smallest of all layers."""
        child = self._current.standing.one_child(device_id)
        if child is None:
            return []
        standing = self._current.standing
        services = standing.catalogue.services.values()
        of = {service.id: service.category for service in services}
        spent = self._meter.spent(child.id, now)
        found = limits(standing.rulebooks[child.id], now, spent, of)
        return [
            Limit(self._named(device_id, each.scope), each.limit, each.left)
            for each in found
            # A week’s minutes are told when they are what comes to an end first.
            if not each.is_week or each is found[0]
        ]

    def _named(self, device_id: UUID | None, scope: str) -> str:
        kind, name = split(scope)
        if kind is ScopeKind.EVERYTHING:
            return self._speech(device_id).say("Everything together")
        language = self._speech(device_id).language
        if kind is ScopeKind.LIST:
            return name.rpartition("/")[2]
        shown = ScopeKind.CATEGORY if kind is ScopeKind.OTHER else kind
        return self._current.standing.catalogue.name_of(shown, name, language)

    def _speech(self, device_id: UUID | None) -> Speech:
        standing = self._current.standing
        if standing.household is None:
            return Speech("vi", "Asia/Ho_Chi_Minh")
        person = standing.people[standing.children_of(device_id)[0]]
        name_of = partial(_name, standing.catalogue, person.language)
        return Speech(person.language, person.zone, name_of)

    def _render(self, template: str, speech: Speech, **values: object) -> str:
        return self._templates.get_template(template).render(
            _=speech.say, _n=speech.count, speech=speech, house=HOUSE_HOST, **values
        )


def _name(catalogue: Catalogue, language: Language, kind: str, identifier: str) -> str:
    return catalogue.name_of(kind, identifier, language)
