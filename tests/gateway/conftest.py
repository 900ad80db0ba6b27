"""A door on the gateway of three machines, with a family whose phone is the device."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import uvloop

from tests.gateway.house import Behind, gateway
from tests.lab.netns import Network, network


@pytest.fixture(scope="session")
def event_loop_policy() -> uvloop.EventLoopPolicy:
    return uvloop.EventLoopPolicy()


@pytest.fixture(scope="session")
def net():
    """Give the three machines, the same to all tests: the library of userspace tunnels keeps its
    threads, and they stay in the network in which the first tunnel was opened.
    """
    with network() as made:
        yield made


@pytest_asyncio.fixture
async def behind(net: Network, tmp_path) -> AsyncIterator[Behind]:
    async with gateway(net, tmp_path / "door", "redirect") as made:
        yield made
