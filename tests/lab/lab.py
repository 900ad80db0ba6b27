"""The lab as one thing to start and stop, inside a loop or as a process of its own."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.request import urlopen

from tests.lab.origin import LOOPBACK, Origin
from tests.lab.pki import Certificates

ROOT = Path(__file__).resolve().parents[2]


def resolver_for(tls_port: int, http_port: int) -> dict[str, str]:
    """Return the fixed answers that lead every host, as `*:port`, to the lab."""
    return {"*:443": f"{LOOPBACK}:{tls_port}", "*:80": f"{LOOPBACK}:{http_port}"}


class Lab:
    """The internet of a test: `async with Lab() as lab`."""

    def __init__(self, folder: Path | None = None) -> None:
        self._temporary = None if folder else tempfile.TemporaryDirectory(prefix="haidang-lab-")
        self.folder = folder or Path(self._temporary.name if self._temporary else "")
        self.certificates = Certificates(self.folder)
        self.origin = Origin(self.certificates)

    async def __aenter__(self) -> Self:
        await self.origin.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.origin.stop()
        if self._temporary:
            self._temporary.cleanup()

    @property
    def tls_port(self) -> int:
        """Return the port where every host answers over TLS."""
        return self.origin.tls_port

    @property
    def http_port(self) -> int:
        """Return the port where every host answers without TLS."""
        return self.origin.http_port

    @property
    def ca_path(self) -> Path:
        """Return the certificate of the lab's CA (PEM)."""
        return self.certificates.ca_path

    @property
    def resolver(self) -> dict[str, str]:
        """Return what to give a door as `DoorSettings.resolver`."""
        return resolver_for(self.tls_port, self.http_port)


@dataclass(frozen=True, slots=True)
class LabProcess:
    """A lab in a process of its own, for tests that block."""

    tls_port: int
    http_port: int
    ca_path: Path
    pid: int

    @property
    def resolver(self) -> dict[str, str]:
        """Return what to give a door as `DoorSettings.resolver`."""
        return resolver_for(self.tls_port, self.http_port)

    def requests(self) -> list[dict[str, Any]]:
        """Ask the lab which requests reached its origins."""
        with urlopen(f"http://{LOOPBACK}:{self.http_port}/lab/requests", timeout=5) as answer:
            received: list[dict[str, Any]] = json.load(answer)
            return received

    def reached(self, host: str) -> list[dict[str, Any]]:
        """Return the requests that reached a host."""
        return [request for request in self.requests() if request["host"] == host]


@contextmanager
def lab_process() -> Iterator[LabProcess]:
    """Run `python -m tests.lab` and give what it printed; it ends with the block."""
    command = [sys.executable, "-m", "tests.lab"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # Ctrl-C is for whoever started us; the lab ends with them.
        start_new_session=True,
    ) as process:
        assert process.stdout
        try:
            told = json.loads(process.stdout.readline())
            told["ca_path"] = Path(told["ca_path"])
            yield LabProcess(**told)
        finally:
            process.terminate()
