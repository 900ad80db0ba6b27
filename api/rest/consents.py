"""Agreement to what is written down about a child, and the record of every answer."""

from fastapi import Response
from pydantic import BaseModel

from api import consenting
from api.needs import TheDesk, ThisChild
from api.rest.schemas import Noun
from api.routing import Router
from rules.consent import Agreed, Consent, Party
from rules.policy import Privacy
from store import consents

router = Router(tags=["consent"])


class ConsentsOut(Noun):
    wanted: Agreed
    """What the rules would have written down and told."""
    level: Privacy
    """What is written down now."""
    private: bool
    """Whether these are private hours."""
    needed: list[Party]
    missing: list[Party]
    """Whose agreement to what is wanted is not there."""
    words: list[str]
    """What an adult agrees to, in the adult's language."""
    answers: list[Consent]
    """Every answer, newest first, with the words that were read."""


class AgreeIn(BaseModel):
    agreed: Agreed
    """What the words that were read spoke of: `wanted`."""


@router.get("/children/{child_id}/consents", summary="Who agreed to what is written down")
async def show_consents(desk: TheDesk, child: ThisChild) -> ConsentsOut:
    """Return what is wanted, what holds, and every answer so far."""
    found = await consenting.standing_of(desk.panel, child, desk.now)
    async with desk.panel.db.read() as store:
        answers = await consents.list_of(store, child.id)
    return ConsentsOut(
        wanted=found.wanted,
        level=found.level(desk.now),
        private=found.is_private(desk.now),
        needed=list(found.needed),
        missing=list(found.missing),
        words=list(consenting.said(desk.panel, desk.speech, Party.ADULT, found, child)),
        answers=answers,
    )


@router.post("/children/{child_id}/consents", status_code=201, summary="Agree, as an adult")
async def post_consent(desk: TheDesk, child: ThisChild, given: AgreeIn) -> Consent:
    """Agree to what the rules want written down; a child answers on its own page."""
    return await consenting.agree(desk, child, given.agreed)


@router.delete("/children/{child_id}/consents", status_code=204, summary="Take the agreement back")
async def delete_consent(desk: TheDesk, child: ThisChild) -> Response:
    """Take the adults' agreement back: from now on only minutes are written down."""
    await consenting.withdraw(desk, child)
    return Response(status_code=204)
