"""Adults of a family: invited by a link, given a role, removed at once, leaving by themselves."""

import pytest

from store import adults, tokens
from tests.api.conftest import PASSWORD, House

V1 = "/api/v1"
LAN = {"name": "Dì Lan", "email": "lan@example.com", "password": PASSWORD, "language": "vi"}


def here(house: House) -> str:
    assert house.family
    return f"/settings/adults/{house.family.id}"


def rest(house: House) -> str:
    assert house.family
    return f"{V1}/groups/{house.family.id}"


async def find(house: House, name: str) -> adults.Adult:
    async with house.panel.db.read() as store:
        found = await adults.find_by_email(store, f"{name}@example.com")
    assert found
    return found


async def link_of(house: House, **given: object) -> str:
    async with house.client("alice") as alice:
        form = {"role": "viewer", "reach": "all", "days": "3"} | given
        page = (await alice.post(f"{here(house)}/invite", data=form)).text
    assert "works once" in page
    return page.split('data-copy="')[1].split('"')[0].removeprefix("http://panel.test")


async def test_who_was_invited_makes_an_account_once(house: House):
    nam = house.children["Nam"]
    link = await link_of(house, name="Dì Lan", reach="some", child_ids=[str(nam.id)])
    async with house.client() as lan:
        page = (await lan.get(link)).text
        assert "Alice invites you" in page
        assert "only for Nam" in page
        assert (await lan.post(link, data=LAN | {"email": "no"})).status_code == 422
        answer = await lan.post(link, data=LAN)
        assert answer.headers["location"] == "/"
        assert [one["name"] for one in (await lan.get(f"{V1}/children")).json()] == ["Nam"]
    async with house.client() as late:
        answer = await late.get(link)
        assert answer.status_code == 404
        assert "taken already" in answer.text
        assert (await late.post(link, data=LAN | {"email": "x@example.com"})).status_code == 404
    async with house.client("alice") as alice:
        page = (await alice.get(here(house))).text
        assert "Dì Lan" in page
        assert "only for Nam" in page
        assert "accepted the invitation" in (await alice.get("/settings/ledger")).text


async def test_who_has_an_account_already_joins_with_it(house: House):
    link = await link_of(house, role="parent")
    async with house.client() as stranger:
        answer = await stranger.post(link, data=LAN | {"email": "charlie@example.com"})
        assert "signs in with this e-mail already" in answer.text
    async with house.client("charlie") as charlie, house.client("bob") as bob:
        assert "You belong to Nhà Trần already" in (await bob.post(link)).text
        assert "Accept as Charlie" in (await charlie.get(link)).text
        assert (await charlie.post(link)).status_code == 303
        names = {one["name"] for one in (await charlie.get(f"{V1}/children")).json()}
        assert {"Mai", "Nam"} <= names


async def test_an_invitation_runs_out_and_can_be_taken_back(house: House):
    late, back = await link_of(house, days="1"), await link_of(house, days="7")
    async with house.client("alice") as alice, house.client() as lan:
        newest = (await alice.get(f"{rest(house)}/invitations")).json()[0]
        assert "link" not in newest
        await alice.post(f"{here(house)}/invitations/{newest['id']}/withdraw")
        assert (await lan.get(back)).status_code == 404
        assert (await lan.get(late)).status_code == 200
        house.clock.move(days=1)
        assert (await lan.get(late)).status_code == 404


async def test_guessing_links_is_braked(house: House):
    async with house.client(address="192.168.1.88") as guesser:
        answers = [(await guesser.get(f"/invite/{number:030}")).status_code for number in range(31)]
    assert answers[:30] == [404] * 30
    assert answers[30] == 429


async def test_over_rest_somebody_is_invited_and_comes(house: House):
    async with house.client("alice") as alice, house.client() as lan:
        given = {"role": "parent", "name": "Lan", "days": "1"}
        made = (await alice.post(f"{rest(house)}/invitations", json=given)).json()
        token = made["link"].rsplit("/", 1)[1]
        asked = (await lan.get(f"{V1}/invitations/{token}")).json()
        assert (asked["by"], asked["group"], asked["role"]) == ("Alice", "Nhà Trần", "parent")
        assert (await lan.post(f"{V1}/invitations/{token}")).status_code == 401
        assert (await lan.post(f"{V1}/invitations/{token}", json=LAN)).status_code == 204
        roles = {
            one["name"]: one["role"] for one in (await alice.get(f"{rest(house)}/adults")).json()
        }
        assert roles["Dì Lan"] == "parent"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"role": "teacher"}, "Please choose one of these."),
        ({"role": "viewer", "reach": "some"}, "at least one child"),
        ({"role": "owner", "reach": "some"}, "An owner is there for every child."),
        (
            {
                "role": "viewer",
                "reach": "some",
                "child_ids": "00000000-0000-0000-0000-000000000007",
            },
            "Please choose one of these.",
        ),
    ],
)
async def test_what_an_invitation_cannot_be_is_said_at_its_field(house: House, given, said):
    async with house.client("alice") as alice:
        form = {"reach": "all", "days": "3"} | given
        answer = await alice.post(f"{here(house)}/invite", data=form)
        assert answer.status_code == 422
        assert said in answer.text


