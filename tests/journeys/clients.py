"""Who takes part in a journey: the child's client, the parent's client, and patience."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx

from store import doors
from store.database import Database
from tests.kit.browser import curl
from tests.kit.home import EMAIL, PASSWORD, Home, database_url
from tests.kit.service import Service
from tests.lab.lab import LabProcess

BLOCKED = "www.bet365.com"
OPEN = "open.example"


def now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)  # noqa: TID251 the service itself runs in real time


def status(lab: LabProcess, service: Service, home: Home, host: str) -> str:
    """Return the HTTP status a child's client gets, or curl's own words where there is none."""
    got = curl(
        f"https://{host}/",
        "--output",
        "/dev/null",
        "--write-out",
        "%{http_code}",
        "--cacert",
        str(_both(lab, service)),
        proxy=home.port,
    )
    return got.stdout if got.returncode == 0 else got.stderr


def _both(lab: LabProcess, service: Service) -> str:
    """Return one file with the lab's CA and ours."""
    ours = service.data / "ca" / "haidang-ca.crt"
    both = service.data / "both.pem"
    both.write_text(lab.ca_path.read_text() + ours.read_text())
    return str(both)


def wait_until_served(lab: LabProcess, service: Service, home: Home) -> None:
    """Wait until the doors answer the device."""
    deadline = time.monotonic() + 20
    while status(lab, service, home, OPEN) != "200":
        assert time.monotonic() < deadline, service.logs()
        time.sleep(0.1)


def wait_for_doors(service: Service, number: int) -> None:
    """Wait until so many doors report that they serve."""
    deadline = time.monotonic() + 30
    while asyncio.run(_doors(service)) < number:
        assert time.monotonic() < deadline, service.logs()
        time.sleep(0.1)


async def _doors(service: Service) -> int:
    db = await Database.open(database_url(service))
    async with db.read() as connection:
        alive = await doors.alive(connection, now=now())
    await db.close()
    return len(alive)


@contextmanager
def signed_in(service: Service) -> Iterator[httpx.Client]:
    """Give a client of the REST API that has signed in."""
    with httpx.Client(base_url=f"{service.panel}/api/v1", timeout=10) as client:
        answer = client.post("/session", json={"email": EMAIL, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        yield client
