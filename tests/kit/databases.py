"""Databases for tests: a migrated SQLite file or PostgreSQL database for each, quickly."""

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from store.database import Database
from store.schema import HEAD
from store.sealing import Seal
from store.tables import metadata

SEAL = Seal(b"the key that is not in it: 32 of")
SHARED = "haidang_test"
# A test's cluster needs to survive nothing.
OPTIONS = (
    "-c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off"
    " -c full_page_writes=off -c autovacuum=off -c shared_buffers=32MB -c max_connections=60"
)


def sqlite_url(path: Path) -> str:
    """Return the address of an SQLite file."""
    return f"sqlite+aiosqlite:///{path}"


def empty_at(path: Path) -> Path:
    """Make an SQLite database that was just migrated, to copy: to migrate takes long."""

    async def make() -> None:
        await (await Database.open(sqlite_url(path))).close()

    asyncio.run(make())
    return path


async def fresh_sqlite(path: Path, template: Path) -> str:
    """Copy a migrated SQLite file (made on first use) and return the copy's address."""
    if not template.exists():  # noqa: ASYNC240 - a local file, in a test
        # Only whole under its name, so that a second run never finds half a template.
        part = template.with_suffix(".part")
        await (await Database.open(sqlite_url(part))).close()
        part.rename(template)
    shutil.copyfile(template, path)
    return sqlite_url(path)


class Cluster:
    """A private PostgreSQL server in a temporary folder."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="haidang-pg-"))
        self._has_shared = False
        # PostgreSQL refuses to run as root.
        self._user = _someone_else() if os.geteuid() == 0 else None
        if self._user is not None:
            os.chown(self._folder, self._user, -1)
        self._run("initdb", "-U", "haidang", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self.port = _free_port()
        options = f"{OPTIONS} -c port={self.port} -c unix_socket_directories={self._folder}"
        self._run("pg_ctl", "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def address(self, name: str, *, driver: str = "postgresql+asyncpg") -> str:
        """Return the address of one of its databases."""
        return f"{driver}://haidang@127.0.0.1:{self.port}/{name}"

    @asynccontextmanager
    async def database(self) -> AsyncIterator[str]:
        """Give the address of a migrated database with nothing in it.

        It is one and the same, emptied: to make a new one takes ten times as long.
        """
        if self._has_shared:
            await self.order(_emptying(), SHARED)
        else:
            await self.order(f"CREATE DATABASE {SHARED}")
            await (await Database.open(self.address(SHARED))).close()
            self._has_shared = True
        yield self.address(SHARED)

    @asynccontextmanager
    async def new_database(self, *, like: str = "template1") -> AsyncIterator[str]:
        """Give the address of a database in which there is not even a table; or one like another.

        Nobody may be in that one meanwhile.
        """
        name = f"new_{uuid4().hex}"
        await self.order(f"CREATE DATABASE {name} TEMPLATE {like}")
        yield self.address(name)
        await self.order(f"DROP DATABASE {name} WITH (FORCE)")

    async def order(self, statement: str, name: str = "postgres") -> None:
        """Run statements as the server's owner."""
        connection = await asyncpg.connect(self.address(name, driver="postgresql"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def pause(self) -> None:
        """Stop the server: the database is away."""
        await asyncio.to_thread(self._run, "pg_ctl", "-w", "-m", "fast", "stop")

    async def resume(self) -> None:
        """Start it again with its databases."""
        options = f"{OPTIONS} -c port={self.port} -c unix_socket_directories={self._folder}"
        log = str(self._folder / "log")
        await asyncio.to_thread(self._run, "pg_ctl", "-w", "-l", log, "-o", options, "start")

    def end(self) -> None:
        """Stop the server and remove its folder."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), "-D", str(self._folder / "data"), *arguments]
        output = self._folder / "output"
        with output.open("ab") as file:
            done = subprocess.run(
                command, stdout=file, stderr=file, check=False, user=self._user, cwd="/"
            )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{output.read_text()[-2000:]}")


def _emptying() -> str:
    """Return what empties the database, after whom a failed test left in it was shown out."""
    rows = [
        f"DELETE FROM {table.name}"
        for table in reversed(metadata.sorted_tables)
        if table.name not in {"facts", "revision"}
    ]
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    return "; ".join(
        (
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}",
            *rows,
            "DELETE FROM facts WHERE key <> 'site_id'",
            "UPDATE revision SET number = 0",
            f"UPDATE alembic_version SET version_num = '{HEAD}'",
        )
    )


def find_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest version first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version, reverse=True)
    on_path = shutil.which("initdb")
    if found:
        return found[0].parent
    return Path(on_path).resolve().parent if on_path else None


def cluster_or_skip() -> Cluster:
    """Start a cluster; without PostgreSQL skip the test, but never where CI counts on it."""
    programs = find_programs()
    if programs is None:
        said = "PostgreSQL is not installed here: install it (apt install postgresql) to run this"
        if os.environ.get("CI") == "true":
            pytest.fail(said)
        pytest.skip(said)
    return Cluster(programs)


def _version(path: Path) -> int:
    return int(path.parts[-3]) if path.parts[-3].isdigit() else 0


def _someone_else() -> int:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise RuntimeError("there is no user but root to run PostgreSQL as")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
