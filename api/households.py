"""What an adult does about the family itself: its name, children and devices. One change each."""

from dataclasses import replace
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from api.erased import sweep
from api.errors import Misfit, Refused
from api.forms import Filled, empty
from api.needs import Desk
from api.people import PersonName, ZoneName
from rules.credentials import hash_password
from rules.family import Language
from rules.presets import preset_for
from store import children, devices, erasing, groups, uses
from store.children import COLOURS, PICTURES, Child
from store.devices import Device
from store.erasing import Receipt
from store.errors import Taken
from store.groups import Group
from store.redacting import ERASED_CHILD
from words.speech import to_say

OLDEST = 25
USUAL_AGE = 10
TAKEN_CHILD = to_say("There is a child of this name already. Add a second letter or a nickname.")


def _colour(name: str) -> str:
    if name not in COLOURS:
        raise ValueError(to_say("Please choose one of these."))
    return name


def _picture(name: str) -> str:
    if name and name not in PICTURES:
        raise ValueError(to_say("Please choose one of these."))
    return name


class FamilyForm(BaseModel):
    name: PersonName
    zone: ZoneName
    language: Language


class ChildForm(BaseModel):
    name: PersonName
    birth_year: Annotated[int, Field(ge=1990, le=2100)]
    language: Language = "vi"
    colour: Annotated[str, AfterValidator(_colour)] = "blue"
    picture: Annotated[str, AfterValidator(_picture)] | None = None
    """Empty: the initial; left out: as before."""


class DeviceForm(BaseModel):
    name: PersonName
    kind: Literal["phone", "tablet", "computer", "tv", "console", "other"] = "phone"
    system: Literal["android", "ios", "windows", "macos", "linux", "chromeos", "other"] = "other"
    child_ids: Annotated[list[UUID], Field(max_length=20)] = []
    asks_who: bool = False
    """Of several children, one has to say who it is before anything goes on."""


async def alter_family(desk: Desk, given: FamilyForm) -> Group:
    """Change the family's name, time zone and language."""
    async with desk.change(to_say("changed the family’s particulars")) as tx:
        return await groups.alter(
            tx, desk.family.id, name=given.name, zone=given.zone, language=given.language
        )


async def add_child(desk: Desk, given: ChildForm) -> Child:
    """Add a child with the rules to begin with for its age."""
    _, policy = preset_for(_age(desk, given))
    try:
        async with desk.change(to_say("added {child}"), child=given.name) as tx:
            return await children.add(
                tx,
                group_id=desk.family.id,
                name=given.name,
                birth_year=given.birth_year,
                language=given.language,
                colour=given.colour,
                picture=given.picture or "",
                policy=policy,
            )
    except Taken as error:
        raise Misfit("name", TAKEN_CHILD) from error


async def alter_child(desk: Desk, child: Child, given: ChildForm) -> Child:
    """Change a child's particulars; the rules stay as they are."""
    _age(desk, given)
    what = to_say("changed the particulars of {child}")
    try:
        async with desk.change(what, child_id=child.id, child=given.name) as tx:
            return await children.alter(
                tx,
                child.id,
                name=given.name,
                birth_year=given.birth_year,
                language=given.language,
                colour=given.colour,
                picture=given.picture,
            )
    except Taken as error:
        raise Misfit("name", TAKEN_CHILD) from error


async def remove_child(desk: Desk, child: Child) -> Receipt:
    """Erase a child with everything recorded about it; return the proof."""
    if not desk.adult.runs(child.group_id):
        raise Refused(403, "may-only-look")
    async with desk.panel.db.read() as store:
        home = await groups.get(store, child.group_id)
    # The name itself must not stay behind: the line becomes the receipt.
    async with replace(desk, family=home).change(ERASED_CHILD) as tx:
        await erasing.erase(tx, child.id)
    async with desk.panel.db.read() as store:
        found = await erasing.receipts(store, [home.id])
    receipt = next(each for each in found if each.revision == tx.revision)
    await sweep(desk.panel, child.id, receipt)
    return receipt


async def add_device(desk: Desk, given: DeviceForm) -> Device:
    """Add a device; it gets a port of its own at the door."""
    await _check_children(desk, given)
    async with desk.change(to_say("added the device {device}"), device=given.name) as tx:
        added = await devices.add(
            tx,
            name=given.name,
            kind=given.kind,
            system=given.system,
            child_ids=given.child_ids,
            first_port=desk.panel.door_port + 1,
            group_id=desk.family.id,
        )
        await uses.set_asking(tx, added.id, asks=given.asks_who)
        return await devices.get(tx.connection, added.id)


async def alter_device(desk: Desk, device: Device, given: DeviceForm) -> Device:
    """Change a device's particulars and whose it is."""
    await _check_children(desk, given)
    async with desk.change(to_say("changed the device {device}"), device=given.name) as tx:
        await uses.set_asking(tx, device.id, asks=given.asks_who)
        return await devices.alter(
            tx,
            device.id,
            name=given.name,
            kind=given.kind,
            system=given.system,
            child_ids=given.child_ids,
        )


async def set_credentials(
    desk: Desk, device: Device, username: str, password: str, key: bytes
) -> Device:
    """Give a device a proxy user name and password; only the keyed hash is kept."""
    what = to_say("made a proxy password for {device}")
    async with desk.change(what, device=device.name) as tx:
        hashed = hash_password(key, password)
        return await devices.set_credentials(tx, device.id, username=username, password_key=hashed)


async def remove_device(desk: Desk, device: Device) -> None:
    """Remove a device; nothing goes through its port any more."""
    async with desk.change(to_say("removed the device {device}"), device=device.name) as tx:
        await devices.remove(tx, device.id)


async def family_children(desk: Desk) -> list[Child]:
    """Return the children of the adult's groups: those to see, or to do something for."""
    return await desk.children()


async def family_child(desk: Desk, child_id: UUID | str | None) -> Child | None:
    """Return one of the children of the adult's groups, by its id as it was given."""
    family = await family_children(desk)
    return next((child for child in family if str(child.id) == str(child_id)), None)


async def children_here(desk: Desk) -> list[Child]:
    """Return the children who stand on Today: of the family, and of others the adult has a role on.

    Who is also a teacher does not find the class among the family.
    """
    alike = groups_here(desk)
    return [child for child in await desk.children() if child.group_id in alike]


def groups_here(desk: Desk) -> set[UUID]:
    """Return the groups whose children stand on Today: families, or else classes and schools."""
    at_home = desk.family.kind == "family"
    alike = {group.id for group in desk.groups if (group.kind == "family") is at_home}
    return alike | {desk.family.id}


async def family_devices(desk: Desk) -> list[Device]:
    """Return the devices of the adult's children, and those of the family that are no child's."""
    async with desk.panel.db.read() as store:
        return await devices.list_all(store, sight=desk.sight)


def child_form(desk: Desk, colour: str = "blue") -> Filled[BaseModel]:
    """Return the form for a new child."""
    birth_year = desk.now.year - USUAL_AGE
    language = desk.family.language
    return empty(language=language, colour=colour, birth_year=birth_year, picture="")


def _age(desk: Desk, given: ChildForm) -> int:
    age = desk.now.year - given.birth_year
    if not 0 <= age <= OLDEST:
        raise Misfit("birth_year", to_say("Please look at the year of birth again."))
    return age


async def _check_children(desk: Desk, given: DeviceForm) -> None:
    ours = {child.id for child in await family_children(desk)}
    if not ours.issuperset(given.child_ids):
        raise Misfit("child_ids", to_say("Please choose one of these."))
