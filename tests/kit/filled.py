"""A house with something of everything in it, so that no page is looked at empty by oversight."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

from api.panel import Upkeep
from cli import backups
from cli.settings import Settings
from reports.weekly import run_due
from rules.alerts import Level, Place
from rules.asks import Move, Terms, Wish
from rules.findings import Finding
from rules.radar import Look
from rules.reading import Reading, key_of
from rules.telling import Kind, Wants
from rules.verdict import Reason
from store import (
    adults,
    asks,
    channels,
    children,
    devices,
    grants,
    groups,
    log,
    radar,
    readings,
    sessions,
    stops,
    sums,
    tasks,
    uses,
)
from store.actor import Actor, ActorKind
from store.adults import Role
from store.batch import Batch
from store.change import SYSTEM, change
from store.channels import Owner, Way
from store.devices import Sighting
from store.notes import Alarm
from store.strangers import id_of
from tests.kit.agreed import agree
from tests.kit.panel import Diary, a_fortnight, blocked, open_door

V1 = "/api/v1"
KEY = b"k" * 32
PUPILS = """Mã học sinh;Họ và tên;Ngày sinh;Lớp
HS01;Nguyễn Đức Ánh;15/03/2014;6A
HS02;Trần Bảo Châu;02/09/2014;6A
HS03;Lê Gia Bảo;2014;6B
HS04;;2014;6B
"""
EXAMS = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:thi-hk1@truong.example
SUMMARY:Thi học kỳ I
DTSTART;VALUE=DATE:20261221
DTEND;VALUE=DATE:20261226
END:VEVENT
END:VCALENDAR
"""


@dataclass
class Filled:
    """What the addresses of all pages need, by the name of the parameter."""

    house: Any
    folder: Path
    ids: dict[str, object] = field(default_factory=dict)


async def fill(house: Any, folder: Path) -> Filled:
    """Let a family, its school and the machine live for a fortnight, with something of all."""
    filled = Filled(house, folder, {"family": house.family.id})
    house.panel.credentials_key = lambda: KEY
    house.panel.upkeep = _upkeep(house, folder)
    await _live(filled)
    await _ask(filled)
    await _watch(filled)
    await _write_letters(filled)
    await _found_school(filled)
    await _decide(filled)
    await _keep_books(filled)
    await open_door(house.panel.db, house.clock())
    return filled


def _upkeep(house: Any, folder: Path) -> Upkeep:
    settings = Settings(data=folder)
    kept = backups.folder_of(settings)

    async def examine() -> list[Finding]:
        return []

    async def back_up() -> Path:
        return await backups.make(settings, kept, house.panel.db)

    return Upkeep(
        folder,
        examine,
        spool=folder / "spool",
        snapshot=folder / "household.json",
        backups=kept,
        list_backups=lambda: backups.list_all(kept),
        back_up=back_up,
    )


async def _live(filled: Filled) -> None:
    """Give the children devices, and a fortnight on them."""
    house = filled.house
    mai, nam, db = house.children["Mai"], house.children["Nam"], house.panel.db
    async with change(db, by=SYSTEM, what="moved in", now=house.clock()) as tx:
        tablet = await devices.add(
            tx,
            name="Máy bảng phòng khách",
            kind="tablet",
            system="ios",
            child_ids=[mai.id, nam.id],
            first_port=8101,
        )
        await uses.set_asking(tx, tablet.id, asks=True)
        await tasks.add(tx, mai.id, title="Rửa bát", minutes=15)
    phone = house.devices["phone"]
    diary = Diary(db, house.panel.catalogue)
    await a_fortnight(diary, mai, phone, house.clock())
    diary.used(nam, tablet, "www.youtube.com", since=house.clock() - timedelta(hours=2), minutes=33)
    vpn = blocked(Reason.CATEGORY, "category:proxy")
    diary.used(
        mai,
        phone,
        "nordvpn.com",
        since=house.clock() - timedelta(hours=4),
        minutes=2,
        verdict=vpn,
    )
    await diary.save(house.clock())
    async with db.write() as store:
        seen = Sighting(phone.id, house.clock(), "192.168.1.30", trusts_ca=True)
        strange = Sighting(id_of("192.168.1.77"), house.clock(), "192.168.1.77", stranger=True)
        await devices.record(store, [seen, strange])
    house.devices["tablet"] = tablet
    filled.ids |= {"child_id": mai.id, "device_id": phone.id, "port": 8101}


