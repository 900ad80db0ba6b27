"""Who may read the week of a class or school, and who gets counts only."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from rules.alerts import Level, Place
from rules.telling import Wants
from rules.verdict import Action, Reason
from store import adults, change, channels, children, deliveries, groups, ledger, sums
from store.adults import Role
from store.change import SYSTEM
from store.channels import Owner, Way
from store.children import Child
from store.groups import Group
from store.journal import Alarm, Journal, MinuteMark
from tests.api.conftest import MONDAY, House
from tests.api.test_scopes import enter
from tests.kit.agreed import agree

PAGES = ("week", "week/letter.csv", "week/letter.pdf", "week/mail", "week/days.parquet", "lessons")


class School:
    """A city, a ward, a school with two classes; a pupil in the first."""

    city: Group
    ward: Group
    school: Group
    first: Group
    second: Group
    pupil: Child


@pytest.fixture
async def school(house: House, note, tmp_path: Path) -> School:
    made = School()
    about = {"zone": "Asia/Ho_Chi_Minh", "language": "vi"}
    async with change.change(house.panel.db, by=SYSTEM, what="founded", now=MONDAY) as tx:
        made.city = await groups.add(tx, name="Hải Phòng", kind="city", **about)
        for name, kind, above in (
            ("ward", "ward", "city"),
            ("school", "school", "ward"),
            ("first", "class", "school"),
            ("second", "class", "school"),
        ):
            parent = getattr(made, above).id
            setattr(
                made, name, await groups.add(tx, name=name, kind=kind, parent_id=parent, **about)
            )
        made.pupil = await children.add(
            tx, group_id=made.first.id, name="Trâm Anh", birth_year=2014, language="vi"
        )
        await agree(tx, made.pupil.id)
    await enter(house, "Tess", made.first.id, Role.TEACHER)
    await enter(house, "Theo", made.second.id, Role.TEACHER)
    await enter(house, "Hoa", made.school.id, Role.OWNER)
    await enter(house, "Otto", made.city.id, Role.OFFICER)
    await enter(house, "Olga", made.ward.id, Role.OFFICER)
    at = MONDAY - timedelta(hours=3)
    await note(made.pupil.id, "olm.vn", at, Action.PASS, Reason.DEFAULT)
    spool = tmp_path / "heard"
    journal = Journal(house.panel.db, spool=spool, clock=house.clock, worker="t/2")
    journal.alarm(Alarm(at, None, made.pupil.id, "selfharm", Level.URGENT, Place.SEARCH))
    journal.mark(MinuteMark(made.pupil.id, "2026-11-23", "category:learning", 900))
    await journal.flush()
    await sums.run(house.panel.db, now=MONDAY)
    return made


async def test_a_teacher_reads_the_own_class_and_no_other(house: House, school: School):
    async with house.client("tess") as tess:
        page = await tess.get(f"/groups/{school.first.id}/week")
        assert page.status_code == 200
        assert "Trâm Anh" in page.text
        for other in (school.second, school.school):
            for path in PAGES:
                assert (await tess.get(f"/groups/{other.id}/{path}")).status_code == 404
    async with house.client("theo") as theo:
        assert (await theo.get(f"/groups/{school.first.id}/week")).status_code == 404


async def test_a_head_reads_all_numbers_and_no_names(house: House, school: School):
    async with house.client("hoa") as head:
        for group in (school.school, school.first, school.second):
            for path in PAGES:
                answer = await head.get(f"/groups/{group.id}/{path}")
                assert answer.status_code == 200, (group.name, path)
                assert "Trâm Anh" not in answer.text
        whole = (await head.get(f"/groups/{school.school.id}/week")).text
        assert "Talk today" in whole
        assert "first" in whole


async def test_an_officer_gets_counts_only(house: House, school: School):
    for name, place in (("otto", school.city), ("olga", school.ward)):
        async with house.client(name) as officer:
            for group in (school.school, school.first):
                for path in PAGES:
                    assert (await officer.get(f"/groups/{group.id}/{path}")).status_code in (
                        403,
                        404,
                    )
            last = MONDAY + timedelta(days=7)
            house.clock.now = last
            counts = await officer.get(f"/groups/{place.id}/counts.json?start=2026-11-23")
            assert counts.status_code == 200
            said = json.loads(counts.text)
            # One child is too few for any number to be told.
            assert said["licence"] == "CC-BY-4.0"
            assert {cell["children"] for cell in said["cells"]} == {None}
            assert (await officer.get(f"/groups/{place.id}/counts")).status_code == 200
            house.clock.now = MONDAY
    async with house.client("hoa") as head:
        assert (await head.get(f"/groups/{school.city.id}/counts.json")).status_code == 404


async def test_lessons_are_entered_once_and_mistakes_are_explained(house: House, school: School):
    path = f"/groups/{school.school.id}/lessons"
    async with house.client("hoa") as head:
        assert "07:00 - 07:45" in (await head.get(path)).text
        wrong = await head.post(path, data={"lessons": "seven", "days": ["0"]})
        assert wrong.status_code == 422
        assert "on a line of its own" in wrong.text
        backwards = await head.post(path, data={"lessons": "09:00 - 08:00", "days": ["0"]})
        assert backwards.status_code == 422
        right = await head.post(
            path, data={"lessons": "17:00 - 17:45\n18:00-18:45", "days": ["0", "1"]}
        )
        assert right.status_code == 303
        assert "17:00 - 17:45" in (await head.get(path)).text
    async with house.client("tess") as tess:
        assert (await tess.post(path, data={"lessons": "", "days": ["0"]})).status_code == 404


async def test_who_saw_a_name_stands_in_the_ledger(house: House, school: School):
    async with house.client("tess") as tess:
        await tess.get(f"/groups/{school.first.id}/week")
        trail = (await tess.get("/settings/ledger")).text
    assert "read who the alerts of first are about" in trail


async def test_who_looks_again_within_the_hour_is_not_written_down_twice(
    house: House, school: School
):
    lengths = []
    async with house.client("tess") as tess:
        for minutes in (0, 5, 61):
            house.clock.move(minutes=minutes)
            await tess.get(f"/groups/{school.first.id}/week")
            async with house.panel.db.read() as store:
                lengths.append(await ledger.length(store))
    assert lengths[0] == lengths[1] < lengths[2]


async def test_a_week_without_a_trace_says_what_will_stand_there(house: House, school: School):
    async with house.client("hoa") as head:
        page = await head.get(f"/groups/{school.second.id}/week")
    assert page.status_code == 200
    assert "Nothing was recorded in this week" in page.text


async def test_a_program_reads_the_letter_its_owner_may_read(house: House, school: School):
    path = f"/api/v1/groups/{school.first.id}/letter"
    async with house.client("tess") as tess:
        letter = (await tess.get(path)).json()
        assert (letter["kind"], letter["name"], letter["pupils"]) == ("class", "first", 1)
        assert "Trâm Anh" not in json.dumps(letter, ensure_ascii=False)
        earlier = (await tess.get(path, params={"week": "2026-11-18"})).json()
        assert (earlier["first"], sum(day["seen"] for day in earlier["days"])) == ("2026-11-16", 0)
        far = await tess.get(path, params={"week": "0001-01-01"})
        assert (far.status_code, far.json()["errors"][0]["at"]) == (422, "week")
    for name, status in (("theo", 404), ("otto", 403), ("alice", 404)):
        async with house.client(name) as other:
            assert (await other.get(path)).status_code == status, name


async def test_a_program_of_an_officer_reads_the_counts_that_are_published(
    house: House, school: School
):
    house.clock.now = MONDAY + timedelta(days=7)
    path = f"/api/v1/groups/{school.ward.id}/counts"
    async with house.client("olga") as olga:
        said = (await olga.get(path, params={"week": "2026-11-25"})).json()
        page = await olga.get(f"/groups/{school.ward.id}/counts.json?start=2026-11-25")
        assert said == json.loads(page.text)
        assert said["cells"]
    for name in ("hoa", "tess", "alice"):
        async with house.client(name) as other:
            assert (await other.get(path)).status_code == 404, name


async def test_the_letter_of_a_class_is_offered_to_those_who_have_one(house: House, school: School):
    offered = 'value="group_week"'
    for name, expected in (("tess", True), ("hoa", True), ("alice", False), ("otto", False)):
        async with house.client(name) as adult:
            page = (await adult.get("/settings/notices/new/mail")).text
            assert (offered in page) is expected, name
    async with house.client("tess") as tess:
        assert "It comes by itself" in (await tess.get(f"/groups/{school.first.id}/week")).text
    async with house.client("hoa") as head:
        # A head reads the class's week, and gets the school's letter alone.
        assert "It comes by itself" not in (await head.get(f"/groups/{school.first.id}/week")).text
        chosen = {"wanted": "true"}
        at = f"/groups/{school.first.id}/week/follow"
        assert "yours to get now" in (await head.post(at, data=chosen, follow_redirects=True)).text
        page = (await head.get(f"/groups/{school.first.id}/week")).text
        assert "It comes by itself" in page
        await head.post(at, data={"wanted": "false"})
        assert "every week" in (await head.get(f"/groups/{school.first.id}/week")).text
    for name, status in (("otto", 403), ("theo", 404), ("alice", 404)):
        async with house.client(name) as other:
            for verb in ("follow", "send"):
                answer = await other.post(f"/groups/{school.first.id}/week/{verb}", data=chosen)
                assert answer.status_code == status, (name, verb)


async def test_a_letter_can_be_sent_to_oneself_at_once(house: House, school: School):
    async with house.client("hoa") as head:
        sending = f"/groups/{school.first.id}/week/send"
        without = await head.post(sending)
        assert without.headers["location"].startswith("/settings/notices/new/mail")
        async with house.panel.db.write() as store:
            hoa = next(each for each in await adults.list_all(store) if each.name == "Hoa")
            about = {"name": "Me", "target": "hoa@truong.example", "shown": "hoa@…"}
            await channels.add(
                store, Owner(hoa.id), way=Way.MAIL, wants=Wants(), now=MONDAY, **about
            )
        sent = await head.post(sending)
        assert sent.headers["location"].startswith("/settings/notices")
        assert "first" in (await head.get("/settings/notices")).text
    async with house.panel.db.read() as store:
        [waiting] = await deliveries.of_adult(store, hoa.id)
    assert ":now:" in waiting.matter
    assert waiting.about["group"] == str(school.first.id)
