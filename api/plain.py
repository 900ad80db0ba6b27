"""A policy in plain words: what a parent is shown before they look at any switch."""

from rules.policy import Allowance, Choice, Hours, HoursEffect, Policy, Privacy, Window, YouTube
from rules.scope import ScopeKind, split
from words.speech import Speech, to_say

type Line = tuple[str, str]
"""The name of an icon, and a sentence."""

EVERY_DAY = 7
PRIVACY: dict[Privacy, str] = {
    Privacy.COUNTS: to_say("Only minutes and counts are written down, no site names."),
    Privacy.SITES: to_say("Which sites were visited is written down, not what was read there."),
    Privacy.PAGES: to_say("Which pages were opened is written down, never what was searched."),
}
YOUTUBE: dict[YouTube, str] = {
    YouTube.MODERATE: to_say("YouTube hides most videos that are not for children."),
    YouTube.STRICT: to_say("YouTube shows only what is fit for children."),
}


def plain_words(policy: Policy, speech: Speech) -> list[Line]:
    """Say a policy in a few sentences."""
    lines = [_hours(hours, speech) for hours in policy.hours]
    lines += [_allowance(allowance, speech) for allowance in policy.allowances]
    lines += _blocked(policy, speech)
    if policy.unlisted is Choice.BLOCK:
        lines.append(("map-pin-check", speech.say("Only sites we know open.")))
    if policy.safe_search:
        lines.append(("search", speech.say("Search results leave out what is not for children.")))
    if policy.youtube in YOUTUBE:
        lines.append(("brand-youtube", speech.say(YOUTUBE[policy.youtube])))
    lines.append(("notebook", speech.say(PRIVACY[policy.privacy])))
    return lines


def scope_words(scope: str, speech: Speech) -> str:
    """Name a scope: everything, a category, a service or a site."""
    kind, name = split(scope)
    match kind:
        case ScopeKind.EVERYTHING:
            return speech.say("The internet")
        case ScopeKind.SITE:
            return name
        case ScopeKind.CATEGORY | ScopeKind.SERVICE:
            return speech.say("{name}", name=(kind.value, name))


def days_words(days: tuple[int, ...], speech: Speech) -> str:
    """Say days of the week: every day, Sunday to Thursday, or each by name."""
    if len(days) == EVERY_DAY:
        return speech.say("every day")
    firsts = [day for day in days if (day - 1) % EVERY_DAY not in days]
    if len(firsts) == 1 and len(days) > 1:
        first, last = firsts[0], (firsts[0] + len(days) - 1) % EVERY_DAY
        message = to_say("{first} and {last}") if len(days) == 2 else to_say("{first} to {last}")  # noqa: PLR2004 a pair
        return speech.say(message, first=speech.say(DAYS[first]), last=speech.say(DAYS[last]))
    return ", ".join(speech.say(DAYS[day]) for day in days)


DAYS = (
    to_say("Monday"),
    to_say("Tuesday"),
    to_say("Wednesday"),
    to_say("Thursday"),
    to_say("Friday"),
    to_say("Saturday"),
    to_say("Sunday"),
)
HOURS_NAMES: dict[str, str] = {
    "bedtime": to_say("Bedtime"),
    "study": to_say("Study time"),
    "free": to_say("Free time"),
}


def _hours(hours: Hours, speech: Speech) -> Line:
    name = speech.say(HOURS_NAMES[hours.name]) if hours.name in HOURS_NAMES else hours.name
    windows = "; ".join(_window(window, speech) for window in hours.windows)
    what = scope_words(hours.scope, speech)
    if hours.effect is HoursEffect.ONLY:
        sentence = speech.say(
            "{name}: {what} only {windows}.", name=name, what=what, windows=windows
        )
    else:
        sentence = speech.say(
            "{name}: {what} rests {windows}.", name=name, what=what, windows=windows
        )
    return "moon-stars", sentence


def _window(window: Window, speech: Speech) -> str:
    return speech.say(
        "{start}–{end} {days}",
        start=window.start,
        end=window.end,
        days=days_words(window.days, speech),
    )


def _allowance(allowance: Allowance, speech: Speech) -> Line:
    what = scope_words(allowance.scope, speech)
    school, weekend = set(allowance.minutes[:5]), set(allowance.minutes[5:])
    least, most = min(allowance.minutes), max(allowance.minutes)
    if least == most:
        sentence = speech.say("{what}: {time} a day.", what=what, time=speech.minutes(most))
    elif len(school) == len(weekend) == 1:
        sentence = speech.say(
            "{what}: {time} a day, {weekend} at weekends.",
            what=what,
            time=speech.minutes(school.pop()),
            weekend=speech.minutes(weekend.pop()),
        )
    else:
        sentence = speech.say(
            "{what}: {least} to {most} a day.",
            what=what,
            least=speech.minutes(least),
            most=speech.minutes(most),
        )
    return "hourglass", sentence


def _blocked(policy: Policy, speech: Speech) -> list[Line]:
    names = [
        speech.say("{name}", name=(kind, identifier))
        for kind, table in (("category", policy.categories), ("service", policy.services))
        for identifier, choice in table.items()
        if choice is Choice.BLOCK
    ]
    return (
        [("shield", speech.say("Does not open: {names}.", names=", ".join(names)))] if names else []
    )
