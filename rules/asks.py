"""Asks: what a child may ask for, how adults answer, and which step may follow which."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import Field, field_validator, model_validator

from rules.actor import ActorKind
from rules.hosts import normalise
from rules.mistakes import Mistake
from rules.policy import Frozen
from rules.scope import EVERYTHING, GivenScope, ScopeKind, site, split
from rules.sentences import Sentence

MOST_MINUTES = 12 * 60
USUAL_MINUTES = 30
"""What a yes gives where the child named no length."""
UNDO = timedelta(minutes=10)
"""How long an answer may be taken back, as if it had not been given."""
LASTS = timedelta(hours=24)
"""An ask nobody answered, or an offer nobody took, ends by itself."""

type Minutes = Annotated[int, Field(ge=1, le=MOST_MINUTES)]


class State(StrEnum):
    ASKED = "asked"
    OFFERED = "offered"
    """An adult offered something else, and the child has not said yes to it yet."""
    YES = "yes"
    NO = "no"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Move(StrEnum):
    YES = "yes"
    NO = "no"
    OFFER = "offer"
    ACCEPT = "accept"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    """An adult takes an answer back that was given a moment ago."""


OPEN = frozenset({State.ASKED, State.OFFERED})

STEPS: Mapping[tuple[State, Move], tuple[State, ActorKind]] = {
    (State.ASKED, Move.YES): (State.YES, ActorKind.ADULT),
    (State.ASKED, Move.NO): (State.NO, ActorKind.ADULT),
    (State.ASKED, Move.OFFER): (State.OFFERED, ActorKind.ADULT),
    (State.ASKED, Move.WITHDRAW): (State.WITHDRAWN, ActorKind.CHILD),
    # While the child thinks about an offer, an adult may still think again.
    (State.OFFERED, Move.YES): (State.YES, ActorKind.ADULT),
    (State.OFFERED, Move.NO): (State.NO, ActorKind.ADULT),
    (State.OFFERED, Move.OFFER): (State.OFFERED, ActorKind.ADULT),
    # A no may become a yes so long as the ask itself would have waited.
    (State.NO, Move.YES): (State.YES, ActorKind.ADULT),
    (State.NO, Move.OFFER): (State.OFFERED, ActorKind.ADULT),
    (State.NO, Move.REOPEN): (State.ASKED, ActorKind.ADULT),
    (State.YES, Move.REOPEN): (State.ASKED, ActorKind.ADULT),
    (State.OFFERED, Move.ACCEPT): (State.ACCEPTED, ActorKind.CHILD),
    (State.OFFERED, Move.WITHDRAW): (State.WITHDRAWN, ActorKind.CHILD),
}
"""The whole machine: from which state which move leads where, and who may make it.

Only the end of its time is missing: nobody makes that move, see `seen`.
"""


CLOSED = Sentence("This ask is closed already.", {})


class NotPossible(Exception):  # noqa: N818 it is an answer, not a fault
    """A step that may not be taken; the sentence says why."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.message)
        self.sentence = sentence


