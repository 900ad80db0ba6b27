"""Who gets in: strangers only where the list says so, other families and sites never."""

import re
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from fastapi.routing import iter_route_contexts

from api.gate import is_open
from store.errors import Away
from tests.api.conftest import ORIGIN, House

ANY_ID = str(UUID(int=7))


def routes(house: House) -> list[tuple[str, str]]:
    """Every method and path of the panel, with ids filled in."""
    found = []
    for route in iter_route_contexts(house.app.routes):
        path = getattr(route, "path", "")
        for method in sorted(getattr(route, "methods", None) or []):
            if method != "HEAD" and not path.startswith(("/static", "/openapi", "/docs")):
                filled = re.sub(r"\{port\}", "8101", path)
                found.append((method, re.sub(r"\{\w+\}", ANY_ID, filled)))
    return found


async def test_a_stranger_is_refused_on_every_route_that_the_list_does_not_open(house: House):
    walked = 0
    async with house.client() as stranger:
        for method, path in routes(house):
            if is_open(path):
                continue
            answer = await stranger.request(method, path)
            if path.startswith("/api/"):
                assert answer.status_code == 401, (method, path)
                assert answer.headers["content-type"] == "application/problem+json"
            else:
                assert answer.status_code == 303, (method, path)
                assert answer.headers["location"].startswith("/sign-in"), (method, path)
            walked += 1
    assert walked > 50


async def test_what_is_open_to_strangers_is_only_what_they_need(house: House):
    opened = {path for _, path in routes(house) if is_open(path)}
    assert opened == {
        "/sign-in",
        "/sign-in/code",
        "/sign-in/recovery",
        "/sign-in/passkey",
        "/sign-in/passkey/challenge",
        f"/invite/{ANY_ID}",
        f"/api/v1/invitations/{ANY_ID}",
        "/look",
        "/setup",
        "/setup/language",
        "/setup/code",
        "/setup/parent",
        "/ca.crt",
        "/ca.pem",
        "/ca.cer",
        "/device/8101.pac",
        f"/join/{ANY_ID}",
        f"/join/{ANY_ID}/check",
        f"/join/{ANY_ID}/files/{ANY_ID}",
        "/wpad.dat",
        # The child's own pages; the door vouches for each request.
        "/own/who",
        f"/own/who/{ANY_ID}",
        "/own/",
        "/own/ask",
        "/own/asks",
        f"/own/asks/{ANY_ID}",
        f"/own/asks/{ANY_ID}/accept",
        f"/own/asks/{ANY_ID}/withdraw",
        "/own/live",
        "/own/agree",
        "/own/classes",
        f"/own/classes/{ANY_ID}",
        "/own/week",
        f"/letters/stop/{ANY_ID}",
        "/own/agree/withdraw",
        "/own/mine",
        "/own/mine/data.json",
        "/own/mine/request",
        f"/own/tasks/{ANY_ID}/done",
        "/own/push",
        "/own/manifest.webmanifest",
        "/own/sw.js",
        "/own/offline",
        "/own/{path:path}",
        # What makes the panel an app; nobody's data.
        *("/manifest.webmanifest", "/sw.js", "/offline", "/favicon.ico"),
        "/healthz",
        "/metrics",
        "/sample",
        "/sample/end",
        "/api/v1/session",
        "/api/v1/openapi.json",
        "/api/v1/pack.schema.json",
    }


@pytest.mark.parametrize(
    "path",
    ["/children/{mai}", "/devices/{phone}", "/week/{mai}", "/devices/{phone}/edit"],
)
async def test_an_adult_of_another_family_finds_nothing(house: House, path: str):
    filled = path.format(mai=house.children["Mai"].id, phone=house.devices["phone"].id)
    async with house.client("alice") as ours, house.client("charlie") as other:
        assert (await ours.get(filled)).status_code == 200
        assert (await other.get(filled)).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/children/{mai}"),
        ("GET", "/api/v1/children/{mai}/policy"),
        ("GET", "/api/v1/children/{mai}/visits"),
        ("GET", "/api/v1/children/{mai}/explain?host=example.com"),
        ("DELETE", "/api/v1/children/{mai}"),
        ("POST", "/api/v1/children/{mai}/resume"),
        ("DELETE", "/api/v1/devices/{phone}"),
        ("POST", "/devices/{phone}/remove"),
    ],
)
async def test_an_adult_of_another_family_does_nothing(house: House, method: str, path: str):
    filled = path.format(mai=house.children["Mai"].id, phone=house.devices["phone"].id)
    async with house.client("charlie") as other:
        assert (await other.request(method, filled)).status_code == 404
    async with house.client("alice") as ours:
        assert len((await ours.get("/api/v1/children")).json()) == 2
        assert len((await ours.get("/api/v1/devices")).json()) == 1


