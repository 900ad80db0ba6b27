"""Rules of a child or a group changed as a whole: shown in words first, then kept."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from api.errors import Misfit, Refused
from api.needs import Desk
from rules import diff, icalendar
from rules.adopting import adopted, with_calendar
from rules.icalendar import Imported
from rules.mistakes import Mistake
from rules.policy import Policy
from rules.times import Like
from store import policies
from store.children import Child
from store.errors import Conflict
from store.groups import Group
from words.speech import to_say

SAID = 3
"""Changes named in the sentence after saving."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose rules they are; `child_id` lets the ledger forget a child's name one day."""

    id: UUID
    name: str
    child_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """Rules as they would be, beside those they came from."""

    owner: Owner
    number: int
    """The version in force; 0 where there is none yet."""
    before: Policy
    after: Policy

    @property
    def changes(self) -> bool:
        """Tell whether anything would be different."""
        return self.before != self.after

    def told(self, desk: Desk) -> list[str]:
        """Say every change in the adult's language."""
        said = diff.describe(self.before, self.after)
        return [desk.speech.sentence(sentence, desk.now) for sentence in said]


def owner_of(owned: Child | Group) -> Owner:
    """Name whose rules are meant."""
    return Owner(owned.id, owned.name, owned.id if isinstance(owned, Child) else None)


def in_short(desk: Desk, changes: list[str]) -> str:
    """Say the first few changes in one sentence; the history has them all."""
    said = "; ".join(changes[:SAID])
    more = len(changes) - SAID
    if more <= 0:
        return said
    return f"{said}; {desk.speech.count('and {n} more', 'and {n} more', more)}"


async def with_preset(desk: Desk, owner: Owner, name: str) -> Draft:
    """Draft the rules with a preset in them."""
    return await draft(desk, owner, lambda policy: adopted(policy, name), field="name")


async def with_days(desk: Desk, owner: Owner, imported: Imported) -> Draft:
    """Draft the rules with the days of a calendar in them."""
    return await draft(desk, owner, lambda policy: with_calendar(policy, imported), field="file")


async def draft(
    desk: Desk, owner: Owner, change: Callable[[Policy], Policy], *, field: str
) -> Draft:
    """Change the rules in force on paper. Raises Misfit where that cannot be."""
    async with desk.panel.db.read() as store:
        version = await policies.current(store, owner.id)
    before = version.policy if version else Policy()
    try:
        after = change(before)
    except Mistake as error:
        raise Misfit(field, error.sentence.message, **error.sentence.values) from error
    return Draft(owner, version.number if version else 0, before, after)


async def keep(desk: Desk, made: Draft, what: str) -> int:
    """Keep a draft as the newest version and return its number; unchanged rules stay as they are.

    Raises Refused where somebody changed them in the meantime.
    """
    if not made.changes:
        return made.number
    owner = made.owner
    try:
        async with desk.change(what, child_id=owner.child_id, owner=owner.name) as tx:
            saved = await policies.save(tx, owner.id, made.after, expected=made.number)
    except Conflict as error:
        raise Refused(412, "changed-meanwhile") from error
    return saved.number


def calendar_of(data: bytes, like: Like) -> Imported:
    """Read a calendar as it was sent. Raises Misfit where there is nothing to take from it."""
    try:
        imported = icalendar.read(data.decode(), like)
    except UnicodeDecodeError as error:
        raise Misfit("file", to_say("This file is no text in UTF-8: save it as such.")) from error
    if imported.exceptions or imported.cancelled:
        return imported
    if not imported.problems:
        raise Misfit("file", to_say("There is no event in this calendar."))
    first = imported.problems[0]
    values = {"line": first.line, "problem": first.sentence}
    raise Misfit("file", to_say("Nothing was taken over. Line {line}: {problem}"), **values)
