"""The page on which a family enters what must not be given away; it can be read by nobody."""

from functools import partial
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from api import detailed
from api.detailed import DetailForm
from api.forms import Filled, carry_out, empty
from api.needs import Desk, TheDesk, ThisChild
from api.pages.today.cards import standing
from api.render import redirect, render
from api.routing import Router
from rules.details import Kind
from store import policies
from store.children import Child
from words.speech import to_say

router = Router(prefix="/children/{child_id}/details")


@router.get("")
async def show(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Show what kinds were entered, when and by whom."""
    return await _page(request, desk, child, empty(kind=Kind.PHONE))


@router.post("")
async def enter(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Keep a detail as digests."""
    form = await carry_out(request, DetailForm, partial(detailed.enter, desk, child))
    if form.errors:
        return await _page(request, desk, child, form, status=422)
    said = to_say("Kept. From now on {child} is asked before it is sent.")
    return redirect(request, f"/children/{child.id}/details", said, child=child.name)


@router.post("/{detail_id}/remove")
async def remove(request: Request, desk: TheDesk, child: ThisChild, detail_id: UUID) -> Response:
    """Forget a detail."""
    await detailed.remove(desk, child, detail_id)
    said = to_say("Removed. If it was a mistake, enter it again.")
    return redirect(request, f"/children/{child.id}/details", said)


async def _page(
    request: Request,
    desk: Desk,
    child: Child,
    form: Filled[DetailForm] | Filled[BaseModel],
    status: int = 200,
) -> Response:
    # What was typed is not shown again either: the browser may keep pages.
    form.typed.pop("text", None)
    async with desk.panel.db.read() as store:
        version = await policies.current(store, child.id)
    kinds = [(kind.value, desk.speech.say("{what}", what=("detail", kind.value))) for kind in Kind]
    context = {
        "child": child,
        "form": form,
        "kinds": [(value, name[:1].upper() + name[1:]) for value, name in kinds],
        "names": dict(kinds),
        "entered": await detailed.of_child(desk, child),
        "asks": version is not None and version.policy.sending.ask,
        "standing": await standing(desk),
    }
    return render(request, "child/details.html", context, status=status)
