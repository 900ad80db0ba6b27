"""A letter put on its way at once, to the adult who asks for it."""

from fastapi import Request, Response

from api.needs import Desk
from api.render import redirect
from rules.telling import Matter
from store import channels, deliveries
from store.channels import Way
from words.speech import to_say

NO_MAIL = to_say("Add an e-mail address first: then the letter can be sent to it.")
SENT = to_say("The letter is on its way to {name}: how it ended stands below.")


async def sent_now(request: Request, desk: Desk, matter: Matter) -> Response:
    """Send a letter to the adult's own address, and show where its way can be followed."""
    async with desk.panel.db.read() as store:
        mine = await channels.of_adult(store, desk.adult.id)
    mail = next((channel for channel in mine if channel.way is Way.MAIL), None)
    if mail is None:
        return redirect(request, "/settings/notices/new/mail", NO_MAIL)
    async with desk.panel.db.write() as store:
        await deliveries.add(store, mail.id, matter, due=desk.now, now=desk.now)
    return redirect(request, "/settings/notices#sent", SENT, name=mail.name)
