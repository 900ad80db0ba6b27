"""Writes letters as mails when their time has come: from what was kept, with what holds now."""

from datetime import date
from email.message import EmailMessage

from reports import reach
from reports.blocks import Sheet
from reports.desk import Desk, Errand, Leaving, posted
from reports.family.day import day_sheet
from reports.family.sheet import sheet_of
from reports.family.value import FamilyLetter
from reports.school import letter_mail as of_group
from reports.weekly import letter_for
from reports.weeks import week_holding
from rules.telling import Kind
from store.adults import Adult
from store.channels import Channel
from store.deliveries import Delivery
from words.speech import Speech, to_say

SENT = to_say("sent {child}’s letter to {name}")


async def write(desk: Desk, delivery: Delivery, channel: Channel) -> EmailMessage | None:
    """Write the mail of a letter; None where it is no longer this reader's to get."""
    if delivery.kind is Kind.GROUP_WEEK:
        return await of_group.write(desk, delivery, channel)
    async with desk.db.read() as connection:
        found = await reach.child_of(connection, delivery, channel)
    if found is None:
        return None
    adult, child = found
    day = date.fromisoformat(str(delivery.about.get("week") or delivery.about["day"]))
    # Monday of the week, in whatever zone: a day has one Monday before it.
    monday = week_holding(day, "UTC").first
    letter = await letter_for(desk.db, child, monday, now=desk.clock(), site_of=desk.site_of)
    sheet, speech = _sheet(desk, delivery.kind, letter.without_words(), adult, day)
    values = {"child": child.name, "name": adult.name}
    leaving = Leaving(SENT, values, child.group_id, child.id)
    errand = Errand(delivery, channel, f"/week/{child.id}?start={monday}")
    return await posted(desk, errand, sheet, speech, leaving)


def _sheet(
    desk: Desk, kind: Kind, letter: FamilyLetter, adult: Adult, day: date
) -> tuple[Sheet, Speech]:
    name_of = desk.name_of(adult.language)
    speech = Speech(adult.language, letter.week.zone, name_of)
    if kind is Kind.DAY:
        return day_sheet(letter, day, speech, name_of), speech
    return sheet_of(letter, speech, name_of), speech