async def _ask(filled: Filled) -> None:
    """Let Mai ask twice: one ask waits, the other was answered with an offer."""
    house = filled.house
    mai, phone, db = house.children["Mai"], house.devices["phone"], house.panel.db
    by = Actor(ActorKind.CHILD, mai.name, mai.id)
    wishes = (
        Wish(scope="service:roblox", minutes=30, reason="Con làm xong bài tập rồi ạ."),
        Wish(scope="site:wattpad.com", reason="Bạn con gửi truyện ở đó."),
    )
    async with change(db, by=by, what="asked", now=house.clock()) as tx:
        asked = [await asks.ask(tx, mai.id, wish, device_id=phone.id) for wish in wishes]
    by = Actor(ActorKind.ADULT, "Alice")
    terms = Terms(scope="site:wattpad.com", minutes=15)
    async with change(db, by=by, what="offered", now=house.clock()) as tx:
        await asks.answer(tx, asked[1].id, Move.OFFER, terms=terms, words="Sau bài tập nhé")
    async with change(db, by=by, what="gave", now=house.clock()) as tx:
        await grants.give(tx, mai.id, until=house.clock() + timedelta(minutes=30))
    filled.ids |= {"ask_id": asked[0].id, "answered": asked[1].id}


async def _watch(filled: Filled) -> None:
    """Raise alerts, read a page, look from the radar."""
    house = filled.house
    mai, phone, db, now = (
        house.children["Mai"],
        house.devices["phone"],
        house.panel.db,
        house.clock(),
    )
    told = {"device_id": phone.id, "child_id": mai.id, "place": Place.SEARCH}
    alarms = [
        Alarm(now - timedelta(minutes=20), **told, category="selfharm", level=Level.URGENT),
        Alarm(now - timedelta(days=1), **told, category="bullying", level=Level.NOTICE),
    ]
    await log.write(db, Batch(alarms=alarms), now=now)
    site = "truyen-tranh.example"
    await readings.keep(db, [Reading(key_of(site), now, "gambling", ("cá cược",), site=site)])
    start = now.replace(minute=0) - timedelta(hours=3)
    looks = [Look(phone.id, start + timedelta(hours=n), 4095, 4095 * (n < 2), 0) for n in range(3)]
    await radar.keep(db, looks)


async def _write_letters(filled: Filled) -> None:
    """Write the letters that are due, and give Alice an address they come to."""
    house = filled.house
    await run_due(house.panel.db, now=house.clock())
    async with house.panel.db.write() as store:
        session = await sessions.find(store, house.tokens["alice"], now=house.clock())
        assert session
        mail = {"way": Way.MAIL, "name": "Mail", "target": "a@nha.example"}
        owner, wants = Owner(adult_id=session.adult_id), Wants(kinds=frozenset({Kind.WEEK}))
        channel = await channels.add(
            store, owner, wants=wants, now=house.clock(), shown="a@nha.example", **mail
        )
        token = await stops.make(store, channel.id, Kind.WEEK, house.clock())
        bob = await sessions.find(store, house.tokens["bob"], now=house.clock())
        assert bob
    filled.ids |= {"channel_id": channel.id, "token": token, "bob": bob.adult_id}
    filled.ids["alice"] = session.adult_id


