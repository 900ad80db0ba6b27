"""Pages and sentences about what was held back: in the site's place, in a chat, at our house."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from feeds.words.alerts import Help
from proxy import reply
from proxy.held import FIELD, Held
from proxy.house_pages import HousePages
from proxy.judge import HOUSE_HOST
from proxy.reply import Reply
from rules.family import ChildRules
from rules.verdict import Reason
from words.speech import to_say

PATH = "/held"
LITTLE = 11
"""Up to this age a child is spoken to in short words."""
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'; sandbox allow-forms allow-top-navigation-by-user-activation"
)
"""Sandboxed: where it stands in a site's place, its scripts must not press our button."""
TRY_FIRST = to_say(
    "Hải Đăng: this sounds like work that is yours to do. Try it yourself first, then write what"
    " you tried. Or ask for an explanation: “{example}”. More at {address}"
)
EXAMPLE = to_say("Explain step by step how to begin, but do not give me the answer.")
HELP = to_say(
    "Hải Đăng: you are not alone. What you wrote sounds as if something is very hard right now."
    " Call {phone}: it is free, day and night. {who} Nothing is blocked: to go on, send your"
    " message again."
)
PRIVATE = to_say("Hải Đăng: held back, because {what} was about to be sent. More at {address}")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the child may do about it."""

    may_send: bool
    """It decides itself, or has some times of “all the same” left."""
    left: int = 0
    """How many of these times, for homework."""
    asks: bool = False
    """An adult decides, and there is a child who could ask."""


class HeldPages:
    """Speaks to the child of a device."""

    def __init__(self, pages: HousePages) -> None:
        self._pages = pages

    def in_place(self, held: Held, choices: Choices, now: datetime, *, back: str) -> Reply:
        """Stand in the place of the page that something was about to be sent to."""
        form = "" if held.request is None or not choices.may_send else held.token
        return self._page(held, choices, now, form=form, back=back, status=403)

    def at_house(
        self, held: Held | None, choices: Choices, device_id: UUID, now: datetime
    ) -> Reply:
        """Show what was held back last, at our own address."""
        if held is None:
            return self._made("held_none.html", device_id, now, status=200)
        return self._page(held, choices, now, form="", back="", status=200)

    def decided(self, held: Held, device_id: UUID, now: datetime, *, sends: bool) -> Reply:
        """Say what comes of the child's choice."""
        return self._made("held_done.html", device_id, now, held=held, sends=sends)

    def child(self, device_id: UUID) -> ChildRules | None:
        """Return the child of a device, if it is exactly one."""
        return self._pages.child_of(device_id)

    def too_late(self, device_id: UUID, now: datetime) -> Reply:
        """Say that it is no longer kept."""
        return self._made("held_none.html", device_id, now, status=410)

    def said(self, held: Held) -> str:
        """Say in one line why something was held back, to a script or a chat."""
        speech = self._pages.speech_of(held.device_id)
        address = f"http://{HOUSE_HOST}{PATH}"
        if held.about is Reason.PRIVATE:
            return speech.say(PRIVATE, what=("details", held.rule), address=address)
        return speech.say(TRY_FIRST, example=speech.say(EXAMPLE), address=address)

    def help(self, device_id: UUID, helps: tuple[Help, ...]) -> str:
        """Say in a chat whom to turn to."""
        speech = self._pages.speech_of(device_id)
        first = helps[0]
        return speech.say(HELP, phone=first.phone, who=first.texts[speech.language])

    def _page(
        self, held: Held, choices: Choices, now: datetime, *, form: str, back: str, status: int
    ) -> Reply:
        ask = f"/ask?url={quote(f'https://{held.host}/', safe='')}&what=send"
        speech = self._pages.speech_of(held.device_id)
        return self._made(
            "held.html",
            held.device_id,
            now,
            status=status,
            held=held,
            kinds=held.rule.split("+") if held.about is Reason.PRIVATE else (),
            choices=choices,
            form=form,
            field=FIELD,
            path=PATH,
            back=back,
            ask=ask if choices.asks else "",
            example=speech.say(EXAMPLE),
        )

    def _made(
        self, template: str, device_id: UUID, now: datetime, *, status: int = 200, **values: object
    ) -> Reply:
        child = self._pages.child_of(device_id)
        little = bool(child and child.birth_year and now.year - child.birth_year <= LITTLE)
        trusted = self._pages.trusts_us(device_id)
        scheme = "https" if trusted else "http"
        html = self._pages.render(template, device_id, little=little, scheme=scheme, **values)
        made = reply.page(html, status)
        made.headers["Content-Security-Policy"] = POLICY
        return made
