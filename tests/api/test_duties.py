"""What the law asks of adults: a register with deadlines, and a record to print."""

from tests.api.conftest import House

V1 = "/api/v1"


async def ask(house: House, adult, kind: str = "access", **more: str) -> dict:
    wish = {"child_id": str(house.children["Mai"].id), "kind": kind, **more}
    answer = await adult.post(f"{V1}/requests", json=wish)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_request_is_written_down_answered_extended_once_and_closed(house: House):
    async with house.client("alice") as alice:
        form = {"child_id": str(house.children["Mai"].id), "kind": "correction", "party": "child"}
        written = await alice.post("/requests", data=form | {"words": "My name is spelt wrongly"})
        assert written.status_code == 303
        page = (await alice.get("/requests")).text
        assert "My name is spelt wrongly" in page
        assert "within 10 days" in page
        (one,) = (await alice.get(f"{V1}/requests")).json()
        assert (one["answer_by"], one["due"], one["overdue"]) == ("2026-11-25", "2026-12-03", False)
        here = f"/requests/{one['id']}"
        assert "See the request" not in (await alice.get("/")).text
        house.clock.move(days=3)
        assert "overdue" in (await alice.get("/")).text
        assert (await alice.post(f"{here}/answered")).status_code == 303
        assert "overdue" not in (await alice.get("/")).text
        assert (await alice.post(f"{here}/extend", data={"why": ""})).status_code == 422
        assert (await alice.post(f"{here}/extend", data={"why": "Away"})).status_code == 303
        assert (await alice.post(f"{V1}{here}/extend", json={"why": "x"})).status_code == 409
        assert (await alice.get(f"{V1}/requests")).json()[0]["due"] == "2026-12-13"
        refused = await alice.post(f"{here}/done", data={"outcome": "refused"})
        assert refused.status_code == 422
        assert "Please say why" in refused.text
        assert (await alice.post(f"{here}/done", data={"outcome": "done"})).status_code == 303
        assert (await alice.get(f"{V1}/requests?only_open=true")).json() == []
        assert (await alice.post(f"{V1}{here}/done", json={})).status_code == 409


async def test_other_families_and_who_may_only_look_change_nothing(house: House):
    async with house.client("alice") as alice:
        one = await ask(house, alice)
    here = f"{V1}/requests/{one['id']}"
    async with house.client("charlie") as charlie:
        assert (await charlie.get(f"{V1}/requests")).json() == []
        assert (await charlie.post(f"{here}/done", json={})).status_code == 404
        wish = {"child_id": str(house.children["Mai"].id), "kind": "access"}
        assert (await charlie.post(f"{V1}/requests", json=wish)).status_code == 422
    async with house.client("vera") as vera:
        assert len((await vera.get(f"{V1}/requests")).json()) == 1
        assert (await vera.post(f"{here}/done", json={})).status_code == 403


async def test_the_record_says_what_is_switched_on_who_agreed_and_who_looked(house: House):
    here = f"/children/{house.children['Mai'].id}/supervision"
    async with house.client("bob") as bob:
        await bob.post(f"/children/{house.children['Mai'].id}/pause")
        page = (await bob.get(here)).text
        assert "paused Mai" in page
        assert "A lawyer must check" in page or "a lawyer must check" in page
    async with house.client("vera") as vera:
        page = (await vera.get(here)).text
        assert "looked at the record of supervision of Mai" in page
    async with house.client("charlie") as charlie:
        assert (await charlie.get(here)).status_code == 404
