"""Every test of the memory runs on SQLite and on a real PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.database import Database
from tests.kit.databases import SEAL, Cluster, cluster_or_skip, fresh_sqlite, sqlite_url
from tests.store.family import Family, move_in

BOTH = ("sqlite", "postgresql")


@pytest.fixture
def migrated_once() -> None:
    """Nothing is copied here: migrations themselves are tested."""


@pytest.fixture(scope="session")
def clusters() -> Iterator[list[Cluster]]:
    """Hold the cluster of this session, which starts with the first test that needs it."""
    started: list[Cluster] = []
    yield started
    for cluster in started:
        cluster.end()


@pytest.fixture
def cluster(clusters: list[Cluster]) -> Cluster:
    if not clusters:
        clusters.append(cluster_or_skip())
    return clusters[0]


@pytest.fixture(params=BOTH)
async def url(
    request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[str]:
    """Give the address of a migrated database without a family in it."""
    if request.param == "sqlite":
        template = tmp_path_factory.getbasetemp() / "template.db"
        yield await fresh_sqlite(tmp_path / "haidang.db", template)
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    async with cluster.database() as address:
        yield address


@pytest.fixture(params=BOTH)
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Give the address of a database in which nothing is yet, not even a table."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "new" / "haidang.db")
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    async with cluster.new_database() as address:
        yield address


@pytest.fixture
async def db(url: str) -> AsyncIterator[Database]:
    opened = await Database.open(url, SEAL)
    yield opened
    await opened.close()


@pytest.fixture
def now() -> datetime:
    """A Monday evening in Hải Phòng."""
    return datetime(2026, 11, 23, 13, 30, tzinfo=UTC)


@pytest.fixture
async def family(db: Database, now: datetime) -> Family:
    return await move_in(db, now)
