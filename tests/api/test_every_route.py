"""Every route, walked by everyone who has no business there: refused, and nothing told."""

import re
from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from fastapi.routing import iter_route_contexts

from api.gate import ANYONE_SIGNED_IN, is_open
from rules.asks import Wish
from rules.duties import Kind, Party
from rules.reading import Reading, key_of
from rules.verdict import Action, Reason
from rules.vouching import HEADER, Visitor, vouch
from store import asks, change, grants, groups, invitations, readings, requests, sessions, tokens
from store.adults import Role
from store.change import SYSTEM, Actor, ActorKind
from store.tables import metadata
from store.tokens import TokenScope
from tests.api.conftest import MONDAY, House
from tests.api.test_own_home import KEY
from tests.api.test_scopes import enter

SAFE = {"GET", "HEAD"}
OF_A_CHILD = {"child_id", "device_id", "ask_id", "alert_id", "grant_id", "task_id", "request_id"}
OF_A_GROUP = OF_A_CHILD | {"group_id"}
OF_AN_ADULT = {"session_id", "passkey_id", "token_id", "adult_id", "invitation_id"}
AWAY = re.compile(r"/sign-out.*|/account/leave.*|/api/v1/.*/adults/me|(/api/v1)?/live|/static.*")
"""What would end the walk: signing out, leaving, and a stream without an end."""
LEAVING = {("DELETE", "/api/v1/session"), ("DELETE", "/api/v1/security/sessions")}
REFUSED = {401, 403, 404, 405}


@dataclass
class Walk:
    """A house with something of everything in it, and the addresses of all of it."""

    house: House
    ids: dict[str, str]
    secrets: tuple[str, ...]

    def routes(self) -> list[tuple[str, str, set[str]]]:
        """Return every method and path, filled in, with the names of what was filled in."""
        found = []
        for route in iter_route_contexts(self.house.app.routes):
            shape = getattr(route, "path", "")
            names = set(re.findall(r"\{(\w+)\}", shape))
            path = re.sub(r"\{(\w+)\}", lambda name: self.ids.get(name[1], str(UUID(int=7))), shape)
            for method in sorted(getattr(route, "methods", None) or []):
                skipped = AWAY.fullmatch(path) or (method, path) in LEAVING or method == "HEAD"
                if not skipped and not is_open(path) and not path.startswith(("/openapi", "/docs")):
                    found.append((method, path, names))
        return found

    async def rows(self) -> dict[str, list[object]]:
        """Return everything the family has, to see that nobody touched it."""
        kept = ("children", "devices", "device_children", "policies", "grants", "asks", "roles")
        found = {}
        async with self.house.panel.db.read() as store:
            for name in kept:
                rows = await store.execute(sa.select(metadata.tables[name]))
                found[name] = sorted(map(repr, rows))
        return found


@pytest.fixture
async def walk(house: House, note) -> Walk:
    """Fill the house, and let in those who have no business with Mai."""
    assert house.family
    mai, nam, db, now = house.children["Mai"], house.children["Nam"], house.panel.db, house.clock()
    child = Actor(ActorKind.CHILD, mai.name, mai.id)
    async with change.change(db, by=child, what="asked", now=now) as tx:
        asked = await asks.ask(tx, mai.id, Wish(scope="site:wish.example", reason="please"))
    async with change.change(db, by=SYSTEM, what="filled", now=now) as tx:
        given = await grants.give(tx, mai.id, until=now.replace(hour=15))
        made, _ = await invitations.invite(
            tx, house.family.id, Role.PARENT, until=MONDAY.replace(day=29)
        )
        wanted = await requests.receive(
            tx,
            house.family.id,
            mai.id,
            kind=Kind.ACCESS,
            party=Party.PARENT,
            who="Alice",
            words="Mai’s data",
        )
        about = {"zone": "Asia/Ho_Chi_Minh", "language": "vi"}
        their_class = await groups.add(tx, name="5B", kind="class", **about)
        ward = await groups.add(tx, name="Ward", kind="ward", **about)
    await note(mai.id, "secret-site.example", MONDAY, Action.PASS, Reason.DEFAULT)
    site = "told-site.example"
    await note(mai.id, site, MONDAY, Action.PASS, Reason.DEFAULT)
    await readings.keep(db, [Reading(key_of(site), MONDAY, "gambling", ("x",), site=site)])
    await enter(house, "Gran", house.family.id, Role.VIEWER, [nam.id])
    await enter(house, "Tess", their_class.id, Role.TEACHER)
    await enter(house, "Otto", ward.id, Role.OFFICER)
    async with db.write() as store:
        session = await sessions.find(store, house.tokens["bob"], now=now)
        assert session
        token, _ = await tokens.add(
            store, session.adult_id, name="Bob’s program", scope=TokenScope.READ, now=now
        )
    ids = {
        "child_id": mai.id,
        "device_id": house.devices["phone"].id,
        "group_id": house.family.id,
        "ask_id": asked.id,
        "grant_id": given.id,
        "invitation_id": made.id,
        "session_id": session.id,
        "adult_id": session.adult_id,
        "token_id": token.id,
        "key": key_of(site),
        "port": 8101,
        "request_id": wanted.id,
        "number": 1,
        "host": "example.com",
        "name": "proxy",
        "kind": "csv",
        "part": "hours",
    }
    secrets = (str(mai.id), "Mai’s phone", "secret-site.example", site, "Bob’s program")
    return Walk(house, {name: str(value) for name, value in ids.items()}, secrets)


