"""Asks: what children asked for, and the adults' answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel, Field

from api import answering
from api.needs import Desk, TheDesk, ThisChild, this_child
from api.people import Plain
from api.put_right import put_right
from api.rest.paging import ThePages
from api.routing import Router
from rules.asks import Ask, Move, Terms, Wish
from store import asks, change
from store.change import Actor, ActorKind, Change
from store.children import Child
from words.speech import to_say

router = Router(tags=["asks"])


class AnswerIn(BaseModel):
    answer: answering.Answer
    terms: Terms | None = None
    """What is given or offered; a yes without terms gives what was asked."""
    words: Annotated[Plain, Field(max_length=300)] = ""


async def this_ask(desk: TheDesk, ask_id: UUID) -> Ask:
    """Return the ask of the address, if the adult has a role on the child's group."""
    return await answering.one(desk, ask_id)


type ThisAsk = Annotated[Ask, Depends(this_ask)]


@router.get("/asks", summary="Asks that wait for an answer")
async def list_waiting(desk: TheDesk, pages: ThePages) -> list[Ask]:
    """Return what the children asked and nobody has answered yet, oldest first."""
    found = await answering.all_waiting(desk)
    return pages.cut(found, lambda ask: (ask.asked.timestamp(), str(ask.id)))


@router.get("/children/{child_id}/asks", summary="A child's asks")
async def list_asks(desk: TheDesk, child: ThisChild, pages: ThePages) -> list[Ask]:
    """Return a child's asks with what became of them, newest first."""
    after = pages.after_row(datetime, UUID)
    async with desk.panel.db.read() as store:
        found = await asks.list_of(
            store, child.id, now=desk.now, limit=pages.limit + 1, after=after
        )
    return pages.page(found, lambda ask: (ask.asked, ask.id))


@router.post("/children/{child_id}/asks", status_code=201, summary="Ask for a child")
async def post_ask(desk: TheDesk, child: ThisChild, wish: Wish) -> Ask:
    """Write down what a child asks for, with the child beside you."""
    async with for_child(desk, child, to_say("{child} asked for something")) as tx:
        return await asks.ask(tx, child.id, wish, look_up=desk.panel.catalogue.look_up)


@router.get("/asks/{ask_id}", summary="One ask")
async def show_ask(ask: ThisAsk) -> Ask:
    """Return an ask as it stands now."""
    return ask


@router.post("/asks/{ask_id}/answer", summary="Yes, no, or something else")
async def post_answer(desk: TheDesk, ask: ThisAsk, given: AnswerIn) -> Ask:
    """Answer an ask: a yes gives at once, an offer when the child accepts it."""
    move = Move(given.answer)
    return await answering.answer(desk, ask, move, terms=given.terms, words=given.words)


@router.post("/asks/{ask_id}/undo", summary="Take an answer back")
async def undo_answer(desk: TheDesk, ask: ThisAsk) -> Ask:
    """Take back an answer of the last minutes, with what it gave: the ask waits again."""
    return await answering.reopen(desk, ask)


@router.post("/asks/{ask_id}/put-right", summary="The child is right about the site")
async def put_site_right(desk: TheDesk, ask: ThisAsk) -> Ask:
    """Open a site for every child that our lists take for something else, and say yes."""
    await this_child(ask.child_id, desk)
    await put_right(desk, ask)
    return await answering.answer(desk, ask, Move.YES)


@router.post("/asks/{ask_id}/accept", summary="Take the offer")
async def accept_offer(desk: TheDesk, ask: ThisAsk) -> Ask:
    """Take what was offered, for the child beside you."""
    child = await this_child(ask.child_id, desk)
    async with for_child(desk, child, to_say("{child} took the offer")) as tx:
        return await asks.accept(tx, ask.id)


@router.post("/asks/{ask_id}/withdraw", summary="Take an ask back")
async def withdraw_ask(desk: TheDesk, ask: ThisAsk) -> Ask:
    """Take an ask back, or decline an offer, for the child beside you."""
    child = await this_child(ask.child_id, desk)
    async with for_child(desk, child, to_say("{child} took an ask back")) as tx:
        return await asks.withdraw(tx, ask.id)


@asynccontextmanager
async def for_child(desk: Desk, child: Child, what: str) -> AsyncIterator[Change]:
    """Make a change as the child, from an adult's sign-in.

    The ledger names the adult and says what the child did: a child's name stands only among the
    values, which can be erased.
    """
    by = Actor(ActorKind.CHILD, desk.adult.name, child.id)
    async with change.change(
        desk.panel.db,
        by=by,
        what=what,
        now=desk.now,
        values={"child": child.name},
        child_id=child.id,
    ) as tx:
        yield tx
