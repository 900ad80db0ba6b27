"""How an adult is told: channels, what each is for, quiet hours, and what was sent."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel, Field

from api import channels, lettered
from api.errors import Misfit
from api.needs import Desk, TheDesk
from api.people import Plain
from api.rest.paging import ThePages
from api.rest.tags import TheTag
from api.routing import Router
from api.ways_out import WAYS
from reports.webpush import Subscription
from rules.posting import LetterTime
from rules.telling import FOR_ADULTS, Kind, Quiet, Wants
from store.channels import Channel, Way
from store.deliveries import Delivery, State
from words.speech import to_say

router = Router(tags=["notices"])
NOT_FOR_ADULTS = to_say("This is told to children only.")


class ChannelOut(BaseModel):
    """A channel; its address is never given back."""

    id: UUID
    way: Way
    name: str
    shown: str
    """The address without its secrets."""
    wants: Wants
    here: bool
    """It is the browser this request came from."""
    created: datetime


class ChannelIn(BaseModel):
    way: str = Field(description="One of: mail, telegram, zalo, ntfy, webhook, other.")
    given: dict[str, Annotated[Plain, Field(max_length=1000)]] = Field(
        description="What the way needs: address; token and chat; topic and server; or url.",
        max_length=5,
    )
    name: Annotated[Plain, Field(max_length=60)] = ""
    wants: Wants = Wants()


class PushIn(BaseModel):
    subscription: Subscription
    name: Annotated[Plain, Field(max_length=200)] = "push"


class PushKey(BaseModel):
    key: str
    """The public key a browser subscribes with."""


class QuietOut(BaseModel):
    quiet: Quiet | None
    """Minutes of the local day; null: none."""


class DeliveryOut(BaseModel):
    id: UUID
    channel_id: UUID
    kind: Kind
    child_id: UUID | None
    crisis: bool
    made: datetime
    due: datetime
    state: State
    tries: int
    done: datetime | None
    trouble: str
    """Why it failed or has to wait, in the adult's language."""


async def this_channel(desk: TheDesk, channel_id: UUID) -> Channel:
    """Return the channel of the address, if it is the adult's."""
    return await channels.one(desk, channel_id)


type ThisChannel = Annotated[Channel, Depends(this_channel)]


@router.get("/channels", summary="Channels")
async def list_channels(desk: TheDesk) -> list[ChannelOut]:
    """Return your own channels."""
    return [_shown(desk, channel) for channel in await channels.mine(desk)]


@router.post("/channels", summary="Add a channel", status_code=201)
async def add_channel(desk: TheDesk, given: ChannelIn) -> ChannelOut:
    """Add a channel that is no browser; its address is checked, and nothing is sent yet."""
    if given.way not in WAYS:
        raise Misfit("way", to_say("Please choose one of these."))
    _check(given.wants)
    added = await channels.add(desk, WAYS[given.way], given.given, given.name, given.wants)
    return _shown(desk, added)


@router.get("/channels/push-key", summary="The key for browsers")
async def push_key(desk: TheDesk) -> PushKey:
    """Return the public key with which a browser subscribes."""
    return PushKey(key=desk.panel.push_key())


@router.post("/channels/push", summary="Tell this browser", status_code=201)
async def subscribe(desk: TheDesk, given: PushIn) -> ChannelOut:
    """Tell this browser by push, as long as this session lasts."""
    return _shown(desk, await channels.subscribe(desk, given.subscription, given.name))


@router.delete("/channels/push", summary="Tell this browser no more", status_code=204)
async def unsubscribe(desk: TheDesk) -> None:
    """Remove the channel of this session."""
    await channels.unsubscribe(desk)


@router.put("/channels/{channel_id}", summary="Change a channel")
async def alter_channel(desk: TheDesk, channel: ThisChannel, given: channels.Change) -> ChannelOut:
    """Change what a channel is called and what it is for."""
    _check(given.wants)
    return _shown(desk, await channels.alter(desk, channel, given))


@router.delete("/channels/{channel_id}", summary="Remove a channel", status_code=204)
async def remove_channel(desk: TheDesk, channel: ThisChannel) -> None:
    """Remove a channel with what is on its way over it."""
    await channels.remove(desk, channel)


@router.post("/channels/{channel_id}/test", summary="Try a channel", status_code=202)
async def test_channel(desk: TheDesk, channel: ThisChannel) -> DeliveryOut:
    """Send something harmless; how it ended stands in the deliveries within seconds."""
    return _told(desk, await channels.try_out(desk, channel))


@router.get("/deliveries", summary="What was sent")
async def list_deliveries(desk: TheDesk, pages: ThePages) -> list[DeliveryOut]:
    """Return what was sent to you, newest first."""
    after = pages.after_row(datetime, UUID)
    found = await channels.sent(desk, pages.limit + 1, after)
    return [_told(desk, each) for each in pages.page(found, lambda one: (one.made, one.id))]


@router.post("/deliveries/{delivery_id}/again", summary="Send again", status_code=202)
async def send_again(desk: TheDesk, delivery_id: UUID) -> DeliveryOut:
    """Send once more what failed; anything else stays as it is."""
    return _told(desk, await channels.send_again(desk, delivery_id))


@router.get("/quiet-hours", summary="Quiet hours")
async def show_quiet(desk: TheDesk, tag: TheTag) -> QuietOut:
    """Return your quiet hours: only a crisis is told meanwhile."""
    found = QuietOut(quiet=await channels.quiet(desk))
    tag.tell(found)
    return found


@router.put("/quiet-hours", summary="Set quiet hours")
async def put_quiet(desk: TheDesk, given: QuietOut, tag: TheTag) -> QuietOut:
    """Set your quiet hours; null takes them away."""
    # Nobody else sets them, so nothing can come between this look and the change.
    tag.check(QuietOut(quiet=await channels.quiet(desk)))
    await channels.set_quiet(desk, given.quiet)
    return await show_quiet(desk, tag)


def _check(wants: Wants) -> None:
    if not wants.kinds.issubset(FOR_ADULTS):
        raise Misfit("wants", NOT_FOR_ADULTS)


def _shown(desk: Desk, channel: Channel) -> ChannelOut:
    return ChannelOut(
        id=channel.id,
        way=channel.way,
        name=channel.name,
        shown=channel.shown,
        wants=channel.wants,
        here=desk.session is not None and channel.owner.session_id == desk.session.id,
        created=channel.created,
    )


def _told(desk: Desk, each: Delivery) -> DeliveryOut:
    return DeliveryOut(
        id=each.id,
        channel_id=each.channel_id,
        kind=each.kind,
        child_id=each.child_id,
        crisis=each.crisis,
        made=each.made,
        due=each.due,
        state=each.state,
        tries=each.tries,
        done=each.done,
        trouble=desk.speech.sentence(each.trouble) if each.trouble else "",
    )


@router.get("/letter-time", summary="When letters come")
async def show_letter_time(desk: TheDesk, tag: TheTag) -> LetterTime:
    """Return when your letters come: a day of the week (0: Monday) and a minute of the day."""
    found = await lettered.time_of(desk)
    tag.tell(found)
    return found


@router.put("/letter-time", summary="Set when letters come")
async def set_letter_time(desk: TheDesk, given: LetterTime, tag: TheTag) -> LetterTime:
    """Set when your letters come; the daily one comes at the same time of each day."""
    tag.check(await lettered.time_of(desk))
    await lettered.set_time(desk, given)
    return await show_letter_time(desk, tag)
