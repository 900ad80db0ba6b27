"""Settings: the family, its adults, the doors, and the ledger of who changed what."""

from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Request, Response
from pydantic import BaseModel

from api import choices
from api.belonging import OWNERS_ONLY
from api.errors import Misfit, Refused
from api.forms import Filled, attempt, carry_out, empty, fill
from api.helping import HelperForm, choose, chosen, leave_out
from api.households import FamilyForm, alter_family, family_children
from api.needs import Desk, TheDesk
from api.people import Email, NewPassword, PersonName, zones
from api.proof import ProvenDesk
from api.render import redirect, render
from api.routing import Router
from api.security import hash_password
from rules.family import Language
from store import adults, doors, household
from store.adults import Adult, Role
from store.errors import Taken
from words.speech import to_say

router = Router()
FEW = 12
"""Children listed here; of more there is a page that finds them."""


async def owning_desk(desk: ProvenDesk) -> Desk:
    """Return the desk of an owner of the family, who has just shown who they are."""
    if not desk.adult.owns(desk.family.id):
        raise Refused(403, "owners-only", OWNERS_ONLY)
    return desk


type OwningDesk = Annotated[Desk, Depends(owning_desk)]


class AdultForm(BaseModel):
    name: PersonName
    email: Email
    password: NewPassword
    language: Language = "vi"
    role: Literal["parent", "viewer"] = "parent"


@router.get("/settings")
async def show(request: Request, desk: TheDesk) -> Response:
    """Show the family, its adults and the state of the doors."""
    return await _page(request, desk, _family_form(desk))


@router.post("/settings/family")
async def alter(request: Request, desk: TheDesk) -> Response:
    """Change the family's particulars."""
    form = await fill(request, FamilyForm)
    if form.model is None:
        return await _page(request, desk, form, status=422)
    await alter_family(desk, form.model)
    return redirect(request, "/settings", to_say("Saved."))


@router.get("/settings/doors")
async def show_doors(request: Request, desk: TheDesk) -> Response:
    """Show the state of the doors alone; the page asks again every few seconds."""
    return render(request, "settings/_doors.html", await _doors(desk))


@router.get("/settings/adults/new")
async def ask_adult(request: Request, desk: OwningDesk) -> Response:
    """Ask who the other adult is."""
    return _adult_page(request, empty(language=desk.family.language, role="parent"))


@router.post("/settings/adults/new")
async def add_adult(request: Request, desk: OwningDesk) -> Response:
    """Give another adult an account in this family."""
    form = await fill(request, AdultForm)

    async def verb(given: AdultForm) -> Adult:
        return await _add_adult(desk, given)

    adult = await attempt(form, verb, desk.speech)
    if adult is None:
        return _adult_page(request, form, status=422)
    said = to_say("{name} can sign in now. Tell them the password yourself.")
    return redirect(request, "/settings", said, name=adult.name)


@router.post("/settings/helpers")
async def choose_helper(request: Request, desk: TheDesk) -> Response:
    """Put somebody on the list of those whom the children can turn to."""
    form = await carry_out(request, HelperForm, partial(choose, desk))
    if form.errors:
        return await _page(request, desk, _family_form(desk), helper=form, status=422)
    said = to_say("{name} stands on every page that stops something, beside 111.")
    return redirect(request, "/settings#helpers", said, name=form.value("name"))


@router.post("/settings/helpers/{helper_id}/remove")
async def remove_helper(request: Request, desk: TheDesk, helper_id: UUID) -> Response:
    """Take somebody off the list."""
    await leave_out(desk, helper_id)
    return redirect(request, "/settings#helpers", to_say("Taken off the list."))


async def _add_adult(desk: Desk, given: AdultForm) -> Adult:
    password_hash = await hash_password(given.password)
    try:
        async with desk.change(to_say("gave {name} an account"), name=given.name) as tx:
            return await adults.add(
                tx,
                name=given.name,
                email=given.email,
                password_hash=password_hash,
                language=given.language,
                group_id=desk.family.id,
                role=Role(given.role),
            )
    except Taken as error:
        raise Misfit("email", to_say("Somebody signs in with this e-mail already.")) from error


async def _doors(desk: Desk) -> dict[str, object]:
    async with desk.panel.db.read() as store:
        return {
            "doors": await doors.alive(store, now=desk.now),
            "revision": await household.revision(store),
        }


def _family_form(desk: Desk) -> Filled[BaseModel]:
    family = desk.family
    return empty(name=family.name, zone=family.zone, language=family.language)


async def _page[M: BaseModel](
    request: Request,
    desk: Desk,
    form: Filled[M],
    *,
    helper: Filled[HelperForm] | None = None,
    status: int = 200,
) -> Response:
    async with desk.panel.db.read() as store:
        everyone = await adults.of_group(store, desk.family.id)
    context = await _doors(desk) | {
        "form": form,
        "zones": zones(),
        "languages": choices.LANGUAGES.items(),
        "roles": choices.ROLES,
        "adults": everyone,
        "children": await family_children(desk),
        "most_children": FEW,
        "helpers": await chosen(desk),
        "helper": helper or empty(),
        "runs_house": desk.runs_house,
    }
    return render(request, "settings/index.html", context, status=status)


def _adult_page[M: BaseModel](request: Request, form: Filled[M], *, status: int = 200) -> Response:
    context = {"form": form, "languages": choices.LANGUAGES.items()}
    return render(request, "settings/adult.html", context, status=status)
