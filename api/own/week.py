"""The child's own week: the same letter its adults read, and its own words to it."""

from typing import Annotated

from fastapi import Request, Response
from pydantic import BaseModel, BeforeValidator, Field

from api.forms import Filled, empty, fill
from api.labels import labels_of
from api.own.guests import Owner, TheOwner
from api.people import Plain
from api.render import redirect, render
from api.routing import Router
from reports.family.sheet import sheet_of
from reports.weekly import letter_for
from reports.weeks import Week, week_at
from rules.telling import Kind
from store import adults, channels, comments, rollups
from store.errors import Impossible
from words.speech import to_say

router = Router(prefix="/week")
LONGEST = 500
NOT_FOR_CHILDREN = frozenset({"talk", "deeds", "comment", "alerts"})
"""Questions belong to those who ask them, and who worries comes and talks; the rest is alike."""
HEARD = {True: to_say("Your words will stand in the letter."), False: to_say("Taken back.")}


def _on_one_line(typed: str) -> str:
    return " ".join(typed.split())


class WordsForm(BaseModel):
    words: Annotated[Plain, BeforeValidator(_on_one_line), Field(max_length=LONGEST)] = ""


@router.get("")
async def show(request: Request, owner: TheOwner) -> Response:
    """Show the child its week, who reads it, and what it said to it."""
    week = await _week(owner)
    async with owner.panel.db.read() as store:
        words = await comments.find(store, owner.child.id, week.first)
    return await _page(request, owner, week, empty(words=words))


@router.post("")
async def write(request: Request, owner: TheOwner) -> Response:
    """Keep what the child says to its week."""
    week, form = await _week(owner), await fill(request, WordsForm)
    if form.model is None:
        return await _page(request, owner, week, form, status=422)
    said = form.model.words
    try:
        async with owner.change(to_say("{child} wrote to the letter of the week")) as tx:
            await comments.write(tx, owner.child.id, week.first, said)
    except Impossible as refused:
        form.errors["words"] = owner.speech.sentence(refused.sentence, owner.now)
        return await _page(request, owner, week, form, status=409)
    return redirect(request, "/week", HEARD[bool(said)])


async def _week(owner: Owner) -> Week:
    """Return the week to write to: on a Monday the last one, until its letter was sent."""
    running = week_at(owner.now, owner.home.zone)
    last = running.moved(-1)
    is_monday = owner.now < last.until + (last.until - last.since) / 7
    async with owner.panel.db.read() as store:
        was_sent = await comments.was_sent(store, owner.child.id, last.first)
    return last if is_monday and not was_sent else running


async def _page[M: BaseModel](
    request: Request, owner: Owner, week: Week, form: Filled[M], status: int = 200
) -> Response:
    await rollups.run(owner.panel.db, now=owner.now)
    letter = await letter_for(
        owner.panel.db,
        owner.child,
        week.first,
        now=owner.now,
        site_of=owner.panel.catalogue.site_of,
    )
    sheet = sheet_of(letter, owner.speech, labels_of(owner.panel, owner.speech).of)
    context = {
        "owner": owner,
        "form": form,
        "sheet": sheet,
        "blocks": [block for block in sheet.blocks if block.key not in NOT_FOR_CHILDREN],
        "readers": await _readers(owner),
        "longest": LONGEST,
    }
    return render(request, "own/week.html", context, status=status)


async def _readers(owner: Owner) -> list[str]:
    """Name the adults to whom the weekly letter is sent."""
    child = owner.child
    async with owner.panel.db.read() as store:
        everywhere = await channels.list_all(store)
        known = await adults.of_group(store, child.group_id)
    wanting = {each.owner.adult_id for each in everywhere if Kind.WEEK in each.wants.kinds}
    return [
        adult.name
        for adult in known
        if adult.id in wanting and adult.sees(child.group_id, child.id)
    ]
