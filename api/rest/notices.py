"""What children were told: minutes and hours that came to an end, breaks, growing up."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel

from api.needs import TheDesk, ThisChild
from api.reader import speak
from api.rest.paging import ThePages
from api.routing import Router
from rules.notices import Kind, to_child, to_parent
from store import notices
from words.speech import Speech

router = Router(tags=["record"])


class NoticeOut(BaseModel):
    key: str
    """What is told once: the same matter never comes twice."""
    at: datetime
    kind: Kind
    scope: str
    """What it is about; the name of the hours where they begin."""
    minutes: int
    """The point that was reached: minutes left or of use; days before growing up."""
    left: int
    until: datetime | None
    for_child: str
    """In the child's language."""
    for_parent: str
    """In the adult's language."""


@router.get("/children/{child_id}/notices", summary="What a child was told")
async def list_notices(
    desk: TheDesk,
    child: ThisChild,
    pages: ThePages,
    since: AwareDatetime | None = None,
) -> list[NoticeOut]:
    """Return what a child was told, newest first."""
    after = pages.after_row(datetime, str)
    async with desk.panel.db.read() as store:
        rows = await notices.list_of(
            store, [child.id], since=since, limit=pages.limit + 1, after=after
        )
    told = pages.page(rows, lambda one: (one.at, one.notice.key))
    to_the_child = speak(desk.panel, child.language, desk.family.zone)
    return [_shown(each, child.name, to_the_child, desk.speech) for each in told]


def _shown(told: notices.Told, name: str, to_the_child: Speech, to_adult: Speech) -> NoticeOut:
    notice = told.notice
    return NoticeOut(
        key=notice.key,
        at=told.at,
        kind=notice.kind,
        scope=notice.scope,
        minutes=notice.minutes,
        left=notice.left,
        until=notice.until,
        for_child=to_the_child.sentence(to_child(notice), told.at),
        for_parent=to_adult.sentence(to_parent(notice, name), told.at),
    )
