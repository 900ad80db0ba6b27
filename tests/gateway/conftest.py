"""A door on the gateway of three machines, with a family whose phone is the device."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import uvloop

from tests.gateway.house import Behind, gateway
from tests.lab.netns import Network, network

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep these on one worker: three machines and their programs are enough at a time."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.xdist_group("gateway"))


@pytest.fixture(scope="session")
def event_loop_policy() -> uvloop.EventLoopPolicy:
    return uvloop.EventLoopPolicy()


@pytest.fixture(scope="module")
def net():
    with network() as made:
        yield made


@pytest_asyncio.fixture
async def behind(net: Network, tmp_path) -> AsyncIterator[Behind]:
    async with gateway(net, tmp_path / "door", "redirect") as made:
        yield made