async def _found_school(filled: Filled) -> None:
    """Found a school with a class in a ward; Alice owns the ward, and Mai learns there."""
    house = filled.house
    async with change(house.panel.db, by=SYSTEM, what="founded", now=house.clock()) as tx:
        about = {"zone": "Asia/Ho_Chi_Minh", "language": "vi"}
        ward = await groups.add(tx, name="Phường Lê Chân", kind="ward", **about)
        school = await groups.add(
            tx, name="THCS Trần Phú", kind="school", parent_id=ward.id, **about
        )
        klass = await groups.add(tx, name="6A", kind="class", parent_id=school.id, **about)
        pupil = await children.add(
            tx, group_id=klass.id, name="Trâm Anh", birth_year=2014, language="vi"
        )
        await agree(tx, pupil.id)
        await adults.give_role(tx, filled.ids["alice"], ward.id, Role.OWNER)
    await sums.run(house.panel.db, now=house.clock())
    filled.ids |= {"group_id": klass.id, "school": school.id, "ward": ward.id}


async def _decide(filled: Filled) -> None:
    """Do at the desk what an adult does: rules, dates, lists, somebody to turn to."""
    mai = filled.ids["child_id"]
    async with filled.house.client("alice") as alice:
        number = (await alice.get(f"{V1}/children/{mai}/policy")).json()["number"]
        await _post(alice, f"/children/{mai}/presets", {"name": "teen", "number": str(number)})
        ics = {"Content-Type": "text/calendar"}
        at = f"{V1}/children/{mai}/policy/calendar"
        assert (await alice.post(at, content=EXAMS, headers=ics)).is_success
        await _post(alice, f"/children/{mai}/details", {"kind": "phone", "text": "0912 345 678"})
        pasted = {"name": "Của nhà mình", "category": "games", "lines": "game-lau.example"}
        await _post(alice, "/settings/lists", pasted)
        filled.ids["list_id"] = (await alice.get(f"{V1}/lists")).json()[0]["id"]
        await _post(alice, "/settings/helpers", {"name": "Cô Hoa", "phone": "0912 345 678"})
        line = re.search(r'/activity/why\?([^"#]+)"', (await alice.get("/activity")).text)
        assert line
        filled.ids["line"] = unescape(line[1])


async def _keep_books(filled: Filled) -> None:
    """Do what keeps the books: a request, an invitation, a list of pupils, a backup, an erasure."""
    house, ids = filled.house, filled.ids
    async with house.client("alice") as alice:
        asked = {"child_id": str(ids["child_id"]), "kind": "access", "party": "parent"}
        await _post(alice, "/requests", {**asked, "who": "Bà Hoa", "words": "Xin xem mọi dữ liệu"})
        at = f"{V1}/groups/{ids['group_id']}/code"
        ids["code"] = (await alice.post(at, json={"days": "7"})).json()["code"]
        at = f"{V1}/children/{ids['child_id']}/enrolments"
        asked = await alice.post(at, json={"code": ids["code"], "agrees": True})
        assert asked.is_success, asked.text
        invited = await alice.post(
            f"{V1}/groups/{house.family.id}/invitations", json={"role": "parent", "name": "Bà"}
        )
        ids["invitation"] = invited.json()["link"].rsplit("/", 1)[1]
        at = f"{V1}/groups/{ids['school']}/roster"
        for name in ("applied", "change_id"):
            seen = await alice.post(at, content=PUPILS.encode(), params={"name": "ds.csv"})
            ids[name] = seen.json()["id"]
            if name == "applied":
                done = await alice.post(f"{at}/{ids[name]}/apply", json={"missing": "keep"})
                assert done.is_success, done.text
        assert (await alice.post(f"{V1}/backups")).is_success
        bin_ = (await alice.post(f"{V1}/children", json={"name": "Bin", "birth_year": 2018})).json()
        gone = await _post(alice, f"/children/{bin_['id']}/remove", {"confirm": "Bin"})
        ids["number"] = gone.rsplit("/", 1)[1]


async def _post(client: Any, path: str, given: dict[str, str]) -> str:
    """Send a form that must be accepted; return where it leads."""
    answer = await client.post(path, data=given)
    assert answer.status_code == 303, (path, answer.status_code)
    return str(answer.headers["location"])
