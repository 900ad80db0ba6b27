"""The ordinary service on a demonstration's folder."""

from pathlib import Path

import pytest

from cli.settings import Settings
from proxy.settings import DoorSettings
from tests.demo.service import _environment
from tests.lab.origin import LOOPBACK


@pytest.mark.parametrize("ca", [None, Path("/lab/ca.pem")])
def test_a_demonstration_with_or_without_a_lab_gives_the_door_what_it_was_told(
    ca: Path | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = DoorSettings(host=LOOPBACK, port=8100, workers=1, origin_ca=ca, resolver={})
    for name, value in _environment(tmp_path, door, 8080).items():
        monkeypatch.setenv(name, value)
    read = Settings().door
    assert (read.origin_ca, read.resolver, read.port) == (ca, {}, 8100)
