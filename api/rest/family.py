"""The family and its children."""

from uuid import UUID

from fastapi import Response

from api.helping import HelperForm, choose, chosen, leave_out
from api.households import (
    ChildForm,
    FamilyForm,
    add_child,
    alter_child,
    alter_family,
    family_children,
    remove_child,
)
from api.needs import TheDesk, ThisChild
from api.proof import ProvenDesk
from api.rest.paging import ThePages
from api.rest.schemas import ChildOut, Family
from api.rest.tags import TheTag, parts
from api.routing import Router
from api.sharing import PinForm, remove_pin, set_pin
from rules.family import Helper
from store import children, groups
from store.database import Connection

router = Router(tags=["family"])
FAMILY, CHILD = tuple(FamilyForm.model_fields), tuple(ChildForm.model_fields)


@router.get("/family", summary="The family")
async def show_family(desk: TheDesk, tag: TheTag) -> Family:
    """Return the family of the adult."""
    tag.tell(parts(desk.family, FAMILY))
    return Family.model_validate(desk.family)


@router.put("/family", summary="Change the family")
async def put_family(desk: TheDesk, given: FamilyForm, tag: TheTag) -> Family:
    """Change name, time zone and language."""

    async def now(store: Connection) -> object:
        return parts(await groups.get(store, desk.family.id), FAMILY)

    altered = await alter_family(tag.guard(desk, now), given)
    tag.tell(parts(altered, FAMILY))
    return Family.model_validate(altered)


@router.get("/family/helpers", summary="Whom the children can turn to")
async def list_helpers(desk: TheDesk) -> list[Helper]:
    """Return the adults that stand beside the hotline on the children's pages."""
    return await chosen(desk)


@router.post("/family/helpers", status_code=201, summary="Choose somebody to turn to")
async def post_helper(desk: TheDesk, given: HelperForm) -> Helper:
    """Put an adult on the list, with a telephone number or without."""
    return await choose(desk, given)


@router.delete("/family/helpers/{helper_id}", status_code=204, summary="Take somebody off")
async def delete_helper(desk: TheDesk, helper_id: UUID) -> Response:
    """Take an adult off the list."""
    await leave_out(desk, helper_id)
    return Response(status_code=204)


@router.get("/children", summary="All children")
async def list_children(desk: TheDesk, pages: ThePages) -> list[ChildOut]:
    """Return the children of the family."""
    found = pages.cut(await family_children(desk), lambda child: (str(child.id),))
    return [ChildOut.model_validate(child) for child in found]


@router.post("/children", status_code=201, summary="Add a child")
async def post_child(desk: TheDesk, given: ChildForm) -> ChildOut:
    """Add a child; its first policy is the one for its age."""
    return ChildOut.model_validate(await add_child(desk, given))


@router.get("/children/{child_id}", summary="One child")
async def show_child(child: ThisChild, tag: TheTag) -> ChildOut:
    """Return one child."""
    tag.tell(parts(child, CHILD))
    return ChildOut.model_validate(child)


@router.put("/children/{child_id}", summary="Change a child")
async def put_child(desk: TheDesk, child: ThisChild, given: ChildForm, tag: TheTag) -> ChildOut:
    """Change a child's particulars; its policy stays."""

    async def now(store: Connection) -> object:
        return parts(await children.get(store, child.id), CHILD)

    altered = await alter_child(tag.guard(desk, now), child, given)
    tag.tell(parts(altered, CHILD))
    return ChildOut.model_validate(altered)


@router.put("/children/{child_id}/pin", status_code=204, summary="Set a child's PIN")
async def put_pin(desk: TheDesk, child: ThisChild, given: PinForm) -> Response:
    """Give a child a PIN with which it says who it is on shared devices."""
    await set_pin(desk, child, given)
    return Response(status_code=204)


@router.delete("/children/{child_id}/pin", status_code=204, summary="Remove a child's PIN")
async def delete_pin(desk: TheDesk, child: ThisChild) -> Response:
    """Take a child's PIN away; its name alone is then enough."""
    await remove_pin(desk, child)
    return Response(status_code=204)


@router.delete("/children/{child_id}", status_code=204, summary="Remove a child")
async def delete_child(desk: ProvenDesk, child: ThisChild) -> Response:
    """Erase a child with everything recorded about it; Location says where the proof is."""
    receipt = await remove_child(desk, child)
    where = f"/api/v1/erasures/{receipt.number}"
    return Response(status_code=204, headers={"Location": where})
