"""Writes the letter of a class or school as a mail, for an adult who still has a role on it."""

from datetime import date
from email.message import EmailMessage

from reports import reach
from reports.desk import Desk, Errand, Leaving, posted
from reports.school.gather import letter_for
from reports.school.sheet import sheet_of
from store.channels import Channel
from store.deliveries import Delivery
from words.speech import Speech, to_say

SENT = to_say("sent the letter of {group} to {name}")


async def write(desk: Desk, delivery: Delivery, channel: Channel) -> EmailMessage | None:
    """Write the mail; None where it is no longer this reader's to get."""
    async with desk.db.read() as connection:
        found = await reach.group_of(connection, delivery, channel)
    if found is None:
        return None
    adult, group = found
    week = date.fromisoformat(str(delivery.about["week"]))
    letter = await letter_for(desk.db, group, week, now=desk.clock(), site_of=desk.site_of)
    name_of = desk.name_of(adult.language)
    speech = Speech(adult.language, group.zone, name_of)
    leaving = Leaving(SENT, {"group": group.name, "name": adult.name}, group.id)
    errand = Errand(delivery, channel, f"/groups/{group.id}/week?start={week}")
    sheet = sheet_of(letter, speech, name_of)
    return await posted(desk, errand, sheet, speech, leaving)
