"""Who belongs to a group: adults, roles and reach; invitations by link."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path, Request, Response
from pydantic import BaseModel, Field

from api import belonging
from api.belonging import InviteForm, KnownGroup, OwnedGroup, RoleForm
from api.errors import Refused
from api.invited import NewcomerForm, come, invited, join
from api.needs import TheDesk, ThePanel
from api.proof import ProvenDesk
from api.reader import reader_of
from api.rest.paging import ThePages
from api.routing import Router
from api.ways import panel_address
from store.adults import Adult, Role
from store.groups import Group
from store.invitations import Invitation
from words.speech import to_say

router = Router(tags=["adults"])

type Secret = Annotated[str, Path(pattern=r"^[\w-]{20,60}$")]


class AdultOut(BaseModel):
    id: UUID
    name: str
    email: str
    """Empty for who is no owner."""
    role: Role
    only: list[UUID] | None
    """The children the role is for; null: every child of the group."""


class InvitationOut(BaseModel):
    id: UUID
    name: str
    role: Role
    only: list[UUID] | None
    by: str
    created: datetime
    until: datetime
    taken: datetime | None


class InvitationMade(InvitationOut):
    link: str
    """Works once; shown only now."""


class InvitedOut(BaseModel):
    by: str
    group: str
    kind: Literal["city", "ward", "school", "class", "family"]
    role: Role
    children: list[str] = Field(description="Names, where it is not for every child.")
    until: datetime


@router.get("/groups/{group_id}/adults", summary="The adults of a group")
async def list_adults(desk: TheDesk, group: KnownGroup, pages: ThePages) -> list[AdultOut]:
    """Return who belongs to a group."""
    held = await belonging.belonging(desk, group)
    shown = pages.cut(held.adults, lambda one: (str(one.id),))
    return [_adult(one, group, owned=held.owned) for one in shown]


@router.delete("/groups/{group_id}/adults/me", status_code=204, summary="Leave a group")
async def delete_me(desk: ProvenDesk, group: KnownGroup) -> Response:
    """Leave a group oneself; 409 for its last owner."""
    await belonging.leave(desk, group)
    return Response(status_code=204)


@router.put("/groups/{group_id}/adults/{adult_id}", summary="Change a role")
async def put_adult(
    desk: ProvenDesk, group: OwnedGroup, adult_id: UUID, given: RoleForm
) -> AdultOut:
    """Change what an adult may do, and for which children; it holds at once."""
    adult = await belonging.one_adult(desk, group, adult_id)
    changed = await belonging.change_role(desk, group, adult, given)
    return _adult(changed, group, owned=True)


@router.delete("/groups/{group_id}/adults/{adult_id}", status_code=204, summary="Remove an adult")
async def delete_adult(desk: ProvenDesk, group: OwnedGroup, adult_id: UUID) -> Response:
    """Remove an adult: sessions and tokens end at once. 409 for the last owner."""
    await belonging.remove(desk, group, await belonging.one_adult(desk, group, adult_id))
    return Response(status_code=204)


@router.get("/groups/{group_id}/invitations", summary="Invitations of a group")
async def list_invitations(
    desk: TheDesk, group: OwnedGroup, pages: ThePages
) -> list[InvitationOut]:
    """Return invitations of the last month, the newest first, without their links."""
    held = await belonging.belonging(desk, group)
    shown = pages.cut(held.invitations, lambda one: (-one.id.int,))
    return [InvitationOut(**_invitation(one)) for one in shown]


@router.post("/groups/{group_id}/invitations", status_code=201, summary="Invite somebody")
async def post_invitation(
    request: Request, desk: ProvenDesk, group: OwnedGroup, given: InviteForm
) -> InvitationMade:
    """Make an invitation; its link is in this answer and nowhere else."""
    made, token = await belonging.invite(desk, group, given)
    return InvitationMade(**_invitation(made), link=f"{panel_address(request)}/invite/{token}")


@router.delete(
    "/groups/{group_id}/invitations/{invitation_id}",
    status_code=204,
    summary="Take an invitation back",
)
async def delete_invitation(desk: ProvenDesk, group: OwnedGroup, invitation_id: UUID) -> Response:
    """Take an invitation back: its link opens nothing any more."""
    await belonging.withdraw(desk, group, invitation_id)
    return Response(status_code=204)


@router.get("/invitations/{token}", summary="What an invitation is for")
async def show_invitation(request: Request, panel: ThePanel, token: Secret) -> InvitedOut:
    """Return what an open invitation is for; needs no sign-in."""
    asked = await invited(panel, request, token)
    return InvitedOut(
        by=asked.invitation.by,
        group=asked.group.name,
        kind=asked.group.kind,
        role=asked.invitation.role,
        children=list(asked.children),
        until=asked.invitation.until,
    )


@router.post("/invitations/{token}", status_code=204, summary="Accept an invitation")
async def accept_invitation(
    request: Request, panel: ThePanel, token: Secret, given: NewcomerForm | None = None
) -> Response:
    """Accept: with a body a new account is made, without one the adult signed in joins."""
    asked = await invited(panel, request, token)
    adult = reader_of(request).adult
    if given is not None:
        await come(panel, asked, token, given)
    elif adult is not None:
        await join(panel, adult, asked, token)
    else:
        raise Refused(401, "sign-in", to_say("Sign in, or send name, e-mail and password."))
    return Response(status_code=204)


def _adult(adult: Adult, group: Group, *, owned: bool) -> AdultOut:
    only = adult.only.get(group.id)
    return AdultOut(
        id=adult.id,
        name=adult.name,
        email=adult.email if owned else "",
        role=adult.roles[group.id],
        only=None if only is None else sorted(only),
    )


def _invitation(one: Invitation) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "role": one.role,
        "only": None if one.only is None else sorted(one.only),
        "by": one.by,
        "created": one.created,
        "until": one.until,
        "taken": one.taken,
    }
