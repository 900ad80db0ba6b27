"""Sites told by their pages, on the command line."""

from datetime import datetime

from rich.console import Console
from rich.table import Table

from cli.family import OPERATOR, at_home
from cli.places import CannotStart
from cli.saying import spoken
from cli.settings import Settings
from rules.explain import Sentence
from rules.hosts import normalise
from rules.reading import Reading, key_of
from store import readings
from store.change import change
from store.database import Database
from words.speech import to_say

WRONG = to_say("said that {site} was read wrongly")
FORGOTTEN = to_say("has {site} read again")


def show(settings: Settings) -> None:
    """Print the sites whose pages told what they are about."""

    async def read(db: Database, now: datetime) -> list[Reading]:
        async with db.read() as connection:
            return [one for one in await readings.named(connection) if one.holds(now)]

    found = at_home(settings, read)
    if not found:
        print(spoken(Sentence("Nothing was found on pages of unknown sites.", {})))
        return
    titles = (
        Sentence("Site", {}),
        Sentence("Category", {}),
        Sentence("Words seen", {}),
        Sentence("Source", {}),
    )
    table = Table(*map(spoken, titles))
    for one in found:
        table.add_row(one.site, one.category or "–", ", ".join(one.words), one.source)
    Console(highlight=False).print(table)


def say_wrong(settings: Settings, site: str) -> None:
    """Note that a site was read wrongly."""
    _say(settings, site, WRONG, Sentence("{site} counts as harmless from now on.", {"site": site}))


def forget(settings: Settings, site: str) -> None:
    """Have a site read again."""
    said = Sentence("{site} is read again at the next visit.", {"site": site})
    _say(settings, site, FORGOTTEN, said)


def _say(settings: Settings, site: str, what: str, said: Sentence) -> None:
    try:
        key = key_of(normalise(site))
    except ValueError as error:
        wrong = Sentence("“{host}” is not a site: write it like youtube.com.", {"host": site})
        raise CannotStart(wrong) from error

    async def do(db: Database, now: datetime) -> bool:
        async with db.read() as connection:
            if await readings.of_host(connection, normalise(site)) is None:
                return False
        async with change(db, by=OPERATOR, what=what, now=now, values={"site": site}) as tx:
            await (readings.put_right if what is WRONG else readings.forget_one)(tx, key)
        return True

    if not at_home(settings, do):
        nothing = Sentence("Nothing was read on {site}. See `haidang pages list`.", {"site": site})
        raise CannotStart(nothing)
    print(spoken(said))
