"""A running door in the gateway's namespace, and the clients of the device behind it."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from proxy import nftables
from proxy.settings import GatewaySettings
from proxy.upstream import Upstream
from rules.family import ChildRules, Household
from rules.policy import Policy
from tests.lab.netns import DEVICE, GATEWAY, LAN, WORLD, Network
from tests.proxy.house import House, child, device, running

PATIENCE = 15
"""A lost first packet of a tunnel is sent again after five seconds."""


@dataclass
class Behind:
    """The device behind the gateway, and the house that it goes through."""

    net: Network
    house: House
    trust: Path
    """Both CAs, as a device that trusts ours has them."""
    person: ChildRules | None = None
    known_by: dict[str, object] = field(default_factory=lambda: {"address": DEVICE})

    async def rule(self, policy: Policy, **more: object) -> None:
        """Put the device's child under a policy."""
        person = child(policy)
        given = {**self.known_by, **more}
        household = Household(
            revision=self.house.revision + 1,
            site_id=uuid4(),
            children=(person,),
            devices=(device(self.house.device_port, person, **given),),
            language="en",
        )
        self.person = person
        await self.house.adopt(household)

    async def change(self, policy: Policy) -> None:
        assert self.person
        await self.house.change(self.person, policy)

    async def run(self, *words: str) -> str:
        """Run a program on the device and return all it said."""
        process = await asyncio.create_subprocess_exec(
            *self.net.command(self.net.device, *words),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(PATIENCE + 4):
            out, _ = await process.communicate()
        return out.decode(errors="replace")

    async def curl(self, url: str, *more: str) -> str:
        patience = ("-sS", "-m", str(PATIENCE), "--cacert", str(self.trust))
        return await self.run("curl", *patience, *more, url)

    async def dig(self, name: str, kind: str = "A", *more: str) -> list[str]:
        """Ask for a name as the device does, and return the answer's lines."""
        asked = ("dig", f"@{GATEWAY}", "+short", "+time=3", "+tries=1", *more, name, kind)
        return (await self.run(*asked)).split("\n")[:-1]

    async def reached(self, host: str) -> list[dict[str, object]]:
        return await asyncio.to_thread(self.net.reached, host)


@asynccontextmanager
async def gateway(
    net: Network, folder: Path, mode: str, host: str = "127.0.0.1"
) -> AsyncIterator[Behind]:
    """Run a door in the gateway, with the kernel's rules in force."""
    settings = GatewaySettings(mode=mode, lan=(LAN,), resolvers=(WORLD,))
    with net.inside():
        if mode != "off":
            _run(["nft", "-f", "-"], nftables.rules(settings, settings.lan, os.getuid()))
            for command in nftables.commands(settings):
                _run(command)
        look_up = Upstream((WORLD,)).look_up
        try:
            async with running(
                folder,
                look_up=look_up,
                gateway=settings,
                origin_ca=net.ca_path,
                port=8100,
                host=host,
            ) as house:
                trust = folder / "both.pem"
                trust.write_bytes(house.ca.read_bytes() + net.ca_path.read_bytes())
                yield Behind(net, house, trust)
        finally:
            if mode != "off":
                _run(["nft", "delete", "table", "inet", nftables.TABLE])
            if mode == "tproxy":
                for command in nftables.routes("del"):
                    _run(command)


def _run(command: Sequence[str], given: str = "") -> None:
    done = subprocess.run(command, input=given, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
