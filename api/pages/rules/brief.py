"""A policy in a few short lines, for someone who decides whether it fits."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from api.labels import Labels
from api.pages.rules.choices import days_of
from rules.policy import DAYS, Allowance, Choice, Hours, HoursEffect, Policy, Window, YouTube
from rules.videos import SHORTS
from words.speech import Speech, to_say

WEEKEND = (5, 6)
SCHOOL_DAYS = (0, 1, 2, 3, 4)
SOME = 3
"""So many of a list are named in one line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line with the icon before it."""

    icon: str
    text: str


type Lines = Callable[[Policy, Labels], Iterator[Line]]


def brief(policy: Policy, labels: Labels) -> tuple[Line, ...]:
    """Say a policy in short: hours, minutes, what is blocked, what is filtered."""
    return tuple(line for part in SAID for line in SAID[part](policy, labels))


def of_part(part: str, policy: Policy, labels: Labels) -> tuple[Line, ...]:
    """Say one part of a policy in short; nothing where nothing of it was set."""
    return tuple({**SAID, **SAID_TOO}[part](policy, labels))


def days_said(days: tuple[int, ...], speech: Speech) -> str:
    """Say days of the week: every day, school days, weekend, or their names."""
    if days == DAYS:
        return speech.say("every day")
    if days == SCHOOL_DAYS:
        return speech.say("Monday to Friday")
    if days == WEEKEND:
        return speech.say("Saturday and Sunday")
    names = days_of(speech)
    return ", ".join(names[day].short for day in days)


def _hours_lines(policy: Policy, labels: Labels) -> Iterator[Line]:
    for hours in policy.hours:
        yield Line("moon-stars" if _closes(hours) else "sun", _hours(hours, labels))


def _minutes_lines(policy: Policy, labels: Labels) -> Iterator[Line]:
    speech = labels.speech
    for allowance in policy.allowances:
        yield Line("hourglass", _allowance(allowance, labels))
    if every := max((allowance.every for allowance in policy.allowances), default=0):
        said = speech.count("Told after every {n} minute", "Told after every {n} minutes", every)
        yield Line("bell", said)
    if minutes := policy.let_finish:
        said = speech.count(
            "A running video may end: {n} minute", "A running video may end: {n} minutes", minutes
        )
        yield Line("player-play", said)
    if minutes := policy.slow_lane:
        said = speech.count("Slow in the last {n} minute", "Slow in the last {n} minutes", minutes)
        yield Line("walk", said)


def _category_lines(policy: Policy, labels: Labels) -> Iterator[Line]:
    blocked = [name for name, choice in policy.categories.items() if choice is Choice.BLOCK]
    if blocked:
        names = ", ".join(labels.category(name).name for name in blocked)
        yield Line("ban", labels.speech.say("Blocked: {names}", names=names))


def _app_lines(policy: Policy, labels: Labels) -> Iterator[Line]:
    said = {
        Choice.BLOCK: ("ban", "Blocked: {names}"),
        Choice.ALLOW: ("circle-check", to_say("Allowed: {names}")),
    }
    for choice, (icon, message) in said.items():
        names = [labels.service(name).name for name in apps_with(policy, choice)]
        if names:
            yield Line(icon, labels.speech.say(message, names=", ".join(sorted(names))))


def apps_with(policy: Policy, choice: Choice) -> list[str]:
    """List the apps decided so; what is part of an app is decided on with the app itself."""
    return [name for name, held in policy.services.items() if held is choice and name != SHORTS]


def _site_lines(policy: Policy, labels: Labels) -> Iterator[Line]:
    speech = labels.speech
    if policy.allow:
        names = _some(policy.allow, speech)
        yield Line("circle-check", speech.say("Always allowed: {names}", names=names))
    if policy.block:
        yield Line("ban", speech.say("Always blocked: {names}", names=_some(policy.block, speech)))


def _some(names: Sequence[str], speech: Speech) -> str:
    """Name a few of many."""
    said = ", ".join(names[:SOME])
    rest = len(names) - SOME
    return f"{said} {speech.count('and {n} more', 'and {n} more', rest)}" if rest > 0 else said


def _unknown_lines(policy: Policy, labels: Labels) -> Iterator[Line]:
    speech = labels.speech
    if policy.unlisted is Choice.BLOCK:
        yield Line("list-check", speech.say("Only sites that Hải Đăng knows, and those you add"))
    if policy.unnamed is Choice.BLOCK:
        yield Line("address-book", speech.say("Connections that name no site are closed"))


def _search_lines(policy: Policy, labels: Labels) -> Iterator[Line]:
    speech = labels.speech
    if policy.safe_search:
        yield Line("shield-search", speech.say("Safe search is always on"))
        if policy.unsafe_search is Choice.ALLOW:
            yield Line("search", speech.say("Search engines without a safe mode are open too"))
    if policy.read_pages:
        yield Line("file-search", speech.say("Pages of unknown sites are read by this machine"))


def _youtube_lines(policy: Policy, labels: Labels) -> Iterator[Line]:
    yield from _videos(policy, labels.speech)
    if policy.youtube is not YouTube.OFF:
        yield Line("brand-youtube", _youtube(policy.youtube, labels.speech))


def _heard_lines(policy: Policy, labels: Labels) -> Iterator[Line]:
    if policy.searches:
        said = labels.speech.say("You hear of grave words in searches and AI chats")
        yield Line("heart-handshake", said)


def _privacy_lines(policy: Policy, labels: Labels) -> Iterator[Line]:
    speech = labels.speech
    said = speech.say("Written down: {level}", level=("privacy", policy.privacy))
    yield Line("notebook", said)
    if policy.private_hours:
        windows = "; ".join(_window(window, speech) for window in policy.private_hours)
        yield Line("lock", speech.say("Private hours: {windows}", windows=windows))
    yield from _heard_lines(policy, labels)


def _videos(policy: Policy, speech: Speech) -> Iterator[Line]:
    """Say what is taken out of YouTube's pages."""
    videos = policy.videos
    said = {
        speech.say("Shorts"): policy.services.get(SHORTS),
        speech.say("Next video by itself"): videos.autoplay,
        speech.say("Comments and live chat"): videos.comments,
        speech.say("Suggestions on the front page"): videos.home,
        speech.say("Suggestions beside a video and at its end"): videos.related,
    }
    out = ", ".join(name for name, choice in said.items() if choice is Choice.BLOCK)
    if out:
        yield Line("brand-youtube", speech.say("Taken out of YouTube: {parts}", parts=out))
    if videos.only:
        count = len(videos.channels) + len(videos.videos)
        text = speech.count(
            "On YouTube only {n} chosen channel or video plays",
            "On YouTube only {n} chosen channels and videos play",
            count,
        )
        yield Line("list-check", text)


