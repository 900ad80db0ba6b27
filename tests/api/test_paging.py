"""Lists that grow are read page by page; nothing is missed when something is added meanwhile."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response

from api.errors import Misfit
from api.rest.paging import Pages
from rules.asks import Wish
from rules.verdict import Action, Reason
from store import asks, change
from store.change import Actor, ActorKind
from tests.api.conftest import MONDAY, House
from tests.api.test_every_route import Walk, walk  # noqa: F401 a fixture
from tests.api.test_schema import document

V1 = "/api/v1"
PAGED = [
    path
    for path, methods in document()["paths"].items()
    if "cursor" in {each["name"] for each in methods.get("get", {}).get("parameters", [])}
]

OF_A_SCHOOL = {f"{V1}/groups/{{group_id}}/roster"}
"""Not there for a family."""


def pages(limit: int, cursor: str = "") -> tuple[Pages, Response]:
    scope = {"type": "http", "method": "GET", "path": "/x", "query_string": b"", "headers": []}
    response = Response()
    return Pages(Request(scope), response, limit, cursor), response


def cursor_of(link: str) -> str:
    found = re.fullmatch(r'<[^>]*[?&]cursor=([^&>]+)[^>]*>; rel="next"', link)
    assert found
    return found[1].replace("%3D", "=")


@given(
    there=st.lists(st.integers(0, 1000), unique=True, max_size=30),
    limit=st.integers(1, 7),
    added=st.lists(st.integers(0, 1000), max_size=30),
)
def test_what_is_added_meanwhile_moves_nothing(there: list[int], limit: int, added: list[int]):
    rows, cursor, found, more = list(there), "", [], iter(added)
    while True:
        page, response = pages(limit, cursor)
        found += page.cut(rows, lambda number: (number,))
        if "link" not in response.headers:
            break
        cursor = cursor_of(response.headers["link"])
        rows.append(next(more, 0))
    assert found == sorted(found)
    assert [number for number in found if number in there and number not in added] == sorted(
        set(there) - set(added)
    )


@pytest.mark.parametrize("cursor", ["x", "e30=", "W10", "Im5vIGxpc3Qi", "WyIyMDI2Il0=", "[]"])
def test_a_cursor_that_is_not_ours_is_told(cursor: str):
    with pytest.raises(Misfit, match="cursor"):
        pages(5, cursor)[0].after_row(int)


async def follow(client, address: str) -> list[object]:
    """Read a list by its `Link`s, two entries at a time."""
    found: list[object] = []
    while address:
        answer = await client.get(address)
        assert answer.status_code == 200, (address, answer.text)
        page = answer.json()
        rows = page["visits"] if isinstance(page, dict) else page
        assert len(rows) <= 2
        found += rows
        link = answer.headers.get("link", "")
        address = link[1:].partition(">")[0] if link else ""
        assert len(found) < 50
    return found


@pytest.mark.timeout(300)
async def test_every_list_tells_the_same_in_pages_as_at_once(
    walk: Walk,  # noqa: F811 the fixture
    note,
):
    house, mai = walk.house, walk.house.children["Mai"]
    for place in range(3):
        minute = MONDAY + timedelta(minutes=place)
        await note(mai.id, f"site{place}.example", minute, Action.PASS, Reason.DEFAULT)
    by = Actor(ActorKind.CHILD, mai.name, mai.id)
    for place in range(3):
        async with change.change(
            house.panel.db, by=by, what="asked", now=MONDAY + timedelta(seconds=place)
        ) as tx:
            await asks.ask(tx, mai.id, Wish(scope=f"site:s{place}.example", reason="please"))
    assert len(PAGED) > 20
    counted = {}
    async with house.client("alice") as alice:
        for shape in PAGED:
            path = re.sub(r"\{(\w+)\}", lambda name: walk.ids[name[1]], shape)
            whole = await alice.get(path)
            if shape in OF_A_SCHOOL:
                assert whole.status_code == 404
                continue
            assert whole.status_code == 200, (path, whole.text)
            rows = whole.json()["visits"] if isinstance(whole.json(), dict) else whole.json()
            # What looking itself writes into the ledger comes before, and moves nothing.
            again = [row for row in await follow(alice, f"{path}?limit=2") if row in rows]
            assert again == rows, path
            counted[shape] = len(rows)
    assert counted[f"{V1}/children/{{child_id}}/asks"] > 3
    assert counted[f"{V1}/children/{{child_id}}/visits"] > 3
    assert counted[f"{V1}/ledger"] > 3


@pytest.mark.timeout(300)
async def test_a_wrong_cursor_is_refused_on_every_list(walk: Walk):  # noqa: F811 the fixture
    async with walk.house.client("alice") as alice:
        for shape in set(PAGED) - OF_A_SCHOOL:
            path = re.sub(r"\{(\w+)\}", lambda name: walk.ids[name[1]], shape)
            answer = await alice.get(path, params={"cursor": "bm90IG91cnM="})
            assert answer.status_code == 422, path
            assert answer.json()["errors"][0]["at"] == "cursor", path


async def test_a_house_of_many_is_read_in_pages_of_two_hundred(house: House):
    assert house.family
    async with house.client("alice") as alice:
        short = await alice.get(f"{V1}/children")
        assert "link" not in short.headers
        assert (await alice.get(f"{V1}/children", params={"limit": 201})).status_code == 422