async def test_another_family_does_not_see_our_ledger(house: House):
    async with house.client("alice") as ours, house.client("charlie") as other:
        await ours.put(
            "/api/v1/family", json={"name": "Nhà Bí Mật", "zone": "Asia/Tokyo", "language": "vi"}
        )
        told = (await ours.get("/api/v1/ledger")).json()
        assert told[0]["what"] == "changed the family’s particulars"
        assert "particulars" not in (await other.get("/api/v1/ledger")).text
        assert "particulars" not in (await other.get("/settings/ledger")).text


async def test_who_may_only_look_changes_nothing_but_themselves(house: House):
    async with house.client("vera") as vera:
        assert (await vera.get("/devices")).status_code == 200
        given = {"name": "X", "zone": "Asia/Tokyo", "language": "vi"}
        answer = await vera.post("/settings/family", data=given)
        assert answer.status_code == 403
        answer = await vera.put("/api/v1/family", json=given)
        assert answer.json()["code"] == "may-only-look"
        answer = await vera.post("/account", data={"name": "Vera T.", "language": "en"})
        assert answer.status_code == 303
    async with house.client("alice") as alice:
        assert (await alice.get("/api/v1/family")).json()["name"] == "Nhà Trần"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
        {"Origin": ORIGIN.replace("http://", "http://evil.")},
    ],
)
async def test_a_form_sent_by_another_site_is_refused(house: House, headers: dict[str, str]):
    phone = house.devices["phone"].id
    async with house.client("alice") as alice:
        answer = await alice.post(f"/devices/{phone}/remove", headers=headers)
        assert answer.status_code == 403
        assert "another site" in answer.text
        assert (await alice.get(f"/devices/{phone}")).status_code == 200


async def test_our_own_forms_and_programs_pass(house: House):
    phone = house.devices["phone"].id
    async with house.client("alice") as alice:
        same = {"Sec-Fetch-Site": "same-origin"}
        answer = await alice.post("/look", data={"theme": "dark"}, headers=same)
        assert answer.status_code == 303
        del alice.headers["Origin"]
        assert (await alice.delete(f"/api/v1/devices/{phone}")).status_code == 204


async def test_every_answer_carries_the_security_headers(house: House):
    async with house.client("alice") as alice:
        for path in ("/devices", "/nowhere", "/api/v1/family", "/static/haidang.css"):
            headers = (await alice.get(path)).headers
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert "unsafe-eval" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"


async def test_a_fault_says_so_and_shows_nothing_of_the_inside(house: House):
    house.panel.catalogue = None
    async with house.client("alice") as alice:
        answer = await alice.get("/api/v1/catalogue")
        assert answer.status_code == 500
        assert answer.json()["code"] == "fault"
        assert "NoneType" not in answer.text


async def test_a_page_that_is_not_there_is_said_in_the_reader_s_language(house: House):
    async with house.client("alice") as alice:
        answer = await alice.get("/nowhere")
        assert answer.status_code == 404
        assert "Nothing here" in answer.text
        answer = await alice.get("/devices/not-an-id")
        assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/devices", "/api/v1/children"])
async def test_when_the_database_is_away_the_panel_says_so(house: House, monkeypatch, path: str):
    @asynccontextmanager
    async def away():
        raise Away
        yield

    monkeypatch.setattr(house.panel.db, "read", away)
    async with house.client("alice") as alice:
        answer = await alice.get(path)
        assert answer.status_code == 503
        assert "All rules stay in force" in answer.text


async def test_a_part_that_fails_leaves_the_page_and_says_why_at_its_top(house: House):
    async with house.client("alice") as alice:
        answer = await alice.get("/nowhere", headers={"HX-Request": "true"})
        assert answer.status_code == 404
        assert answer.headers["hx-retarget"] == "#flash"
        assert "<html" not in answer.text
        assert "There is nothing here" in answer.text


async def test_a_part_asked_for_after_signing_out_sends_the_whole_page_to_sign_in(house: House):
    async with house.client() as stranger:
        answer = await stranger.get("/settings/doors", headers={"HX-Request": "true"})
        assert answer.headers["hx-redirect"].startswith("/sign-in")
        assert "connections" not in answer.text