def _sent_lines(policy: Policy, labels: Labels) -> Iterator[Line]:
    speech = labels.speech
    if policy.homework.on:
        yield Line("school", speech.say("AI chats explain homework and do not do it"))
    if policy.sending.ask:
        yield Line("id", speech.say("The child is asked before private details are sent"))


def _hours(hours: Hours, labels: Labels) -> str:
    speech = labels.speech
    windows = "; ".join(_window(window, speech) for window in hours.windows)
    values = {
        "name": ("hours", hours.name),
        "what": labels.scope(hours.scope).name,
        "windows": windows,
    }
    if _closes(hours):
        return _first_upper(speech.say("{name}: {what} closed {windows}", **values))
    return _first_upper(speech.say("{name}: {what} open only {windows}", **values))


def _window(window: Window, speech: Speech) -> str:
    return f"{window.start}–{window.end} ({days_said(window.days, speech)})"


def _allowance(allowance: Allowance, labels: Labels) -> str:
    speech = labels.speech
    what, minutes = labels.scope(allowance.scope).name, allowance.minutes
    if allowance.per_service:
        what = speech.say("{what}, each one by itself", what=what)
    if len(set(minutes)) == 1:
        return speech.say("{what}: {time} a day", what=what, time=speech.minutes(minutes[0]))
    if len(set(minutes[:5])) == len(set(minutes[5:])) == 1:
        return speech.say(
            "{what}: {time} a day, {weekend} at weekends",
            what=what,
            time=speech.minutes(minutes[0]),
            weekend=speech.minutes(minutes[5]),
        )
    each = zip(days_of(speech), minutes, strict=True)
    days = ", ".join(f"{day.short} {speech.number(count)}" for day, count in each)
    return speech.say("{what}, minutes: {days}", what=what, days=days)


def _youtube(youtube: YouTube, speech: Speech) -> str:
    if youtube is YouTube.STRICT:
        return speech.say("YouTube shows only what is fit for children (strict)")
    return speech.say("YouTube hides what is for adults (moderate)")


def _closes(hours: Hours) -> bool:
    return hours.effect is HoursEffect.CLOSED


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _both(*parts: Lines) -> Lines:
    def lines(policy: Policy, labels: Labels) -> Iterator[Line]:
        return (line for part in parts for line in part(policy, labels))

    return lines


SAID: Mapping[str, Lines] = {
    "hours": _hours_lines,
    "minutes": _minutes_lines,
    "categories": _category_lines,
    "sites": _unknown_lines,
    "search": _search_lines,
    "youtube": _youtube_lines,
    "sent": _sent_lines,
    "heard": _heard_lines,
}
"""What tells presets apart, by the parts of the rules."""
SAID_TOO: Mapping[str, Lines] = {
    "apps": _app_lines,
    "sites": _both(_site_lines, _unknown_lines),
    "privacy": _privacy_lines,
}
"""What a person adds, and a preset leaves alone or sets without saying so."""
