"""What must not be given away about a child, as JSON: entered and removed, never read."""

from datetime import datetime
from uuid import UUID

from fastapi import Response

from api import detailed
from api.detailed import DetailForm
from api.needs import TheDesk, ThisChild
from api.rest.schemas import Noun
from api.routing import Router
from rules.details import Kind

router = Router(tags=["private details"])


class EnteredOut(Noun):
    """That a detail was entered; nobody can read what it was."""

    id: UUID
    child_id: UUID
    kind: Kind
    at: datetime
    by: str


@router.get("/children/{child_id}/details", summary="Private details entered")
async def list_details(desk: TheDesk, child: ThisChild) -> list[EnteredOut]:
    """Return what kinds were entered, when and by whom."""
    found = await detailed.of_child(desk, child)
    return [EnteredOut.model_validate(each) for each in found]


@router.post("/children/{child_id}/details", status_code=201, summary="Enter a private detail")
async def post_detail(desk: TheDesk, child: ThisChild, given: DetailForm) -> list[EnteredOut]:
    """Keep a detail as keyed digests; the child is asked before it is sent."""
    found = await detailed.enter(desk, child, given)
    return [EnteredOut.model_validate(each) for each in found]


@router.delete(
    "/children/{child_id}/details/{detail_id}", status_code=204, summary="Forget a private detail"
)
async def delete_detail(desk: TheDesk, child: ThisChild, detail_id: UUID) -> Response:
    """Forget a detail."""
    await detailed.remove(desk, child, detail_id)
    return Response(status_code=204)
