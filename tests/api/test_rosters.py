"""Groups and lists of pupils at the desk: who sees what, what a list does, and how it is undone."""

import io
import re
from uuid import UUID

import pytest
from openpyxl import load_workbook

from api import rostering
from feeds.rosters.written import as_excel
from rules.sentences import Sentence
from store import adults, change, children, devices, groups, memberships, rosters
from store.adults import Role
from store.change import SYSTEM
from store.errors import Impossible
from tests.api.conftest import House
from tests.api.test_scopes import enter

V1 = "/api/v1"
TITLES = ("Mã học sinh", "Họ và tên", "Ngày sinh", "Lớp")
ROWS = [
    ("HS01", "Nguyễn Đức Ánh", "15/03/2014", "6A"),
    ("HS02", "Trần Bảo Châu", "02/09/2014", "6A"),
    ("HS03", "Lê Gia Bảo", "2014", "6B"),
]


def listed(*rows: tuple[str, ...]) -> bytes:
    return "\n".join(";".join(row) for row in (TITLES, *rows)).encode()


@pytest.fixture
async def school(house: House) -> dict[str, groups.Group]:
    """A ward and its school with one class; Hanh heads the school, Thu teaches, Otto counts."""
    made: dict[str, groups.Group] = {}
    tree = (("C", "city", ""), ("W", "ward", "C"), ("S", "school", "W"), ("6A", "class", "S"))
    async with change.change(house.panel.db, by=SYSTEM, what="began", now=house.clock()) as tx:
        for name, kind, above in (*tree, ("T", "school", "W")):
            parent = made[above].id if above else None
            about = {"zone": "Asia/Ho_Chi_Minh", "language": "vi", "kind": kind}
            made[name] = await groups.add(tx, name=name, parent_id=parent, **about)
        await memberships.join(tx, house.children["Mai"].id, made["6A"].id)
    await enter(house, "Hanh", made["S"].id, Role.OWNER)
    await enter(house, "Thu", made["6A"].id, Role.TEACHER)
    await enter(house, "Otto", made["W"].id, Role.OFFICER)
    return made


async def bring(who, group_id: UUID, data: bytes, missing: str = "keep") -> dict:
    at = f"{V1}/groups/{group_id}/roster"
    seen = (await who.post(at, content=data, params={"name": "ds.csv"})).json()
    return (await who.post(f"{at}/{seen['id']}/apply", json={"missing": missing})).json()


async def pupils(house: House, group: groups.Group) -> dict[str, str]:
    async with house.panel.db.read() as store:
        return {one.name: one.class_name for one in await rosters.enrolled(store, group)}


async def test_everyone_sees_the_part_of_the_tree_that_is_theirs(house: House, school):
    seen = {}
    for who in ("hanh", "thu", "otto", "alice"):
        async with house.client(who) as adult:
            found = (await adult.get(f"{V1}/groups")).json()
            seen[who] = {one["name"]: one["children"] for one in found}
            page = await adult.get(f"/groups/{school['6A'].id}")
            assert page.status_code == (404 if who == "alice" else 200), who
            assert bool(re.search(r"\bMai\b", page.text)) is (who in ("hanh", "thu")), who
    assert seen == {
        "hanh": {"S": 1, "6A": 1},
        "thu": {"6A": 1},
        "otto": {"W": 1, "S": 1, "T": 0, "6A": 1},
        "alice": {"Nhà Trần": 2},
    }


async def test_a_school_grows_is_renamed_moved_and_closed_by_who_may(house: House, school):
    klass, other = school["6A"], school["T"]
    async with house.client("hanh") as hanh, house.client("thu") as thu:
        about = {"kind": "class", "name": "6C", "parent_id": str(school["S"].id)}
        new = (await hanh.post("/groups/new", data=about)).headers["location"]
        assert "6C" in (await hanh.get(new)).text
        assert (await thu.patch(f"{V1}/groups/{klass.id}", json={"name": "6A1"})).status_code == 200
        # A teacher takes no class out of its school, and a head none into a school of another.
        for who, to in ((thu, None), (hanh, str(other.id))):
            moved = await who.put(f"{V1}/groups/{klass.id}/parent", json={"parent_id": to})
            assert moved.status_code in (403, 404)
        upside_down = {"parent_id": str(klass.id)}
        below = await hanh.put(f"{V1}/groups/{school['S'].id}/parent", json=upside_down)
        assert below.status_code in (403, 404, 409, 422)
        assert (await thu.post(f"{V1}/groups/{klass.id}/close")).status_code in (403, 404)
        # What cannot lie there is said at the field.
        wrong = await hanh.post(f"/groups/{klass.id}/move", data={"parent_id": new[8:]})
        assert wrong.status_code == 422
        assert 'id="parent_id-wrong"' in wrong.text
        # Who only joined is no hindrance; the class's rules hold for nobody while it is closed.
        assert (await hanh.post(f"{V1}/groups/{klass.id}/close")).status_code == 204
        assert (await hanh.post(f"{V1}/groups/{klass.id}/reopen")).status_code == 204
        lives = {"name": "An", "birth_year": "2014", "number": "1"}
        assert (await thu.post(f"/groups/{klass.id}/pupils", data=lives)).status_code == 303
        again = await thu.post(f"/groups/{klass.id}/pupils", data=lives | {"name": "Bình"})
        assert "Another child has this number." in again.text
        closed = await hanh.post(f"{V1}/groups/{klass.id}/close")
        assert (closed.status_code, closed.json()["code"]) == (409, "not-possible")
    assert await pupils(house, school["S"]) == {"An": "6A1", "Mai": "6A1"}


