"""The example for Home Assistant works as it stands in the documentation."""

import re
from pathlib import Path

import yaml

from api.live import stream
from store import sessions, tokens
from store.tokens import TokenScope
from tests.api.conftest import House

ROOT = Path(__file__).parents[2]


class Reader(yaml.SafeLoader):
    """Reads Home Assistant's own tag."""


Reader.add_constructor("!secret", lambda loader, node: f"secret:{loader.construct_scalar(node)}")


def documented() -> dict:
    text = (ROOT / "docs" / "rest.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    return yaml.load(block, Reader)


async def act_token(house: House) -> str:
    async with house.panel.db.write() as store:
        session = await sessions.find(store, house.tokens["alice"], now=house.clock())
        assert session
        about = {"name": "Home Assistant", "scope": TokenScope.ACT, "now": house.clock()}
        only = [house.children["Mai"].id]
        _, secret = await tokens.add(store, session.adult_id, only=only, **about)
    return secret


async def test_every_call_of_the_example_does_what_it_says(house: House):
    given, secret = documented(), await act_token(house)
    mai = str(house.children["Mai"].id)

    async def call(method: str, url: str, said: dict, payload: str | None = None):
        path = url.removeprefix("http://192.168.1.5:8080").replace("CHILD", mai)
        headers = {name: str(value) for name, value in said.items()}
        assert headers["Authorization"] == "secret:haidang"
        headers["Authorization"] = f"Bearer {secret}"
        headers["Content-Type"] = "application/json"
        async with house.client() as hub:
            return await hub.request(method, path, headers=headers, content=payload)

    async def read() -> list:
        answers = [await call("GET", one["resource"], one["headers"]) for one in given["rest"]]
        assert [answer.status_code for answer in answers] == [200, 200]
        return [answer.json() for answer in answers]

    about, asks = await read()
    assert about["verdict"]["action"] in {"pass", "allow", "rewrite"}
    assert about["for_child"]
    assert isinstance(asks, list)
    commands = given["rest_command"]
    for name, expected in (("an_pause", 204), ("an_resume", 204), ("an_half_an_hour", 201)):
        one = commands[name]
        answer = await call("POST", one["url"], one["headers"], one.get("payload"))
        assert answer.status_code == expected, (name, answer.text)
        if name == "an_pause":
            assert (await read())[0]["verdict"]["reason"] == "paused"
    assert commands.keys() == {"an_pause", "an_resume", "an_half_an_hour"}


async def test_a_program_hears_at_once_that_something_changed(house: House, monkeypatch):
    monkeypatch.setattr("api.live.EVERY", 0.01)
    lines = stream(house.panel).body_iterator
    assert await anext(lines) == "retry: 2000\n\n"
    async with house.client("alice") as alice:
        await alice.post(f"/api/v1/children/{house.children['Mai'].id}/pause", json={})
    assert await anext(lines) == "data: look\n\n"
    await lines.aclose()
    async with house.client() as nobody:
        assert (await nobody.get("/api/v1/live")).status_code == 401
