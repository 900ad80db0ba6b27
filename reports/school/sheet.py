"""The school letter as a sheet: a class’s or school’s week, block by block, in words."""

from collections.abc import Callable
from dataclasses import dataclass

from reports.blocks import Block, Fact, Facts, Grid, Lines, Part, Picture, Sheet
from reports.colours import colour_of
from reports.school.charts import by_day, by_week
from reports.school.compose import FEWEST
from reports.school.value import SchoolLetter, each
from reports.sentences import reason_label
from words.speech import NameOf, Speech
from words.worries import LEVELS

MOST_ROWS = 10
SAME = 2
"""Minutes a pupil and day that are no change."""


@dataclass(frozen=True, slots=True)
class Told:
    """A letter and whom it is told to."""

    letter: SchoolLetter
    speech: Speech
    name_of: NameOf

    def each(self, total: int) -> str:
        """Say a sum for one pupil and day."""
        return self.speech.minutes(each(total, self.letter.pupil_days))


type Writer = Callable[[Told], Block | None]


def sheet_of(letter: SchoolLetter, speech: Speech, name_of: NameOf) -> Sheet:
    """Write a letter in a reader's language."""
    told = Told(letter, speech, name_of)
    over = speech.say("Week of {first} to {last}", first=letter.first, last=letter.last)
    if letter.so_far:
        over = f"{over} · {speech.say('so far')}"
    title = speech.say("The week of {group}", group=letter.name)
    return Sheet(
        title=title,
        over=over,
        blocks=tuple(block for write in BLOCKS if (block := write(told))),
        foot=_foot(told),
        language=speech.language,
        name=f"haidang-{letter.kind}-{letter.first.isoformat()}",
    )


def _short(told: Told) -> Block:
    letter, speech = told.letter, told.speech
    if _is_quiet(letter):
        return Block("short", speech.say("In short"), (Lines(_nobody(told), "lead"),), "notes")
    lines = [_how_long(told)]
    if letter.has_lessons:
        lines.append(
            speech.say(
                "Of it {lessons} in lessons and {breaks} in breaks.",
                lessons=told.each(letter.lessons),
                breaks=told.each(letter.breaks),
            )
        )
    if letter.before:
        lines.append(_beside(told))
    lines.append(_stops(told))
    return Block("short", speech.say("In short"), (Lines(tuple(lines), "lead"),), "notes")


def _is_quiet(letter: SchoolLetter) -> bool:
    return letter.is_empty and not letter.stopped_times


def _nobody(told: Told) -> tuple[str, ...]:
    """Say that nobody was seen, and where to look if somebody should have been."""
    speech = told.speech
    return (
        speech.say("No pupil of {group} was seen online in this week.", group=told.letter.name),
        speech.say("If there were lessons, see under “Devices” whether devices go through here."),
    )


def _how_long(told: Told) -> str:
    letter, speech = told.letter, told.speech
    most = max(day.seen for day in letter.days)
    return speech.say(
        "A pupil who went online did so for {time} a day; on the fullest day {seen} of {all}"
        " pupils were online.",
        time=told.each(letter.minutes),
        seen=most,
        all=letter.pupils,
    )


def _beside(told: Told) -> str:
    letter, speech, before = told.letter, told.speech, told.letter.before
    if before is None:
        return ""
    more = each(letter.minutes, letter.pupil_days) - each(before.minutes, before.pupil_days)
    time = speech.minutes(abs(more))
    if abs(more) < SAME:
        return speech.say("That is as in the week before.")
    if more > 0:
        return speech.say("That is {time} more than in the week before.", time=time)
    return speech.say("That is {time} less than in the week before.", time=time)


def _stops(told: Told) -> str:
    times = told.letter.stopped_times
    if not times:
        return told.speech.say("Nothing had to be stopped.")
    return told.speech.count(
        "Once something was stopped.", "{n} times something was stopped.", times
    )


def _days(told: Told) -> Block | None:
    letter, speech = told.letter, told.speech
    if _is_quiet(letter):
        return None
    head = [speech.say("Day"), speech.say("Pupils online"), speech.say("Time of each")]
    if letter.has_lessons:
        head += [speech.say("In lessons"), speech.say("In breaks")]
    rows = []
    for day in letter.days:
        there = speech.say("{seen} of {all}", seen=day.seen, all=day.pupils)
        row = [speech.day(day.day), there if day.seen else "–"]
        numbers = [day.minutes] + ([day.lessons, day.breaks] if letter.has_lessons else [])
        row += [speech.minutes(each(it, day.seen)) if day.seen else "–" for it in numbers]
        rows.append(tuple(row))
    alt = speech.say("Bars: how long a pupil was online on each day.")
    parts: list[Part] = [
        Picture("by-day", by_day(letter, speech), alt),
        Grid(tuple(head), tuple(rows)),
    ]
    if not letter.has_lessons:
        missing = speech.say(
            "Enter when lessons are, and this letter tells lessons and breaks apart from then on."
        )
        parts.append(Lines((missing,), "quiet"))
    return Block("days", speech.say("Day by day"), tuple(parts), "calendar")


