"""Founds the sample school: a city, a ward, the school, its classes, teachers, pupils, rules."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from api.security import hash_password
from rules.lessons import usual
from rules.policy import Choice, Hours, Policy
from rules.scope import category
from store import adults, children, devices, groups, policies, timetables
from store.adults import Role
from store.change import SYSTEM, Change, change
from store.database import Database
from store.groups import Group
from tests.demo.people import PASSWORD
from tests.demo.school.people import Pupil, full_names, pupils
from tests.kit.agreed import agree

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CITY, WARD, SCHOOL = "Hải Phòng", "Phường Lê Chân", "THCS Lê Chân"
HEAD_MAIL, OFFICER_MAIL = "hieutruong@demo.example", "canbo@demo.example"
KEPT = "demo_school"
"""The fact that tells which school this is and how far it has lived."""
FIRST_PORT = 20_000


@dataclass(slots=True)
class Enrolled:
    """A pupil that was let in."""

    pupil: Pupil
    child_id: UUID
    device_id: UUID


@dataclass(slots=True)
class Founded:
    school: Group
    classes: dict[str, Group] = field(default_factory=dict)
    enrolled: list[Enrolled] = field(default_factory=list)


async def found(db: Database, count: int, seed: int, now: datetime) -> Founded:
    """Found the school with so many pupils, class by class; what is there already stays."""
    chance = Random(seed)
    everyone = pupils(count, now.year, chance)
    teachers = full_names(len({each.form for each in everyone}) + 2, chance)
    password = await hash_password(PASSWORD)
    founded = await _find(db, everyone)
    if founded is None:
        async with change(db, by=SYSTEM, what="founded the school", now=now) as tx:
            founded = Founded(await _found_school(tx, teachers, password))
    for number, form in enumerate(dict.fromkeys(each.form for each in everyone)):
        if form in founded.classes:
            continue
        mine = [each for each in everyone if each.form == form]
        async with change(db, by=SYSTEM, what="founded a class", now=now) as tx:
            group = await _found_class(tx, founded.school, form, teachers[number + 2], password)
            founded.classes[form] = group
            for pupil in mine:
                port = FIRST_PORT + len(founded.enrolled)
                founded.enrolled.append(await _enrol(tx, group, pupil, port))
    return founded


async def _find(db: Database, everyone: list[Pupil]) -> Founded | None:
    """Find what was founded before, if anything was."""
    by_name = {each.name: each for each in everyone}
    async with db.read() as store:
        known = await groups.list_all(store)
        homes = {device.child_ids[0]: device.id for device in await devices.list_all(store)}
        living = await children.list_all(store)
    schools = [group for group in known if group.kind == "school"]
    if not schools:
        return None
    return Founded(
        schools[0],
        {group.name: group for group in known if group.kind == "class"},
        [Enrolled(by_name[child.name], child.id, homes[child.id]) for child in living],
    )


async def _found_school(tx: Change, teachers: list[str], password: str) -> Group:
    about = {"zone": ZONE.key, "language": "vi"}
    city = await groups.add(tx, name=CITY, kind="city", **about)  # type: ignore[arg-type] # words of one kind
    ward = await groups.add(tx, name=WARD, kind="ward", parent_id=city.id, **about)  # type: ignore[arg-type] # as above
    school = await groups.add(tx, name=SCHOOL, kind="school", parent_id=ward.id, **about)  # type: ignore[arg-type] # as above
    timetable = usual()
    await timetables.save(tx, school.id, timetable)
    await policies.save(tx, school.id, rules(timetable.lessons))
    await _adult(tx, (teachers[0], HEAD_MAIL), school, Role.OWNER, password)
    await _adult(tx, (teachers[1], OFFICER_MAIL), city, Role.OFFICER, password)
    return school


def rules(lessons: tuple[object, ...]) -> Policy:
    """Return the school's rules: never gambling or adult sites, no games and videos in lessons."""
    closed = [
        {"name": "lessons", "scope": category(name), "windows": lessons}
        for name in ("games", "video", "social")
    ]
    return Policy(
        categories=dict.fromkeys(("adult", "gambling", "malware", "phishing"), Choice.BLOCK),
        hours=tuple(Hours.model_validate(each) for each in closed),
        safe_search=True,
    )


async def _found_class(tx: Change, school: Group, form: str, teacher: str, password: str) -> Group:
    group = await groups.add(
        tx, name=form, zone=ZONE.key, language="vi", kind="class", parent_id=school.id
    )
    await _adult(tx, (teacher, f"{form.lower()}@demo.example"), group, Role.TEACHER, password)
    return group


async def _adult(tx: Change, who: tuple[str, str], group: Group, role: Role, password: str) -> None:
    name, mail = who
    await adults.add(
        tx,
        name=name,
        email=mail,
        password_hash=password,
        language="vi",
        group_id=group.id,
        role=role,
    )


async def _enrol(tx: Change, group: Group, pupil: Pupil, port: int) -> Enrolled:
    child = await children.add(
        tx, group_id=group.id, name=pupil.name, birth_year=pupil.birth_year, language="vi"
    )
    await agree(tx, child.id)
    device = await devices.add(
        tx,
        name=f"Máy của {pupil.name}",
        kind="tablet",
        system="android",
        child_ids=[child.id],
        first_port=port,
    )
    return Enrolled(pupil, child.id, device.id)
