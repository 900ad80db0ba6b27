"""Asks and tasks on the command line: what waits, and an adult's answer."""

from collections.abc import Callable
from datetime import datetime

from rich.console import Console
from rich.table import Table

from cli.clock import system_clock
from cli.family import OPERATOR, at_home, child_called, speech_in
from cli.places import CannotStart, lists_folder
from cli.saying import spoken
from cli.settings import Settings
from feeds.catalogue import load
from rules.asks import Ask, Move, Terms, usual_terms
from rules.earn import Task
from rules.explain import Sentence, name
from rules.family import ChildRules
from rules.scope import EVERYTHING, check, check_given
from store import asks, earned, household, tasks
from store.change import change
from store.database import Database
from words.speech import Speech, to_say

SHORT = 8
"""So many letters of an id are shown; any that are enough to tell them apart may be typed."""
STATES = {
    "asked": to_say("asked"),
    "offered": to_say("offered"),
    "yes": to_say("yes"),
    "no": to_say("no"),
    "accepted": to_say("accepted"),
    "withdrawn": to_say("withdrawn"),
    "expired": to_say("expired"),
    "open": to_say("open"),
    "done": to_say("done, to be confirmed"),
    "confirmed": to_say("confirmed"),
}
ANSWERED = {
    Move.YES: to_say("said yes to an ask of {child}"),
    Move.NO: to_say("said no to an ask of {child}"),
    Move.OFFER: to_say("offered {child} something else"),
}


def show(settings: Settings) -> None:
    """Print the asks of the last days, those that wait on top."""

    async def read(db: Database, now: datetime) -> list[tuple[ChildRules, Ask]]:
        return sorted(await all_asks(db, now), key=lambda pair: not pair[1].is_open)

    found = at_home(settings, read)
    if not found:
        print(spoken(Sentence("Nobody has asked for anything.", {})))
        return
    now, speech = system_clock(), speech_in(settings, found[0][0].zone)
    titles = (to_say("Ask"), to_say("Child"), to_say("What"), to_say("Why"), to_say("State"))
    table = Table(*map(speech.say, titles), speech.say("When"))
    for child, ask in found:
        state = speech.say(STATES[ask.state])
        when = speech.when(ask.asked, now)
        table.add_row(
            str(ask.id)[-SHORT:], child.name, _what(ask, speech), ask.wish.reason, state, when
        )
    Console(highlight=False).print(table)


def answer(
    settings: Settings, ask_id: str, move: Move, *, minutes: int | None, scope: str, words: str
) -> Sentence | None:
    """Answer an ask, in the name of whoever runs this machine."""
    look_up = load(lists_folder(settings)).look_up

    async def do(db: Database, now: datetime) -> tuple[ChildRules, Ask]:
        child, ask = picked(await all_asks(db, now), ask_id)
        terms = _terms(ask, move, minutes, scope)
        values = {"child": child.name}
        async with change(
            db, by=OPERATOR, what=ANSWERED[move], now=now, values=values, child_id=child.id
        ) as tx:
            answered = await asks.answer(
                tx, ask.id, move, terms=terms, words=words, look_up=look_up
            )
            return child, answered

    child, answered = at_home(settings, do)
    given = {"child": child.name, "state": spoken(Sentence(STATES[answered.state], {}))}
    print(spoken(Sentence("The ask of {child}: {state}.", given)))
    return None


def show_tasks(settings: Settings, child_name: str) -> None:
    """Print a child's tasks."""

    async def read(db: Database, now: datetime) -> tuple[ChildRules, list[Task]]:
        child = await child_called(db, child_name, now)
        async with db.read() as connection:
            return child, await tasks.list_of(connection, child.id, now=now)

    child, found = at_home(settings, read)
    if not found:
        print(spoken(Sentence("{child} has no tasks.", {"child": child.name})))
        return
    speech = speech_in(settings, child.zone)
    titles = (to_say("Task"), to_say("Title"), to_say("Minutes"), to_say("What"), to_say("State"))
    table = Table(*map(speech.say, titles))
    for task in found:
        what = speech.say("{what}", what=name(task.scope))
        state = speech.say(STATES[task.state])
        table.add_row(str(task.id)[-SHORT:], task.title, str(task.minutes), what, state)
    Console(highlight=False).print(table)


