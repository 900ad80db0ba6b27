"""Fixtures: `lab` inside a test's loop, `lab_apart` as a process for tests that block."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.lab.lab import Lab, LabProcess, lab_process


@pytest_asyncio.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    """Give a lab of its own to one test."""
    folder = tmp_path / "lab"
    folder.mkdir()
    async with Lab(folder) as running:
        yield running


@pytest.fixture(scope="session")
def lab_apart() -> Iterator[LabProcess]:
    """Give one lab in a process of its own to all blocking tests."""
    with lab_process() as running:
        yield running
