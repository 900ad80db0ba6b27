"""The adults of a family, a school or a class: who they are, what they may do, whom to invite."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from pydantic import BaseModel

from api import belonging, choices
from api.belonging import ROLES_IN, Belonging, InviteForm, KnownGroup, OwnedGroup, RoleForm
from api.forms import Filled, attempt, carry_out, empty, fill
from api.needs import Desk, TheDesk
from api.proof import ProvenDesk
from api.render import redirect, render
from api.routing import Router
from api.ways import panel_address, qr_of
from store.adults import Adult
from store.groups import Group
from store.invitations import Invitation
from words.speech import to_say

router = Router()
HERE = "/settings/adults"
ABOUT = {
    "owner": to_say("Everything, and says who belongs here."),
    "parent": to_say("Everything for the children; not who belongs here."),
    "viewer": to_say("Sees how the children are doing and changes nothing."),
    "teacher": to_say("Rules and lessons of the class or school."),
    "officer": to_say("Rules for all; numbers, never a child."),
}
ICONS = {
    "owner": "crown",
    "parent": "users",
    "viewer": "eye",
    "teacher": "school",
    "officer": "building-bank",
}


async def one_adult(desk: TheDesk, group: OwnedGroup, adult_id: UUID) -> Adult:
    """Return the adult of the address."""
    return await belonging.one_adult(desk, group, adult_id)


type OneAdult = Annotated[Adult, Depends(one_adult)]


@router.get("/settings/adults")
async def show_first(request: Request, desk: TheDesk) -> Response:
    """Show the adults of the group that stands for the reader."""
    return redirect(request, f"{HERE}/{desk.family.id}")


@router.get("/settings/adults/{group_id}")
async def show(request: Request, desk: TheDesk, group: KnownGroup) -> Response:
    """Show who belongs to a group."""
    held = await belonging.belonging(desk, group)
    return render(request, "adults/index.html", _context(desk, held))


@router.get("/settings/adults/{group_id}/invite")
async def ask_invite(request: Request, desk: ProvenDesk, group: OwnedGroup) -> Response:
    """Ask for whom an invitation is."""
    first = "parent" if group.kind == "family" else ROLES_IN[group.kind][1].value
    return await _invite_page(request, desk, group, empty(role=first, reach="all", days="3"))


@router.post("/settings/adults/{group_id}/invite")
async def invite(request: Request, desk: ProvenDesk, group: OwnedGroup) -> Response:
    """Make an invitation and show its link this once."""
    form = await fill(request, InviteForm)
    made = await attempt(form, partial(belonging.invite, desk, group), desk.speech)
    if made is None:
        return await _invite_page(request, desk, group, form, status=422)
    return _link_page(request, group, *made)


@router.post("/settings/adults/{group_id}/invitations/{invitation_id}/withdraw")
async def withdraw(
    request: Request, desk: ProvenDesk, group: OwnedGroup, invitation_id: UUID
) -> Response:
    """Take an invitation back."""
    await belonging.withdraw(desk, group, invitation_id)
    return redirect(request, f"{HERE}/{group.id}", to_say("The invitation opens nothing any more."))


@router.get("/settings/adults/{group_id}/people/{adult_id}")
async def ask_role(
    request: Request, desk: ProvenDesk, group: OwnedGroup, adult: OneAdult
) -> Response:
    """Ask what an adult may do."""
    only = adult.only.get(group.id)
    form = empty(
        role=adult.roles[group.id].value,
        reach="all" if only is None else "some",
        child_ids=sorted(only or ()),
    )
    return await _role_page(request, desk, group, adult, form)


@router.post("/settings/adults/{group_id}/people/{adult_id}")
async def set_role(
    request: Request, desk: ProvenDesk, group: OwnedGroup, adult: OneAdult
) -> Response:
    """Change what an adult may do; it holds at once."""
    form = await carry_out(request, RoleForm, partial(belonging.change_role, desk, group, adult))
    if form.errors:
        return await _role_page(request, desk, group, adult, form, status=422)
    said = to_say("Saved. It holds for {name} at once.")
    return redirect(request, f"{HERE}/{group.id}", said, name=adult.name)


@router.get("/settings/adults/{group_id}/people/{adult_id}/remove")
async def ask_remove(
    request: Request, desk: ProvenDesk, group: OwnedGroup, adult: OneAdult
) -> Response:
    """Ask once more before an adult is removed."""
    context = {"group": group, "adult": adult, "is_me": adult.id == desk.adult.id}
    return render(request, "adults/remove.html", context)


@router.post("/settings/adults/{group_id}/people/{adult_id}/remove")
async def remove(
    request: Request, desk: ProvenDesk, group: OwnedGroup, adult: OneAdult
) -> Response:
    """Remove an adult from the group."""
    await belonging.remove(desk, group, adult)
    said = to_say("{name} was removed and is signed out everywhere.")
    if adult.id == desk.adult.id:
        return redirect(request, "/sign-in", to_say("You left {group}."), group=group.name)
    return redirect(request, f"{HERE}/{group.id}", said, name=adult.name)


@router.get("/account/leave/{group_id}")
async def ask_leave(request: Request, desk: ProvenDesk, group: KnownGroup) -> Response:
    """Ask once more before leaving a group."""
    context = {"group": group, "adult": desk.adult, "is_me": True}
    return render(request, "adults/remove.html", context)


@router.post("/account/leave/{group_id}")
async def leave(request: Request, desk: ProvenDesk, group: KnownGroup) -> Response:
    """Leave a group oneself."""
    await belonging.leave(desk, group)
    return redirect(request, "/sign-in", to_say("You left {group}."), group=group.name)


def _context(desk: Desk, held: Belonging) -> dict[str, object]:
    names = {child.id: child.name for child in held.children}
    return {
        "held": held,
        "group": held.group,
        "groups": desk.groups,
        "me": desk.adult,
        "roles": choices.ROLES,
        "icons": ICONS,
        "whose": lambda only: ", ".join(names[one] for one in only if one in names) or "–",
    }


def _choices(desk: Desk, group: Group) -> list[tuple[str, str, str, str]]:
    return [
        (
            role.value,
            desk.speech.say(choices.ROLES[role]),
            desk.speech.say(ABOUT[role]),
            ICONS[role],
        )
        for role in ROLES_IN[group.kind]
    ]


async def _invite_page[M: BaseModel](
    request: Request, desk: Desk, group: Group, form: Filled[M], *, status: int = 200
) -> Response:
    held = await belonging.belonging(desk, group)
    context = {"group": group, "form": form, "options": _choices(desk, group), "held": held}
    return render(request, "adults/invite.html", context, status=status)


def _link_page(request: Request, group: Group, invitation: Invitation, token: str) -> Response:
    link = f"{panel_address(request)}/invite/{token}"
    context = {
        "group": group,
        "invitation": invitation,
        "link": link,
        "qr": qr_of(link),
        "role": choices.ROLES[invitation.role],
    }
    return render(request, "adults/link.html", context)


async def _role_page[M: BaseModel](
    request: Request,
    desk: Desk,
    group: Group,
    adult: Adult,
    form: Filled[M],
    *,
    status: int = 200,
) -> Response:
    held = await belonging.belonging(desk, group)
    context = {
        "group": group,
        "adult": adult,
        "form": form,
        "options": _choices(desk, group),
        "held": held,
    }
    return render(request, "adults/role.html", context, status=status)
