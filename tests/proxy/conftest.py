"""A door and a lab for each test, on the event loop the door really runs on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import uvloop

from tests.lab.lab import Lab
from tests.proxy.house import House, running


@pytest.fixture(scope="session")
def event_loop_policy() -> uvloop.EventLoopPolicy:
    return uvloop.EventLoopPolicy()


@pytest_asyncio.fixture
async def house(tmp_path: Path, lab: Lab) -> AsyncIterator[House]:
    async with running(tmp_path / "door", lab) as house:
        house.lab = lab
        yield house
