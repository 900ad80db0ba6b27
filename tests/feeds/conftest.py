"""Fixtures of the feeds."""

from collections.abc import AsyncIterator

import pytest

from feeds.catalogue import Catalogue, load
from tests.feeds.shelf import Shelf, opened


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load()


@pytest.fixture
async def shelf() -> AsyncIterator[Shelf]:
    async with opened() as shelf:
        yield shelf