async def test_a_role_that_is_changed_holds_at_once(house: House):
    bob = await find(house, "bob")
    mai, nam = house.children["Mai"].id, house.children["Nam"].id
    async with house.client("alice") as alice, house.client("bob") as his:
        assert (await his.post(f"{V1}/children/{mai}/resume")).status_code == 204
        form = {"role": "viewer", "reach": "some", "child_ids": [str(nam)]}
        answer = await alice.post(f"{here(house)}/people/{bob.id}", data=form)
        assert answer.status_code == 303
        assert (await his.get(f"/children/{mai}")).status_code == 404
        assert (await his.post(f"{V1}/children/{nam}/resume")).status_code == 403
        assert 'value="some" checked' in (await alice.get(f"{here(house)}/people/{bob.id}")).text
        assert "lets Bob only look" in (await alice.get("/settings/ledger")).text


async def test_who_is_removed_is_signed_out_everywhere_and_their_tokens_end(house: House):
    bob = await find(house, "bob")
    async with house.panel.db.write() as store:
        _, secret = await tokens.add(
            store, bob.id, name="x", scope=tokens.TokenScope.READ, now=house.clock()
        )
    async with house.client("alice") as alice, house.client("bob") as his:
        asked = (await alice.get(f"{here(house)}/people/{bob.id}/remove")).text
        assert "Remove Bob?" in asked
        assert "Leave Nhà Trần?" not in asked
        assert (await alice.post(f"{here(house)}/people/{bob.id}/remove")).status_code == 303
        assert (await his.get("/devices")).headers["location"].startswith("/sign-in")
        his.headers["Authorization"] = f"Bearer {secret}"
        assert (await his.get(f"{V1}/session")).status_code == 401
        answer = await his.post("/sign-in", data={"email": bob.email, "password": PASSWORD})
        assert answer.status_code == 422


async def test_the_last_owner_can_neither_go_nor_be_less(house: House):
    alice = await find(house, "alice")
    async with house.client("alice") as her:
        for answer in (
            await her.delete(f"{rest(house)}/adults/me"),
            await her.delete(f"{rest(house)}/adults/{alice.id}"),
            await her.put(f"{rest(house)}/adults/{alice.id}", json={"role": "viewer"}),
        ):
            assert answer.status_code == 409
            assert "last owner" in answer.json()["detail"]
        page = await her.post(f"/account/leave/{house.family.id}")
        assert "last owner" in page.text


async def test_who_is_no_owner_leaves_by_themselves_and_manages_nobody(house: House):
    vera = await find(house, "vera")
    async with house.client("bob") as bob:
        assert (await bob.get(here(house))).status_code == 200
        for path in (f"/people/{vera.id}", "/invite", f"/people/{vera.id}/remove"):
            assert (await bob.get(here(house) + path)).status_code == 403
            assert (await bob.post(here(house) + path)).status_code == 403
        listed = (await bob.get(f"{rest(house)}/adults")).json()
        assert {one["email"] for one in listed} == {""}
    async with house.client("vera") as hers:
        assert "Leave Nhà Trần?" in (await hers.get(f"/account/leave/{house.family.id}")).text
        answer = await hers.post(f"/account/leave/{house.family.id}")
        assert answer.headers["location"] == "/sign-in"
        assert (await hers.get("/devices")).status_code == 303


async def test_another_family_s_adults_are_not_there(house: House):
    bob = await find(house, "bob")
    async with house.client("charlie") as charlie:
        for path in ("", "/invite", f"/people/{bob.id}"):
            assert (await charlie.get(here(house) + path)).status_code == 404
        assert (await charlie.get(f"{rest(house)}/adults")).status_code == 404
        assert (await charlie.delete(f"{rest(house)}/adults/{bob.id}")).status_code == 404
