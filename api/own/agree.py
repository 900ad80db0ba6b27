"""The child is asked itself: what is written down, yes or no, and another answer on any day."""

from typing import Annotated, Literal

from fastapi import Form, Request, Response

from api import consenting
from api.consenting import BY_CHILD, Standing
from api.own.guests import Owner, TheOwner
from api.render import redirect, render
from api.routing import Router
from rules.consent import Agreed, Party
from rules.policy import Privacy
from store import consents
from store.errors import NotFound
from words.speech import to_say

router = Router(prefix="/agree")
THANKS = {
    True: to_say("Thank you. You can change your mind on any day."),
    False: to_say("Alright. Only your minutes are written down."),
}


async def standing_of(owner: Owner) -> Standing:
    """Look where agreeing stands for the child at the device."""
    return await consenting.standing_of(owner.panel, owner.child, owner.now)


def asks(standing: Standing, owner: Owner) -> bool:
    """Tell whether the child is to be asked now; who is of age is asked nothing any more."""
    is_grown = owner.now.timestamp() >= standing.book.ends
    return Party.CHILD in standing.asked and not is_grown


@router.get("")
async def show(request: Request, owner: TheOwner) -> Response:
    """Show what is written down, and ask."""
    return await _page(request, owner)


@router.post("")
async def answer(
    request: Request,
    owner: TheOwner,
    answer: Annotated[Literal["yes", "no"], Form()],
    level: Annotated[Privacy, Form()],
    words: Annotated[bool, Form()] = False,
) -> Response:
    """Take the child's answer, to the words that it saw."""
    found, yes = await standing_of(owner), answer == "yes"
    if Agreed(level=level, words=words) != found.wanted or Party.CHILD not in found.needed:
        return await _page(request, owner, owner.speech.say(consenting.OTHER_WORDS), 409)
    told = consenting.said(owner.panel, owner.speech, Party.CHILD, found, owner.child)
    async with owner.change(BY_CHILD[yes]) as tx:
        await consenting.answer(tx, owner.child, found.wanted, owner.speech, told, yes=yes)
    return redirect(request, "/mine", THANKS[yes])


@router.post("/withdraw")
async def withdraw(request: Request, owner: TheOwner) -> Response:
    """Take a yes back."""
    try:
        async with owner.change(to_say("{child} took back the agreement")) as tx:
            await consents.withdraw(tx, owner.child.id)
    except NotFound:
        return redirect(request, "/mine")
    return redirect(request, "/mine", THANKS[False])


async def _page(request: Request, owner: Owner, wrong: str = "", status: int = 200) -> Response:
    found = await standing_of(owner)
    context = {
        "owner": owner,
        "found": found,
        "is_asked": Party.CHILD in found.needed,
        "words": consenting.said(owner.panel, owner.speech, Party.CHILD, found, owner.child),
        "wrong": wrong,
    }
    return render(request, "own/agree.html", context, status=status)
