"""A school's pages: classes instead of cards, lists a page at a time, work that is bounded."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import unquote
from uuid import UUID

import pytest
from httpx import Response
from sqlalchemy import event

from rules.asks import Wish
from rules.policy import Policy
from rules.scope import category
from store import (
    adults,
    asks,
    change,
    children,
    devices,
    grants,
    groups,
    household,
    ledger,
    sessions,
)
from store.adults import Role
from store.change import SYSTEM, Actor, ActorKind
from store.children import Child
from store.groups import Group
from tests.api.conftest import House
from tests.kit.agreed import agree

HTMX = {"HX-Request": "true"}
ABOUT = {"zone": "Asia/Ho_Chi_Minh", "language": "vi"}


@dataclass
class School:
    """A school of classes; the head knows every child, a teacher those of the first class."""

    classes: list[Group]
    pupils: list[Child]


async def found_school(house: House, sizes: list[int]) -> School:
    """Found a school whose head, Hanh, is teacher of each class, too."""
    db, now = house.panel.db, house.clock()
    async with change.change(db, by=SYSTEM, what="founded", now=now) as tx:
        school = await groups.add(tx, name="THCS Lê Chân", kind="school", **ABOUT)
        about = {"password_hash": "x", "language": "en"}
        head = await adults.add(
            tx, name="Hanh", email="hanh@x.example", group_id=school.id, role=Role.OWNER, **about
        )
        made = School([], [])
        for number, size in enumerate(sizes, 1):
            group = await groups.add(
                tx, name=f"6A{number}", kind="class", parent_id=school.id, **ABOUT
            )
            await adults.give_role(tx, head.id, group.id, Role.TEACHER)
            made.classes.append(group)
            for pupil in range(size):
                made.pupils.append(await _pupil(tx, group, f"Nguyễn Thị Ân {number}.{pupil:03}"))
        teacher = await adults.add(
            tx,
            name="Thao",
            email="thao@x.example",
            group_id=made.classes[0].id,
            role=Role.TEACHER,
            **about,
        )
    async with db.write() as store:
        house.tokens["hanh"] = await sessions.open_session(store, head.id, now=now)
        house.tokens["thao"] = await sessions.open_session(store, teacher.id, now=now)
    return made


async def _pupil(tx: change.Change, group: Group, name: str) -> Child:
    child = await children.add(
        tx, group_id=group.id, name=name, birth_year=2014, language="vi", policy=Policy()
    )
    await agree(tx, child.id)
    await devices.add(
        tx,
        name=f"Máy {name}",
        kind="phone",
        system="android",
        child_ids=[child.id],
        first_port=20_000,
        group_id=group.id,
    )
    return child


async def ask_for(house: House, child: Child, scope: str) -> None:
    by = Actor(ActorKind.CHILD, child.name, child.id)
    async with change.change(
        house.panel.db, by=by, what="asked", now=house.clock(), child_id=child.id
    ) as tx:
        await asks.ask(tx, child.id, Wish(scope=scope, minutes=30))
    house.clock.move(seconds=1)


@contextmanager
def counted(house: House) -> Iterator[list[str]]:
    """Count the statements that pages make."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    db = house.panel.db
    engines = (db._reader.sync_engine, db._writer.sync_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


PAGES = (
    "/",
    "/?group={group}",
    "/activity",
    "/activity/searched",
    "/asks",
    "/alerts",
    "/devices",
    "/settings",
    "/settings/ledger",
    "/settings/data",
    "/children/{child}",
)


async def test_more_children_are_no_more_statements(house: House) -> None:
    first = await found_school(house, [14, 3])
    where = {"group": first.classes[0].id, "child": first.pupils[0].id}
    pages = [page.format(**where) for page in PAGES]
    before = await _statements(house, pages)
    async with change.change(house.panel.db, by=SYSTEM, what="grew", now=house.clock()) as tx:
        for number in range(12):
            first.pupils.append(
                await _pupil(tx, first.classes[number % 2], f"Trần Bình {number:03}")
            )
    assert await _statements(house, pages) == before


async def _statements(house: House, pages: list[str]) -> dict[str, int]:
    found = {}
    async with house.client("hanh") as browser:
        for page in pages:
            (await browser.get(page)).raise_for_status()
            with counted(house) as said:
                (await browser.get(page)).raise_for_status()
            found[page] = len(said)
    return found


async def test_a_head_sees_classes_and_opens_one_without_script(house: House) -> None:
    school = await found_school(house, [11, 3])
    async with house.client("hanh") as browser:
        page = (await browser.get("/")).text
        tiles = re.findall(r'class="cl-tile[^"]*" href="([^"]*)"', page)
        room = (await browser.get(unescape(tiles[1]))).text
    assert tiles == [f"/?group={group.id}" for group in school.classes]
    assert "0 of 11 online today" in page
    assert "pg-child" not in page
    assert "Nguyễn Thị Ân" not in page
    assert room.count('class="cl-line ') == 3
    assert "Nguyễn Thị Ân 1." not in room


async def test_a_name_is_found_however_it_is_typed(house: House) -> None:
    await found_school(house, [11, 3])
    async with house.client("hanh") as browser:
        page = (await browser.get("/?q=nguyen an 2.00")).text
        nobody = (await browser.get("/?q=zzz")).text
    assert page.count('class="cl-line ') == 3
    assert "No child is called like that." in nobody


async def test_a_class_larger_than_a_page_goes_on_on_the_next(house: House) -> None:
    school = await found_school(house, [45])
    seen: list[str] = []
    async with house.client("thao") as browser:
        address = "/"
        while address:
            page = (await browser.get(address)).text
            seen += re.findall(r'<a href="/children/([0-9a-f-]{36})">', page)
            further = re.search(r'href="([^"]*)">Further', page)
            address = unescape(further[1]) if further else ""
    assert sorted(seen) == sorted(str(child.id) for child in school.pupils)


async def test_a_child_is_paused_in_its_line_and_the_class_stays_open(house: House) -> None:
    school = await found_school(house, [11, 3])
    child, here = school.pupils[3], f"/?group={school.classes[0].id}"
    async with house.client("hanh") as browser:
        data = {"back": here}
        part = await browser.post(f"/children/{child.id}/pause", data=data, headers=HTMX)
        plain = await browser.post(f"/children/{child.id}/resume", data=data)
    assert "<html" not in part.text
    assert f"{child.name} is paused." in part.text
    assert part.text.count('class="cl-line ') == 11
    assert f"/children/{child.id}/resume" in part.text
    assert (plain.status_code, plain.headers["location"]) == (303, here)


async def test_a_class_is_paused_in_one_change_and_more_children_are_no_more_statements(
    house: House,
) -> None:
    school = await found_school(house, [20, 34])
    told = {}
    async with house.client("hanh") as browser:
        for group in school.classes:
            form = {"length": "15", "group": str(group.id), "back": "/elsewhere"}
            before = await _revision(house)
            with counted(house) as said:
                answer = await browser.post("/pause-everyone", data=form)
            with counted(house) as undone:
                await browser.post("/undo-everyone", data=_undo(answer))
            told[group.id] = len(said), len(undone)
            assert await _revision(house) == before + 2
    async with house.panel.db.read() as store:
        [line] = await ledger.lines(store, child_id=school.pupils[-1].id, limit=1)
        [paused] = await ledger.lines(store, child_id=school.pupils[-1].id, before=line.number)
        assert await ledger.first_broken(store) is None
    assert len(set(told.values())) == 1
    assert paused.what.format(**paused.values) == f"paused {school.pupils[-1].name}"


async def _revision(house: House) -> int:
    async with house.panel.db.read() as store:
        return await household.revision(store)


def _undo(answer: Response) -> dict[str, str]:
    """Read the undo that the next page would offer."""
    kept = json.loads(unquote(answer.cookies["haidang_flash"].strip('"')))
    return dict(kept["undo"]["fields"])


async def test_the_extra_time_of_a_whole_class_goes_on_after_an_undo(house: House) -> None:
    school = await found_school(house, [30])
    until = house.clock() + timedelta(hours=1)
    async with change.change(house.panel.db, by=SYSTEM, what="gave", now=house.clock()) as tx:
        given = {await _given(tx, child, until) for child in school.pupils}
    house.clock.move(minutes=5)
    async with house.client("thao") as browser:
        form = {"length": "15", "group": str(school.classes[0].id), "back": "/elsewhere"}
        answer = await browser.post("/pause-everyone", data=form)
        async with house.panel.db.read() as store:
            assert await grants.running(store, now=house.clock()) == []
        house.clock.move(minutes=1)
        await browser.post("/undo-everyone", data=_undo(answer))
    async with house.panel.db.read() as store:
        again = await grants.running(store, now=house.clock())
    assert {(grant.id, grant.until) for grant in again} == given


async def _given(tx: change.Change, child: Child, until: datetime) -> tuple[UUID, datetime]:
    grant = await grants.give(tx, child.id, until=until)
    return grant.id, grant.until


async def test_a_class_is_paused_together_and_taken_back_and_no_other(house: House) -> None:
    school = await found_school(house, [13, 2])
    form = {"length": "15", "group": str(school.classes[0].id), "back": "/"}
    async with house.client("hanh") as browser:
        part = (await browser.post("/pause-everyone", data=form, headers=HTMX)).text
        assert "for 13 children." in part
        assert await _paused(house, school) == [True] * 13 + [False] * 2
        undo = part.partition('action="/undo-everyone"')[2].partition("</form>")[0]
        fields = {
            name: unescape(value)
            for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', undo)
        }
        await browser.post("/undo-everyone", data=fields)
    assert await _paused(house, school) == [False] * 15


async def _paused(house: House, school: School) -> list[bool]:
    async with house.panel.db.read() as store:
        ids = [child.id for child in school.pupils]
        rules = await household.rules_of(store, ids, now=house.clock())
    return [rules[key].layers[-1][1].pause is not None for key in ids]


async def test_no_ask_is_lost_from_sight(house: House) -> None:
    school = await found_school(house, [13, 3])
    for kind in ("games", "video", "chat"):
        for child in school.pupils:
            await ask_for(house, child, category(kind))
    async with house.client("hanh") as browser:
        today = (await browser.get("/")).text
        assert today.count('aria-labelledby="ask-') == 10
        seen: set[str] = set()
        address = "/asks"
        while address:
            page = (await browser.get(address)).text
            seen |= set(re.findall(r'aria-labelledby="ask-([0-9a-f-]{36})"', page))
            further = re.search(r'href="(/asks\?after=[^"]*)"', page)
            address = unescape(further[1]) if further else ""
    assert "38 more wait" in today
    assert len(seen) == 48
    tile = today.partition(f"/?group={school.classes[0].id}")[2].partition("</a>")[0]
    assert "39 asks" in tile


async def test_an_opened_class_shows_its_own_asks_and_a_way_past_them(house: House) -> None:
    school = await found_school(house, [13, 3])
    for child in school.pupils:
        await ask_for(house, child, category("games"))
    async with house.client("hanh") as browser:
        today = (await browser.get("/")).text
        room = (await browser.get(f"/?group={school.classes[1].id}")).text
    asks_at, tiles_at = today.index('aria-labelledby="ask-'), today.index('class="cl-tiles"')
    assert today.index('href="#beyond"') < asks_at < today.index('id="beyond"') < tiles_at
    assert room.count('aria-labelledby="ask-') == 3
    about = room.partition('aria-labelledby="ask-')[2].partition('id="beyond"')[0]
    assert all(child.name in about for child in school.pupils[13:])
    assert not any(child.name in room for child in school.pupils[:13])
    assert "13 more wait" in room
    assert room.index("All groups") < room.index('aria-labelledby="ask-')


async def test_what_was_answered_is_read_on_page_by_page(house: House, monkeypatch) -> None:
    monkeypatch.setattr("api.pages.asks.AT_ONCE", 4)
    school = await found_school(house, [13])
    for child in school.pupils:
        await ask_for(house, child, category("games"))
    house.clock.move(days=3)
    named: list[str] = []
    async with house.client("thao") as browser:
        address = "/asks"
        while address:
            page = (await browser.get(address)).text
            named += re.findall(r"<strong>(Nguyễn Thị Ân [\d.]+)</strong>", page)
            further = re.search(r'href="(/asks\?before=[^"]*)"', page)
            address = unescape(further[1]) if further else ""
    assert sorted(named) == sorted(child.name for child in school.pupils)


@pytest.mark.parametrize("path", ["/devices", "/settings/data"])
async def test_a_list_of_many_is_searched_without_script(house: House, path: str) -> None:
    school = await found_school(house, [45])
    field = "q" if path == "/devices" else "who"
    async with house.client("hanh") as browser:
        page = (await browser.get(path)).text
        found = (await browser.get(f"{path}?{field}=nguyen thi an 1.044")).text
    wanted = school.pupils[44].name
    assert f'name="{field}"' in page
    assert wanted not in page
    assert wanted in found
    assert school.pupils[43].name not in found


async def test_a_head_without_a_role_on_the_classes_is_led_to_them(house: House) -> None:
    school = await found_school(house, [3, 4])
    async with change.change(house.panel.db, by=SYSTEM, what="took", now=house.clock()) as tx:
        head = await adults.find_by_email(tx.connection, "hanh@x.example")
        assert head
        for group in school.classes:
            await adults.take_role(tx, head.id, group.id)
    async with house.panel.db.write() as store:
        house.tokens["hanh"] = await sessions.open_session(store, head.id, now=house.clock())
    async with house.client("hanh") as browser:
        page = (await browser.get("/")).text
    assert [f"/groups/{group.id}" for group in school.classes] == re.findall(
        r'class="cl-tile[^"]*" href="([^"]*)"', page
    )
    assert "4 children" in page
    assert "Nguyễn" not in page


async def test_a_group_of_others_is_not_there(house: House) -> None:
    school = await found_school(house, [13, 3])
    async with house.client("thao") as browser:
        page = await browser.get(f"/?group={school.classes[1].id}")
    assert page.status_code == 404


async def test_a_family_keeps_its_cards(house: House) -> None:
    async with house.client("alice") as browser:
        page = (await browser.get("/")).text
    assert page.count('class="hd-card pg-child ') == 2


async def test_a_program_pauses_one_class_and_takes_it_back(house: House):
    school = await found_school(house, [2, 3])
    first, other = (str(each.id) for each in school.classes)
    pause, undo = "/api/v1/everyone/pause", "/api/v1/everyone/undo"
    async with house.client("hanh") as hub:
        done = (await hub.post(pause, json={"minutes": 45}, params={"group_id": first})).json()
        assert set(done["children"]) == {str(each.id) for each in school.pupils[:2]}
        elsewhere = await hub.post(undo, json=done, params={"group_id": other})
        assert elsewhere.json() == {"children": []}
        back = await hub.post(undo, json=done, params={"group_id": first})
        assert set(back.json()["children"]) == set(done["children"])
    async with house.client("thao") as teacher:
        refused = await teacher.post(pause, json={"minutes": 45}, params={"group_id": other})
    assert refused.status_code == 404
