"""What a child does with an adult beside it at this machine: ask, accept, withdraw, report."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from cli.asks import SHORT, STATES, all_asks, picked, scope_of
from cli.family import OPERATOR, at_home, child_called
from cli.places import lists_folder
from cli.saying import spoken
from cli.settings import Settings
from feeds.catalogue import load
from rules.asks import Ask, Move, Wish
from rules.earn import Task
from rules.explain import Sentence
from rules.family import ChildRules
from rules.scope import check_given
from store import asks, tasks
from store.change import Actor, ActorKind, Change, change
from store.database import Database
from words.speech import to_say

STEPS: dict[Move, tuple[str, Callable[..., Awaitable[Ask]]]] = {
    Move.ACCEPT: (to_say("{child} took the offer"), asks.accept),
    Move.WITHDRAW: (to_say("{child} took an ask back"), asks.withdraw),
}


def open_ask(
    settings: Settings, child_name: str, *, minutes: int | None, scope: str, reason: str
) -> None:
    """Write down what a child asks for, and print the number of the ask."""
    look_up = load(lists_folder(settings)).look_up

    async def do(db: Database, now: datetime) -> Ask:
        child = await child_called(db, child_name, now)
        wish = Wish(scope=scope_of(scope, check_given), minutes=minutes, reason=reason)
        what = to_say("{child} asked for something")
        return await _as(
            db, child, what, now, lambda tx: asks.ask(tx, child.id, wish, look_up=look_up)
        )

    print(str(at_home(settings, do).id)[-SHORT:])


def move(settings: Settings, ask_id: str, step: Move) -> None:
    """Accept an offer or withdraw an ask, for the child beside you."""

    async def do(db: Database, now: datetime) -> tuple[ChildRules, Ask]:
        child, ask = picked(await all_asks(db, now), ask_id)
        what, make = STEPS[step]
        return child, await _as(db, child, what, now, lambda tx: make(tx, ask.id))

    child, ask = at_home(settings, do)
    given = {"child": child.name, "state": spoken(Sentence(STATES[ask.state], {}))}
    print(spoken(Sentence("The ask of {child}: {state}.", given)))


def report_task(settings: Settings, child_name: str, task_id: str) -> None:
    """Note that the child did a task today; an adult confirms it."""

    async def do(db: Database, now: datetime) -> Task:
        child = await child_called(db, child_name, now)
        async with db.read() as connection:
            known = await tasks.list_of(connection, child.id, now=now)
        task = picked([(child, task) for task in known], task_id)[1]
        what = to_say("{child} reported a task done")
        return await _as(db, child, what, now, lambda tx: tasks.done(tx, task.id))

    task = at_home(settings, do)
    print(f"{task.title}: {spoken(Sentence(STATES[task.state], {}))}")


async def _as[T](
    db: Database,
    child: ChildRules,
    what: str,
    now: datetime,
    do: Callable[[Change], Awaitable[T]],
) -> T:
    by = Actor(ActorKind.CHILD, OPERATOR.name, child.id)
    values = {"child": child.name}
    async with change(db, by=by, what=what, now=now, values=values, child_id=child.id) as tx:
        return await do(tx)
