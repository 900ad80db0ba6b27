"""What a child may ask for by law about what is kept of it; an adult has days to do it."""

from typing import Annotated

from fastapi import Form
from starlette.requests import Request
from starlette.responses import Response

from api.duties import KINDS
from api.own.guests import TheOwner
from api.render import redirect
from api.routing import Router
from rules.duties import Kind, Party
from store import change, requests
from store.actor import Actor, ActorKind
from words.speech import to_say

router = Router(prefix="/mine")
ASKED = to_say("{child} asked {kind}")
MOST_OPEN = 5


@router.post("/request")
async def ask(
    request: Request,
    owner: TheOwner,
    kind: Annotated[Kind, Form()],
    words: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Write down what the child asks for; the adults read it, with the day by which it is due."""
    child = owner.child
    async with owner.panel.db.read() as store:
        waiting = await requests.list_of(store, [child.id], only_open=True)
    if len(waiting) >= MOST_OPEN or any(one.kind is kind for one in waiting):
        return redirect(request, "/mine", to_say("You asked for this already; it is on its way."))
    async with change.change(
        owner.panel.db,
        by=Actor(ActorKind.CHILD, child.name, child.id),
        what=ASKED,
        now=owner.now,
        values={"child": child.name, "kind": owner.speech.say(KINDS[kind])},
        child_id=child.id,
        group_id=child.group_id,
    ) as tx:
        await requests.receive(
            tx,
            child.group_id,
            child.id,
            kind=kind,
            party=Party.CHILD,
            who=child.name,
            words=words.strip(),
        )
    return redirect(request, "/mine", to_say("Written down. Your adults have to answer you."))