def set_task(
    settings: Settings, child_name: str, title: str, *, minutes: int, scope: str, daily: bool
) -> None:
    """Set a child a task."""

    async def do(db: Database, now: datetime) -> Task:
        child = await child_called(db, child_name, now)
        what = to_say("set {child} the task “{task}”")
        values = {"child": child.name, "task": title}
        async with change(
            db, by=OPERATOR, what=what, now=now, values=values, child_id=child.id
        ) as tx:
            return await tasks.add(
                tx, child.id, title=title, minutes=minutes, scope=scope_of(scope), daily=daily
            )

    print(str(at_home(settings, do).id)[-SHORT:])


def confirm_task(settings: Settings, child_name: str, task_id: str) -> None:
    """Confirm that a task is done today, and credit its minutes."""

    async def do(db: Database, now: datetime) -> tuple[str, int]:
        child = await child_called(db, child_name, now)
        async with db.read() as connection:
            known = await tasks.list_of(connection, child.id, now=now)
        task = picked([(child, task) for task in known], task_id)[1]
        what = to_say("confirmed the task “{task}” of {child}")
        values = {"child": child.name, "task": task.title}
        async with change(
            db, by=OPERATOR, what=what, now=now, values=values, child_id=child.id
        ) as tx:
            _, credit = await tasks.confirm(tx, task.id)
        return child.name, credit.minutes

    child, minutes = at_home(settings, do)
    values = {"child": child, "n": minutes}
    print(spoken(Sentence("{child} has {n} minutes more today.", values)))


def set_exchange(
    settings: Settings, child_name: str, source: str, target: str, *, give: int, get: int, most: int
) -> None:
    """Say what minutes of learning earn a child."""

    async def do(db: Database, now: datetime) -> None:
        child = await child_called(db, child_name, now)
        what, values = to_say("changed what learning earns {child}"), {"child": child.name}
        async with change(
            db, by=OPERATOR, what=what, now=now, values=values, child_id=child.id
        ) as tx:
            scopes = {"source": scope_of(source), "target": scope_of(target)}
            await earned.set_exchange(tx, child.id, **scopes, give=give, get=get, most=most)

    at_home(settings, do)


async def all_asks(db: Database, now: datetime) -> list[tuple[ChildRules, Ask]]:
    """List the asks of all children."""
    async with db.read() as connection:
        everything = await household.load(connection, now=now)
        return [
            (child, ask)
            for child in everything.children
            for ask in await asks.list_of(connection, child.id, now=now)
        ]


def picked[T: (Ask, Task)](known: list[tuple[ChildRules, T]], typed: str) -> tuple[ChildRules, T]:
    """Find what a typed number means. Raises CannotStart where it is not just one."""
    wanted = typed.strip().lower()
    fitting = [pair for pair in known if wanted and str(pair[1].id).endswith(wanted)]
    if len(fitting) != 1:
        raise CannotStart(Sentence("There is nothing with the number {id}.", {"id": typed}))
    return fitting[0]


def _terms(ask: Ask, move: Move, minutes: int | None, scope: str) -> Terms | None:
    if move is Move.NO or (minutes is None and not scope):
        return None
    usual = usual_terms(ask.wish)
    changed = {
        "minutes": minutes or usual.minutes,
        "scope": scope_of(scope, check_given) if scope else usual.scope,
    }
    return Terms.model_validate(usual.model_dump() | changed)


def scope_of(typed: str, read: Callable[[str], str] = check) -> str:
    """Read a typed scope; nothing typed is everything. Raises CannotStart."""
    try:
        return read(typed or EVERYTHING)
    except ValueError as error:
        raise CannotStart(
            Sentence(
                "“{scope}” is not a scope: write everything, category:games, service:youtube, …",
                {"scope": typed},
            )
        ) from error


def _what(ask: Ask, speech: Speech) -> str:
    what = speech.say("{what}", what=name(ask.wish.scope))
    length = speech.minutes(ask.wish.minutes) if ask.wish.minutes else ""
    return ", ".join(part for part in (what, length, ask.wish.url) if part)
