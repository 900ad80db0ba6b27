"""Names of our own things within a sentence: layers, usual hours, choices."""

from collections.abc import Mapping


def to_say(message: str, /) -> str:
    """Mark a message that is said later (a table of labels), so that translators are shown it."""
    return message


LABELS: Mapping[str, Mapping[str, str]] = {
    "layer": {
        "city": to_say("the city’s rules"),
        "ward": to_say("the ward’s rules"),
        "school": to_say("the school’s rules"),
        "class": to_say("the class’s rules"),
        "family": to_say("the family’s rules"),
        "child": to_say("the child’s own rules"),
        "house": to_say("Hải Đăng’s own rules"),
    },
    "hours": {
        "bedtime": to_say("bedtime"),
        "study": to_say("study time"),
        "free": to_say("free time"),
    },
    "scope": {
        "everything": to_say("the internet"),
        "site": to_say("this site"),
    },
    "who": {"adult": to_say("An adult")},
    "choice": {"allow": to_say("allowed"), "block": to_say("blocked"), "none": to_say("not set")},
    "youtube": {
        "off": to_say("unfiltered"),
        "moderate": to_say("moderate"),
        "strict": to_say("strict"),
    },
    "privacy": {
        "minutes": to_say("minutes only"),
        "counts": to_say("counts only"),
        "sites": to_say("which sites"),
        "pages": to_say("which pages"),
    },
    "like": {
        "monday": to_say("like a Monday"),
        "tuesday": to_say("like a Tuesday"),
        "wednesday": to_say("like a Wednesday"),
        "thursday": to_say("like a Thursday"),
        "friday": to_say("like a Friday"),
        "saturday": to_say("like a Saturday"),
        "sunday": to_say("like a Sunday"),
        "holiday": to_say("like a holiday"),
        "exam": to_say("like a day of exams"),
        "off": to_say("without closed hours"),
        "": to_say("with hours of its own"),
    },
    "preset": {
        "little": to_say("Up to 6 years"),
        "child": to_say("7 to 11 years"),
        "teen": to_say("12 to 15 years"),
        "youth": to_say("16 and 17 years"),
        "nd147": to_say("Games as Decree 147 says"),
    },
    "send": {"*": to_say("private details to {name}")},
    "switch": {"on": to_say("on"), "off": to_say("off")},
    "decides": {"child": to_say("the child"), "adult": to_say("an adult")},
    "told": {
        "nothing": to_say("nothing"),
        "count": to_say("how often"),
        "topic": to_say("how often and what about"),
    },
    # In the order and the words of Decree 56/2017/ND-CP, Article 33.
    "detail": {
        "name": to_say("full name"),
        "family": to_say("a family member’s phone number, e-mail or name"),
        "phone": to_say("telephone number"),
        "mail": to_say("e-mail address"),
        "home": to_say("home address"),
        "school": to_say("school"),
        "": to_say("private details"),
    },
    "topic": {
        "maths": to_say("maths"),
        "writing": to_say("writing and literature"),
        "languages": to_say("languages"),
        "science": to_say("science"),
        "society": to_say("history and geography"),
        "coding": to_say("computers and coding"),
        "health": to_say("health"),
        "feelings": to_say("feelings"),
        "fun": to_say("play and fun"),
        "other": to_say("something else"),
    },
}
"""By kind and id; an id that is not here is shown as `*` says, else as it is (names of hours)."""

PRESET_TAKEN: Mapping[str, str] = {
    "little": to_say("took the rules for up to 6 years as those of {owner}"),
    "child": to_say("took the rules for 7 to 11 years as those of {owner}"),
    "teen": to_say("took the rules for 12 to 15 years as those of {owner}"),
    "youth": to_say("took the rules for 16 and 17 years as those of {owner}"),
    "nd147": to_say("took the limits of Decree 147 into the rules of {owner}"),
}
"""What the ledger says when a preset was taken, by its name."""
DATE_REMOVED = to_say("took a date out of the rules of {owner}")
CALENDAR_TAKEN = to_say("took the dates of a calendar into the rules of {owner}")
