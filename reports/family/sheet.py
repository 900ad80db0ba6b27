"""The family letter as a sheet: what it says, block by block, what went well first."""

from collections.abc import Callable

from reports.blocks import Block, Lines, Sheet
from reports.family import parts
from reports.family.parts import Told
from reports.family.value import FamilyLetter
from reports.family.wording import said
from reports.sentences import story
from words.speech import NameOf, Speech

type Writer = Callable[[Told], Block | None]


def sheet_of(letter: FamilyLetter, speech: Speech, name_of: NameOf) -> Sheet:
    """Write a letter in a reader's language."""
    told, week = Told(letter, speech, name_of), letter.week
    over = speech.say("Week of {first} to {last}", first=week.first, last=week.last)
    if week.so_far:
        over = f"{over} · {speech.say('so far')}"
    return Sheet(
        title=speech.say("{child}’s week", child=week.child_name),
        over=over,
        blocks=tuple(block for write in BLOCKS if (block := write(told))),
        foot=_foot(told),
        language=speech.language,
        name=f"haidang-{week.first.isoformat()}",
    )


def _well(told: Told) -> Block | None:
    lines = said(told.letter.went_well, told.speech, told.name_of)
    if not lines:
        return None
    return Block("well", told.speech.say("What went well"), (Lines(lines, "good"),), "sun")


def _short(told: Told) -> Block:
    lines = story(told.letter.week, told.speech)
    return Block("short", told.speech.say("In short"), (Lines(tuple(lines), "lead"),), "notes")


def _comment(told: Told) -> Block | None:
    if not told.letter.comment:
        return None
    title = told.speech.say("{child} says", child=told.letter.week.child_name)
    return Block("comment", title, (Lines((told.letter.comment,), "quote"),), "message")


def _talk(told: Told) -> Block | None:
    lines = said(told.letter.questions, told.speech, told.name_of)
    if not lines:
        return None
    title = told.speech.say("To begin to talk with")
    return Block("talk", title, (Lines(lines, "talk"),), "messages")


def _foot(told: Told) -> tuple[str, ...]:
    say = told.speech.say
    counted = say(
        "A minute counts when the page was really used; what a phone does by itself does not."
        " Two devices at once count once."
    )
    return (counted, say("{child} can read this letter, too.", child=told.letter.week.child_name))


BLOCKS: tuple[Writer, ...] = (
    _well,
    _short,
    _comment,
    _talk,
    parts.days,
    parts.uses,
    parts.weeks,
    parts.limits,
    parts.sleep,
    parts.learning,
    parts.asks,
    parts.new,
    parts.stopped,
    parts.typed,
    parts.alerts,
    parts.coverage,
    parts.deeds,
)
