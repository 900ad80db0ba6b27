"""Presets, calendars and whole documents taken into the rules of a child or a group."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cli.clock import system_clock
from cli.family import OPERATOR, at_home, speech_in
from cli.owners import Owner, owner_called
from cli.places import CannotStart
from cli.rehearse import read_policy
from cli.saying import spoken
from cli.settings import Settings
from rules import diff, icalendar
from rules.adopting import NAMES, adopted, with_calendar
from rules.explain import Sentence
from rules.icalendar import Imported
from rules.mistakes import Mistake
from rules.policy import Policy
from rules.times import Like
from store import policies
from store.change import change
from store.database import Database
from words.labels import CALENDAR_TAKEN, LABELS, PRESET_TAKEN
from words.speech import Speech, to_say

type Change = Callable[[Policy], Policy]
type Taken = tuple[Owner, Policy, Policy, int, int]
"""Whose, before, after, the version before, and the version now."""


def show_presets(settings: Settings) -> None:
    """Print what each preset says."""
    speech = speech_in(settings, "UTC")
    table = Table(*map(speech.say, (to_say("Name"), to_say("Age"), to_say("What it says"))))
    for name in NAMES:
        told = _told(Policy(), adopted(Policy(), name), speech, system_clock())
        ages = LABELS["preset"][name]
        table.add_row(name, speech.say(ages), "\n".join(told))
    Console(highlight=False).print(table)


def take_preset(settings: Settings, owner: str, name: str, *, only_show: bool) -> None:
    """Take a preset into rules; what an adult added stays."""
    what = PRESET_TAKEN.get(name, "")
    _take(settings, owner, lambda policy: adopted(policy, name), what, only_show=only_show)


def take_calendar(
    settings: Settings, owner: str, file: Path, like: Like, *, only_show: bool
) -> Sentence | None:
    """Take the whole days of a calendar into rules, and say what was left out."""
    imported = _calendar(file, like)
    for problem in imported.problems:
        values = {"line": problem.line, "problem": problem.sentence}
        print(spoken(Sentence("Left out, line {line}: {problem}", values)), file=sys.stderr)
    if not imported.exceptions and not imported.cancelled:
        return Sentence("There is nothing in {file} to take over.", {"file": str(file)})
    _take(
        settings,
        owner,
        lambda policy: with_calendar(policy, imported),
        CALENDAR_TAKEN,
        only_show=only_show,
    )
    return None


def show_rules(settings: Settings, owner: str) -> None:
    """Print the rules of a child or a group as JSON."""

    async def read(db: Database, now: datetime) -> Policy:
        found = await owner_called(db, owner, now)
        return (await _current(db, found))[0]

    print(at_home(settings, read).model_dump_json(indent=2, exclude_defaults=True))


def set_rules(settings: Settings, owner: str, file: Path, *, only_show: bool) -> None:
    """Replace the rules of a child or a group by those of a file."""
    policy = read_policy(file)
    what = to_say("changed the rules of {owner}")
    _take(settings, owner, lambda _: policy, what, only_show=only_show)


def _take(settings: Settings, name: str, make: Change, what: str, *, only_show: bool) -> None:
    async def do(db: Database, now: datetime) -> Taken:
        owner = await owner_called(db, name, now)
        before, number = await _current(db, owner)
        after = make(before)
        if only_show or after == before:
            return owner, before, after, number, number
        values = {"owner": owner.name}
        async with change(
            db, by=OPERATOR, what=what, now=now, values=values, child_id=owner.child_id
        ) as tx:
            saved = await policies.save(tx, owner.id, after, expected=number)
        return owner, before, after, number, saved.number

    try:
        owner, before, after, number, kept = at_home(settings, do)
    except Mistake as error:
        raise CannotStart(error.sentence) from error
    speech = speech_in(settings, owner.zone)
    for line in _told(before, after, speech, system_clock()) or [speech.say("Nothing changes.")]:
        print(line)
    if kept != number:
        print(speech.say(KEPT, number=kept, owner=owner.name, old=number))


KEPT = to_say(
    "This is version {number} of the rules of {owner}. To undo: haidang undo {owner} {old}"
)


async def _current(db: Database, owner: Owner) -> tuple[Policy, int]:
    async with db.read() as connection:
        version = await policies.current(connection, owner.id)
    return (version.policy, version.number) if version else (Policy(), 0)


def _calendar(file: Path, like: Like) -> Imported:
    try:
        return icalendar.read(file.read_text(encoding="utf-8"), like)
    except OSError as error:
        values = {"file": str(file), "error": str(error.strerror)}
        raise CannotStart(Sentence("{file} cannot be read ({error}).", values)) from error
    except UnicodeDecodeError as error:
        raise CannotStart(
            Sentence("This file is no text in UTF-8: save it as such.", {})
        ) from error


def _told(before: Policy, after: Policy, speech: Speech, now: datetime) -> list[str]:
    return [speech.sentence(sentence, now) for sentence in diff.describe(before, after)]
