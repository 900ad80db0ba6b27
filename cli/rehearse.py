"""Rehearsing a draft of rules on the command line, with progress."""

from datetime import datetime
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from cli.clock import system_clock
from cli.family import at_home, child_called, speech_in
from cli.places import CannotStart, lists_folder
from cli.settings import Settings
from feeds.catalogue import load
from rules import explain, rehearsal
from rules.explain import Sentence
from rules.misfits import place_of, told
from rules.policy import Policy
from rules.rehearsed import Rehearsal
from store import children, rehearsals
from store.database import Database
from words.speech import Speech, to_say

MOST_LINES = 15


def show(settings: Settings, name: str, file: Path, days: int) -> None:
    """Judge a child's last days by the draft in a file, and print what it would have done."""
    draft = read_policy(file)
    catalogue = load(lists_folder(settings))

    async def judge(db: Database, now: datetime) -> tuple[str, Rehearsal]:
        child = await child_called(db, name, now)
        layers = rehearsal.with_draft(child.layers, draft)
        rehearser = rehearsal.begin(layers, child.zone, catalogue.look_up, child.exchanges)
        with Progress(transient=True) as progress:
            bar = progress.add_task(child.name, total=days)
            async with db.read() as connection:
                last = await children.today(connection, child.id, now=now)
                found = rehearsals.days(
                    connection, child.id, last=last, count=days, zone=child.zone
                )
                async for day in found:
                    rehearser.day(day)
                    progress.advance(bar)
        return child.zone, rehearser.result()

    zone, found = at_home(settings, judge)
    console = Console(highlight=False)
    for line in report(found, speech_in(settings, zone), system_clock()):
        console.print(line)


def read_policy(file: Path) -> Policy:
    """Read a policy from a JSON file. Raises CannotStart."""
    try:
        return Policy.model_validate_json(file.read_bytes())
    except OSError as error:
        raise CannotStart(
            Sentence(
                "{file} cannot be read ({error}).",
                {"file": str(file), "error": str(error.strerror)},
            )
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        values = {"file": str(file), "place": place_of(first), "problem": told(first)}
        raise CannotStart(
            Sentence("{file} holds no rules we know: {place}: {problem}", values)
        ) from error


def report(found: Rehearsal, speech: Speech, now: datetime) -> list[str | Table]:
    """Say what rules would have done: the sums, why, which learning, and minutes left each day."""
    lines: list[str | Table] = [
        speech.say(
            "{stopped} of {visits} visits would have been stopped; {new} of them were open.",
            stopped=found.stopped,
            visits=found.visits,
            new=found.newly_stopped,
        ),
        speech.say("{n} visits that were stopped would have been open.", n=found.newly_open),
    ]
    if found.learning:
        sites = ", ".join(each.host for each in found.learning)
        told = to_say("{n} of the visits stopped were for learning: {sites}")
        lines.append(speech.say(told, n=found.learning_visits, sites=sites))
    return [*lines, _causes(found, speech, now), _days(found, speech)]


def _causes(found: Rehearsal, speech: Speech, now: datetime) -> Table:
    table = Table(*map(speech.say, (to_say("Visits"), to_say("Why"), to_say("Sites"))))
    for cause in found.causes[:MOST_LINES]:
        why = speech.sentence(explain.for_parent(cause.verdict), now)
        sites = ", ".join(each.host for each in cause.hosts[:5])
        table.add_row(speech.number(cause.visits), why, sites)
    return table


def _days(found: Rehearsal, speech: Speech) -> Table:
    titles = (to_say("Day"), to_say("Visits"), to_say("Stopped"), to_say("Minutes left"))
    table = Table(*map(speech.say, titles))
    for day in found.days:
        left = [
            speech.say("{what}: {minutes}", what=explain.name(scope), minutes=minutes)
            for scope, minutes in sorted(day.left.items())
        ]
        counts = (speech.number(day.visits), speech.number(day.stopped))
        table.add_row(speech.day(day.day), *counts, "\n".join(left))
    return table