async def test_a_list_is_looked_at_first_and_changes_nothing_until_it_is_applied(
    house: House, school
):
    at = f"{V1}/groups/{school['S'].id}/roster"
    wrong = [("HS04", "", "2014", "6B"), ("HS01", "Ánh again", "2014", "6A")]
    async with house.client("hanh") as hanh:
        seen = (await hanh.post(at, content=listed(*ROWS, *wrong))).json()
        wanted = {"new": 3, "altered": 0, "unchanged": 0, "missing": 1, "faults": 2, "classes": 1}
        assert seen["counts"] == wanted
        assert [(one["row"], one["message"]) for one in seen["faults"]] == [
            (5, "There is no name."),
            (6, "The number HS01 stands in row 2 already."),
        ]
        page = (await hanh.get(f"/groups/{school['S'].id}/roster/{seen['id']}")).text
        assert "2 rows are left out" in page
        assert await pupils(house, school["S"]) == {"Mai": "6A"}
        done = (await hanh.post(f"{at}/{seen['id']}/apply", json={})).json()
        assert (done["counts"]["new"], done["file"]) == (3, "")
        assert (await hanh.post(f"{at}/{seen['id']}/apply", json={})).status_code == 409
        async with house.panel.db.read() as store:
            kept = await rosters.get(store, school["S"].id, UUID(seen["id"]))
            born = {one.name: one.birth_year for one in await children.list_all(store)}
    assert kept.draft is None
    assert born["Nguyễn Đức Ánh"] == 2014
    assert await pupils(house, school["S"]) == {
        "Nguyễn Đức Ánh": "6A",
        "Trần Bảo Châu": "6A",
        "Lê Gia Bảo": "6B",
        "Mai": "6A",
    }


async def test_what_moved_while_a_list_was_read_is_read_again_and_nobody_comes_twice(
    house: House, school, monkeypatch
):
    at, looked = f"{V1}/groups/{school['S'].id}/roster", []
    look = rostering._fresh_preview

    async def look_while_others_come(store, group, change_id, year):
        seen = await look(store, group, change_id, year)
        looked.append(seen.plan.counts)
        if len(looked) == 1:
            async with change.change(house.panel.db, by=SYSTEM, what="", now=house.clock()) as tx:
                home = school["6A"].id
                child = await children.add(
                    tx, group_id=home, name="Nguyễn Đức Ánh", birth_year=2014, language="vi"
                )
                await rosters.give_number(tx, school["S"].id, child.id, "HS01")
        return seen

    async with house.client("hanh") as hanh:
        seen = (await hanh.post(at, content=listed(*ROWS))).json()
        monkeypatch.setattr(rostering, "_fresh_preview", look_while_others_come)
        done = (await hanh.post(f"{at}/{seen['id']}/apply", json={})).json()
        assert [one["new"] for one in looked] == [3, 2]
        assert done["counts"]["new"] == 2
        # Where nothing moves, a list is read once, before anybody waits for the database.
        again = (await hanh.post(at, content=listed(*ROWS))).json()
        await hanh.post(f"{at}/{again['id']}/apply", json={})
    assert len(looked) == 3
    assert sorted(await pupils(house, school["S"])) == sorted(["Mai", *(row[1] for row in ROWS)])


