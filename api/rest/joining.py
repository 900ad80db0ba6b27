"""Joining a class by its code: the school's code and who waits; a family's wish, and leaving."""

from datetime import datetime
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel

from api import joining
from api.grouping import TaughtGroup
from api.joining import AskedEnrolment, CodeForm, FamilyChild, JoinForm, TakeInForm
from api.needs import TheDesk
from api.rest.schemas import ChildOut, Noun
from api.routing import Router
from rules.joining import WORDING, State
from store.errors import NotFound

router = Router(tags=["classes"])


class ClassCodeOut(Noun):
    code: str
    by: str
    created: datetime
    until: datetime


class EnrolmentOut(Noun):
    id: UUID
    group_id: UUID
    """Whose code it was."""
    child_id: UUID
    by: str
    at: datetime
    version: str
    language: str
    wording: str
    """The words agreed to, as they were shown."""
    state: State
    class_id: UUID | None
    decided: datetime | None
    decided_by: str
    child_yes: bool | None
    """The child's own answer, asked for from 7 on."""
    child_at: datetime | None
    child_wording: str


class AlikeOut(Noun):
    child_id: UUID
    name: str
    class_id: UUID
    class_name: str
    number: str


class WishOut(BaseModel):
    id: UUID
    child: str
    birth_year: int
    by: str
    at: datetime
    group_id: UUID
    waits_for_child: bool
    """The child itself has not said yes: it cannot be taken in yet."""
    alike: list[AlikeOut]
    """Pupils of the roster who may be the same child."""


class OfferOut(BaseModel):
    group: str
    version: str
    words: list[str]
    """What to agree to, in the adult's language."""


@router.get("/groups/{group_id}/code", summary="The code of a class or school")
async def show_code(desk: TheDesk, group: TaughtGroup) -> ClassCodeOut:
    """Return the code with which families join; 404 where there is none."""
    found = await joining.code_of(desk, group)
    if found is None:
        raise NotFound
    return ClassCodeOut.model_validate(found)


@router.post("/groups/{group_id}/code", status_code=201, summary="Make a code")
async def post_code(desk: TheDesk, group: TaughtGroup, given: CodeForm) -> ClassCodeOut:
    """Make a code; the one before ends."""
    return ClassCodeOut.model_validate(await joining.make_code(desk, group, given))


@router.delete("/groups/{group_id}/code", status_code=204, summary="End the code")
async def delete_code(desk: TheDesk, group: TaughtGroup) -> Response:
    """End a code."""
    await joining.end_code(desk, group)
    return Response(status_code=204)


@router.get("/groups/{group_id}/enrolments", summary="Who waits to be taken in")
async def list_wishes(desk: TheDesk, group: TaughtGroup) -> list[WishOut]:
    """Return the children whose families asked, each with the pupils it may be."""
    return [
        WishOut(
            id=wish.enrolment.id,
            child=wish.child.name,
            birth_year=wish.child.birth_year,
            by=wish.enrolment.by,
            at=wish.enrolment.at,
            group_id=wish.group.id,
            waits_for_child=wish.waits_for_child,
            alike=[AlikeOut.model_validate(one) for one in wish.alike],
        )
        for wish in await joining.wishes(desk, group)
    ]


@router.post("/groups/{group_id}/enrolments/{enrolment_id}/accept", summary="Take a child in")
async def accept_wish(
    desk: TheDesk, group: TaughtGroup, asked: AskedEnrolment, given: TakeInForm
) -> ChildOut:
    """Take a child in, in place of a pupil of the roster if one is named."""
    return ChildOut.model_validate(await joining.take_in(desk, group, asked, given))


@router.post(
    "/groups/{group_id}/enrolments/{enrolment_id}/refuse",
    status_code=204,
    summary="Do not take a child in",
)
async def refuse_wish(desk: TheDesk, asked: AskedEnrolment) -> Response:
    """Answer a family with no."""
    await joining.refuse(desk, asked)
    return Response(status_code=204)


@router.get("/children/{child_id}/enrolments", summary="What was asked of classes")
async def list_enrolments(desk: TheDesk, child: FamilyChild) -> list[EnrolmentOut]:
    """Return every wish of a family about a child, with the words agreed to, newest first."""
    _, asked = await joining.classes_of(desk, child)
    return [EnrolmentOut.model_validate(one) for one in asked]


@router.get("/children/{child_id}/enrolments/words", summary="What joining means")
async def show_words(
    request: Request, desk: TheDesk, child: FamilyChild, code: str = ""
) -> OfferOut:
    """Return the words to agree to before a child joins the class of a code."""
    found = await joining.offer(desk, request, child, code)
    return OfferOut(group=found.group.name, version=WORDING, words=list(found.words))


@router.post("/children/{child_id}/enrolments", status_code=201, summary="Ask to join a class")
async def post_enrolment(
    request: Request, desk: TheDesk, child: FamilyChild, given: JoinForm
) -> EnrolmentOut:
    """Agree to the words of a version, and ask the school to take the child in."""
    return EnrolmentOut.model_validate(await joining.ask(desk, request, child, given))


@router.delete(
    "/children/{child_id}/enrolments/{enrolment_id}", status_code=204, summary="Take it back"
)
async def delete_enrolment(desk: TheDesk, child: FamilyChild, enrolment_id: UUID) -> Response:
    """Take back what the school did not answer yet."""
    await joining.withdraw(desk, child, enrolment_id)
    return Response(status_code=204)


@router.delete("/children/{child_id}/classes/{class_id}", status_code=204, summary="Leave a class")
async def delete_class(desk: TheDesk, child: FamilyChild, class_id: UUID) -> Response:
    """Take one's child out of a class."""
    await joining.leave(desk, child, class_id)
    return Response(status_code=204)
