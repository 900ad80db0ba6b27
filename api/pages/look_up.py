"""Look up a site: what is known of it, who says so, and one tap where that is wrong."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

from fastapi import Query, Request, Response
from pydantic import BaseModel, Field

from api.errors import Misfit
from api.family_lists import Listing, listing_of, put, switch_judging, take_off
from api.forms import Filled, attempt, empty, fill
from api.labels import Labels, labels_of
from api.needs import Desk, HouseDesk, TheDesk
from api.render import redirect, render
from api.routing import Router
from feeds.by_name import is_on
from feeds.why import By, Said, Why, why
from rules.hosts import normalise
from rules.policy import Choice
from words.speech import to_say

router = Router(prefix="/look-up")

WORDS: dict[By, str] = {
    By.OWN: to_say("Your list “{source}” says: {kind}."),
    By.HELPLINE: to_say("It is on our list of helplines, which are never blocked."),
    By.SCHOOL: to_say("By its ending it is a place of learning."),
    By.OURS: to_say("Our own list says: {kind}."),
    By.SERVICE: to_say("It belongs to {kind}."),
    By.PRIVATE: to_say("It is private by nature, so it is never opened."),
    By.LIST: to_say("The list “{source}” says: {kind}."),
    By.NAME: to_say("Its name looks like {kind}: {source}."),
}


class ChoiceForm(BaseModel):
    host: Annotated[str, Field(max_length=300)]
    what: Literal["allow", "block", "off"]


@router.get("")
async def show(
    request: Request, desk: TheDesk, host: Annotated[str, Query(max_length=2000)] = ""
) -> Response:
    """Show the box, and what is known of the site typed into it."""
    if not host.strip():
        return _page(request, desk, empty())
    form = empty(host=host.strip())
    try:
        name = host_of(host)
    except Misfit as error:
        form.errors["host"] = desk.speech.say(error.message, **error.values)
        return _page(request, desk, form, status=422)
    told = await asyncio.to_thread(why, desk.panel.catalogue, name, desk.panel.lists)
    listing = await listing_of(desk, told.site)
    return _page(request, desk, form, _shown(desk, told, listing))


@router.post("")
async def choose(request: Request, desk: TheDesk) -> Response:
    """Put the site on every child's list, or take it off again."""
    form = await fill(request, ChoiceForm)

    async def verb(given: ChoiceForm) -> str:
        site = desk.panel.catalogue.site_of(host_of(given.host))
        if given.what == "off":
            await take_off(desk, site)
            return to_say("{site} is off the lists again.")
        await put(desk, site, Choice(given.what))
        if given.what == "allow":
            return to_say("{site} is allowed for every child.")
        return to_say("{site} is blocked for every child.")

    said = await attempt(form, verb, desk.speech)
    host = form.value("host")
    if said is None:
        return _page(request, desk, form, status=422)
    site = desk.panel.catalogue.site_of(host_of(host))
    return redirect(request, f"/look-up?host={quote(host)}", said, site=site)


@router.post("/names")
async def switch_names(request: Request, desk: HouseDesk) -> Response:
    """Switch the judging of names on or off, for the whole house."""
    on = not is_on(desk.panel.lists)
    await switch_judging(desk, on=on)
    told = to_say("Unknown sites are judged by their names now.")
    if not on:
        told = to_say("Unknown sites are not judged by their names any more.")
    return redirect(request, "/look-up", told)


def host_of(text: str) -> str:
    """Read a site as people paste it: with https:// and a path, with a port, in capitals."""
    typed = text.strip()
    try:
        host = urlsplit(typed if "://" in typed else f"//{typed}").hostname or ""
        return normalise(host)
    except ValueError as error:
        raise Misfit("host", to_say("Please write a site like example.com.")) from error


def _page[M: BaseModel](
    request: Request,
    desk: Desk,
    form: Filled[M],
    shown: Mapping[str, object] | None = None,
    status: int = 200,
) -> Response:
    context = {
        "form": form,
        "told": None,
        "by_name": is_on(desk.panel.lists),
        "runs_house": desk.runs_house,
    } | dict(shown or {})
    return render(request, "look_up/index.html", context, status=status)


def _shown(desk: Desk, told: Why, listing: Listing) -> dict[str, object]:
    labels = labels_of(desk.panel, desk.speech)
    known = told.known
    return {
        "told": told,
        "listing": listing,
        "kinds": [labels.category(name) for name in known.categories],
        "doubts": [labels.category(name) for name in known.doubtful],
        "service": labels.service(known.services[0]) if known.services else None,
        "lines": [(said, _words(desk, labels, said)) for said in told.said],
    }


def _words(desk: Desk, labels: Labels, said: Said) -> str:
    label = labels.service(said.says) if said.by is By.SERVICE else labels.category(said.says)
    return desk.speech.say(WORDS[said.by], source=said.source, kind=label.name)
