"""A family joins a class by its code: reads who sees what, agrees, is taken in, leaves again."""

import re
from uuid import UUID

from store import children, devices, rosters
from store.adults import Role
from store.change import SYSTEM, change
from tests.api.conftest import House
from tests.api.test_own_home import KEY, at_device
from tests.api.test_rosters import school  # noqa: F401 - the fixture
from tests.api.test_scopes import enter

V1 = "/api/v1"


async def code_of(house: House, school, who: str = "thu", group: str = "6A") -> str:  # noqa: F811
    async with house.client(who) as teacher:
        answer = await teacher.post(f"{V1}/groups/{school[group].id}/code", json={"days": "7"})
        assert answer.status_code == 201, answer.text
        return answer.json()["code"]


async def agrees(house: House, asked: UUID, child: str = "Nam", *, yes: bool = True) -> None:
    """The child says yes or no itself, on its own page."""
    house.panel.credentials_key = lambda: KEY
    who = house.children[child]
    if child not in house.devices:
        about = {"name": "tablet", "kind": "tablet", "system": "android"}
        async with change(house.panel.db, by=SYSTEM, what="gave", now=house.clock()) as tx:
            house.devices[child] = await devices.add(
                tx, **about, child_ids=[who.id], first_port=8101
            )
    async with at_device(house, child) as page:
        assert "/classes" in (await page.get("/own/")).text
        assert "Bạn được nói không" in (await page.get("/own/classes")).text
        given = {"answer": "yes" if yes else "no"}
        assert (await page.post(f"/own/classes/{asked}", data=given)).status_code == 303


async def ask(house: House, code: str, child: str = "Nam", who: str = "alice") -> UUID:
    async with house.client(who) as parent:
        at = f"{V1}/children/{house.children[child].id}/enrolments"
        answer = await parent.post(at, json={"code": code, "agrees": True})
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["id"])


async def test_a_family_goes_from_the_code_on_paper_into_the_class_and_out_again(
    house: House,
    school,  # noqa: F811
):
    nam, here = house.children["Nam"], f"/groups/{school['6A'].id}/joining"
    async with house.client("thu") as thu, house.client("alice") as alice:
        page = (await thu.post(f"{here}/code", data={"days": "7"}, follow_redirects=True)).text
        code = re.search(r"(?<![\w-])[A-Z2-9]{4}-[A-Z2-9]{4}(?![\w-])", page)[0]
        chosen = (await alice.get(f"/class/{code}")).text
        assert "Which child?" in chosen
        joining = f"/children/{nam.id}/classes/join"
        words = (await alice.get(joining, params={"code": code.lower()})).text
        assert "It never gets Nam’s sites, pages, searches or videos" in words
        given = {"code": code, "version": re.search(r'name="version" value="(.+?)"', words)[1]}
        assert (await alice.post(joining, data=given)).status_code == 422, "nobody agreed"
        asked = await alice.post(joining, data=given | {"agrees": "true"}, follow_redirects=True)
        assert "waits for the school" in asked.text
        assert "1 family waits" in (await thu.get(f"/groups/{school['6A'].id}")).text
        waiting = (await thu.get(here)).text
        wish = re.search(r'action="(/groups/.+?/accept)"', waiting)[1]
        asked_of = UUID(wish.split("/")[-2])
        assert "has not answered yet" in waiting
        assert (await thu.post(wish)).status_code == 422, "the child has a say"
        await agrees(house, asked_of, yes=False)
        assert "Nam said no" in (await alice.get(f"/children/{nam.id}/classes")).text
        await agrees_after_all(house, asked_of)
        assert "Nam belongs to the class now" in (await thu.post(wish, follow_redirects=True)).text
        assert (await thu.post(wish)).status_code == 404, "it was answered"
        mine = (await alice.get(f"/children/{nam.id}/classes")).text
        assert "taken in" in mine
        assert "It never gets Nam’s sites" in mine, "the words stay on record"
        assert "asked that Nam joins 6A" in (await alice.get("/settings/ledger")).text
        assert (await thu.get(f"/children/{nam.id}")).status_code == 404
        await leaves(alice, thu, f"/children/{nam.id}", f"/groups/{school['6A'].id}")


async def leaves(parent, teacher, child: str, group: str) -> None:
    out = f"{child}/classes/{group.rpartition('/')[2]}/leave"
    assert "belongs to 6A no more" in (await parent.post(out, follow_redirects=True)).text
    assert not re.search(r"\bNam\b", (await teacher.get(group)).text)


async def agrees_after_all(house: House, asked: UUID) -> None:
    async with at_device(house, "Nam") as page:
        await page.post(f"/own/classes/{asked}", data={"answer": "yes"})
        assert "Bạn đã đồng ý" in (await page.get("/own/classes")).text


