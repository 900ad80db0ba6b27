"""Settles the sample family in: parents, children with rules, devices; all through the store."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from api.security import hash_password
from rules.policy import Allowance, Choice, Policy, YouTube
from rules.presets import preset_for
from rules.scope import EVERYTHING, category, service
from store import adults, children, devices, groups
from store.change import SYSTEM, Change, change
from store.database import Database
from tests.demo.people import FAMILY, GADGETS, KIDS, PARENTS, PASSWORD, Kid
from tests.kit.agreed import agree


@dataclass(slots=True)
class Family:
    """Who is who once they have settled in, by the names of `people`."""

    group_id: UUID
    zone: ZoneInfo
    children: dict[str, UUID]
    parents: dict[str, UUID]
    ports: dict[str, int]
    """Gadget -> its listening port at the door."""


async def settle(db: Database, zone: ZoneInfo, *, now: datetime, first_port: int) -> Family:
    """Settle the family in at a moment."""
    password_hash = await hash_password(PASSWORD)
    async with change(db, by=SYSTEM, what="set up the family", now=now) as tx:
        group = await groups.add(tx, name=FAMILY, zone=zone.key, language="vi")
        family = Family(group.id, zone, {}, {}, {})
        for parent in PARENTS:
            adult = await adults.add(
                tx,
                name=parent.name,
                email=parent.email,
                password_hash=password_hash,
                language="vi",
                group_id=group.id,
                role=parent.role,
            )
            family.parents[parent.name] = adult.id
        for kid in KIDS:
            family.children[kid.name] = await _add_child(tx, group.id, kid)
        await _add_devices(tx, family, first_port)
    return family


async def _add_child(tx: Change, group_id: UUID, kid: Kid) -> UUID:
    child = await children.add(
        tx,
        group_id=group_id,
        name=kid.name,
        birth_year=tx.now.year - kid.age,
        language="vi",
        colour=kid.colour,
        policy=rules_for(kid),
    )
    await agree(tx, child.id)
    return child.id


async def _add_devices(tx: Change, family: Family, first_port: int) -> None:
    for gadget in GADGETS:
        device = await devices.add(
            tx,
            name=gadget.name,
            kind=gadget.kind,
            system=gadget.system,
            child_ids=[family.children[gadget.owner]],
            first_port=first_port,
        )
        family.ports[gadget.key] = device.port


def rules_for(kid: Kid) -> Policy:
    """Return a child's rules: what its age suggests, and what these parents changed."""
    _, preset = preset_for(kid.age)
    own = _OWN[kid.name]
    scopes = {allowance.scope for allowance in own.allowances}
    kept = tuple(it for it in preset.allowances if it.scope not in scopes)
    return preset.model_copy(
        update={
            "categories": {**preset.categories, **own.categories},
            "services": {**preset.services, **own.services},
            "allowances": kept + own.allowances,
            "youtube": own.youtube,
        }
    )


def _minutes(scope: str, school_day: int, weekend: int) -> Allowance:
    return Allowance(scope=scope, minutes=(school_day,) * 5 + (weekend,) * 2)


_OWN = {
    "An": Policy(
        services={"youtube": Choice.ALLOW},
        allowances=(_minutes(service("youtube"), 20, 35), _minutes(EVERYTHING, 60, 90)),
        youtube=YouTube.STRICT,
    ),
    "Minh": Policy(
        categories={"games": Choice.ALLOW, "gambling": Choice.BLOCK},
        services={"tiktok": Choice.ALLOW},
        allowances=(_minutes(category("games"), 30, 75), _minutes(service("tiktok"), 15, 20)),
        youtube=YouTube.MODERATE,
    ),
    "Linh": Policy(allowances=(_minutes(category("social"), 60, 90),)),
}
