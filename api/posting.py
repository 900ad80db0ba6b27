"""A letter put on its way at once, to the adult who asks for it."""

from fastapi import Request, Response

from api.errors import Refused
from api.needs import Desk
from api.render import redirect
from rules.telling import Matter
from store import channels, deliveries
from store.channels import Channel, Way
from words.speech import to_say

NO_MAIL = to_say("Add an e-mail address first: then the letter can be sent to it.")
SENT = to_say("The letter is on its way to {name}: how it ended stands below.")


async def send_now(desk: Desk, matter: Matter) -> Channel | None:
    """Send a letter to the adult's own address; None where there is none."""
    async with desk.panel.db.read() as store:
        mine = await channels.of_adult(store, desk.adult.id)
    mail = next((channel for channel in mine if channel.way is Way.MAIL), None)
    if mail is not None:
        async with desk.panel.db.write() as store:
            await deliveries.add(store, mail.id, matter, due=desk.now, now=desk.now)
    return mail


async def sent_now(request: Request, desk: Desk, matter: Matter) -> Response:
    """Send a letter to the adult's own address, and show where its way can be followed."""
    mail = await send_now(desk, matter)
    if mail is None:
        return redirect(request, "/settings/notices/new/mail", NO_MAIL)
    return redirect(request, "/settings/notices#sent", SENT, name=mail.name)


async def accepted(desk: Desk, matter: Matter) -> Response:
    """Send a letter for a program. Raises Refused where the adult has no address."""
    if await send_now(desk, matter) is None:
        raise Refused(409, "no-mail", NO_MAIL)
    return Response(status_code=202)
