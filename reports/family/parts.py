"""The blocks of a family letter that tell numbers; each is left out where it has nothing to say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reports.blocks import Block, Fact, Facts, Grid, Lines, Part, Picture
from reports.charts import minutes_by_day, minutes_by_week, short_day
from reports.colours import colour_of
from reports.family.value import FamilyLetter
from reports.family.wording import (
    became,
    coverage_told,
    deed_told,
    kept_limit,
    nights_told,
    scope_said,
)
from reports.sentences import reason_label
from reports.values import UNNAMED, Use
from words.speech import NameOf, Speech
from words.worries import CATEGORIES, LEVELS

MOST_ROWS = 8
MOST_COLUMNS = 4
SAME = 5
"""Minutes that make no difference."""


@dataclass(frozen=True, slots=True)
class Told:
    """A letter and who reads it."""

    letter: FamilyLetter
    speech: Speech
    name_of: NameOf

    def category(self, name: str) -> str:
        """Name a kind of site."""
        return self.name_of("category", name) if name else self.speech.say("Other sites")


def days(told: Told) -> Block | None:
    """Tell the minutes of each day: drawn, and as a table."""
    week, speech = told.letter.week, told.speech
    if not week.minutes:
        return None
    shown = [use.id for use in week.categories if use.id != UNNAMED][:MOST_COLUMNS]
    head = (speech.say("h:min"), speech.say("Online"), *map(told.category, shown))
    rows = tuple(
        (
            short_day(day, speech),
            _clock(day.minutes),
            *(_clock(day.by_category.get(name, 0)) for name in shown),
        )
        for day in week.days
    )
    spec = minutes_by_day(week, speech, told.name_of)
    alt = speech.say("Bars: minutes of each day. The table below says the same.")
    return Block(
        "days",
        speech.say("Day by day"),
        (Picture("by-day", spec, alt), Grid(head, rows)),
        "calendar",
    )


def uses(told: Told) -> Block | None:
    """Tell what the time was spent on, against the week before."""
    week, speech = told.letter.week, told.speech
    parts: list[Part] = [Facts(tuple(_uses(told, week.categories, "category")))]
    if week.services:
        parts.append(Lines((speech.say("Apps"),), "quiet"))
        parts.append(Facts(tuple(_uses(told, week.services, "service"))))
    if not week.categories:
        return None
    return Block("uses", speech.say("What it was spent on"), tuple(parts), "chart-bar")


def weeks(told: Told) -> Block | None:
    """Tell how the week stands among those before."""
    letter, speech = told.letter, told.speech
    if not letter.earlier or not letter.week.minutes:
        return None
    earlier = [(each.first, each.by_category) for each in letter.earlier]
    spec = minutes_by_week(letter.week, earlier, speech, told.name_of)
    alt = speech.say("Bars: this week beside the weeks before.")
    average = sum(week.minutes for week in letter.earlier) // len(letter.earlier)
    line = speech.count(
        "In the week before: {time}.",
        "On average of the {n} weeks before: {time}.",
        len(letter.earlier),
        time=speech.minutes(average),
    )
    parts = (Picture("by-week", spec, alt), Lines((line,), "quiet"))
    return Block("weeks", speech.say("Beside the weeks before"), parts, "history")


def limits(told: Told) -> Block | None:
    """Tell how limits were kept."""
    speech = told.speech
    rows = [
        Fact(
            scope_said(limit.scope, speech, told.name_of),
            kept_limit(limit, speech),
            speech.say(
                "{used} used, {allowed} allowed",
                used=speech.minutes(sum(limit.used)),
                allowed=speech.minutes(sum(limit.allowed)),
            ),
            min(1.0, sum(limit.used) / max(1, sum(limit.allowed))),
        )
        for limit in told.letter.limits
    ]
    return _facts("limits", speech.say("Limits"), rows, "hourglass")


def sleep(told: Told) -> Block | None:
    """Tell how bedtime was kept."""
    nights = told.letter.nights
    if nights is None:
        return None
    lines = nights_told(nights, told.speech)
    return Block("sleep", told.speech.say("Sleep"), (Lines(lines),), "moon-stars")


def learning(told: Told) -> Block | None:
    """Tell how much was learned; no limit counts it."""
    letter, speech = told.letter, told.speech
    if not letter.learning and not letter.learning_before:
        return None
    lines = [speech.say("{time} of learning.", time=speech.minutes(letter.learning))]
    if letter.learning_before is not None:
        before = speech.minutes(letter.learning_before)
        lines.append(speech.say("The week before: {time}.", time=before))
    return Block("learning", speech.say("Learning"), (Lines(tuple(lines)),), "book")


def asks(told: Told) -> Block | None:
    """Tell what was asked for and what became of it, and what was given."""
    letter, speech = told.letter, told.speech
    rows = [
        Fact(
            scope_said(each.scope, speech, told.name_of), became(each, speech), _day(told, each.at)
        )
        for each in letter.asked
    ]
    asked_by = {(each.scope, each.minutes) for each in letter.asked}
    rows += [
        Fact(
            scope_said(given.scope, speech, told.name_of),
            speech.say("{by} gave {time}", by=given.by, time=speech.minutes(given.minutes)),
            _day(told, given.since),
        )
        for given in letter.week.given
        if (given.scope, given.minutes) not in asked_by
    ]
    rows += [
        Fact(
            each.why or speech.say("More minutes"),
            speech.say("{by} gave {time}", by=each.by, time=speech.minutes(each.minutes)),
            speech.weekday(each.day),
        )
        for each in letter.earned
    ]
    return _facts("asks", speech.say("Asked for and given"), rows, "message-circle")


def new(told: Told) -> Block | None:
    """Tell which services and sites are new."""
    letter, speech = told.letter, told.speech
    if letter.week.is_first:
        return None
    names = [told.name_of("service", each) for each in letter.new_services]
    sites = [use.site for use in letter.week.new_sites[:MOST_ROWS]]
    lines = []
    if names:
        lines.append(speech.say("Apps: {names}", names=", ".join(names)))
    if sites:
        lines.append(speech.say("Sites: {names}", names=", ".join(sites)))
    if not lines:
        return None
    return Block("new", speech.say("New this week"), (Lines(tuple(lines)),), "sparkles")


def stopped(told: Told) -> Block | None:
    """Tell what was stopped, by reason; apps try by themselves, so no number shames anybody."""
    week, speech = told.letter.week, told.speech
    rows = [
        Fact(
            reason_label(group.reason, speech),
            speech.count("{n} time", "{n} times", group.times),
            ", ".join(map(told.category, group.categories)),
        )
        for group in week.stopped[:MOST_ROWS]
    ]
    if not rows:
        return None
    note = speech.say("Many tries in one minute count once, and apps try by themselves too.")
    parts = (Facts(tuple(rows)), Lines((note,), "quiet"))
    return Block("stopped", speech.say("What was stopped"), parts, "hand-stop")


def typed(told: Told) -> Block | None:
    """Tell of searches and videos, where that was agreed to."""
    letter, speech = told.letter, told.speech
    if not letter.searches and not letter.videos:
        return None
    lines = []
    if letter.searches:
        lines.append(speech.count("{n} search", "{n} searches", letter.searches))
    if letter.videos:
        lines.append(speech.count("{n} video", "{n} videos", letter.videos))
    parts: list[Part] = [Lines((" · ".join(lines),))]
    if letter.typed:
        rows = tuple(Fact(each.text, _day(told, each.at)) for each in letter.typed[:MOST_ROWS])
        parts.append(Facts(rows))
    else:
        parts.append(Lines((speech.say("Which ones stands in the panel only."),), "quiet"))
    return Block("typed", speech.say("Searches and videos"), tuple(parts), "search")


def alerts(told: Told) -> Block | None:
    """Tell of alerts, never in the child's words."""
    speech = told.speech
    rows = [
        Fact(
            speech.say(CATEGORIES.get(each.category, each.category)),
            speech.say(LEVELS[each.level]),
            speech.say("nobody closed it yet") if each.is_open else speech.say("closed"),
        )
        for each in told.letter.worries
    ]
    return _facts("alerts", speech.say("Alerts"), rows, "alert-triangle")


