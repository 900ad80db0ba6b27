"""Tasks worth minutes: the child says that one is done, an adult confirms it."""

from uuid import UUID

from fastapi import Request, Response

from api.own.guests import TheOwner
from api.render import redirect
from api.routing import Router
from store import tasks
from store.errors import Impossible, NotFound
from words.speech import to_say

router = Router(prefix="/tasks")


@router.post("/{task_id}/done")
async def done(request: Request, owner: TheOwner, task_id: UUID) -> Response:
    """Say that a task is done."""
    async with owner.panel.db.read() as store:
        task = await tasks.get(store, task_id)
    if task.child_id != owner.child.id:
        raise NotFound
    try:
        async with owner.change(to_say("{child} says that a task is done")) as tx:
            await tasks.done(tx, task_id)
    except Impossible as error:
        return redirect(request, "/", error.sentence.message, **error.sentence.values)
    return redirect(request, "/", to_say("Well done! An adult has a look, then the minutes count."))
