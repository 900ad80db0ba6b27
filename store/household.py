"""Everything a door needs to know, read whole, as of one revision."""

import json
import logging
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.consent import Agreed, Consent, Party, agreed, parties
from rules.family import ChildRules, DeviceIdentity, Grant, Household
from rules.policy import Choice, Policy
from rules.verdict import Layer
from store import (
    children,
    consents,
    details,
    devices,
    earned,
    facts,
    grants,
    groups,
    helpers,
    memberships,
    networks,
    policies,
    revisions,
)
from store.database import site_of
from store.errors import NotFound
from store.groups import Group

SNAPSHOT = "household.json"
"""Its name in the data folder, where a door keeps it for a start without the database."""
log = logging.getLogger(__name__)

GUEST_POLICY = "guest_policy"
"""The fact that holds the policy of devices nobody adopted yet, as JSON."""
PRIVATE_HOSTS = "private_hosts"
"""The fact that holds the private addresses an adult opened, as a JSON list."""

SAFE_GUEST = Policy(
    categories=dict.fromkeys(("adult", "gambling", "malware", "phishing"), Choice.BLOCK),
    safe_search=True,
)


async def load(connection: AsyncConnection, *, now: datetime) -> Household:
    """Return the household as of the current revision, with the grants still running at `now`."""
    by_group = {group.id: group for group in await groups.list_all(connection)}
    first = next(iter(by_group.values()), None)
    private = await facts.find(connection, PRIVATE_HOSTS)
    household = Household(
        revision=await revisions.current(connection),
        site_id=site_of(connection),
        children=await _children(connection, by_group, now),
        devices=await _devices(connection, now),
        guest=await guest_policy(connection),
        networks=await networks.of_all(connection),
        private_hosts=tuple(json.loads(private)) if private else (),
    )
    if first is None:
        return household
    return household.model_copy(update={"zone": first.zone, "language": first.language})


async def rules_of(
    connection: AsyncConnection, child_ids: Collection[UUID], *, now: datetime
) -> dict[UUID, ChildRules]:
    """Return the rules of some children, as `load` does those of all; not of those who left."""
    if not child_ids:
        return {}
    by_group = {group.id: group for group in await groups.list_all(connection)}
    found = await _children(connection, by_group, now, child_ids)
    return {child.id: child for child in found}


async def of_child(connection: AsyncConnection, child_id: UUID, *, now: datetime) -> ChildRules:
    """Return the rules of a child. Raises NotFound, also for one who left."""
    found = await rules_of(connection, [child_id], now=now)
    if child_id not in found:
        raise NotFound
    return found[child_id]


async def revision(connection: AsyncConnection) -> int:
    """Return the current revision: one row, cheap enough to ask every second."""
    return await revisions.current(connection)


async def guest_policy(connection: AsyncConnection) -> Policy:
    """Return the policy of devices nobody adopted yet: the adults' own, or a careful one."""
    document = await facts.find(connection, GUEST_POLICY)
    if document is None:
        return SAFE_GUEST
    try:
        return Policy.model_validate_json(document)
    except ValidationError:
        log.exception("the guest policy is damaged", extra={"event": "guest_policy_damaged"})
        return SAFE_GUEST


async def _children(
    connection: AsyncConnection,
    by_group: dict[UUID, Group],
    now: datetime,
    some: Collection[UUID] | None = None,
) -> tuple[ChildRules, ...]:
    owned = await policies.all_current(connection, None if some is None else {*some, *by_group})
    running: dict[UUID, list[Grant]] = defaultdict(list)
    for grant in await grants.running(connection, now=now):
        running[grant.child_id].append(grant)
    joined = await memberships.all_of(connection, some)
    in_use = {group.id: group for group in by_group.values() if group.closed is None}
    answered = await consents.latest(connection, some)
    chosen = await helpers.by_group(connection)
    credited = await earned.credits_near(connection, now=now)
    exchanged = await earned.all_exchanges(connection, some)
    entered = await details.of_all(connection, some)
    return tuple(
        ChildRules(
            id=child.id,
            name=child.name,
            group_id=child.group_id,
            language=child.language,
            zone=by_group[child.group_id].zone,
            birth_year=child.birth_year,
            agreed=_agreed(child, answered, by_group[child.group_id].zone, now),
            helpers=tuple(chosen.get(child.group_id, ())),
            **_layers(child.id, memberships.chain(in_use, joined[child.id]), owned),
            grants=tuple(running[child.id]),
            credits=tuple(credited.get(child.id, ())),
            exchanges=tuple(exchanged.get(child.id, ())),
            details=entered.get(child.id, ()),
        )
        for child in await children.list_all(connection, ids=some)
    )


def _agreed(
    child: children.Child, answered: dict[UUID, dict[Party, Consent]], zone: str, now: datetime
) -> Agreed:
    return agreed(answered.get(child.id, {}), parties(child.birth_year, zone, now))


def _layers(
    child_id: UUID, belongs: list[Group], owned: dict[UUID, Policy]
) -> dict[str, tuple[Any, ...]]:
    """Return a child's layers, from the widest group to its own, and whose each is."""
    found = [(group.id, Layer(group.kind)) for group in belongs] + [(child_id, Layer.CHILD)]
    held = [(owner, layer) for owner, layer in found if owner in owned]
    return {
        "layers": tuple((layer, owned[owner]) for owner, layer in held),
        "owners": tuple(owner for owner, _ in held),
    }


async def _devices(connection: AsyncConnection, now: datetime) -> tuple[DeviceIdentity, ...]:
    return tuple(
        DeviceIdentity(
            id=device.id,
            name=device.name,
            port=device.port,
            child_ids=device.child_ids,
            address=device.address,
            card=device.card,
            tunnel_key=device.tunnel_key,
            username=device.username,
            password_key=device.password_key,
            trusts_ca=device.trusts_ca,
            asks_who=device.asks_who,
            user_id=device.user_at(now) if device.asks_who else None,
            user_until=device.use.until if device.use else None,
        )
        for device in await devices.list_all(connection)
    )
