"""What is looked into for a child, and what never is."""

from fastapi import Request
from starlette.responses import Response

from api.labels import labels_of
from api.needs import TheDesk, ThisChild
from api.opened import opened_for
from api.pages.today.cards import standing
from api.render import render
from api.routing import Router

router = Router()


@router.get("/children/{child_id}/opened")
async def show(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Show which connections of a child are opened, and why."""
    context = {
        "child": child,
        "opened": await opened_for(desk.panel.db, child, desk.now),
        "standing": await standing(desk),
        "labels": labels_of(desk.panel, desk.speech),
    }
    return render(request, "child/opened.html", context)