async def test_the_same_list_twice_changes_nothing_and_another_only_what_differs(
    house: House, school
):
    school_id = school["S"].id
    later = [("HS01", "Nguyễn Đức Anh", "2013", "6B"), ROWS[1], ("HS05", "Mới", "2014", "6A")]
    async with house.client("hanh") as hanh:
        await bring(hanh, school_id, listed(*ROWS))
        again = (await bring(hanh, school_id, listed(*ROWS)))["counts"]
        assert (again["new"], again["altered"], again["unchanged"]) == (0, 0, 3)
        changed = (await bring(hanh, school_id, listed(*later), missing="leave"))["counts"]
        wanted = {"new": 1, "altered": 1, "unchanged": 1, "missing": 2, "left": 2}
        assert {name: changed[name] for name in wanted} == wanted
    # Mai stands in no list: she left the class, and stays in her family.
    assert await pupils(house, school["S"]) == {
        "Nguyễn Đức Anh": "6B",
        "Trần Bảo Châu": "6A",
        "Mới": "6A",
    }
    async with house.panel.db.read() as store:
        assert "Mai" in [child.name for child in await children.list_all(store)]


async def test_all_that_lists_and_a_school_year_did_is_taken_back_the_last_first(
    house: House, school
):
    school_id, at = school["S"].id, f"{V1}/groups/{school['S'].id}"
    async with house.client("hanh") as hanh:
        before = await pupils(house, school["S"])
        first = await bring(hanh, school_id, listed(*ROWS))
        middle = await pupils(house, school["S"])
        moved = [("HS01", "Ánh", "2013", "6B"), ("HS09", "Mới", "2014", "9A")]
        second = await bring(hanh, school_id, listed(*moved), missing="leave")
        late = await pupils(house, school["S"])
        proposed = {one["name"]: one["to"] for one in (await hanh.get(f"{at}/year")).json()}
        assert proposed == {"6A": "7A", "6B": "7B", "9A": ""}
        year = (await hanh.post(f"{at}/year", json={})).json()
        assert year["counts"] == {"moved": 2, "left": 1, "closed": 1}
        assert await pupils(house, school["S"]) == {"Ánh": "7B"}
        early = await hanh.post(f"{at}/roster/{first['id']}/undo")
        assert early.json()["detail"] == "Something was done after it. Undo that first."
        for done, wanted in ((year, late), (second, middle), (first, before)):
            sure = await hanh.get(f"/groups/{school_id}/roster/{done['id']}/undo")
            assert sure.status_code == 200
            assert (await hanh.post(f"{at}/roster/{done['id']}/undo")).status_code == 204
            assert await pupils(house, school["S"]) == wanted
        assert (await hanh.post(f"{at}/roster/{first['id']}/undo")).status_code == 409
        names = [one["name"] for one in (await hanh.get(f"{V1}/groups")).json()]
    assert names == ["S", "6A"]


async def test_two_children_of_one_name_are_told_apart_and_who_left_comes_back(
    house: House, school
):
    twins = [("HS1", "Nguyễn Văn Nam", "2014", "6A"), ("HS2", "Nguyễn Văn Nam", "2014", "6A")]
    async with house.client("hanh") as hanh:
        await bring(hanh, school["S"].id, listed(*twins))
        named = await pupils(house, school["S"])
        assert set(named) == {"Nguyễn Văn Nam", "Nguyễn Văn Nam (HS2)", "Mai"}
        again = await bring(hanh, school["S"].id, listed(*twins))
        assert (again["counts"]["new"], again["counts"]["altered"]) == (0, 0)
        await bring(hanh, school["S"].id, listed(twins[0]), missing="leave")
        async with house.panel.db.read() as store:
            gone = await rosters.left_with(store, school["S"].id)
        await bring(hanh, school["S"].id, listed(*twins))
        async with house.panel.db.read() as store:
            back = await rosters.numbers_of(store, school["S"].id)
    assert back[gone["HS2"]] == "HS2"


async def test_who_left_is_under_no_rules_and_in_no_list(house: House, school):
    async with house.client("hanh") as hanh:
        await bring(hanh, school["S"].id, listed(*ROWS))
        await bring(hanh, school["S"].id, listed(ROWS[0]), missing="leave")
    async with house.panel.db.read() as store:
        from store import household  # noqa: PLC0415

        ruled = {child.name for child in (await household.load(store, now=house.clock())).children}
    assert "Nguyễn Đức Ánh" in ruled
    assert "Lê Gia Bảo" not in ruled


