"""Alerts from words, as JSON."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel, Field

from api import alerted
from api.needs import TheDesk
from api.people import Plain
from api.rest.paging import ThePages
from api.rest.schemas import Noun
from api.rest.tags import TheTag
from api.routing import Router
from rules.alerts import Level, Place
from store import alerts
from store.alerts import Alert
from store.database import Connection

router = Router(prefix="/alerts", tags=["alerts"])


class AlertOut(Noun):
    id: UUID
    child_id: UUID | None
    """None where several children share the device."""
    device_id: UUID | None
    category: str
    level: Level
    place: Place
    host: str
    """Empty where only counts are agreed."""
    words: str
    """Of a search, and only at privacy level “pages”; never of a chat."""
    first: datetime
    last: datetime
    times: int
    seen: datetime | None
    seen_by: str
    closed: datetime | None
    closed_by: str
    comment: str
    comment_by: str
    topic: str
    """What it is about more closely: a school subject, a kind of private detail."""


class CommentIn(BaseModel):
    comment: Annotated[Plain, Field(max_length=500)] = ""
    """Empty takes the note away."""


async def this_alert(desk: TheDesk, alert_id: UUID) -> Alert:
    """Return the alert of the address, if it is about a child of the adult's."""
    return await alerted.one(desk, alert_id)


type ThisAlert = Annotated[Alert, Depends(this_alert)]


@router.get("", summary="Alerts")
async def list_alerts(desk: TheDesk, pages: ThePages, only_open: bool = False) -> list[AlertOut]:
    """Return alerts, the open ones first; the ledger keeps who looked."""
    after = pages.after_row(int, datetime, UUID)
    async with desk.panel.db.read() as store:
        rows = await alerts.list_of(
            store, desk.sight, only_open=only_open, limit=pages.limit + 1, after=after
        )
    found = pages.page(rows, lambda one: (int(one.closed is not None), one.last, one.id))
    await alerted.note_look(desk, found)
    return [AlertOut.model_validate(alert) for alert in found]


@router.get("/{alert_id}", summary="One alert")
async def show_alert(desk: TheDesk, alert: ThisAlert, tag: TheTag) -> AlertOut:
    """Return an alert; the ledger keeps who looked."""
    tag.tell(alert.comment)
    await alerted.note_look(desk, [alert])
    return AlertOut.model_validate(alert)


@router.post("/{alert_id}/seen", summary="Take note")
async def see_alert(desk: TheDesk, alert: ThisAlert) -> AlertOut:
    """Say that you took note; who was first stays."""
    return AlertOut.model_validate(await alerted.see(desk, alert))


@router.post("/{alert_id}/close", summary="Close an alert")
async def close_alert(desk: TheDesk, alert: ThisAlert) -> AlertOut:
    """Say that it is dealt with; what is heard later is a new alert."""
    return AlertOut.model_validate(await alerted.close(desk, alert))


@router.post("/{alert_id}/reopen", summary="Open an alert again")
async def reopen_alert(desk: TheDesk, alert: ThisAlert) -> AlertOut:
    """Take back that it is dealt with."""
    return AlertOut.model_validate(await alerted.reopen(desk, alert))


@router.put("/{alert_id}/comment", summary="Keep a note with an alert")
async def put_comment(desk: TheDesk, alert: ThisAlert, given: CommentIn, tag: TheTag) -> AlertOut:
    """Keep a note for the other adults."""

    async def now(store: Connection) -> object:
        return (await alerts.get(store, alert.id)).comment

    noted = await alerted.comment(tag.guard(desk, now), alert, given.comment)
    tag.tell(noted.comment)
    return AlertOut.model_validate(noted)