async def test_a_pupil_of_the_list_with_the_same_name_and_year_is_offered_and_replaced(
    house: House,
    school,  # noqa: F811
):
    nam = house.children["Nam"]
    async with change(house.panel.db, by=SYSTEM, what="listed", now=house.clock()) as tx:
        pupil = await children.add(
            tx, group_id=school["6A"].id, name="Nam", birth_year=nam.birth_year, language="vi"
        )
        await rosters.give_number(tx, school["S"].id, pupil.id, "HS9")
    asked = await ask(house, await code_of(house, school, "hanh", "S"))
    await agrees(house, asked)
    at = f"{V1}/groups/{school['S'].id}/enrolments"
    async with house.client("hanh") as head:
        wish = (await head.get(at)).json()[0]
        assert [one["child_id"] for one in wish["alike"]] == [str(pupil.id)]
        assert (
            "Is it a pupil of your list?"
            in (await head.get(f"/groups/{school['S'].id}/joining")).text
        )
        mistaken = {"pupil_id": str(house.children["Mai"].id)}
        assert (await head.post(f"{at}/{asked}/accept", json=mistaken)).status_code == 422
        done = await head.post(f"{at}/{asked}/accept", json={"pupil_id": str(pupil.id)})
        assert done.status_code == 200, done.text
    async with house.panel.db.read() as store:
        found = await rosters.enrolled(store, school["S"])
    assert {(one.child_id, one.number) for one in found if one.name == "Nam"} == {(nam.id, "HS9")}


async def test_a_wrong_ended_or_old_code_opens_nothing_and_guessing_is_slowed_down(
    house: House,
    school,  # noqa: F811
):
    code, at = await code_of(house, school), f"/children/{house.children['Nam'].id}/classes/join"
    async with house.client("alice") as alice:
        assert (await alice.get(at, params={"code": code})).status_code == 200
        house.clock.move(hours=24 * 7)
        assert (await alice.get(at, params={"code": code})).status_code == 422
        fresh = await code_of(house, school)
        async with house.client("thu") as thu:
            await thu.post(f"/groups/{school['6A'].id}/joining/code/end")
        assert "ran out" in (await alice.get(at, params={"code": fresh})).text
        tried = [(await alice.get(at, params={"code": "WRNGCDE2"})).status_code for _ in range(40)]
        assert tried[-1] == 429


async def test_a_link_with_a_code_nobody_gave_says_so(house: House):
    assert house.children
    async with house.client("alice") as alice:
        answer = await alice.get("/class/ABCD-EFGH")
        assert answer.status_code == 404
        assert 'role="alert"' in answer.text


async def test_a_wish_is_taken_back_or_refused_and_both_sides_read_it(house: House, school):  # noqa: F811
    code = await code_of(house, school)
    first, at = await ask(house, code), f"{V1}/children/{house.children['Nam'].id}/enrolments"
    async with house.client("alice") as alice, house.client("thu") as thu:
        theirs = f"{V1}/groups/{school['6A'].id}/enrolments"
        assert (await alice.delete(f"{at}/{first}")).status_code == 204
        assert (await thu.get(theirs)).json() == []
        second = await ask(house, code)
        again = await alice.post(at, json={"code": code, "agrees": True})
        assert again.status_code == 409
        assert (await thu.post(f"{theirs}/{second}/refuse")).status_code == 204
        states = [one["state"] for one in (await alice.get(at)).json()]
        assert states == ["refused", "withdrawn"]


async def test_nobody_else_makes_a_code_answers_or_enrols(house: House, school):  # noqa: F811
    await enter(house, "Tess", school["T"].id, Role.TEACHER)
    code = await code_of(house, school)
    asked = await ask(house, code)
    group, nam = school["6A"].id, house.children["Nam"].id
    verbs = (
        ("POST", f"{V1}/groups/{group}/code"),
        ("DELETE", f"{V1}/groups/{group}/code"),
        ("GET", f"{V1}/groups/{group}/enrolments"),
        ("POST", f"{V1}/groups/{group}/enrolments/{asked}/accept"),
        ("POST", f"{V1}/groups/{group}/enrolments/{asked}/refuse"),
    )
    for who in ("alice", "tess", "otto", "charlie"):
        async with house.client(who) as other:
            for method, path in verbs:
                answer = await other.request(method, path, json={})
                assert answer.status_code in (403, 404), (who, method, path)
    for who in ("vera", "charlie", "thu", "hanh"):
        async with house.client(who) as other:
            given = {"code": code, "agrees": True}
            answer = await other.post(f"{V1}/children/{nam}/enrolments", json=given)
            assert answer.status_code in (403, 404), who
            out = await other.delete(f"{V1}/children/{nam}/classes/{group}")
            assert out.status_code in (403, 404), who
