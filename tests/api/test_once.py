"""A program that is not sure whether it was heard sends again, and nothing is given twice."""

import asyncio
from datetime import timedelta

import pytest

from store import repeats, sessions, tokens
from store.tokens import TokenScope
from tests.api.conftest import House

KEY = {"Idempotency-Key": "a-press-of-the-button"}


async def grants_of(house: House, who: str = "alice") -> list:
    async with house.client(who) as client:
        return (await client.get(f"/api/v1/children/{house.children['Mai'].id}/grants")).json()


async def test_what_is_sent_twice_is_given_once_and_answered_alike(house: House):
    path = f"/api/v1/children/{house.children['Mai'].id}/grants"
    async with house.client("alice") as alice:
        first = await alice.post(path, json={"minutes": 15}, headers=KEY)
        again = await alice.post(path, json={"minutes": 15}, headers=KEY)
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.json() == first.json()
        assert again.headers["Idempotency-Replayed"] == "true"
        assert "Idempotency-Replayed" not in first.headers
        assert len(await grants_of(house)) == 1
        other = await alice.post(path, json={"minutes": 30}, headers=KEY)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency-key")
        assert (await alice.post(path, json={"minutes": 15})).status_code == 201
        assert len(await grants_of(house)) == 2
        long = await alice.post(path, json={"minutes": 15}, headers={"Idempotency-Key": "k" * 201})
        assert long.status_code == 422


async def test_a_pause_without_an_answer_is_answered_so_again(house: House):
    path = f"/api/v1/children/{house.children['Mai'].id}/pause"
    async with house.client("alice") as alice:
        assert (await alice.post(path, json={}, headers=KEY)).status_code == 204
        again = await alice.post(path, json={}, headers=KEY)
        assert (again.status_code, again.content) == (204, b"")
        said = [line["what"] for line in (await alice.get("/api/v1/ledger")).json()]
    assert said.count("paused {child}") == 1


async def test_what_was_refused_may_be_sent_again_with_the_same_key(house: House):
    path = f"/api/v1/children/{house.children['Mai'].id}/grants"
    async with house.client("alice") as alice:
        assert (await alice.post(path, json={}, headers=KEY)).status_code == 422
        assert (await alice.post(path, json={"minutes": 5}, headers=KEY)).status_code == 201


async def test_a_key_is_one_s_own_and_lasts_a_day(house: House):
    path = f"/api/v1/children/{house.children['Mai'].id}/grants"
    async with house.client("alice") as alice, house.client("bob") as bob:
        assert (await alice.post(path, json={"minutes": 5}, headers=KEY)).status_code == 201
        mine = await bob.post(path, json={"minutes": 5}, headers=KEY)
        assert "Idempotency-Replayed" not in mine.headers
        house.clock.move(days=1)
        later = await alice.post(path, json={"minutes": 5}, headers=KEY)
        assert (later.status_code, "Idempotency-Replayed" in later.headers) == (201, False)
    async with house.client("vera") as vera:
        assert (await vera.post(path, json={"minutes": 5}, headers=KEY)).status_code == 403


async def test_a_token_for_another_child_is_not_told_what_was_answered(house: House):
    path = f"/api/v1/children/{house.children['Mai'].id}/grants"
    async with house.client("alice") as alice:
        assert (await alice.post(path, json={"minutes": 5}, headers=KEY)).status_code == 201
    async with house.panel.db.write() as store:
        session = await sessions.find(store, house.tokens["alice"], now=house.clock())
        assert session
        only = [house.children["Nam"].id]
        about = {"name": "x", "scope": TokenScope.ACT, "now": house.clock(), "only": only}
        _, secret = await tokens.add(store, session.adult_id, **about)
    async with house.client() as program:
        program.headers["Authorization"] = f"Bearer {secret}"
        answer = await program.post(path, json={"minutes": 5}, headers=KEY)
    assert answer.status_code == 404


async def test_two_at_once_are_one_and_what_was_broken_off_says_so(house: House):
    path = f"/api/v1/children/{house.children['Mai'].id}/grants"
    async with house.client("alice") as alice:
        both = await asyncio.gather(
            *(alice.post(path, json={"minutes": 15}, headers=KEY) for _ in range(2))
        )
    assert sorted({each.status_code for each in both} - {409}) == [201]
    assert len(await grants_of(house)) == 1


@pytest.mark.parametrize("hours", [0, 23])
async def test_a_key_is_claimed_by_one_caller(house: House, hours: int):
    db, now = house.panel.db, house.clock()
    assert await repeats.claim(db, b"k" * 32, b"b" * 32, now) is None
    kept = await repeats.claim(db, b"k" * 32, b"b" * 32, now + timedelta(hours=hours))
    assert kept == repeats.Repeat(b"b" * 32, None, "")
