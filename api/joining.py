"""A family's child joins a class: the school's code, the family's yes, the school's answer."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Request
from pydantic import BaseModel

from api.errors import Misfit, Refused
from api.grouping import TaughtGroup, at, known_groups
from api.needs import Desk, TheDesk, ThisChild
from api.panel import Panel
from api.security import brake_address
from rules import joining
from rules.consent import Party, parties
from rules.joining import State, alike, tidied
from rules.roster import Enrolled
from rules.verdict import Layer
from store import (
    children,
    class_codes,
    enrolments,
    groups,
    memberships,
    rosters,
    taking_in,
)
from store.change import Change
from store.children import Child
from store.class_codes import ClassCode
from store.enrolments import Enrolment
from store.errors import Impossible, NotFound
from store.groups import Group
from words.speech import to_say

NO_CODE = to_say(
    "This code is not right, or it ran out. Look at it again, or ask the school for a new one."
)
OTHER_WORDS = to_say("The words have changed since. Please read them again.")
READ_FIRST = to_say("Please read it and tick that you agree.")
NOT_AGREED = to_say("The child itself has not said yes yet. It is asked on its own page.")
WHICH_CLASS = to_say("Please choose the class.")
NO_FAMILY = to_say("Only a child that lives in a family joins a class by a code.")


class CodeForm(BaseModel):
    days: Literal["1", "7", "30"] = "7"
    """How long families can use it."""


class JoinForm(BaseModel):
    code: str
    version: str = joining.WORDING
    """Of the words that were read."""
    agrees: bool = False


class TakeInForm(BaseModel):
    class_id: UUID | None = None
    """Into which class, where the code was the school's."""
    pupil_id: UUID | None = None
    """The pupil of the roster who is the same child."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a code leads to, for one child."""

    group: Group
    code: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """A child that waits at the school, and whom of the roster it may be."""

    enrolment: Enrolment
    child: Child
    group: Group
    alike: Sequence[Enrolled]
    classes: Sequence[Group]
    """Where it can come; one of them, where the code was a class's."""
    waits_for_child: bool = False
    """The child itself did not say yes, which it is asked from 7 on."""


async def family_child(desk: TheDesk, child: ThisChild) -> Child:
    """Return the child of the address, which lives in a family."""
    known = await known_groups(desk)
    if known[child.group_id].kind != Layer.FAMILY:
        raise Refused(409, "no-family-child", NO_FAMILY)
    return child


async def asked_enrolment(desk: TheDesk, group: TaughtGroup, enrolment_id: UUID) -> Enrolment:
    """Return a wish that waits at the school or class of the address."""
    async with desk.panel.db.read() as store:
        found = await enrolments.get(store, enrolment_id)
        within = {group.id, *(one.id for one in await rosters.classes_of(store, group))}
    if found.group_id not in within or found.state is not State.WAITING:
        raise NotFound
    return found


type FamilyChild = Annotated[Child, Depends(family_child)]
type AskedEnrolment = Annotated[Enrolment, Depends(asked_enrolment)]


async def code_of(desk: Desk, group: Group) -> ClassCode | None:
    """Return a group's code, also one that ran out."""
    async with desk.panel.db.read() as store:
        return await class_codes.of_group(store, group.id)


async def make_code(desk: Desk, group: Group, given: CodeForm) -> ClassCode:
    """Give a class or school a new code; the one before ends."""
    if group.closed is not None:
        raise Impossible(groups.CLOSED)
    until = desk.now + timedelta(days=int(given.days))
    what = to_say("made a code with which families join {group}")
    async with at(desk, group).change(what, group=group.name) as tx:
        return await class_codes.make(tx, group.id, until=until)


async def end_code(desk: Desk, group: Group) -> None:
    """End a code: nobody asks with it any more. Raises NotFound."""
    what = to_say("ended the code with which families join {group}")
    async with at(desk, group).change(what, group=group.name) as tx:
        await class_codes.end(tx, group.id)


async def group_of_code(desk: Desk, request: Request, typed: str) -> tuple[Group, str]:
    """Return the class or school of a code. Raises Misfit; wrong ones are counted."""
    code = tidied(typed)
    try:
        async with desk.panel.db.read() as store:
            found = await class_codes.find(store, code, now=desk.now)
            return await groups.get(store, found.group_id), code
    except NotFound as error:
        await brake_address(desk.panel, request, "class-code")
        raise Misfit("code", NO_CODE) from error


async def offer(desk: Desk, request: Request, child: Child, typed: str) -> Offer:
    """Say what joining with a code means for a child. Raises Misfit."""
    group, code = await group_of_code(desk, request, typed)
    said = joining.wording(
        child=child.name, group=await full_name(desk.panel, group.id), adult=desk.adult.name
    )
    return Offer(group, code, tuple(desk.speech.sentence(each) for each in said))


async def ask(desk: Desk, request: Request, child: Child, given: JoinForm) -> Enrolment:
    """Agree, and ask the school to take the child in. Raises Misfit, Impossible."""
    found = await offer(desk, request, child, given.code)
    if not given.agrees:
        raise Misfit("agrees", READ_FIRST)
    if given.version != joining.WORDING:
        raise Misfit("agrees", OTHER_WORDS)
    what = to_say("asked that {child} joins {group}, and agreed to what it gets")
    async with _about(desk, found.group, child, what) as tx:
        return await enrolments.ask(
            tx,
            child.id,
            found.group.id,
            language=desk.speech.language,
            wording="\n".join(found.words),
        )