class Wish(Frozen):
    """What a child asks for and why."""

    scope: GivenScope = EVERYTHING
    url: Annotated[str, Field(max_length=2000)] = ""
    """The page itself, where the ask came from one; the adult sees it.

    Where no scope was named, its site is what is asked for, never everything.
    """
    minutes: Minutes | None = None
    counted: bool = False
    """More minutes of today's allowance, spent when used, rather than a stretch by the clock."""
    reason: Annotated[str, Field(max_length=300)] = ""
    appeal: bool = False
    """The child says that the site is about something else than our lists say."""

    @model_validator(mode="before")
    @classmethod
    def _ask_for_the_site(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("url") and "scope" not in given:
            return given | {"scope": site(_host(str(given["url"])))}
        return given

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _refuse_counted_page(self.scope, counted=self.counted)
        return self

    @field_validator("url")
    @classmethod
    def _is_page(cls, url: str) -> str:
        if not url:
            return url
        _host(url)
        # What follows a “?” may be a secret, and nobody needs it to answer.
        return urlsplit(url)._replace(query="", fragment="").geturl()


def _refuse_counted_page(scope: str, *, counted: bool) -> None:
    single = (ScopeKind.URL, ScopeKind.CHANNEL, ScopeKind.VIDEO, ScopeKind.SEND)
    if counted and split(scope)[0] in single:
        raise Mistake("A single page has no allowance: ask for a stretch of time.")


def _host(url: str) -> str:
    """Return the host of a page's address. Raises ValueError for what is none."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Mistake("A page begins with http:// or https://.")
    return normalise(parts.hostname)


class Terms(Frozen):
    """What an adult gives: what, how long, from when."""

    scope: GivenScope = EVERYTHING
    minutes: Minutes
    counted: bool = False
    since: datetime | None = None
    """Not before this moment (“after homework”); without it, from the yes on."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _refuse_counted_page(self.scope, counted=self.counted)
        if self.since is not None and self.since.tzinfo is None:
            raise Mistake("A moment needs its time zone.")
        if self.counted and self.since is not None:
            raise Mistake("Minutes of an allowance wait for nothing: leave the moment out.")
        return self

    def stretch(self, now: datetime) -> tuple[datetime, datetime]:
        """Return from when until when a grant on these terms holds, if agreed now."""
        since = max(now, self.since) if self.since else now
        return since, since + timedelta(minutes=self.minutes)


class Ask(Frozen):
    """A child's request and what became of it."""

    id: UUID
    child_id: UUID
    device_id: UUID | None = None
    wish: Wish
    asked: datetime
    expires: datetime
    state: State = State.ASKED
    decided: datetime | None = None
    by: str = ""
    """The adult who answered."""
    by_id: UUID | None = None
    words: str = ""
    """What the adult said with the answer."""
    terms: Terms | None = None
    """What was given or offered."""
    given_id: UUID | None = None
    """The grant, or the credit of minutes, that came of it."""
    group_id: UUID | None = None
    """The group whose rule stopped it (a class, a school), so that its adults answer while that
    rule holds; None: the adults at home."""

    @property
    def is_open(self) -> bool:
        """Tell whether somebody can still answer."""
        return self.state in OPEN

    def may_change(self, now: datetime) -> bool:
        """Tell whether an adult may still say yes to what was refused."""
        return self.state is State.NO and now < self.expires

    def may_undo(self, now: datetime) -> bool:
        """Tell whether an adult may still take the answer back."""
        answered = self.state in (State.YES, State.NO)
        return answered and self.decided is not None and now < self.decided + UNDO


def seen(ask: Ask, now: datetime) -> Ask:
    """Return an ask as it stands at a moment: what ran out is over, whoever noticed it."""
    if ask.is_open and now >= ask.expires:
        return ask.model_copy(update={"state": State.EXPIRED, "decided": ask.expires})
    return ask


def usual_terms(wish: Wish) -> Terms:
    """Return what a plain yes gives: what was asked."""
    minutes = wish.minutes or USUAL_MINUTES
    return Terms(scope=wish.scope, minutes=minutes, counted=wish.counted)


def step(ask: Ask, move: Move, *, by: ActorKind, now: datetime, terms: Terms | None = None) -> Ask:
    """Return an ask after a move. Raises NotPossible with the reason.

    A yes without terms gives what was asked; an offer needs terms; nothing else has any.
    """
    ask = seen(ask, now)
    if not _may_move(ask, move, now):
        raise NotPossible(CLOSED)
    to = STEPS.get((ask.state, move))
    if to is None:
        if move is Move.REOPEN:
            raise NotPossible(Sentence("There is no answer to take back.", {}))
        raise NotPossible(Sentence("There is no offer to accept yet.", {}))
    state, who = to
    if by is not who:
        raise NotPossible(_not_yours(who))
    update: dict[str, object] = {"state": state, "decided": now}
    if move in (Move.YES, Move.OFFER):
        update["terms"] = _terms(ask, move, terms, now)
    if move is Move.OFFER:
        update["expires"] = now + LASTS
    if move is Move.REOPEN:
        # As if nobody had answered: it waits as long as it would have.
        update |= {**UNANSWERED, "expires": ask.asked + LASTS}
    return ask.model_copy(update=update)


UNANSWERED: Mapping[str, object] = {
    "decided": None,
    "by": "",
    "by_id": None,
    "words": "",
    "terms": None,
    "given_id": None,
}


def _may_move(ask: Ask, move: Move, now: datetime) -> bool:
    if move is Move.REOPEN:
        return ask.may_undo(now) or ask.state is State.ASKED
    return ask.is_open or (move in (Move.YES, Move.OFFER) and ask.may_change(now))


def _not_yours(who: ActorKind) -> Sentence:
    if who is ActorKind.ADULT:
        return Sentence("Only an adult may answer an ask.", {})
    return Sentence("Only the child who asked may do this.", {})


def _terms(ask: Ask, move: Move, terms: Terms | None, now: datetime) -> Terms:
    if terms is None:
        if move is Move.OFFER:
            raise NotPossible(Sentence("An offer says what is offered.", {}))
        return usual_terms(ask.wish)
    if terms.since is not None and terms.since > now + LASTS:
        raise NotPossible(Sentence("Choose a moment within the next day.", {}))
    return terms


class Limits(Frozen):
    """How often a child may ask, so that a phone does not ring all evening."""

    open_at_once: int = 5
    a_day: int = 20
    again_after: timedelta = timedelta(minutes=15)
    """How long a no holds before the same may be asked again."""


LIMITS = Limits()


def refusal(
    earlier: Iterable[Ask], wish: Wish, now: datetime, limits: Limits = LIMITS
) -> Sentence | None:
    """Say why a child may not ask just now, or None; `earlier` are its asks of the last day."""
    asks = [seen(ask, now) for ask in earlier]
    same = [ask for ask in asks if _same(ask.wish, wish)]
    waiting = sum(ask.is_open for ask in asks)
    if any(ask.is_open for ask in same):
        return Sentence("You have asked for this already; the answer is on its way.", {})
    refused = [ask.decided for ask in same if ask.state is State.NO and ask.decided]
    if refused and now < (again := max(refused) + limits.again_after):
        return Sentence("The answer was no. You can ask again at {until}.", {"until": again})
    if waiting >= limits.open_at_once:
        return Sentence("You have {n} asks without an answer; wait for one.", {"n": waiting})
    recent = sorted(ask.asked for ask in asks if ask.asked > now - LASTS)
    if len(recent) >= limits.a_day:
        again = recent[-limits.a_day] + LASTS
        return Sentence(
            "Those were many asks for one day. You can ask again at {until}.", {"until": again}
        )
    return None


def _same(one: Wish, other: Wish) -> bool:
    return (one.scope, one.url, one.counted) == (other.scope, other.url, other.counted)
