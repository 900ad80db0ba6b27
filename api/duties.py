"""Duties by law at the desk: requests with their deadlines, and the record of supervision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel, Field

from api.errors import Misfit, Refused
from api.needs import Desk, TheDesk
from api.people import Plain
from rules.duties import Kind, Outcome, Party, Request, cited
from store import children, groups, requests
from store.children import Child
from store.errors import NotFound
from words.speech import to_say

KINDS: Mapping[str, str] = {
    "access": to_say("to see what is kept"),
    "correction": to_say("to have something put right"),
    "objection": to_say("to have something stopped or restricted"),
    "withdrawal": to_say("to take an agreement back"),
    "deletion": to_say("to have it deleted"),
}
PARTIES: Mapping[str, str] = {"child": to_say("The child"), "parent": to_say("A parent")}
OUTCOMES: Mapping[str, str] = {
    "done": to_say("done"),
    "partly": to_say("done in part"),
    "refused": to_say("refused, with the reason"),
}
RECEIVED: Mapping[str, str] = {
    "access": to_say("wrote down that somebody asks to see what is kept about {child}"),
    "correction": to_say("wrote down that somebody asks to have data about {child} put right"),
    "objection": to_say("wrote down that somebody objects to what is done with data about {child}"),
    "withdrawal": to_say("wrote down that somebody takes back an agreement about {child}"),
    "deletion": to_say("wrote down that somebody asks to have data about {child} deleted"),
}
"""What the ledger says: in the language of who reads it, not of who wrote it down."""
WHY = to_say("Please say why: who asked has to be told.")


class RequestIn(BaseModel):
    child_id: UUID
    kind: Kind
    party: Party = Party.PARENT
    who: Annotated[Plain, Field(max_length=60)] = ""
    words: Annotated[str, Field(max_length=1000)] = ""


class ExtendIn(BaseModel):
    why: Annotated[Plain, Field(max_length=300)] = ""


class DoneIn(BaseModel):
    outcome: Literal["done", "partly", "refused"] = "done"
    note: Annotated[str, Field(max_length=1000)] = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """A request as an adult reads it."""

    request: Request
    child: str
    what: str
    answer_by: date
    due: date
    late: bool
    soon: bool
    cited: str


async def this_request(desk: TheDesk, request_id: UUID) -> Request:
    """Return the request of the address, if it is about a child of the adult's."""
    async with desk.panel.db.read() as store:
        found = await requests.get(store, request_id)
        child = await children.get(store, found.child_id)
    if not desk.adult.sees(child.group_id, child.id):
        raise NotFound
    if not desk.may(child):
        raise Refused(403, "may-only-look")
    return found


type ThisRequest = Annotated[Request, Depends(this_request)]


async def told(desk: Desk, *, only_open: bool = False) -> list[Duty]:
    """Return the requests an adult answers for, the open ones first."""
    async with desk.panel.db.read() as store:
        found = await requests.list_of(store, desk.looking().sight, only_open=only_open)
        about = await children.list_all(store, ids={one.child_id for one in found})
        zones = {group.id: group.zone for group in await groups.list_all(store)}
    mine = {child.id: child for child in about}
    return [_duty(desk, one, mine, zones.get(one.group_id, desk.family.zone)) for one in found]


async def pressing(desk: Desk) -> list[Duty]:
    """Return what is late, or will be in two days."""
    return [duty for duty in await told(desk, only_open=True) if duty.late or duty.soon]


async def receive(desk: Desk, given: RequestIn) -> Request:
    """Write down what somebody asks for. Raises Misfit for a child that is not the adult's."""
    known = {child.id: child for child in await desk.children()}
    child = known.get(given.child_id)
    if child is None:
        raise Misfit("child_id", to_say("Please choose one of these."))
    what = RECEIVED[given.kind]
    async with desk.change(what, child_id=child.id, child=child.name) as tx:
        return await requests.receive(
            tx,
            child.group_id,
            child.id,
            kind=given.kind,
            party=given.party,
            who=given.who or desk.adult.name,
            words=given.words,
        )


async def answer(desk: Desk, found: Request) -> None:
    """Say that who asked was told that it came in."""
    what = to_say("answered a request about {child}: it came in")
    async with desk.change(what, child_id=found.child_id, child=await _name(desk, found)) as tx:
        await requests.answer(tx, found.id)


async def extend(desk: Desk, found: Request, given: ExtendIn) -> None:
    """Extend it once. Raises Misfit without a reason, Impossible for a second time."""
    if not given.why:
        raise Misfit("why", WHY)
    what = to_say("extended a request about {child}")
    async with desk.change(what, child_id=found.child_id, child=await _name(desk, found)) as tx:
        await requests.extend(tx, found.id, given.why)


async def finish(desk: Desk, found: Request, given: DoneIn) -> None:
    """Say what became of it. Raises Misfit for a refusal without a reason."""
    if given.outcome == "refused" and not given.note.strip():
        raise Misfit("note", WHY)
    what = to_say("closed a request about {child}")
    async with desk.change(what, child_id=found.child_id, child=await _name(desk, found)) as tx:
        await requests.finish(tx, found.id, Outcome(given.outcome), given.note.strip())


async def _name(desk: Desk, found: Request) -> str:
    names = {child.id: child.name for child in await desk.looking().children()}
    return names.get(found.child_id, "")


def _duty(desk: Desk, one: Request, mine: dict[UUID, Child], zone: str) -> Duty:
    late = one.is_overdue(zone, desk.now)
    return Duty(
        one,
        mine[one.child_id].name,
        desk.speech.say(KINDS[one.kind]),
        one.answer_by(zone),
        one.due(zone),
        late,
        one.is_pressing(zone, desk.now) and not late,
        desk.speech.sentence(cited(one.kind)),
    )