async def withdraw(desk: Desk, child: Child, enrolment_id: UUID) -> None:
    """Take back what the school did not answer yet. Raises NotFound."""
    async with desk.panel.db.read() as store:
        found = await enrolments.get(store, enrolment_id)
        group = await groups.get(store, found.group_id)
    if found.child_id != child.id:
        raise NotFound
    what = to_say("took back that {child} joins {group}")
    async with _about(desk, group, child, what) as tx:
        await enrolments.settle(tx, found.id, State.WITHDRAWN)


async def leave(desk: Desk, child: Child, group_id: UUID) -> Group:
    """Take one's child out of a class: its rules hold no more, and it counts no more there."""
    async with desk.panel.db.read() as store:
        group = await groups.get(store, group_id)
    async with _about(desk, group, child, to_say("{child} left {group}")) as tx:
        await memberships.leave(tx, child.id, group.id)
        await enrolments.leave(tx, child.id, group.id)
        known = {each.id: each for each in await groups.list_all(tx.connection)}
        await rosters.give_number(tx, rosters.school_of(known, group).id, child.id, "")
    return group


async def classes_of(desk: Desk, child: Child) -> tuple[list[Group], list[Enrolment]]:
    """Return the classes a family's child is in, and everything that was asked."""
    known = await known_groups(desk)
    async with desk.panel.db.read() as store:
        joined = (await memberships.all_of(store)).get(child.id, [])
        asked = await enrolments.of_child(store, child.id)
    return [known[one] for one in joined if one != child.group_id], asked


async def wishes(desk: Desk, group: Group) -> list[Wish]:
    """List who waits at a class, or at a school and its classes."""
    async with desk.panel.db.read() as store:
        below = await rosters.classes_of(store, group)
        places = {one.id: one for one in [group, *below]}
        asked = await enrolments.waiting(store, places, now=desk.now)
        if not asked:
            return []
        known = {one.id: one for one in await groups.list_all(store)}
        pupils = await rosters.enrolled(store, rosters.school_of(known, group))
        found = []
        for one in asked:
            child = await children.get(store, one.child_id)
            place = places[one.group_id]
            own = below if place.kind == Layer.SCHOOL else [place]
            mine = [each for each in pupils if each.class_id in {every.id for every in own}]
            same = alike(child.name, child.birth_year, mine)
            asked_too = Party.CHILD in parties(child.birth_year, group.zone, desk.now)
            waits = asked_too and not one.child_yes
            found.append(Wish(one, child, place, same, own, waits))
    return found


async def how_many_wait(desk: Desk, group: Group) -> int:
    """Count who waits at a class, or at a school and its classes."""
    async with desk.panel.db.read() as store:
        places = {group.id, *(one.id for one in await rosters.classes_of(store, group))}
        return len(await enrolments.waiting(store, places, now=desk.now))


async def take_in(desk: Desk, group: Group, asked: Enrolment, given: TakeInForm) -> Child:
    """Take a child in, in place of a pupil of the roster if one is named. Raises Misfit."""
    wish = next((one for one in await wishes(desk, group) if one.enrolment.id == asked.id), None)
    if wish is None:
        raise NotFound
    if wish.waits_for_child:
        raise Misfit("child", NOT_AGREED)
    match = next((one for one in wish.alike if one.child_id == given.pupil_id), None)
    if given.pupil_id is not None and match is None:
        raise Misfit("pupil_id", to_say("Please choose one of these."))
    chosen = match.class_id if match else given.class_id
    place = next((one for one in wish.classes if one.id == chosen), None)
    if place is None and len(wish.classes) == 1:
        place = wish.classes[0]
    if place is None:
        raise Misfit("class_id", WHICH_CLASS)
    async with _about(desk, place, wish.child, to_say("{child} joined {group}")) as tx:
        await taking_in.take_in(tx, asked, place, match=match)
    return wish.child


async def refuse(desk: Desk, asked: Enrolment) -> None:
    """Do not take a child in. Raises NotFound where somebody was faster."""
    async with desk.panel.db.read() as store:
        child = await children.get(store, asked.child_id)
        group = await groups.get(store, asked.group_id)
    what = to_say("did not take {child} into {group}")
    async with _about(desk, group, child, what) as tx:
        await enrolments.settle(tx, asked.id, State.REFUSED)


def _about(
    desk: Desk, group: Group, child: Child, what: str
) -> AbstractAsyncContextManager[Change]:
    """Make a change that the group's ledger and the child's both tell."""
    values = {"child": child.name, "group": group.name}
    return at(desk, group).change(what, child_id=child.id, **values)


async def full_name(panel: Panel, group_id: UUID) -> str:
    """Name a class with its school."""
    async with panel.db.read() as store:
        known = {each.id: each for each in await groups.list_all(store)}
    group = known[group_id]
    school = rosters.school_of(known, group)
    return group.name if school.id == group.id else f"{group.name}, {school.name}"


STATES = {
    State.WAITING: to_say("waits for the school"),
    State.ACCEPTED: to_say("taken in"),
    State.REFUSED: to_say("not taken in"),
    State.WITHDRAWN: to_say("taken back"),
    State.LEFT: to_say("left the class"),
}