async def tell_nothing(
    walk: Walk, who: httpx.AsyncClient, forbidden: set[str], *, pages: bool = True
) -> int:
    """Walk every route; return how many were refused. What is not refused tells no secret."""
    refused = 0
    for method, path, names in walk.routes():
        if not (pages or names & forbidden or path.startswith("/api/")):
            continue
        answer = await who.request(method, path)
        if names & forbidden:
            assert answer.status_code in REFUSED, (method, path, answer.status_code)
            refused += 1
        elif answer.status_code < 400 and method in SAFE:
            told = [secret for secret in walk.secrets if secret in answer.text]
            assert not told, (method, path, told)
        assert answer.status_code < 500, (method, path)
    return refused


@pytest.mark.parametrize("who", ["charlie", "tess", "otto"])
async def test_a_parent_of_another_family_a_teacher_of_another_class_and_an_officer(
    walk: Walk, who: str
):
    before = await walk.rows()
    async with walk.house.client(who) as intruder:
        # Their pages are made from what these verbs give: one of them reads the pages too.
        forbidden, pages = OF_A_GROUP | OF_AN_ADULT | {"key"}, who == "charlie"
        assert await tell_nothing(walk, intruder, forbidden, pages=pages) > 130
    after = await walk.rows()
    ours = {name: [row for row in rows if row not in before[name]] for name, rows in after.items()}
    gone = {name: [row for row in rows if row not in after[name]] for name, rows in before.items()}
    assert not any(gone.values()), gone
    # Only what they did in their own place is new.
    assert not any(str(walk.ids["child_id"]) in row for rows in ours.values() for row in rows)


async def test_who_looks_after_one_child_is_refused_everything_of_the_other(walk: Walk):
    before = await walk.rows()
    async with walk.house.client("gran") as gran:
        assert await tell_nothing(walk, gran, OF_A_CHILD | OF_AN_ADULT | {"key"}) > 100
    assert await walk.rows() == before


async def test_who_may_only_look_changes_nothing_on_any_route(walk: Walk):
    before = await walk.rows()
    async with walk.house.client("vera") as vera:
        for method, path, _ in walk.routes():
            if method in SAFE or ANYONE_SIGNED_IN.fullmatch(path):
                continue
            answer = await vera.request(method, path)
            assert answer.status_code == 403, (method, path, answer.status_code)
    assert await walk.rows() == before


async def test_a_token_for_one_child_reaches_no_other_and_no_rules(walk: Walk):
    house, before = walk.house, await walk.rows()
    async with house.panel.db.write() as store:
        session = await sessions.find(store, house.tokens["alice"], now=house.clock())
        assert session
        _, secret = await tokens.add(
            store,
            session.adult_id,
            name="x",
            scope=TokenScope.ACT,
            now=house.clock(),
            only=[house.children["Nam"].id],
        )
    async with house.client() as program:
        program.headers["Authorization"] = f"Bearer {secret}"
        for method, path, names in walk.routes():
            answer = await program.request(method, path)
            if not path.startswith("/api/"):
                assert answer.status_code == 303, (method, path)
            elif names & OF_A_CHILD or (method not in SAFE and names & OF_A_GROUP):
                assert answer.status_code in REFUSED, (method, path, answer.status_code)
            elif answer.status_code < 400:
                assert walk.ids["child_id"] not in answer.text, (method, path)
    assert await walk.rows() == before


@pytest.mark.parametrize("vouched", [False, True], ids=["by-itself", "through-the-door"])
async def test_the_child_s_own_device_opens_nothing_of_the_panel(walk: Walk, *, vouched: bool):
    house, before = walk.house, await walk.rows()
    house.panel.credentials_key = lambda: KEY
    async with house.client(address="192.168.1.30") as device:
        if vouched:
            visitor = Visitor(house.devices["phone"].id, "192.168.1.30", secure=True)
            device.headers[HEADER] = vouch(KEY, visitor, house.clock())
            assert (await device.get("/own/")).status_code == 200, "the door’s word is good"
        for method, path, _ in walk.routes():
            answer = await device.request(method, path)
            expected = 401 if path.startswith("/api/") else 303
            assert answer.status_code == expected, (method, path)
            assert expected == 401 or answer.headers["location"].startswith("/sign-in"), path
    assert await walk.rows() == before
