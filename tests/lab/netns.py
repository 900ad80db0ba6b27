"""Three machines in network namespaces: a device, the gateway, and the internet behind it.

    device  10.99.0.2 ── 10.99.0.1  gateway  11.22.33.254 ── 11.22.33.1  internet
            fd99::2   ── fd99::1             2a0f:1234::fe ── 2a0f:1234::1

The test itself moves into the gateway (`Network.inside`), so that the door it runs is there and can
be looked into; clients and the internet are processes of their own. Everything is named after the
running test and removed at its end; what a killed run left behind is removed by the next one.
"""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[2]
NETNS = Path("/run/netns")
ETC = Path("/etc/netns")
DEVICE, GATEWAY, WORLD = "10.99.0.2", "10.99.0.1", "11.22.33.1"
DEVICE6, GATEWAY6, WORLD6 = "fd99::2", "fd99::1", "2a0f:1234::1"
LAN, WAN = "lan0", "wan0"
MAC = "02:68:64:00:00:02"
PROGRAMS = ("ip", "nft", "curl", "dig")
SECONDS = 20

_SET_UP = f"""
link add {LAN} netns GW type veth peer name eth0 netns DEV
link add {WAN} netns GW type veth peer name eth0 netns NET
-n DEV link set eth0 address {MAC}
-n DEV addr add {DEVICE}/24 dev eth0
-n DEV addr add {DEVICE6}/64 dev eth0 nodad
-n GW addr add {GATEWAY}/24 dev {LAN}
-n GW addr add {GATEWAY6}/64 dev {LAN} nodad
-n GW addr add 11.22.33.254/24 dev {WAN}
-n GW addr add 2a0f:1234::fe/64 dev {WAN} nodad
-n NET addr add {WORLD}/24 dev eth0
-n NET addr add 11.22.33.7/24 dev eth0
-n NET addr add 11.22.33.9/24 dev eth0
-n NET addr add {WORLD6}/64 dev eth0 nodad
-n NET addr add 2a0f:1234::7/64 dev eth0 nodad
-n NET addr add 2a0f:1234::9/64 dev eth0 nodad
-n DEV link set lo up
-n GW link set lo up
-n NET link set lo up
-n DEV link set eth0 up
-n GW link set {LAN} up
-n GW link set {WAN} up
-n NET link set eth0 up
-n DEV route add default via {GATEWAY}
-n DEV -6 route add default via {GATEWAY6}
-n NET route add 10.0.0.0/8 via 11.22.33.254
-n NET -6 route add fd00::/8 via 2a0f:1234::fe
"""


@dataclass
class Network:
    """The three namespaces and what runs in them."""

    name: str
    ca_path: Path = Path()
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def device(self) -> str:
        return f"{self.name}-dev"

    @property
    def gateway(self) -> str:
        return f"{self.name}-gw"

    @property
    def world(self) -> str:
        return f"{self.name}-net"

    def command(self, where: str, *words: str) -> list[str]:
        """Return the command line that runs a program in a namespace."""
        return ["ip", "netns", "exec", where, *words]

    def run(
        self, where: str, *words: str, given: str = "", check: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Run a program in a namespace to its end; for use before an event loop runs."""
        return subprocess.run(
            self.command(where, *words),
            input=given,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=check,
        )

    def start(self, where: str, *words: str, **more: Any) -> subprocess.Popen[str]:
        """Start a program in a namespace; it is ended with the network."""
        given = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, **more}
        process = subprocess.Popen(self.command(where, *words), cwd=ROOT, **given)
        self.processes.append(process)
        return process

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Move the running thread, and all it starts, into the gateway."""
        with (
            (NETNS / self.gateway).open() as there,
            Path("/proc/thread-self/ns/net").open() as here,
        ):
            _enter(there)
            try:
                yield
            finally:
                _enter(here)

    def requests(self) -> list[dict[str, Any]]:
        """Ask the internet which requests reached it; from inside the gateway."""
        with urlopen(f"http://{WORLD}/lab/requests", timeout=5) as answer:
            received: list[dict[str, Any]] = json.load(answer)
            return received

    def reached(self, host: str) -> list[dict[str, Any]]:
        """Return the requests that reached a host."""
        return [request for request in self.requests() if request["host"] == host]


@contextmanager
def network() -> Iterator[Network]:
    """Make the three machines with a running internet; skip the test where that is not allowed."""
    _need_permission()
    _sweep()
    made = Network(f"hd{os.getpid()}-{secrets.token_hex(2)}")
    try:
        _build(made)
        yield made
    finally:
        _remove(made)


def _need_permission() -> None:
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        _cannot(f"not installed: {', '.join(missing)}")
    probe = f"hd{os.getpid()}-probe"
    tried = subprocess.run(["ip", "netns", "add", probe], capture_output=True, check=False)
    if tried.returncode:
        _cannot(f"network namespaces cannot be made here ({tried.stderr.decode().strip()})")
    subprocess.run(["ip", "netns", "del", probe], check=False)


def _cannot(why: str) -> None:
    """Skip, or fail where CI promised that it works."""
    sentence = f"{why}: this test needs device, gateway and internet as namespaces (root on Linux)"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


def _build(made: Network) -> None:
    names = {"DEV": made.device, "GW": made.gateway, "NET": made.world}
    for name in names.values():
        _ip("netns", "add", name)
    lines = re.sub(r"\b(DEV|GW|NET)\b", lambda it: names[it[1]], _SET_UP).strip().splitlines()
    for line in lines:
        _ip(*line.split())
    for where, key in (
        (made.gateway, "ipv4/ip_forward"),
        (made.gateway, "ipv6/conf/all/forwarding"),
    ):
        made.run(where, "sh", "-c", f"echo 1 > /proc/sys/net/{key}", check=True)
    (ETC / made.device).mkdir(parents=True, exist_ok=True)
    (ETC / made.device / "resolv.conf").write_text(f"nameserver {GATEWAY}\n")
    internet = made.start(made.world, sys.executable, "-m", "tests.lab.internet")
    assert internet.stdout
    made.ca_path = Path(json.loads(internet.stdout.readline())["ca_path"])


def _remove(made: Network) -> None:
    for process in reversed(made.processes):
        process.terminate()
    for process in made.processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)
        if process.poll() is None:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
    for name in (made.device, made.gateway, made.world):
        subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    shutil.rmtree(ETC / made.device, ignore_errors=True)
    with suppress(OSError):
        ETC.rmdir()


def _sweep() -> None:
    """Remove what runs that were killed left behind."""
    left = [*NETNS.glob("hd*-*"), *ETC.glob("hd*-*")]
    for path in left:
        found = re.fullmatch(r"hd(\d+)-.*", path.name)
        if not found or Path("/proc", found[1]).exists():
            continue
        if path.parent == NETNS:
            subprocess.run(["ip", "netns", "del", path.name], capture_output=True, check=False)
        else:
            shutil.rmtree(path, ignore_errors=True)


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr}")


def _enter(namespace: IO[str]) -> None:
    os.setns(namespace.fileno(), os.CLONE_NEWNET)
