"""The panel in this process, on a database of its own and with a clock that stands still.

The cast: Alice owns the family, Bob is its other parent, Vera may only look, Charlie is of another
family and must never get in, and a stranger has no account at all.
"""

import asyncio
import datetime as dt
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.app import Panel, create_app
from api.security import hasher
from api.settings import PanelSettings
from feeds.catalogue import load
from rules.policy import Policy
from rules.verdict import Verdict
from store import adults, change, children, devices, groups, sessions
from store.adults import Adult, Role
from store.change import SYSTEM
from store.children import Child
from store.database import Database
from store.devices import Device
from store.groups import Group
from store.journal import Journal, Note
from tests.kit.agreed import agree
from tests.kit.databases import SEAL, empty_at

MONDAY = dt.datetime(2026, 11, 23, 11, 0, tzinfo=dt.UTC)
"""18:00 in Hải Phòng."""
CODE = "ABCD-2345"
PASSWORD = "biển xanh và hải đăng"
ORIGIN = "http://panel.test"
CA = b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"


@dataclass
class Clock:
    """A clock that stands still until told otherwise."""

    now: dt.datetime = MONDAY

    def __call__(self) -> dt.datetime:
        return self.now

    def move(self, **length: float) -> None:
        self.now += dt.timedelta(**length)


@dataclass
class House:
    """A panel and the people of its family."""

    panel: Panel
    clock: Clock
    app: FastAPI
    family: Group | None = None
    children: dict[str, Child] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def client(self, who: str = "", address: str = "192.168.1.20") -> httpx.AsyncClient:
        """Return the browser of someone of the cast, or of a stranger."""
        cookies = {"haidang": self.tokens[who]} if who else {}
        transport = httpx.ASGITransport(
            app=self.app, raise_app_exceptions=False, client=(address, 50000)
        )
        return httpx.AsyncClient(
            transport=transport,
            base_url=ORIGIN,
            cookies=cookies,
            headers={"Origin": ORIGIN, "Accept-Language": "en"},
        )


@pytest.fixture(scope="session")
def catalogue():
    return load()


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash cheaply: what is tested is the way in, not how slow argon2 is."""
    quick = type(hasher)(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("api.security.hasher", quick)
    monkeypatch.setattr("api.security._NOBODY", quick.hash("nobody"))


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database just migrated, to copy: migrating for every test would take most of the time."""
    return empty_at(tmp_path_factory.mktemp("empty") / "haidang.db")


async def open_house(folder: Path, catalogue) -> House:
    """Open a panel on the database in a folder."""
    certificate = folder / "haidang-ca.crt"
    certificate.write_bytes(CA)
    clock = Clock()
    panel = Panel(
        db=await Database.open(f"sqlite+aiosqlite:///{folder}/haidang.db", SEAL),
        catalogue=catalogue,
        clock=clock,
        settings=PanelSettings(),
        ca_certificate=certificate,
        lists=folder / "lists",
        door_host="192.168.1.5",
        door_port=8100,
        verify_setup_code=lambda code: code.upper() == CODE,
    )
    return House(panel, clock, create_app(panel))


@pytest.fixture
async def fresh(tmp_path: Path, catalogue, empty_database: Path) -> AsyncIterator[House]:
    """A panel nobody has set up yet."""
    shutil.copy(empty_database, tmp_path / "haidang.db")
    house = await open_house(tmp_path, catalogue)
    yield house
    await house.panel.db.close()


@pytest.fixture(scope="session")
def furnished(
    tmp_path_factory: pytest.TempPathFactory, catalogue, empty_database: Path
) -> tuple[Path, House]:
    """A folder in which the cast has moved in, to copy, and who lives there."""
    folder = tmp_path_factory.mktemp("furnished")
    shutil.copy(empty_database, folder / "haidang.db")

    async def make() -> House:
        house = await open_house(folder, catalogue)
        await people(house)
        await house.panel.db.close()
        return house

    return folder, asyncio.run(make())


@pytest.fixture
async def house(tmp_path: Path, catalogue, furnished: tuple[Path, House]) -> AsyncIterator[House]:
    """A family that is set up: two parents, one who looks, two children, one device."""
    folder, cast = furnished
    shutil.copy(folder / "haidang.db", tmp_path / "haidang.db")
    house = await open_house(tmp_path, catalogue)
    house.family = cast.family
    house.children = dict(cast.children)
    house.devices = dict(cast.devices)
    house.tokens = dict(cast.tokens)
    yield house
    await house.panel.db.close()


async def people(house: House) -> None:
    """Let the cast move in."""
    db, now = house.panel.db, house.clock()
    async with change.change(db, by=SYSTEM, what="began", now=now) as tx:
        family = await groups.add(tx, name="Nhà Trần", zone="Asia/Ho_Chi_Minh", language="vi")
        other = await groups.add(tx, name="Nhà Lê", zone="Asia/Ho_Chi_Minh", language="vi")
        cast = [
            await _adult(tx, "Alice", family, Role.OWNER),
            await _adult(tx, "Bob", family, Role.PARENT),
            await _adult(tx, "Vera", family, Role.VIEWER),
            await _adult(tx, "Charlie", other, Role.OWNER),
        ]
        mai = await _child(tx, "Mai", family, 2014)
        nam = await _child(tx, "Nam", family, 2019)
        await agree(tx, mai.id, nam.id)
        about = {"name": "Mai’s phone", "kind": "phone", "system": "android"}
        phone = await devices.add(tx, **about, child_ids=[mai.id], first_port=8101)
    house.family = family
    house.children = {"Mai": mai, "Nam": nam}
    house.devices = {"phone": phone}
    async with db.write() as store:
        for adult in cast:
            token = await sessions.open_session(store, adult.id, now=now)
            house.tokens[adult.name.lower()] = token


async def _adult(tx: change.Change, name: str, group: Group, role: Role) -> Adult:
    quick = type(hasher)(time_cost=1, memory_cost=8, parallelism=1)
    return await adults.add(
        tx,
        name=name,
        email=f"{name.lower()}@example.com",
        password_hash=quick.hash(PASSWORD),
        language="en",
        group_id=group.id,
        role=role,
    )


async def _child(tx: change.Change, name: str, group: Group, year: int) -> Child:
    return await children.add(
        tx, group_id=group.id, name=name, birth_year=year, language="vi", policy=Policy()
    )


@pytest.fixture
def note(house: House, tmp_path: Path):
    """Write a visit the way a door does."""

    async def write(child_id, host, at, *answer, **more) -> None:
        journal = Journal(house.panel.db, spool=tmp_path / "spool", clock=house.clock, worker="t/1")
        device_id = house.devices["phone"].id
        journal.note(Note(at, device_id, child_id, host, Verdict(*answer), **more))
        await journal.flush()

    return write
