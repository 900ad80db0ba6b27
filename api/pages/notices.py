"""How an adult is told: this browser, other channels, what for, quiet hours, what was sent."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from pydantic import BaseModel, Field

from api import channels, lettered
from api.channels import Change
from api.errors import Misfit, Refused
from api.forms import Filled, attempt, empty, fill
from api.households import family_children
from api.lettered_groups import is_told_of_groups
from api.needs import Desk, TheDesk
from api.people import PersonName, Plain
from api.render import local_path, redirect, render
from api.routing import Router
from api.ways_out import WAYS, WayOut
from rules.alerts import Level
from rules.posting import LetterTime
from rules.telling import FOR_ADULTS, LETTERS, USUAL, Kind, Quiet, Wants
from store.channels import Channel, Way
from store.deliveries import Delivery
from words.matters import KINDS, STATES
from words.speech import to_say
from words.worries import LEVELS

router = Router(prefix="/settings/notices")
HERE = "/settings/notices"
SENT = f"{HERE}#sent"
ICONS = {Way.PUSH: "device-mobile-message", Way.MAIL: "mail", Way.OUTSIDE: "send"}
NIGHT = Quiet(since=21 * 60, until=6 * 60 + 30)
HOUR = 60
SOME = to_say("Please choose at least one.")


class QuietForm(BaseModel):
    quiet: bool = False
    since: time = time(21)
    until: time = time(6, 30)


class LettersForm(BaseModel):
    day: Annotated[int, Field(ge=0, le=6)] = 0
    at: time = time(7)
    empty: bool = False


class ChannelForm(BaseModel):
    name: Annotated[Plain, Field(max_length=60)] = ""
    kinds: Annotated[list[Kind], Field(max_length=20)] = []
    alerts_from: Level = Level.CONCERN

    def wants(self) -> Wants:
        """Return what was ticked. Raises Misfit where that is nothing."""
        chosen = frozenset(self.kinds) & frozenset(FOR_ADULTS)
        if not chosen:
            raise Misfit("kinds", SOME)
        return Wants(kinds=chosen, alerts_from=self.alerts_from)


class NewForm(ChannelForm):
    address: Annotated[Plain, Field(max_length=200)] = ""
    token: Annotated[Plain, Field(max_length=300)] = ""
    chat: Annotated[Plain, Field(max_length=100)] = ""
    topic: Annotated[Plain, Field(max_length=100)] = ""
    server: Annotated[Plain, Field(max_length=200)] = ""
    url: Annotated[Plain, Field(max_length=1000)] = ""


class OldForm(ChannelForm):
    name: PersonName


@dataclass(frozen=True, slots=True)
class Row:
    """One line of what was sent."""

    sent: Delivery
    channel: str
    kind: str
    whose: str
    """Which child it was about, or which class or school."""
    state: str


async def this_channel(desk: TheDesk, channel_id: UUID) -> Channel:
    """Return the channel of the address, if it is the adult's."""
    return await channels.one(desk, channel_id)


def this_way(way: str) -> WayOut:
    """Return the way of the address."""
    if way not in WAYS:
        raise Refused(404, "not-found")
    return WAYS[way]


type ThisChannel = Annotated[Channel, Depends(this_channel)]
type ThisWay = Annotated[WayOut, Depends(this_way)]


@router.get("")
async def show(request: Request, desk: TheDesk) -> Response:
    """Show how this adult is told, and what was sent."""
    quiet = await channels.quiet(desk)
    return await _page(request, desk, _quiet_form(quiet))


@router.get("/sent")
async def show_sent(request: Request, desk: TheDesk) -> Response:
    """Show what was sent, alone: the page asks for it while something is on its way."""
    return render(request, "notices/_sent.html", await _sent(desk))


@router.post("/quiet")
async def set_quiet(request: Request, desk: TheDesk) -> Response:
    """Set the quiet hours, or take them away."""
    form = await fill(request, QuietForm)
    if form.model is None:
        return await _page(request, desk, form, status=422)
    given = form.model
    wanted = Quiet(since=_minute(given.since), until=_minute(given.until)) if given.quiet else None
    await channels.set_quiet(desk, wanted)
    said = to_say("Quiet from {since} to {until}: only a crisis is told.")
    if wanted is None:
        return redirect(request, HERE, to_say("There are no quiet hours."))
    return redirect(request, HERE, said, since=f"{given.since:%H:%M}", until=f"{given.until:%H:%M}")


@router.post("/letters")
async def set_letters(request: Request, desk: TheDesk) -> Response:
    """Set when letters come."""
    form = await fill(request, LettersForm)
    if form.model is None:
        return await _page(request, desk, _quiet_form(await channels.quiet(desk)), status=422)
    given = form.model
    wanted = LetterTime(day=given.day, minute=_minute(given.at), empty=given.empty)
    await lettered.set_time(desk, wanted)
    return redirect(request, f"{HERE}#letters", to_say("Saved."))


@router.get("/new/{way}")
async def ask_new(request: Request, desk: TheDesk, way: ThisWay) -> Response:
    """Ask for what a way needs."""
    form = empty(kinds=[kind.value for kind in USUAL], alerts_from=Level.CONCERN.value)
    return await _new_page(request, desk, way, form)


