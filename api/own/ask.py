"""Asking: what was stopped, what to ask for and how long, and a reason in ready or own words."""

from typing import Annotated

from fastapi import Request, Response
from pydantic import BaseModel, BeforeValidator, Field

from api.errors import Misfit
from api.forms import Filled, empty, fill
from api.labels import labels_of
from api.own.guests import Owner, TheOwner
from api.own.places import Place, answerer, place_of
from api.people import Plain
from api.render import redirect, render
from api.routing import Router
from rules.asking import Choice
from rules.asks import MOST_MINUTES, Ask, Wish
from rules.explain import for_child
from rules.scope import EVERYTHING, site
from store import asks
from store.errors import Impossible
from words.speech import to_say

router = Router()
PHRASES = {
    "homework": to_say("I need it for school."),
    "done": to_say("I have finished my homework."),
    "friends": to_say("I want to talk with my friends."),
    "fun": to_say("I would like to play a little."),
}
LONGEST = 300
TOO_LONG = to_say("Please write at most {most} characters.")


def _on_one_line(typed: str) -> str:
    return " ".join(typed.split())


class AskForm(BaseModel):
    what: str = ""
    url: Annotated[str, Field(max_length=2000)] = ""
    minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES)] = 15
    phrase: str = ""
    words: Annotated[Plain, BeforeValidator(_on_one_line), Field(max_length=250)] = ""
    appeal: bool = False


@router.get("/ask")
async def show(request: Request, owner: TheOwner, url: str = "", what: str = "") -> Response:
    """Let the child choose what to ask for."""
    try:
        place = await place_of(owner, url[:2000])
    except Misfit:
        # A link that leads nowhere still lets the child ask.
        place = await place_of(owner, "")
    return await _page(request, owner, place, empty(what=what or place.choices[0].key, minutes=15))


@router.post("/ask")
async def send(request: Request, owner: TheOwner) -> Response:
    """Send an ask to the adults."""
    form = await fill(request, AskForm)
    try:
        place = await place_of(owner, form.value("url"))
    except Misfit as wrong:
        form.errors[wrong.field] = owner.speech.say(wrong.message)
        place = await place_of(owner, "")
        return await _page(request, owner, place, form, status=422)
    if form.model is None:
        return await _page(request, owner, place, form, status=422)
    try:
        asked = await _ask(owner, _wish(owner, place, form.model))
    except Misfit as wrong:
        form.errors[wrong.field] = owner.speech.say(wrong.message, **wrong.values)
        return await _page(request, owner, place, form, status=422)
    except Impossible as refused:
        form.errors["ask"] = owner.speech.sentence(refused.sentence, owner.now)
        return await _page(request, owner, place, form, status=409)
    return redirect(request, f"/asks/{asked.id}")


async def _ask(owner: Owner, wish: Wish) -> Ask:
    found = await answerer(owner, wish.scope)
    async with owner.change(to_say("{child} asked for something")) as tx:
        return await asks.ask(
            tx,
            owner.child.id,
            wish,
            device_id=owner.guest.device.id,
            look_up=owner.panel.catalogue.look_up,
            group_id=found[0].id if found else None,
        )


def _wish(owner: Owner, place: Place, given: AskForm) -> Wish:
    chosen = place.choice(given.what)
    phrase = owner.speech.say(PHRASES[given.phrase]) if given.phrase in PHRASES else ""
    reason = " ".join(part for part in (phrase, given.words) if part)
    if len(reason) > LONGEST:
        raise Misfit("words", TOO_LONG, most=LONGEST - len(phrase) - 1)
    wish = chosen.wish(given.minutes, reason, _shown(place, chosen))
    return wish.model_copy(update={"appeal": given.appeal and bool(place.site)})


def _shown(place: Place, chosen: Choice) -> str:
    """Return the address that the adult is shown, for a look at what the child means."""
    name = chosen.scope.partition(":")[2]
    match chosen.key:
        case "page" | "site":
            return place.url
        case "video":
            return f"https://youtu.be/{name}"
        case "channel":
            return f"https://www.youtube.com/{name if name[0] == '@' else f'channel/{name}'}"
        case _:
            return ""


async def _page(
    request: Request,
    owner: Owner,
    place: Place,
    form: Filled[AskForm] | Filled[BaseModel],
    status: int = 200,
) -> Response:
    context = {
        "owner": owner,
        "place": place,
        "form": form,
        "phrases": PHRASES,
        "labels": labels_of(owner.panel, owner.speech),
        "answerer": await answerer(owner, site(place.site) if place.site else EVERYTHING),
        "why": owner.speech.sentence(for_child(place.verdict), owner.now),
    }
    return render(request, "own/ask.html", context, status=status)
