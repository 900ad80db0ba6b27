"""Who reads this answer: the adult signed in (if any), their family and their language."""

from dataclasses import dataclass
from typing import get_args
from uuid import UUID

from starlette.requests import Request

from api.panel import Panel
from rules.family import Language
from store.adults import WRITERS, Adult
from store.groups import Group
from store.sessions import Session
from store.tokens import Token
from words.speech import Speech

LANGUAGE_COOKIE = "haidang_language"
THEME_COOKIE = "haidang_theme"
THEMES = ("auto", "light", "dark")
ZONE = "Asia/Ho_Chi_Minh"


@dataclass(frozen=True, slots=True)
class Reader:
    """The person in front of the page."""

    speech: Speech
    adult: Adult | None = None
    family: Group | None = None
    """The group that stands for them: the one they run, a family first."""
    session: Session | None = None
    token: Token | None = None
    """What a program showed instead of a session."""
    groups: tuple[Group, ...] = ()
    """The groups they have a role on, that which stands for them first."""
    house_id: UUID | None = None
    """The group that was set up first: who runs it looks after the machine."""

    @property
    def only_looks(self) -> bool:
        """Whether an adult may change nothing but themselves."""
        return self.adult is not None and WRITERS.isdisjoint(self.adult.roles.values())


def speak(panel: Panel, language: Language, zone: str) -> Speech:
    """Return the speech of a language that knows the catalogue's names."""

    def name_of(kind: str, identifier: str) -> str:
        return panel.catalogue.name_of(kind, identifier, language)

    return Speech(language, zone, name_of)


def language_asked(request: Request) -> Language:
    """Return the language a visitor chose, or their browser prefers; Vietnamese by default."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen == "en":
        return "en"
    if chosen == "vi":
        return "vi"
    preferred = request.headers.get("accept-language", "")[:2].lower()
    return "en" if preferred == "en" else "vi"


def stranger(request: Request) -> Reader:
    """Return the reader who is not signed in."""
    panel: Panel = request.app.state.panel
    return Reader(speak(panel, language_asked(request), ZONE))


def reader_of(request: Request) -> Reader:
    """Return the reader of this request, as the gate found it."""
    found: Reader | None = getattr(request.state, "reader", None)
    return found or stranger(request)


def theme_of(request: Request) -> str:
    """Return the look a reader chose: auto, light or dark."""
    chosen = request.cookies.get(THEME_COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


def languages() -> tuple[Language, ...]:
    """Return the languages the panel speaks."""
    return get_args(Language.__value__)
