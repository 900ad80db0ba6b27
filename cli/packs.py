"""Signed packs on the command line: make one, take one, and the keys that are trusted."""

import json
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cli.family import OPERATOR, at_home
from cli.owners import owner_called
from cli.places import CannotStart
from cli.saying import language, spoken
from cli.settings import Settings
from rules import pack
from rules.explain import Sentence
from rules.pack import Pack, PackRefused
from rules.policy import Policy
from store import ledger, packs, policies
from store.change import change
from store.database import Database
from store.errors import NotFound
from store.packs import TrustedKey
from words.speech import Speech, to_say


def export(settings: Settings, owner: str, file: Path, name: str) -> None:
    """Write the rules of a child or a group into a signed pack."""

    async def do(db: Database, now: datetime) -> bytes:
        whose = await owner_called(db, owner, now)
        owner_id, called, child_id = whose.id, whose.name, whose.child_id
        title = name or called
        async with db.write() as connection:
            version = await policies.current(connection, owner_id)
            policy = version.policy if version else Policy()
            made = Pack(name=title, by=OPERATOR.name, made=now, policy=policy)
            what, values = to_say("made the pack “{pack}”"), {"pack": title}
            await ledger.looked(
                connection, by=OPERATOR, what=what, now=now, values=values, child_id=child_id
            )
            return await packs.export(connection, made)

    document = at_home(settings, do)
    try:
        file.write_bytes(document)
    except OSError as error:
        raise _unreadable(file, error) from error
    print(file)


def bring_in(settings: Settings, owner: str, file: Path) -> None:
    """Replace the rules of a child or a group by those of a pack."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise _unreadable(file, error) from error

    async def do(db: Database, now: datetime) -> tuple[str, str, int]:
        whose = await owner_called(db, owner, now)
        owner_id, called, child_id = whose.id, whose.name, whose.child_id
        async with db.read() as connection:
            signed = await packs.read(connection, data)
        what = to_say("took the pack “{pack}” as rules of {owner}")
        values = {"pack": signed.pack.name, "owner": called}
        async with change(
            db, by=OPERATOR, what=what, now=now, values=values, child_id=child_id
        ) as tx:
            version = await packs.put_in_force(tx, owner_id, signed.pack)
        return signed.pack.name, called, version.number

    try:
        title, called, number = at_home(settings, do)
    except PackRefused as error:
        raise CannotStart(error.sentence) from error
    values = {"pack": title, "owner": called, "number": number}
    print(spoken(Sentence("“{pack}” is now version {number} of the rules of {owner}.", values)))


def show_keys(settings: Settings) -> None:
    """Print our own key and those that are trusted."""

    async def read(db: Database, _now: datetime) -> tuple[str, list[TrustedKey]]:
        async with db.read() as connection:
            return await packs.public_key(connection), await packs.trusted(connection)

    own, known = at_home(settings, read)
    speech = Speech(language(), "UTC")
    print(speech.say("Our own key: {key}", key=own or "–"))
    table = Table(*map(speech.say, (to_say("Key"), to_say("Name"), to_say("By"))))
    for each in known:
        table.add_row(each.key, each.name, each.by)
    Console(highlight=False).print(table)


def trust(settings: Settings, key: str, name: str) -> None:
    """Take packs signed with a key."""

    async def do(db: Database, now: datetime) -> None:
        what, values = to_say("trusted the packs of {name}"), {"name": name}
        async with change(db, by=OPERATOR, what=what, now=now, values=values) as tx:
            await packs.trust(tx, key.strip().lower(), name)

    try:
        at_home(settings, do)
    except ValueError as error:
        raise CannotStart(Sentence("This is no key of packs.", {})) from error


def distrust(settings: Settings, key: str) -> None:
    """Take no more packs signed with a key."""

    async def do(db: Database, now: datetime) -> None:
        what = to_say("trusts a key of packs no more")
        async with change(db, by=OPERATOR, what=what, now=now) as tx:
            try:
                await packs.distrust(tx, key.strip().lower())
            except NotFound as error:
                raise CannotStart(Sentence("This is no key of packs.", {})) from error

    at_home(settings, do)


def schema_text() -> str:
    """Return the JSON schema of packs, as docs/pack.schema.json has it."""
    return json.dumps(pack.schema(), ensure_ascii=False, indent=2) + "\n"


def _unreadable(file: Path, error: OSError) -> CannotStart:
    return CannotStart(
        Sentence(
            "{file} cannot be read ({error}).", {"file": str(file), "error": str(error.strerror)}
        )
    )
