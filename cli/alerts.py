"""Alerts on the command line: what was heard, and that it is dealt with."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from rich.console import Console
from rich.table import Table

from cli.asks import SHORT
from cli.family import OPERATOR, at_home, speech_in
from cli.places import CannotStart
from cli.saying import spoken
from cli.settings import Settings
from rules.explain import Sentence
from store import alerts, household, ledger
from store.alerts import Alert, Whose
from store.change import Change, change
from store.database import Database
from words.speech import Speech, to_say
from words.worries import LEVELS, PLACES, named

LONGEST = 500
"""Characters of a note."""
USUAL_ZONE = "Asia/Ho_Chi_Minh"

type People = dict[object, str]
type Step = Callable[[Change, Alert], Awaitable[Alert]]


def see(settings: Settings, typed: str) -> None:
    """Take note of an alert."""
    what = to_say("took note of an alert about {child}")
    step(settings, typed, what, lambda tx, found: alerts.see(tx, found.id))


def close(settings: Settings, typed: str, comment: str) -> None:
    """Close an alert, with a note if there is one."""

    async def do(tx: Change, found: Alert) -> Alert:
        if comment:
            await alerts.comment(tx, found.id, comment[:LONGEST])
        return await alerts.close(tx, found.id)

    step(settings, typed, to_say("closed an alert about {child}"), do)


def reopen(settings: Settings, typed: str) -> None:
    """Open an alert again."""
    what = to_say("opened an alert about {child} again")
    step(settings, typed, what, lambda tx, found: alerts.reopen(tx, found.id))


def show(settings: Settings, *, only_open: bool) -> None:
    """Print the alerts."""

    async def read(db: Database, now: datetime) -> tuple[list[Alert], People, datetime]:
        found, people = await _all(db, now, only_open=only_open)
        await _note_look(db, found, people, now)
        return found, people, now

    found, people, now = at_home(settings, read)
    if not found:
        print(spoken(Sentence("There is no open alert.", {})))
        return
    Console(highlight=False).print(_table(found, people, speech_in(settings, USUAL_ZONE), now))


def step(settings: Settings, typed: str, what: str, do: Step) -> None:
    """Do something about one alert, in the name of whoever runs this machine."""

    async def work(db: Database, now: datetime) -> Alert:
        found, people = await _all(db, now, only_open=False)
        alert = _picked(found, typed)
        values = {"child": people.get(alert.child_id, "")}
        async with change(
            db, by=OPERATOR, what=what, now=now, values=values, child_id=alert.child_id
        ) as tx:
            return await do(tx, alert)

    done = at_home(settings, work)
    state = to_say("open") if done.is_open else to_say("closed")
    given = {"id": str(done.id)[-SHORT:], "state": spoken(Sentence(state, {}))}
    print(spoken(Sentence("The alert {id}: {state}.", given)))


async def _all(db: Database, now: datetime, *, only_open: bool) -> tuple[list[Alert], People]:
    async with db.read() as connection:
        home = await household.load(connection, now=now)
        whose = Whose(
            frozenset(child.id for child in home.children),
            frozenset(device.id for device in home.devices),
        )
        found = await alerts.list_of(connection, whose, only_open=only_open)
    return found, {child.id: child.name for child in home.children}


async def _note_look(db: Database, found: list[Alert], people: People, now: datetime) -> None:
    what = to_say("looked at the alerts of {child}")
    async with db.write() as connection:
        for child_id in {alert.child_id for alert in found if alert.child_id in people}:
            values = {"child": people[child_id]}
            await ledger.looked(
                connection, by=OPERATOR, what=what, now=now, values=values, child_id=child_id
            )


def _picked(found: list[Alert], typed: str) -> Alert:
    wanted = typed.strip().lower()
    fitting = [alert for alert in found if wanted and str(alert.id).endswith(wanted)]
    if len(fitting) != 1:
        raise CannotStart(Sentence("There is nothing with the number {id}.", {"id": typed}))
    return fitting[0]


def _table(found: list[Alert], people: People, speech: Speech, now: datetime) -> Table:
    titles = (to_say("Alert"), to_say("Child"), to_say("What"), to_say("How grave"))
    more = (to_say("Where"), to_say("Times"), to_say("When"), to_say("State"))
    table = Table(*map(speech.say, titles + more))
    for alert in found:
        state = to_say("open") if alert.is_open else to_say("closed")
        table.add_row(
            str(alert.id)[-SHORT:],
            people.get(alert.child_id, speech.say("a shared device")),
            named(speech, alert.category, alert.topic),
            speech.say(LEVELS[alert.level]),
            " ".join(filter(None, (speech.say(PLACES[alert.place]), alert.host))),
            str(alert.times),
            speech.when(alert.last, now),
            speech.say(state),
        )
    return table
