"""The whole service on PostgreSQL: the same rules, and they hold when the database goes away."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from tests.journeys.clients import (
    BLOCKED,
    OPEN,
    signed_in,
    status,
    wait_for_doors,
    wait_until_served,
)
from tests.kit.databases import Cluster, cluster_or_skip
from tests.kit.home import Home, settle
from tests.kit.service import Service
from tests.lab.lab import LabProcess

pytestmark = [pytest.mark.door, pytest.mark.timeout(120)]


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    cluster = cluster_or_skip()
    yield cluster
    cluster.end()


def wait_for(wanted: str, lab: LabProcess, service: Service, home: Home) -> None:
    """Wait until the child's client is answered as wanted (how soon: `make bench-door`)."""
    deadline = time.monotonic() + 20
    while (got := status(lab, service, home, OPEN)) != wanted:
        assert time.monotonic() < deadline, got


def test_a_change_is_in_force_at_once_and_stays_when_the_database_goes_away(
    service: Service, lab: LabProcess, cluster: Cluster
) -> None:
    asyncio.run(cluster.order("CREATE DATABASE haidang"))
    url = cluster.address("haidang")
    service.environment = {**service.environment, "HAIDANG_DATABASE_URL": url}
    home = settle(service)
    service.start()
    wait_for_doors(service, 1)
    wait_until_served(lab, service, home)
    assert status(lab, service, home, BLOCKED) == "403"

    with signed_in(service) as rest:
        assert rest.post(f"/children/{home.child_id}/pause", json={}).status_code == 204
        wait_for("403", lab, service, home)
        assert rest.post(f"/children/{home.child_id}/resume").status_code == 204
        wait_for("200", lab, service, home)

        asyncio.run(cluster.pause())
        assert status(lab, service, home, BLOCKED) == "403"
        assert status(lab, service, home, OPEN) == "200"
        answer = rest.get("/children")
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        asyncio.run(cluster.resume())
    service.stop(seconds=30)
    assert service.process is not None
    assert service.process.returncode == 0
