"""Sites told by their pages: which there are, by which words, and “this is wrong”."""

from fastapi import Request, Response

from api import put_right
from api.labels import labels_of
from api.needs import TheDesk
from api.put_right import Key
from api.render import redirect, render
from api.routing import Router
from rules.reading import Source
from store import readings
from words.speech import to_say

router = Router(prefix="/settings/read")
HERE = "/settings/read"


@router.get("")
async def show(request: Request, desk: TheDesk) -> Response:
    """Show every site that its pages told of, the newest first."""
    async with desk.panel.db.read() as store:
        unnamed = await readings.unnamed(store) if desk.watches_house else 0
    found = await put_right.readings_here(desk)
    labels = labels_of(desk.panel, desk.speech)
    context = {
        "told": [(one, labels.category(one.category)) for one in found if one.category],
        "right": [one for one in found if one.source is Source.ADULT],
        "unnamed": unnamed,
    }
    return render(request, "settings/readings.html", context)


@router.post("/{key}/wrong")
async def say_wrong(request: Request, desk: TheDesk, key: Key) -> Response:
    """Note that a reading is wrong: the site is open again, for good."""
    site = (await put_right.say_wrong(desk, key)).site
    said = to_say("{site} counts as harmless from now on. Thank you.")
    return redirect(request, HERE, said, site=site)


@router.post("/{key}/forget")
async def forget(request: Request, desk: TheDesk, key: Key) -> Response:
    """Forget what was read or said of a site: it is read again at the next visit."""
    site = (await put_right.forget(desk, key)).site
    return redirect(request, HERE, to_say("{site} is read again at the next visit."), site=site)
