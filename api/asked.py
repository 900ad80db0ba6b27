"""What became of asks, ready to be told to the child or to an adult."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from rules.asks import Ask, State, Terms
from rules.family import Grant
from store import grants
from store.database import Database


class Stage(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    SOON = "soon"
    """Given, from a later moment on."""
    OPEN = "open"
    MINUTES = "minutes"
    """Minutes were added to an allowance."""
    OVER = "over"
    TAKEN_BACK = "taken_back"
    NO = "no"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


PLAIN = {
    State.ASKED: Stage.WAITING,
    State.OFFERED: Stage.OFFERED,
    State.NO: Stage.NO,
    State.WITHDRAWN: Stage.WITHDRAWN,
    State.EXPIRED: Stage.EXPIRED,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """An ask and where it stands now."""

    ask: Ask
    stage: Stage
    since: datetime | None = None
    until: datetime | None = None

    @property
    def terms(self) -> Terms | None:
        """Return what was given or offered."""
        return self.ask.terms

    @property
    def scope(self) -> str:
        """Return what it is about by now: what was given or offered, else what was asked."""
        return self.ask.terms.scope if self.ask.terms else self.ask.wish.scope

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing more will come of it."""
        return self.stage in (
            Stage.OVER,
            Stage.TAKEN_BACK,
            Stage.NO,
            Stage.WITHDRAWN,
            Stage.EXPIRED,
        )


async def outcomes_of(db: Database, found: list[Ask], *, now: datetime) -> list[Outcome]:
    """Tell where asks stand, by the grants that came of them."""
    given_to = {ask.child_id for ask in found if ask.given_id}
    running: dict[UUID, Grant] = {}
    if given_to:
        async with db.read() as store:
            given = await grants.running_of(store, given_to, now=now)
        running = {grant.id: grant for grant in given}
    return [
        _outcome(ask, running.get(ask.given_id) if ask.given_id else None, now) for ask in found
    ]


def _outcome(ask: Ask, grant: Grant | None, now: datetime) -> Outcome:
    if ask.state in PLAIN:
        return Outcome(ask, PLAIN[ask.state])
    if ask.terms is None or ask.decided is None or ask.terms.counted:
        return Outcome(ask, Stage.MINUTES)
    since, until = ask.terms.stretch(ask.decided)
    if grant is not None:
        stage = Stage.SOON if now < grant.since else Stage.OPEN
        return Outcome(ask, stage, grant.since, grant.until)
    return Outcome(ask, Stage.OVER if now >= until else Stage.TAKEN_BACK, since, until)
