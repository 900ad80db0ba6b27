"""One day in short, and a term at length: other sheets made from the same letters."""

from collections.abc import Sequence
from datetime import date

from reports.blocks import Block, Fact, Facts, Grid, Lines, Sheet
from reports.family.value import FamilyLetter
from reports.family.wording import became, scope_said
from reports.weeks import local_day
from words.speech import NameOf, Speech

MOST = 5


def day_sheet(letter: FamilyLetter, day: date, speech: Speech, name_of: NameOf) -> Sheet:
    """Write one day of a week: how long, on what, limits, asks."""
    blocks = (
        _short(letter, day, speech, name_of),
        _limits(letter, day, speech, name_of),
        _asks(letter, day, speech, name_of),
    )
    return Sheet(
        title=speech.say("{child}’s day", child=letter.week.child_name),
        over=speech.day(day),
        blocks=tuple(block for block in blocks if block is not None),
        foot=(speech.say("{child} can read this letter, too.", child=letter.week.child_name),),
        language=speech.language,
        name=f"haidang-{day.isoformat()}",
    )


def term_sheet(letters: Sequence[FamilyLetter], speech: Speech, name_of: NameOf) -> Sheet:
    """Write a term: its weeks in a table, and what it was spent on. Needs a letter at least.

    A week of which nothing was recorded is in the table, and in no average.
    """
    first, last = letters[0].week, letters[-1].week
    lived = [letter for letter in letters if letter.week.minutes]
    sums: dict[str, int] = {}
    for letter in letters:
        for use in letter.week.categories:
            sums[use.id] = sums.get(use.id, 0) + use.minutes
    ranked = sorted(sums, key=lambda name: (-sums[name], name))
    rows = tuple(
        Fact(
            name_of("category", name) if name else speech.say("Other sites"),
            speech.minutes(sums[name]),
            share=sums[name] / max(1, sums[ranked[0]]),
        )
        for name in ranked[: 2 * MOST]
    )
    whole = sum(letter.week.minutes for letter in lived) // max(1, len(lived))
    blocks = [
        Block(
            "short",
            speech.say("In short"),
            (
                Lines(
                    (speech.say("{time} online in an average week.", time=speech.minutes(whole)),),
                    "lead",
                ),
            ),
        ),
        Block("weeks", speech.say("Week by week"), (_weeks(letters, speech),)),
    ]
    if rows:
        blocks.append(Block("uses", speech.say("What it was spent on"), (Facts(rows),)))
    return Sheet(
        title=speech.say("{child}’s term", child=last.child_name),
        over=speech.say("{first} to {last}", first=first.first, last=last.last),
        blocks=tuple(blocks),
        foot=(),
        language=speech.language,
        name=f"haidang-term-{first.first.isoformat()}",
    )


def _weeks(letters: Sequence[FamilyLetter], speech: Speech) -> Grid:
    head = (
        speech.say("Week"),
        speech.say("Time online"),
        speech.say("Learning"),
        speech.say("Bedtime kept"),
    )
    rows = tuple(
        (
            speech.day(letter.week.first),
            speech.minutes(letter.week.minutes),
            speech.minutes(letter.learning),
            _bedtime(letter),
        )
        for letter in letters
    )
    return Grid(head, rows)


def _bedtime(letter: FamilyLetter) -> str:
    nights = letter.nights
    return f"{nights.kept} / {nights.days}" if nights and letter.week.minutes else "–"


def _short(letter: FamilyLetter, day: date, speech: Speech, name_of: NameOf) -> Block:
    use = next((each for each in letter.week.days if each.day == day), None)
    if use is None or not use.minutes:
        line = speech.say("Nothing was recorded.")
        return Block("short", speech.say("In short"), (Lines((line,), "lead"),))
    lead = Lines((speech.say("{time} online.", time=speech.minutes(use.minutes)),), "lead")
    named = [(name, minutes) for name, minutes in use.by_category.items() if name]
    rows = tuple(
        Fact(name_of("category", name), speech.minutes(minutes), share=minutes / use.minutes)
        for name, minutes in sorted(named, key=lambda each: -each[1])[:MOST]
    )
    return Block("short", speech.say("In short"), (lead, Facts(rows)) if rows else (lead,))


def _limits(letter: FamilyLetter, day: date, speech: Speech, name_of: NameOf) -> Block | None:
    place = (day - letter.week.first).days
    rows = tuple(
        Fact(
            scope_said(limit.scope, speech, name_of),
            speech.say(
                "{used} used, {allowed} allowed",
                used=speech.minutes(limit.used[place]),
                allowed=speech.minutes(limit.allowed[place]),
            ),
        )
        for limit in letter.limits
    )
    return Block("limits", speech.say("Limits"), (Facts(rows),)) if rows else None


def _asks(letter: FamilyLetter, day: date, speech: Speech, name_of: NameOf) -> Block | None:
    rows = tuple(
        Fact(scope_said(each.scope, speech, name_of), became(each, speech), speech.time(each.at))
        for each in letter.asked
        if local_day(each.at, letter.week.zone) == day
    )
    return Block("asks", speech.say("Asked for and given"), (Facts(rows),)) if rows else None
