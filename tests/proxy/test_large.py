"""Large files up and down through a door in a process of its own, whose memory stays flat.

`make large` does the same with five gigabytes and prints what it cost (`LARGE_MB=300` for others).
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from proxy.ca import CERTIFICATE
from proxy.door import CA_FOLDER
from rules.policy import Policy
from rules.urls import UrlRule
from store import children, devices, groups
from store.change import SYSTEM, change
from tests.lab.lab import Lab
from tests.proxy.clients import curl
from tests.proxy.house import OPEN, free_port
from tests.proxy.test_memory import database, now, opens, process

pytestmark = pytest.mark.door
ASKED = os.environ.get("LARGE_MB")
DOWN_MB = int(ASKED or 80)
UP_MB = int(ASKED or 60)
FLAT_MB = 24
"""What a door may need for one file, however large it is."""
LOOKING = Policy(urls=(UrlRule(scope=f"site:{OPEN}", path="/secret", effect="block"),))
"""A rule that has to look inside."""
PATIENCE = 3600 if ASKED else 60


class Watched:
    """A door process whose memory is looked at while something happens."""

    def __init__(self, pid: int, ports: dict[str, int], lab: Lab, ca: Path) -> None:
        self.pid, self.ports, self.lab, self.ca = pid, ports, lab, ca
        self.most = 0

    def resident(self) -> int:
        """Return the door's memory in bytes."""
        pages = Path(f"/proc/{self.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    async def curl(self, way: str, *more: str) -> str:
        """Run curl as the device that goes this way, and note how much the door grew meanwhile."""
        ca = self.ca if way == "opened" else self.lab.ca_path
        proxy = f"http://127.0.0.1:{self.ports[way]}"
        known = ("-x", proxy, "--cacert", str(ca), "-m", str(PATIENCE))
        before = self.resident()
        running = asyncio.ensure_future(curl(*known, *more))
        self.most = 0
        while not running.done():
            await asyncio.wait({running}, timeout=0.05)
            self.most = max(self.most, self.resident() - before)
        return await running


@pytest_asyncio.fixture
async def watched(tmp_path: Path, lab: Lab) -> AsyncIterator[Watched]:
    async with _door(tmp_path, lab) as made:
        yield made


@asynccontextmanager
async def _door(folder: Path, lab: Lab) -> AsyncIterator[Watched]:
    ports = {}
    async with database(folder) as db, change(db, by=SYSTEM, what="set up", now=now()) as tx:
        group = await groups.add(tx, name="Home", zone="Asia/Ho_Chi_Minh", language="en")
        for way, policy in (("relayed", Policy()), ("opened", LOOKING)):
            person = await children.add(
                tx, group_id=group.id, name=way, birth_year=2014, language="en", policy=policy
            )
            phone = await devices.add(
                tx, name=way, kind="phone", system="android",
                child_ids=[person.id], first_port=free_port(),
            )  # fmt: skip
            ports[way] = phone.port
    async with process(folder, lab, free_port(), "1") as door:
        await opens(ports["opened"])
        made = Watched(door.pid, ports, lab, folder / CA_FOLDER / CERTIFICATE)
        for way in ports:
            assert OPEN in await made.curl(way, f"https://{OPEN}/")
        yield made


@pytest.mark.timeout(4 * PATIENCE)
async def test_large_files_go_both_ways_through_a_door_that_stays_as_small_as_it_was(
    watched: Watched, tmp_path: Path
) -> None:
    told = ("--http1.1", "-o", "/dev/null", "-w", "%{size_download} %{size_upload} %{time_total}")
    body = tmp_path / "body"
    with body.open("wb") as file:
        file.truncate(UP_MB * 1_000_000)
    for way in watched.ports:
        down = await watched.curl(way, *told, f"https://{OPEN}/bytes/{DOWN_MB * 1_000_000}")
        _tell(way, "down", DOWN_MB, down, watched.most)
        assert down.startswith(f"{DOWN_MB * 1_000_000} "), down
        assert watched.most < FLAT_MB * 1_000_000
        up = await watched.curl(way, *told, "-T", str(body), f"https://{OPEN}/upload")
        _tell(way, "up", UP_MB, up, watched.most)
        assert up.split()[1] == str(UP_MB * 1_000_000), up
        assert watched.most < FLAT_MB * 1_000_000


def _tell(way: str, where: str, megabytes: int, said: str, grew: int) -> None:
    seconds = float(said.rsplit(maxsplit=1)[-1])
    print(f"{way} {where}: {megabytes} MB at {megabytes / seconds:.0f} MB/s, +{grew / 1e6:.1f} MB")  # noqa: T201 for who asked
