"""The ordinary service, `haidang run`, on the demonstration's data folder and with its internet."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from api.settings import PanelSettings
from proxy.settings import DoorSettings
from tests.demo.people import GADGETS
from tests.lab.lab import ROOT, LabProcess
from tests.lab.origin import LOOPBACK

WAIT = 60.0
STEP = 20


def door_settings(lab: LabProcess, port: int) -> DoorSettings:
    """Return settings of a door whose internet is the lab."""
    return DoorSettings(
        host=LOOPBACK, port=port, workers=1, origin_ca=lab.ca_path, resolver=lab.resolver
    )


def door_port() -> int:
    """Return the doors' usual port, or a later one that is free together with those above it."""
    usual = DoorSettings().port
    return next(
        port
        for port in range(usual, 65000 - STEP, STEP)
        if all(_is_free(port + number) for number in range(len(GADGETS) + 1))
    )


def panel_port() -> int:
    """Return the panel's usual port, or the next free one."""
    usual = PanelSettings().port
    return next(port for port in range(usual, 65000) if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex((LOOPBACK, port)) != 0


def _environment(data: Path, door: DoorSettings, port: int) -> dict[str, str]:
    told = {
        "HAIDANG_DATA": str(data),
        "HAIDANG_PANEL__HOST": LOOPBACK,
        "HAIDANG_PANEL__PORT": str(port),
        "HAIDANG_DOOR__HOST": door.host,
        "HAIDANG_DOOR__PORT": str(door.port),
        "HAIDANG_DOOR__WORKERS": str(door.workers),
        "HAIDANG_DOOR__RESOLVER": json.dumps(door.resolver),
    }
    if door.origin_ca:
        told["HAIDANG_DOOR__ORIGIN_CA"] = str(door.origin_ca)
    # A person's own settings are for their own service; the sample family gets none of them.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HAIDANG_")}
    return {**kept, **told}


@contextmanager
def running(data: Path, door: DoorSettings, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Give the running service, once its panel answers; it ends with the block."""
    with (data / "service.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "run"],
            cwd=ROOT,
            env=_environment(data, door, port),
            stdout=log,
            stderr=log,
            # Ctrl-C reaches us, and we stop the service in order.
            start_new_session=True,
        )
        try:
            _wait_for(process, port, data)
            yield process
        finally:
            process.terminate()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int, data: Path) -> None:
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(f"http://{LOOPBACK}:{port}/healthz", timeout=1)
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the service did not start; see {data / 'service.log'}")