def _uses(told: Told) -> Block | None:
    letter, speech = told.letter, told.speech
    if not letter.uses:
        return None
    most = letter.uses[0].minutes
    rows = []
    shown = [use for use in letter.uses if each(use.minutes, letter.pupil_days)]
    for use in shown[:MOST_ROWS]:
        notes = []
        if letter.has_lessons and each(use.lessons, letter.pupil_days):
            notes.append(speech.say("{time} in lessons", time=told.each(use.lessons)))
        if use.before is not None and letter.before:
            before = speech.minutes(each(use.before, letter.before.pupil_days))
            notes.append(speech.say("the week before {time}", time=before))
        rows.append(
            Fact(
                told.name_of("category", use.id),
                told.each(use.minutes),
                " · ".join(notes),
                use.minutes / most,
                colour_of(use.id),
            )
        )
    said = speech.say("For one pupil and day.")
    parts = (Facts(tuple(rows)), Lines((said,), "quiet"))
    return Block("uses", speech.say("What it was spent on"), parts, "chart-bar")


def _learning(told: Told) -> Block | None:
    letter, speech = told.letter, told.speech
    if not letter.learning:
        return None
    rows = tuple(
        Fact(
            site.site,
            speech.count("{n} pupil", "{n} pupils", site.pupils),
            speech.say("{time} in all", time=speech.minutes(site.minutes)),
            site.pupils / max(1, letter.pupils),
            colour_of("learning"),
        )
        for site in letter.learning[:MOST_ROWS]
    )
    said = speech.say("Sites that at least {n} pupils opened.", n=FEWEST)
    parts = (Facts(rows), Lines((said,), "quiet"))
    return Block("learning", speech.say("Learning sites"), parts, "school")


def _stopped(told: Told) -> Block | None:
    letter, speech = told.letter, told.speech
    rows = []
    for stop in letter.stopped[:MOST_ROWS]:
        notes = [", ".join(told.name_of("category", name) for name in stop.categories)]
        if stop.before is not None:
            notes.append(speech.say("the week before {n}", n=stop.before))
        times = speech.count("{n} time", "{n} times", stop.times)
        label = reason_label(stop.reason, speech)
        rows.append(Fact(label, times, " · ".join(note for note in notes if note)))
    if not rows:
        return None
    note = speech.say("Many tries in one minute count once, and apps try by themselves too.")
    parts = (Facts(tuple(rows)), Lines((note,), "quiet"))
    return Block("stopped", speech.say("What was stopped"), parts, "hand-stop")


def _alerts(told: Told) -> Block | None:
    speech = told.speech
    rows = tuple(
        Fact(
            speech.say(LEVELS[count.level]),
            speech.number(count.waiting + count.closed),
            speech.count("{n} waits for somebody", "{n} wait for somebody", count.waiting)
            if count.waiting
            else speech.say("closed"),
        )
        for count in told.letter.alerts
    )
    if not rows:
        return None
    note = speech.say("Whom they are about stands only on the page of those whose duty it is.")
    parts = (Facts(rows), Lines((note,), "quiet"))
    return Block("alerts", speech.say("Alerts"), parts, "alert-triangle")


def _coverage(told: Told) -> Block | None:
    percent, speech = told.letter.coverage, told.speech
    if percent is None:
        return None
    line = speech.say(
        "We saw about {percent} % of the time that the devices were on this network.",
        percent=percent,
    )
    return Block("coverage", speech.say("What we saw"), (Lines((line,)),), "radar-2")


def _term(told: Told) -> Block | None:
    letter, speech = told.letter, told.speech
    if len(letter.term) < 2:  # noqa: PLR2004 - one week is no course
        return None
    alt = speech.say("Bars: minutes of a pupil a day in each week of the term, learning apart.")
    head = (
        speech.say("Week from"),
        speech.say("Time of each"),
        speech.say("In lessons"),
        speech.say("Learning sites"),
        speech.say("Stopped"),
    )
    rows = tuple(
        (
            f"{week.first.day}/{week.first.month}",
            *(
                speech.minutes(each(total, week.pupil_days))
                for total in (week.minutes, week.lessons, week.learning)
            ),
            speech.number(week.stopped),
        )
        for week in letter.term
    )
    parts = (Picture("by-week", by_week(letter, speech), alt), Grid(head, rows))
    return Block("term", speech.say("The term so far"), parts, "history")


def _classes(told: Told) -> Block | None:
    letter, speech = told.letter, told.speech
    if not letter.classes:
        return None
    head = (
        speech.say("Class"),
        speech.say("Pupils"),
        speech.say("Online a day"),
        speech.say("Time of each"),
        speech.say("In lessons"),
    )
    rows = tuple(
        (
            one.name,
            speech.number(one.pupils),
            speech.number(round(one.pupil_days / max(1, _school_days(letter)))),
            speech.minutes(each(one.minutes, one.pupil_days)),
            speech.minutes(each(one.lessons, one.pupil_days)),
        )
        for one in letter.classes
    )
    note = speech.say(
        "In the order of their names: classes have different lessons, so none is first."
    )
    parts = (Grid(head, rows), Lines((note,), "quiet"))
    return Block("classes", speech.say("The classes"), parts, "chalkboard")


def _school_days(letter: SchoolLetter) -> int:
    """Count the days on which at least half as many were there as on the fullest."""
    most = max(day.seen for day in letter.days)
    return sum(2 * day.seen >= most > 0 for day in letter.days)


def _foot(told: Told) -> tuple[str, ...]:
    say = told.speech.say
    return (
        say(
            "A minute counts when a page was really used; what a device does by itself does not."
            " Two devices of a pupil at once count once."
        ),
        say(
            "No pupil is named or ranked here. Numbers are for one pupil who was online, and a day."
            " Being online, at school or elsewhere on this network, says nothing about who was in"
            " class."
        ),
    )


BLOCKS: tuple[Writer, ...] = (
    _short,
    _days,
    _uses,
    _learning,
    _term,
    _classes,
    _stopped,
    _alerts,
    _coverage,
)
