"""Time for the children of a group, on the command line."""

from datetime import datetime, timedelta
from uuid import UUID

from cli.asks import scope_of
from cli.family import OPERATOR, at_home
from cli.groups import group_called
from cli.names import bare
from cli.places import CannotStart, lists_folder
from cli.saying import spoken
from cli.settings import Settings
from feeds.catalogue import load
from rules.explain import Sentence
from rules.scope import check_given
from store import children, grants, memberships
from store.change import change
from store.children import Child
from store.database import Database
from store.groups import Group
from words.speech import to_say


def give_group(
    settings: Settings, group_name: str, child_name: str, *, minutes: int, scope: str, reason: str
) -> None:
    """Open something for all children of a group, or for one; it lifts the group's rules only."""
    wanted, catalogue = scope_of(scope, check_given), load(lists_folder(settings))

    async def do(db: Database, now: datetime) -> tuple[Group, list[Child], datetime]:
        group = await group_called(db, group_name)
        members = await _members(db, group, child_name)
        only = members[0] if child_name else None
        what = to_say("gave {child} extra time in {group}") if only else WHOLE
        values = {"group": group.name} | ({"child": only.name} if only else {})
        child_id: UUID | None = only.id if only else None
        until = now + timedelta(minutes=minutes)
        async with change(
            db, by=OPERATOR, what=what, now=now, values=values, child_id=child_id
        ) as tx:
            for member in members:
                await grants.give(
                    tx,
                    member.id,
                    until=until,
                    scope=wanted,
                    reason=reason,
                    of=group,
                    look_up=catalogue.look_up,
                )
        return group, members, until

    group, members, until = at_home(settings, do)
    names = ", ".join(member.name for member in members)
    values = {"group": group.name, "names": names or "–", "until": until}
    print(spoken(Sentence("{names}: open until {until} ({group}).", values), group.zone))


WHOLE = to_say("gave {group} extra time")


async def _members(db: Database, group: Group, name: str) -> list[Child]:
    async with db.read() as connection:
        ids = await memberships.members(connection, group.id)
        known = [child for child in await children.list_all(connection) if child.id in ids]
    found = [child for child in known if not name or bare(child.name) == bare(name)]
    if name and len(found) != 1:
        values = {
            "group": group.name,
            "name": name,
            "names": ", ".join(child.name for child in known) or "–",
        }
        raise CannotStart(
            Sentence("There is no child called “{name}” in {group}; there are {names}.", values)
        )
    return found
