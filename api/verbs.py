"""What an adult does for a child at once: pause, resume, give time, list a site."""

from collections.abc import Collection, Iterable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from uuid import UUID

from api.needs import Desk
from rules.family import Grant
from rules.policy import DAYS, Allowance, Choice, Pause, Policy
from rules.scope import EVERYTHING, ScopeKind, split
from store import grants, policies
from store.change import Change
from store.children import Child
from store.errors import Conflict
from words.speech import to_say

NONE_YET = (0, Policy())
TOOK_BACK = to_say("took back the last change of the rules of {child}")


async def pause(desk: Desk, children: Iterable[Child], until: datetime | None = None) -> None:
    """Stop everything for children, until a moment or until resumed.

    Extra time that runs is ended: it would otherwise hold against the pause. All or none of them.
    """
    meant = {child.id: child for child in children}
    if not meant:
        return
    async with desk.change_each(to_say("paused {child}"), meant.values()) as tx:
        await grants.end_all(tx, meant)
        await _set_pause(tx, meant, Pause(by=desk.adult.name, until=until))


async def resume(desk: Desk, children: Iterable[Child]) -> None:
    """End the pause of children, of all or none."""
    meant = {child.id: child for child in children}
    if not meant:
        return
    async with desk.change_each(to_say("resumed {child}"), meant.values()) as tx:
        await _set_pause(tx, meant, None)


async def give(
    desk: Desk, child: Child, *, until: datetime, scope: str = EVERYTHING, reason: str = ""
) -> Grant:
    """Open something for a child until a moment."""
    async with desk.change(
        to_say("gave {child} extra time"), child_id=child.id, child=child.name
    ) as tx:
        look_up = desk.panel.catalogue.look_up
        return await grants.give(
            tx, child.id, until=until, scope=scope, reason=reason, look_up=look_up
        )


async def give_minutes(desk: Desk, child: Child, minutes: int) -> Grant:
    """Give minutes for everything: after what was given already, where something still runs."""
    running = await _running(desk, child.id)
    ends = [grant.until for grant in running if grant.scope == EVERYTHING]
    return await give(desk, child, until=max([desk.now, *ends]) + timedelta(minutes=minutes))


async def end(desk: Desk, child: Child, ids: Iterable[UUID]) -> None:
    """Take back extra time of a child; what has ended by itself meanwhile is no mistake."""
    mine = {grant.id for grant in await _running(desk, child.id)}.intersection(ids)
    if not mine:
        return
    async with desk.change(
        to_say("took back extra time of {child}"), child_id=child.id, child=child.name
    ) as tx:
        for grant_id in mine:
            await grants.end(tx, grant_id)


async def list_site(desk: Desk, child: Child, host: str, choice: Choice) -> int:
    """Put a site on a child's list of allowed or blocked sites, and take it off the other.

    Returns the number of the rules that came of it.
    """
    async with _decides(desk, child, choice, host) as tx:
        policy, number = await policy_of(tx, child.id)
        allow = [other for other in policy.allow if other != host]
        block = [other for other in policy.block if other != host]
        (block if choice is Choice.BLOCK else allow).append(host)
        changed = replace(policy, allow=tuple(allow), block=tuple(block))
        return (await policies.save(tx, child.id, changed, expected=number)).number


async def choose_service(desk: Desk, child: Child, service: str, choice: Choice) -> int:
    """Allow or block an app for a child; its sites leave the list that says otherwise.

    Returns the number of the rules that came of it.
    """
    catalogue = desk.panel.catalogue
    name = catalogue.services[service].name
    against = "allow" if choice is Choice.BLOCK else "block"
    async with _decides(desk, child, choice, name) as tx:
        policy, number = await policy_of(tx, child.id)
        listed: tuple[str, ...] = getattr(policy, against)
        kept = tuple(host for host in listed if service not in catalogue.look_up(host).services)
        changed = replace(policy, services={**policy.services, service: choice}, **{against: kept})
        return (await policies.save(tx, child.id, changed, expected=number)).number


async def limit(desk: Desk, child: Child, scope: str, minutes: int) -> int:
    """Give a child so many minutes a day for a site or an app; return the rules' number."""
    what = to_say("gave {child} {minutes} minutes a day for {site}")
    kind, name = split(scope)
    site = desk.panel.catalogue.services[name].name if kind is ScopeKind.SERVICE else name
    values = {"child": child.name, "minutes": str(minutes), "site": site}
    async with desk.change(what, child_id=child.id, **values) as tx:
        policy, number = await policy_of(tx, child.id)
        before = next((one for one in policy.allowances if one.scope == scope), Allowance())
        limited = before.model_copy(update={"scope": scope, "minutes": (minutes,) * len(DAYS)})
        others = tuple(one for one in policy.allowances if one.scope != scope)
        changed = replace(policy, allowances=(*others, limited))
        return (await policies.save(tx, child.id, changed, expected=number)).number


async def undo(desk: Desk, child: Child, number: int, what: str = TOOK_BACK) -> bool:
    """Bring back the rules before a change, if no other came after it; tell whether they are."""
    try:
        async with desk.change(what, child_id=child.id, child=child.name) as tx:
            before = Policy()
            if number > 1:
                before = (await policies.version(tx.connection, child.id, number - 1)).policy
            await policies.save(tx, child.id, before, expected=number)
    except Conflict:
        return False
    return True


async def open_for(desk: Desk, child: Child, scope: str, minutes: int) -> Grant:
    """Open one site or app for some minutes."""
    return await give(desk, child, until=desk.now + timedelta(minutes=minutes), scope=scope)


def _decides(
    desk: Desk, child: Child, choice: Choice, what: str
) -> AbstractAsyncContextManager[Change]:
    said = to_say("allowed {site} for {child}")
    if choice is Choice.BLOCK:
        said = to_say("blocked {site} for {child}")
    return desk.change(said, child_id=child.id, child=child.name, site=what)


async def policy_of(tx: Change, owner_id: UUID) -> tuple[Policy, int | None]:
    """Return the policy in force for an owner and its number; an empty one where there is none."""
    version = await policies.current(tx.connection, owner_id)
    return (version.policy, version.number) if version else (Policy(), None)


def replace(policy: Policy, **changed: object) -> Policy:
    """Return a policy with some parts replaced, checked like any other."""
    return Policy.model_validate(policy.model_dump() | changed)


async def _set_pause(tx: Change, child_ids: Collection[UUID], wanted: Pause | None) -> None:
    found = await policies.current_of(tx.connection, child_ids)
    held = {
        child_id: (version.number, version.policy) if (version := found.get(child_id)) else NONE_YET
        for child_id in child_ids
    }
    changed = {
        child_id: (number, replace(policy, pause=wanted))
        for child_id, (number, policy) in held.items()
        if policy.pause != wanted
    }
    await policies.save_each(tx, changed)


async def _running(desk: Desk, child_id: UUID) -> list[Grant]:
    async with desk.panel.db.read() as store:
        return await grants.running(store, now=desk.now, child_id=child_id)