async def test_a_list_may_come_as_excel_and_columns_may_be_chosen(house: House, school):
    at = f"/groups/{school['S'].id}/roster"
    data = as_excel(("A", "B", "C"), [("An Bình", "2014", "6A"), ("Chi", "2015", "6A")], "x")
    async with house.client("hanh") as hanh:
        sent = await hanh.post(at, files={"file": ("lớp.xlsx", data)})
        here = sent.headers["location"]
        page = (await hanh.get(here)).text
        assert "We did not find which column" in page
        chosen = {"titles": "1", "name": "0", "birth": "1", "class_": "2"}
        assert (await hanh.post(f"{here}/columns", data=chosen)).status_code == 303
        assert "An Bình" in (await hanh.get(here)).text
        assert (await hanh.post(f"{here}/apply", data={})).status_code == 303
        written = (await hanh.get(f"{at}.xlsx")).content
        line = (await hanh.get(f"{V1}/ledger")).json()[0]
    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(written)).active]
    assert [row[1] for row in rows] == ["Full name", "An Bình", "Chi", "Mai"]
    assert line["sentence"] == "took the list of pupils of S along"


async def test_what_is_no_list_and_a_list_that_waited_too_long_say_what_to_do(house: House, school):
    at = f"/groups/{school['S'].id}/roster"
    async with house.client("hanh") as hanh:
        page = await hanh.post(at, files={"file": ("x.pdf", b"%PDF-1.7")})
        assert page.status_code == 422
        assert "Save it as Excel" in page.text
        sent = await hanh.post(at, files={"file": ("ds.csv", listed(*ROWS))})
        house.clock.move(minutes=61)
        late = await hanh.get(sent.headers["location"])
        assert late.status_code == 409
        assert "Bring it in again" in late.text
    async with house.panel.db.write() as store:
        assert await rosters.forget_drafts(store, house.clock()) == 1
        assert await rosters.forget_drafts(store, house.clock()) == 0


async def test_a_teacher_brings_in_only_the_own_class_and_strangers_nothing(house: House, school):
    klass, whole = school["6A"].id, school["S"].id
    async with house.client("thu") as thu:
        seen = (await thu.post(f"{V1}/groups/{klass}/roster", content=listed(*ROWS))).json()
        assert (seen["counts"]["new"], seen["counts"]["faults"]) == (2, 1)
        assert (await thu.post(f"{V1}/groups/{whole}/roster", content=b"x")).status_code == 404
        other = await thu.get(f"{V1}/groups/{whole}/roster/{seen['id']}")
        assert other.status_code == 404
    for who, expected in (("otto", 403), ("alice", 404), ("charlie", 404)):
        async with house.client(who) as other:
            for path in ("roster", "roster.csv", "roster.xlsx", "year"):
                answer = await other.get(f"{V1}/groups/{whole}/{path}")
                assert answer.status_code == expected, (who, path)


async def test_a_parent_who_owns_a_class_puts_the_own_child_into_it(house: House, school):
    async with change.change(house.panel.db, by=SYSTEM, what="x", now=house.clock()) as tx:
        alice = await adults.find_by_email(tx.connection, "alice@example.com")
        assert alice
        await adults.give_role(tx, alice.id, school["6A"].id, Role.TEACHER)
    nam = house.children["Nam"]
    async with house.client("alice") as browser:
        here = f"/groups/{school['6A'].id}"
        assert "Nam" in (await browser.get(here)).text
        assert (
            await browser.post(f"{here}/enrol", data={"child_id": str(nam.id)})
        ).status_code == 303
        assert await pupils(house, school["S"]) == {"Mai": "6A", "Nam": "6A"}
        assert (await browser.post(f"{here}/children/{nam.id}/leave")).status_code == 303
    assert await pupils(house, school["S"]) == {"Mai": "6A"}
    async with house.panel.db.read() as store:
        assert (await children.get(store, nam.id)).group_id == house.family.id


async def test_undoing_says_how_many_children_go_with_their_devices(house: House, school):
    async with house.client("hanh") as hanh:
        done = await bring(hanh, school["S"].id, listed(*ROWS))
        async with change.change(house.panel.db, by=SYSTEM, what="x", now=house.clock()) as tx:
            known = await rosters.numbers_of(tx.connection, school["S"].id)
            anh = next(one for one, number in known.items() if number == "HS01")
            await devices.add(
                tx, name="x", kind="phone", system="ios", child_ids=[anh], first_port=8200
            )
        page = (await hanh.get(f"/groups/{school['S'].id}/roster/{done['id']}/undo")).text
    assert "3 children who came with it are removed" in page
    assert "1 of them has a device by now." in page


async def test_a_group_in_use_says_why_it_is_not_closed(house: House):
    assert house.family
    async with change.change(house.panel.db, by=SYSTEM, what="x", now=house.clock()) as tx:
        with pytest.raises(Impossible) as refused:
            await groups.close(tx, house.family.id)
    assert isinstance(refused.value.sentence, Sentence)
