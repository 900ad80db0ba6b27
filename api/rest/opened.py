"""What is looked into for a child, and why."""

from datetime import datetime

from pydantic import BaseModel

from api.needs import TheDesk, ThisChild
from api.opened import opened_for
from api.rest.schemas import Noun
from api.routing import Router
from rules.verdict import Layer

router = Router(tags=["record"])


class OpeningOut(BaseModel):
    layer: Layer
    scope: str
    why: str
    """In the adult's language."""


class SiteOut(Noun):
    host: str
    visits: int
    last: datetime


class OpenedOut(BaseModel):
    why: list[OpeningOut]
    """Which rules and grants want something opened; empty: nothing is."""
    visits: int
    opened_visits: int
    bytes: int
    opened_bytes: int
    unopened_percent: int | None
    """Share of the bytes of the last seven days that nobody could look into, rounded down."""
    sites: list[SiteOut]
    """The hosts that were opened in the last seven days."""
    pinned: list[SiteOut]
    """The hosts of apps that trust only themselves: passed unopened."""


@router.get("/children/{child_id}/opened", summary="What is looked into")
async def show_opened(desk: TheDesk, child: ThisChild) -> OpenedOut:
    """Return which connections of a child are opened and why, for the last seven days."""
    opened = await opened_for(desk.panel.db, child, desk.now)
    why = [
        OpeningOut(
            layer=each.layer, scope=each.scope, why=desk.speech.sentence(each.sentence, desk.now)
        )
        for each in opened.why
    ]
    return OpenedOut(
        why=why,
        visits=opened.share.visits,
        opened_visits=opened.share.opened_visits,
        bytes=opened.share.bytes,
        opened_bytes=opened.share.opened_bytes,
        unopened_percent=opened.unopened_percent,
        sites=[SiteOut.model_validate(each) for each in opened.sites],
        pinned=[SiteOut.model_validate(each) for each in opened.pinned],
    )
