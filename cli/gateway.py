"""Puts the kernel's rules of the gateway in force, or prints them; nothing half-done stays."""

import asyncio
import os
import shlex
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterable, Sequence
from pathlib import Path

from cli.saying import spoken
from cli.settings import Settings, variable
from proxy import nftables
from proxy.who import ensure_key
from rules.explain import Sentence
from rules.tunnels import KERNEL, KEY_FILE, door_key, kernel_conf
from store import devices
from store.database import Database

ROUTES = Path("/proc/net/route")
CARDS = Path("/sys/class/net")
NOT_OURS = ("lo", nftables.TUNNEL)
SECONDS = 20
NO_ROUTE = "00000000"


def show(settings: Settings) -> Sentence | None:
    """Print the rules, with the commands that belong to them as comments."""
    if trouble := _trouble(settings):
        return trouble
    gateway = settings.door.gateway
    print("#!/usr/sbin/nft -f")
    for command in nftables.commands(gateway):
        print(f"# {shlex.join(command)}")
    print(nftables.rules(gateway, cards(settings), door_user(settings)), end="")
    return None


def on(settings: Settings) -> Sentence | None:
    """Load the rules; if any step fails, take everything out again and say which."""
    trouble = _trouble(settings) or _lacking()
    if trouble:
        return trouble
    gateway = settings.door.gateway
    _quietly(nftables.routes("del"))
    rules = nftables.rules(gateway, cards(settings), door_user(settings))
    steps = [(("nft", "-f", "-"), rules), *((step, "") for step in nftables.commands(gateway))]
    for command, given in steps:
        if said := _run(command, given):
            _quietly((("nft", "delete", "table", "inet", nftables.TABLE), *nftables.routes("del")))
            return Sentence(
                "The gateway was not switched on: “{command}” said: {said}",
                {"command": shlex.join(command), "said": said},
            )
    print(spoken(Sentence("This machine is the gateway now ({cards}).", _named(settings))))
    return None


def off(_: Settings) -> Sentence | None:
    """Take the rules out; devices go past us again, or nowhere, as the network has it."""
    if trouble := _lacking():
        return trouble
    _quietly((("nft", "delete", "table", "inet", nftables.TABLE), *nftables.routes("del")))
    print(spoken(Sentence("This machine is no gateway any more.", {})))
    return None


def show_wireguard(settings: Settings) -> Sentence | None:
    """Print the kernel's end of all tunnels, as `wg-quick` takes it."""
    if settings.door.tunnels != "kernel":
        name = variable(("door", "tunnels"))
        return Sentence(
            "The doors speak WireGuard themselves: set {name} to “kernel”.", {"name": name}
        )
    secret = ensure_key(settings.data, KEY_FILE)
    conf = kernel_conf(
        private=b64encode(door_key(secret, KERNEL)).decode(),
        port=settings.door.port,
        peers=asyncio.run(_peers(settings)),
    )
    print(conf, end="")
    return None


async def _peers(settings: Settings) -> list[tuple[str, int, str]]:
    db = await Database.open(settings.db_url)
    try:
        async with db.read() as connection:
            known = await devices.list_all(connection)
    finally:
        await db.close()
    return [(it.name, it.port, it.tunnel_key) for it in known if it.tunnel_key]


def cards(settings: Settings) -> tuple[str, ...]:
    """Return the network cards on the children's side: as told, else all but the way out."""
    told = settings.door.gateway.lan
    if told:
        return told
    here = sorted(path.name for path in CARDS.iterdir() if path.name not in NOT_OURS)
    inside = tuple(card for card in here if card not in _ways_out())
    # A machine with one card stands in the middle of the network: children are on it too.
    return inside or tuple(here)


def door_user(settings: Settings) -> int:
    """Return the system's number of the user that the doors run as: the data folder is theirs."""
    try:
        return settings.data.stat().st_uid
    except FileNotFoundError:
        return int(os.environ.get("SUDO_UID") or os.geteuid())


def _ways_out() -> frozenset[str]:
    rows = [line.split() for line in ROUTES.read_text().splitlines()[1:]]
    return frozenset(row[0] for row in rows if row[1] == NO_ROUTE)


def _trouble(settings: Settings) -> Sentence | None:
    if not CARDS.exists():
        return Sentence("Only Linux can be the gateway.", {})
    if settings.door.gateway.mode == "off":
        name = variable(("door", "gateway", "mode"))
        return Sentence(
            "The doors do not listen for a gateway: set {name} to “dns”, “redirect” or “tproxy” "
            "and start again.",
            {"name": name},
        )
    missing = [card for card in cards(settings) if not (CARDS / card).exists()]
    if missing:
        return Sentence("There is no network card {card}.", {"card": ", ".join(missing)})
    return None


def _lacking() -> Sentence | None:
    if os.geteuid() != 0:
        return Sentence("Only root may change the kernel’s rules: try it with sudo.", {})
    for program in ("nft", "ip", "sysctl"):
        if shutil.which(program) is None:
            return Sentence("The program {program} is not installed.", {"program": program})
    return None


def _named(settings: Settings) -> dict[str, object]:
    return {"cards": ", ".join(cards(settings))}


def _run(command: Sequence[str], given: str = "") -> str:
    """Run a command; return what it said if it failed."""
    done = subprocess.run(  # noqa: S603 our own commands, none from outside
        command, input=given, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return done.stderr.strip() or f"rc {done.returncode}" if done.returncode else ""


def _quietly(steps: Iterable[Sequence[str]]) -> None:
    """Run what may fail because there is nothing to undo."""
    for step in steps:
        _run(step)
