"""The family on the command line: the open database, a child by name, and whose hand it is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from cli.clock import system_clock
from cli.names import find_child, nobody
from cli.places import CannotStart, lists_folder
from cli.saying import language
from cli.settings import Settings
from feeds.catalogue import load
from rules.explain import Sentence
from rules.family import ChildRules
from rules.misfits import place_of, told
from store import household
from store.change import Actor, ActorKind
from store.database import Database
from store.errors import Impossible, StoreError
from words.speech import Speech

OPERATOR = Actor(ActorKind.ADULT, "haidang")
"""Whoever runs commands on this machine; the ledger names the command."""


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """Give the installation's database, and close it again."""
    db = await Database.open(settings.db_url)
    try:
        yield db
    finally:
        await db.close()


async def child_called(db: Database, name: str, now: datetime) -> ChildRules:
    """Return a child by its name. Raises CannotStart with those there are."""
    async with db.read() as connection:
        everything = await household.load(connection, now=now)
    child = find_child(everything, name)
    if child is None:
        raise CannotStart(nobody(everything, name))
    return child


def at_home[T](settings: Settings, work: Callable[[Database, datetime], Awaitable[T]]) -> T:
    """Do something with the database; what cannot be is said in one sentence."""

    async def do() -> T:
        async with opened(settings) as db:
            return await work(db, system_clock())

    try:
        return asyncio.run(do())
    except ValidationError as error:
        raise CannotStart(_misfit(error.errors()[0])) from error
    except Impossible as error:
        raise CannotStart(error.sentence) from error
    except StoreError as error:
        raise CannotStart(Sentence(str(error), {})) from error


def _misfit(error: Mapping[str, Any]) -> Sentence:
    place, problem = place_of(error), told(error)
    values = {"place": place, "problem": problem}
    return Sentence("{place}: {problem}", values) if place else problem


def speech_in(settings: Settings, zone: str) -> Speech:
    """Return the terminal's speech, which knows the catalogue's names."""
    catalogue, spoken = load(lists_folder(settings)), language()
    return Speech(spoken, zone, lambda kind, key: catalogue.name_of(kind, key, spoken))
