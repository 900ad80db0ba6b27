"""The history of rules on the command line: what changed, by whom, and going back."""

from datetime import datetime

from rich.console import Console
from rich.table import Table

from cli.clock import system_clock
from cli.family import OPERATOR, at_home, speech_in
from cli.owners import Owner, owner_called
from cli.places import CannotStart
from cli.saying import spoken
from cli.settings import Settings
from rules import diff
from rules.explain import Sentence
from rules.policy import Policy
from store import policies
from store.change import change
from store.database import Database
from store.errors import NotFound
from store.policies import PolicyVersion
from words.speech import Speech, to_say

MOST = 200


def show(
    settings: Settings, name: str, *, since: int | None = None, number: int | None = None
) -> Sentence | None:
    """Print every version, or what differs between two."""

    async def read(db: Database, now: datetime) -> tuple[Owner, list[PolicyVersion]]:
        owner = await owner_called(db, name, now)
        async with db.read() as connection:
            return owner, await policies.history(connection, owner.id, limit=MOST)

    owner, versions = at_home(settings, read)
    if not versions:
        return Sentence("{owner} has no rules of its own yet.", {"owner": owner.name})
    speech = speech_in(settings, owner.zone)
    if since is None and number is None:
        Console(highlight=False).print(_table(versions, speech, system_clock()))
        return None
    new = _numbered(versions, number or versions[0].number)
    before = new.number - 1 if since is None else since
    old = _numbered(versions, before) if before else None
    for line in changes(old, new, speech) or [speech.say("Nothing changed.")]:
        print(line)
    return None


def go_back(settings: Settings, name: str, number: int) -> Sentence | None:
    """Append a copy of an earlier version."""

    async def do(db: Database, now: datetime) -> tuple[Owner, PolicyVersion]:
        owner = await owner_called(db, name, now)
        what = to_say("brought back earlier rules of {owner}")
        values = {"owner": owner.name}
        async with change(
            db, by=OPERATOR, what=what, now=now, values=values, child_id=owner.child_id
        ) as tx:
            try:
                return owner, await policies.restore(tx, owner.id, number)
            except NotFound as error:
                raise CannotStart(_no_version(number)) from error

    owner, version = at_home(settings, do)
    values = {"number": version.number, "owner": owner.name, "old": number}
    print(
        spoken(Sentence("Version {number} of the rules of {owner} is version {old} again.", values))
    )
    return None


def changes(old: PolicyVersion | None, new: PolicyVersion, speech: Speech) -> list[str]:
    """Say what differs between two versions; without an older one, from an empty policy."""
    told = diff.describe(old.policy if old else Policy(), new.policy)
    return [speech.sentence(sentence, new.at) for sentence in told]


def _table(versions: list[PolicyVersion], speech: Speech, now: datetime) -> Table:
    titles = (to_say("Number"), to_say("When"), to_say("By"), to_say("What changed"))
    table = Table(*map(speech.say, titles))
    for place, version in enumerate(versions):
        older = versions[place + 1] if place + 1 < len(versions) else None
        when = speech.when(version.at, now)
        said = changes(older, version, speech)
        table.add_row(str(version.number), when, version.by, "\n".join(said))
    return table


def _numbered(versions: list[PolicyVersion], number: int) -> PolicyVersion:
    found = next((version for version in versions if version.number == number), None)
    if found is None:
        raise CannotStart(_no_version(number))
    return found


def _no_version(number: int) -> Sentence:
    return Sentence(
        "There is no version {number}: `haidang history` shows them.", {"number": number}
    )