def coverage(told: Told) -> Block | None:
    """Tell how much of each device's time was seen at all."""
    lines = tuple(coverage_told(each, told.speech) for each in told.letter.seen)
    if not lines:
        return None
    return Block("coverage", told.speech.say("What we saw"), (Lines(lines),), "radar-2")


def deeds(told: Told) -> Block | None:
    """Tell what adults changed."""
    speech, found = told.speech, told.letter.deeds
    rows = [
        Fact(each.by, deed_told(each, speech), _day(told, each.at)) for each in found[-MOST_ROWS:]
    ]
    block = _facts("deeds", speech.say("What adults changed"), rows, "history-toggle")
    if block is None or len(found) <= MOST_ROWS:
        return block
    more = speech.count(
        "{n} more change stands in the ledger.",
        "{n} more changes stand in the ledger.",
        len(found) - MOST_ROWS,
    )
    return Block(block.key, block.title, (*block.parts, Lines((more,), "quiet")), block.icon)


def _uses(told: Told, found: tuple[Use, ...], kind: str) -> Iterable[Fact]:
    for use in found[:MOST_ROWS]:
        name = told.category(use.id) if kind == "category" else told.name_of(kind, use.id)
        share = use.minutes / max(1, found[0].minutes)
        colour = colour_of(use.id) if kind == "category" else ""
        time = told.speech.minutes(use.minutes)
        yield Fact(name, time, _change(use, told.speech), share, colour)


def _change(use: Use, speech: Speech) -> str:
    if use.before is None:
        return ""
    more = use.minutes - use.before
    if abs(more) < SAME:
        return speech.say("as the week before")
    time = speech.minutes(abs(more))
    return (
        speech.say("{time} more", time=time) if more > 0 else speech.say("{time} less", time=time)
    )


def _facts(key: str, title: str, rows: list[Fact], icon: str) -> Block | None:
    return Block(key, title, (Facts(tuple(rows)),), icon) if rows else None


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}" if minutes else "–"


def _day(told: Told, at: datetime) -> str:
    return told.speech.when(at, told.letter.week.made)
