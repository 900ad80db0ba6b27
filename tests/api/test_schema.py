"""Whatever a program sends to /api/v1, it gets what the document says, and never a fault."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import schemathesis
import uvicorn
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.rest import ROUTERS
from api.rest.house import describe
from tests.api.conftest import House, open_house, people

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def document() -> dict:
    app = FastAPI()
    for router in ROUTERS:
        app.include_router(router)
    return describe(app.routes)


SCHEMA = schemathesis.openapi.from_dict(document()).exclude(path="/api/v1/session")


@dataclass
class Served:
    """A panel that really listens: the tests of this file are not async, so it has its own loop."""

    url: str = ""
    token: str = ""
    child_id: str = ""
    device_id: str = ""


async def serve(house: House, served: Served, ready: threading.Event) -> uvicorn.Server:
    served.token = house.tokens["alice"]
    served.child_id = str(house.children["Mai"].id)
    served.device_id = str(house.devices["phone"].id)
    server = uvicorn.Server(uvicorn.Config(house.app, port=0, log_level="critical"))
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup()
    address = server.servers[0].sockets[0].getsockname()
    served.url = f"http://127.0.0.1:{address[1]}"
    ready.set()
    return server


@pytest.fixture(scope="module")
def served(tmp_path_factory, catalogue, empty_database: Path) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(empty_database, folder / "haidang.db")
    found, ready, over = Served(), threading.Event(), threading.Event()

    async def run() -> None:
        house = await open_house(folder, catalogue)
        await people(house)
        server = await serve(house, found, ready)
        await asyncio.to_thread(over.wait)
        await server.shutdown()
        await house.panel.db.close()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert ready.wait(30), "the panel did not start"
    yield found
    over.set()
    thread.join(30)


@SCHEMA.parametrize()
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_nothing_a_program_sends_breaks_the_panel_or_its_promises(case, served: Served):
    use_real_ids(case, served)
    bearer = {"Authorization": f"Bearer {served.token}"}
    case.call_and_validate(base_url=served.url, headers=bearer, checks=CHECKS)


def use_real_ids(case, served: Served) -> None:
    """Aim at what is there, except when removing it; random ids would only ever meet a 404."""
    if case.method == "DELETE" or not case.path_parameters:
        return
    for name in ("child_id", "device_id"):
        if name in case.path_parameters:
            case.path_parameters[name] = getattr(served, name)


def test_the_document_is_served_and_names_every_problem():
    paths = document()["paths"]
    assert len(paths) > 20
    for methods in paths.values():
        for operation in methods.values():
            assert operation["summary"]
            assert "application/problem+json" in operation["responses"]["404"]["content"]
