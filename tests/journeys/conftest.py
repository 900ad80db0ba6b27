"""A lab and the whole service, each in processes of its own, and browsers for both sides."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.browser import Launch, chromium
from tests.kit.service import Service
from tests.lab.lab import LabProcess, lab_process


@pytest.fixture(scope="module")
def lab() -> Iterator[LabProcess]:
    with lab_process() as lab:
        yield lab


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    with chromium(tmp_path / "browsers") as launch:
        yield launch


@pytest.fixture
def service(lab: LabProcess, tmp_path: Path) -> Iterator[Service]:
    """A service not started yet, whose doors reach the lab instead of the internet."""
    service = Service(
        tmp_path / "data",
        {
            "HAIDANG_DOOR__RESOLVER": json.dumps(lab.resolver),
            "HAIDANG_DOOR__ORIGIN_CA": str(lab.ca_path),
        },
    )
    yield service
    if service.process is not None and service.process.poll() is None:
        service.kill()
