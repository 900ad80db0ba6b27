"""Settings: the family, its adults, the doors, the ledger."""

import dataclasses

from store import doors, groups
from store.doors import Door
from tests.api.conftest import House

NEW = {
    "name": "Dì Lan",
    "email": "lan@example.com",
    "password": "một câu thật dài và dễ nhớ",
    "language": "vi",
    "role": "parent",
}


async def test_the_family_moves_to_another_time_zone(house: House):
    async with house.client("alice") as alice:
        given = {"name": "Nhà Trần", "zone": "Europe/Berlin", "language": "en"}
        answer = await alice.post("/settings/family", data=given)
        assert answer.headers["location"] == "/settings"
    async with house.panel.db.read() as store:
        assert house.family
        assert (await groups.get(store, house.family.id)).zone == "Europe/Berlin"


async def test_a_time_zone_that_is_none_changes_nothing(house: House):
    async with house.client("alice") as alice:
        given = {"name": "New name", "zone": "Atlantis/Center", "language": "en"}
        answer = await alice.post("/settings/family", data=given)
        assert answer.status_code == 422
        assert 'value="New name"' in answer.text
        assert (await alice.get("/api/v1/family")).json()["name"] == "Nhà Trần"


async def test_a_second_parent_signs_in_and_does_what_the_first_does(house: House):
    async with house.client("alice") as alice:
        assert (await alice.post("/settings/adults/new", data=NEW)).status_code == 303
        assert "Dì Lan" in (await alice.get("/settings")).text
    async with house.client() as lan:
        await lan.post("/sign-in", data=NEW)
        page = await lan.get("/devices")
        assert '<html lang="vi"' in page.text
        assert "Mai’s phone" in page.text


async def test_the_same_e_mail_is_not_given_twice(house: House):
    async with house.client("alice") as alice:
        given = NEW | {"email": "BOB@example.com"}
        answer = await alice.post("/settings/adults/new", data=given)
        assert answer.status_code == 422
        assert "signs in with this e-mail already" in answer.text
        assert 'value="Dì Lan"' in answer.text


async def test_nobody_makes_themselves_an_owner(house: House):
    async with house.client("bob") as bob, house.client("alice") as alice:
        assert (await bob.post("/settings/adults/new", data=NEW)).status_code == 403
        answer = await alice.post("/settings/adults/new", data=NEW | {"role": "owner"})
        assert answer.status_code == 422


async def test_the_doors_tell_whether_the_newest_rules_are_in_force(house: House):
    async with house.client("alice") as alice:
        assert "No door is running" in (await alice.get("/settings")).text
        revision = (await alice.get("/api/v1/doors")).json()["revision"]
        door = Door("home/1", 1, revision, 0, house.clock(), connections=1200)
        async with house.panel.db.write() as store:
            await doors.report(store, door)
        part = (await alice.get("/settings/doors")).text
        assert "All rules in force" in part
        assert "1,200 open connections" in part
        assert "<html" not in part
        async with house.panel.db.write() as store:
            await doors.report(store, dataclasses.replace(door, revision=revision - 1))
        assert "Taking over a change" in (await alice.get("/settings/doors")).text


async def test_the_ledger_is_told_in_the_reader_s_language(house: House):
    async with house.client("alice") as alice:
        await alice.post("/settings/adults/new", data=NEW)
        assert "gave Dì Lan an account" in (await alice.get("/settings/ledger")).text
        await alice.post("/look", data={"language": "vi"})
        page = (await alice.get("/settings/ledger")).text
        assert "tài khoản" in page
        assert "gave Dì Lan an account" not in page


async def test_names_are_shown_as_text_and_never_as_markup(house: House):
    async with house.client("alice") as alice:
        given = NEW | {"name": "<script>alert(1)</script>"}
        await alice.post("/settings/adults/new", data=given)
        for path in ("/settings", "/settings/ledger"):
            page = (await alice.get(path)).text
            assert "<script>alert" not in page
            assert "&lt;script&gt;" in page