@router.post("/new/{way}")
async def add(request: Request, desk: TheDesk, way: ThisWay, back: str = SENT) -> Response:
    """Add a channel, and send a test over it at once."""
    form = await fill(request, NewForm)

    async def verb(given: NewForm) -> Channel:
        typed = given.model_dump(include={part.name for part in way.parts})
        return await channels.add(desk, way, typed, given.name, given.wants())

    added = await attempt(form, verb, desk.speech)
    if added is None:
        return await _new_page(request, desk, way, form, status=422)
    await channels.try_out(desk, added)
    said = to_say("{name} is there. A test is on its way: how it ended stands below.")
    return redirect(request, local_path(back, SENT), said, name=added.name)


@router.get("/{channel_id}")
async def show_one(request: Request, desk: TheDesk, channel: ThisChannel) -> Response:
    """Show a channel and what it is for."""
    kinds = [kind.value for kind in channel.wants.kinds]
    form = empty(name=channel.name, kinds=kinds, alerts_from=channel.wants.alerts_from.value)
    return await _channel_page(request, desk, channel, form)


@router.post("/{channel_id}")
async def alter(request: Request, desk: TheDesk, channel: ThisChannel) -> Response:
    """Change what a channel is called and what it is for."""
    form = await fill(request, OldForm)

    async def verb(given: OldForm) -> Channel:
        return await channels.alter(desk, channel, Change(name=given.name, wants=given.wants()))

    if await attempt(form, verb, desk.speech) is None:
        return await _channel_page(request, desk, channel, form, status=422)
    return redirect(request, HERE, to_say("Saved."))


@router.post("/{channel_id}/test")
async def try_out(
    request: Request, desk: TheDesk, channel: ThisChannel, back: str = SENT
) -> Response:
    """Send a test over a channel."""
    await channels.try_out(desk, channel)
    said = to_say("A test is on its way to {name}: how it ended stands below.")
    return redirect(request, local_path(back, SENT), said, name=channel.name)


@router.post("/{channel_id}/remove")
async def remove(request: Request, desk: TheDesk, channel: ThisChannel) -> Response:
    """Remove a channel."""
    await channels.remove(desk, channel)
    return redirect(request, HERE, to_say("{name} is told nothing any more."), name=channel.name)


@router.post("/sent/{delivery_id}/again")
async def send_again(request: Request, desk: TheDesk, delivery_id: UUID) -> Response:
    """Send once more what failed."""
    await channels.send_again(desk, delivery_id)
    return redirect(request, f"{HERE}#sent", to_say("It is sent once more."))


def _minute(clock: time) -> int:
    return clock.hour * HOUR + clock.minute


def _quiet_form(quiet: Quiet | None) -> Filled[BaseModel]:
    shown = quiet or NIGHT
    return empty(
        quiet="true" if quiet else None, since=_clock(shown.since), until=_clock(shown.until)
    )


def _clock(minutes: int) -> str:
    return f"{minutes // HOUR:02}:{minutes % HOUR:02}"


async def _sent(desk: Desk) -> dict[str, object]:
    sent = await channels.sent(desk)
    names = {channel.id: channel.name for channel in await channels.mine(desk)}
    family = {child.id: child.name for child in await family_children(desk.looking())}
    say = desk.speech.say
    rows = [
        Row(
            each,
            names.get(each.channel_id, ""),
            say(KINDS[each.kind][0]),
            _whose(each, family),
            say(STATES[each.state]),
        )
        for each in sent
    ]
    moving = [each for each in sent if each.state in ("due", "claimed") and each.due <= desk.now]
    return {"rows": rows, "moving": bool(moving)}


async def _page[M: BaseModel](
    request: Request, desk: Desk, form: Filled[M], *, status: int = 200
) -> Response:
    mine = await channels.mine(desk)
    context = await _sent(desk) | {
        "form": form,
        "channels": mine,
        "here": await channels.here(desk),
        "icons": ICONS,
        "kinds": KINDS,
        "order": [kind.value for kind in FOR_ADULTS],
        "ways": WAYS.values(),
        "mails": desk.panel.notices.mails,
        "push_key": await asyncio.to_thread(desk.panel.push_key),
        "letters": await lettered.time_of(desk),
        "gets_letters": any(not each.wants.kinds.isdisjoint(LETTERS) for each in mine),
        "weekdays": [(day, desk.speech.weekdays([day])) for day in range(7)],
    }
    return render(request, "notices/index.html", context, status=status)


def _whose(sent: Delivery, family: Mapping[UUID, str]) -> str:
    if sent.kind is Kind.GROUP_WEEK:
        return str(sent.about["name"])
    return family.get(sent.child_id, "") if sent.child_id else ""


async def _choice(desk: Desk) -> dict[str, object]:
    """Offer what there is to be told; of classes and schools only to those who have one."""
    without = () if await is_told_of_groups(desk) else (Kind.GROUP_WEEK,)
    return {
        "kinds": [(kind.value, *KINDS[kind]) for kind in FOR_ADULTS if kind not in without],
        "levels": [(level.value, LEVELS[level]) for level in reversed(Level)],
    }


async def _new_page[M: BaseModel](
    request: Request, desk: Desk, way: WayOut, form: Filled[M], *, status: int = 200
) -> Response:
    context = await _choice(desk) | {"way": way, "form": form, "mails": desk.panel.notices.mails}
    return render(request, "notices/new.html", context, status=status)


async def _channel_page[M: BaseModel](
    request: Request, desk: Desk, channel: Channel, form: Filled[M], *, status: int = 200
) -> Response:
    context = await _choice(desk) | {"channel": channel, "form": form, "icons": ICONS}
    return render(request, "notices/channel.html", context, status=status)
