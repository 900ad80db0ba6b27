"""From settings to the whole house: one supervisor over panel, doors and clock."""

import asyncio
import errno
import os
import sys
from collections.abc import Iterator
from typing import Any

from cli.addresses import reachable, why_not
from cli.lock import Held, hold
from cli.places import CannotStart, listeners, logs_folder, panel_url
from cli.saying import spoken
from cli.settings import Settings, variable
from cli.supervisor import Plan, Supervisor
from rules.explain import Sentence


def run_house(settings: Settings) -> None:
    """Run everything until Ctrl-C or SIGTERM; raises CannotStart."""
    try:
        with hold(settings.data):
            _run(settings)
    except Held:
        raise CannotStart(
            Sentence(
                "Hải Đăng is running already with the data folder {folder}.",
                {"folder": str(settings.data.resolve())},
            )
        ) from None


def _run(settings: Settings) -> None:
    for path, host, port in listeners(settings):
        if number := why_not(host, port):
            raise CannotStart(_port_trouble(path, port, number))
    supervisor = Supervisor(
        list(plans(settings)),
        logs_folder(settings),
        show=lambda said: _show(settings, said),
        tell=lambda sentence: print(spoken(sentence), flush=True),
    )
    asyncio.run(supervisor.run())


def plans(settings: Settings) -> Iterator[Plan]:
    """Give the processes of the house, the panel first: somebody waits for it."""
    yield Plan("panel", _command("panel"), first_only=("--new-code",))
    count = workers(settings)
    for worker in range(1, count + 1):
        # Two that follow each other write different spools.
        first, second = (_command("door", "--worker", str(n)) for n in (worker, worker + count))
        yield Plan(f"door-{worker}", first, successor=second)
    yield Plan("clock", _command("clock"))


def workers(settings: Settings) -> int:
    """Return how many doors run: as many as the settings say, or one per core."""
    if settings.door.workers:
        return settings.door.workers
    # Where it can be asked: a container may own fewer cores than the machine has.
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


def _command(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "cli", *words, "--supervised")


def _port_trouble(path: tuple[str, str], port: int, number: int) -> Sentence:
    values = {"port": str(port), "name": variable(path), "error": os.strerror(number)}
    if number == errno.EADDRINUSE:
        return Sentence(
            "Port {port} is in use: is Hải Đăng running already? If not, end what uses it, "
            "or set {name} to another port.",
            values,
        )
    return Sentence(
        "Port {port} cannot be listened on ({error}): set {name} to another port, or its "
        "host to an address of this machine.",
        values,
    )


def _show(settings: Settings, said: dict[str, Any]) -> None:
    code = said.get("code")
    url = panel_url(settings)
    panel = f"{url}/setup?code={code}" if code else f"{url}/"
    door = f"{reachable(settings.door.host)}:{settings.door.port}"
    lines = (
        Sentence("Panel  {address}", {"address": panel}),
        Sentence("Door   {address}", {"address": door}),
        Sentence("Data   {folder}", {"folder": str(settings.data.resolve())}),
    )
    print("\n".join(spoken(line) for line in lines), flush=True)
