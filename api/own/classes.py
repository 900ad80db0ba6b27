"""The child is asked itself before it joins a class: who would see what, yes or no."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Form, Request, Response

from api.joining import full_name
from api.own.guests import Owner, TheOwner
from api.render import redirect, render
from api.routing import Router
from rules.joining import child_wording
from store import enrolments
from store.enrolments import Enrolment
from store.errors import NotFound
from words.speech import to_say

router = Router(prefix="/classes")
SAID = {
    True: to_say("{child} agreed to join a class"),
    False: to_say("{child} does not want to join a class"),
}
THANKS = {
    True: to_say("Thank you. The school answers next; until then you can change your mind."),
    False: to_say("Alright. You join only if you say yes."),
}


async def asked_of(owner: Owner) -> list[Enrolment]:
    """Return the classes that the child is asked about."""
    async with owner.panel.db.read() as store:
        return await enrolments.waiting_of(store, owner.child.id, now=owner.now)


@router.get("")
async def show(request: Request, owner: TheOwner) -> Response:
    """Show which class asks, and in which words."""
    asked = [(one, await _words(owner, one)) for one in await asked_of(owner)]
    return render(request, "own/classes.html", {"owner": owner, "asked": asked})


@router.post("/{enrolment_id}")
async def answer(
    request: Request,
    owner: TheOwner,
    enrolment_id: UUID,
    answer: Annotated[Literal["yes", "no"], Form()],
) -> Response:
    """Take the child's answer; it holds until the school answered."""
    one = next((each for each in await asked_of(owner) if each.id == enrolment_id), None)
    if one is None:
        raise NotFound
    yes, words = answer == "yes", "\n".join(await _words(owner, one))
    async with owner.change(SAID[yes]) as tx:
        await enrolments.answer_as_child(tx, one.id, yes=yes, wording=words)
    return redirect(request, "/classes", THANKS[yes])


async def _words(owner: Owner, asked: Enrolment) -> list[str]:
    name = await full_name(owner.panel, asked.group_id)
    said = child_wording(child=owner.child.name, group=name, adult=asked.by)
    return [owner.speech.sentence(each) for each in said]
