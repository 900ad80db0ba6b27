"""The supervisor keeps processes alive, says why one cannot live, and stops them all in time."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from cli.supervisor import Plan, Supervisor
from rules.explain import Sentence
from tests.kit.service import free_port

READY = "import json; print(json.dumps({'ready': True, 'code': 'AB'}), flush=True)\n"
STAY = "import time\nopen('{pid}', 'w').write(str(__import__('os').getpid()))\ntime.sleep(60)\n"


def python(name: str, code: str, *, first_only: tuple[str, ...] = ()) -> Plan:
    return Plan(name, (sys.executable, "-c", code), first_only)


@dataclass
class Seen:
    shown: list[dict[str, Any]] = field(default_factory=list)
    told: list[Sentence] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    def show(self, said: dict[str, Any]) -> None:
        self.shown.append(said)

    def tell(self, sentence: Sentence) -> None:
        self.told.append(sentence)
        self.heard.set()


@asynccontextmanager
async def supervised(logs: Path, *plans: Plan) -> AsyncIterator[Seen]:
    seen = Seen()
    supervisor = Supervisor(plans, logs, show=seen.show, tell=seen.tell)
    async with asyncio.TaskGroup() as group:
        group.create_task(supervisor.run())
        try:
            yield seen
        finally:
            supervisor.stop()


async def until(is_so: Callable[[], object], *, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110 another process cannot set our events
            await asyncio.sleep(0.01)


def pid_in(file: Path) -> int | None:
    text = file.read_text() if file.exists() else ""
    return int(text) if text else None


async def test_a_killed_process_is_back_within_two_seconds(tmp_path) -> None:
    file = tmp_path / "pid"
    async with supervised(tmp_path, python("panel", READY + STAY.format(pid=file))):
        await until(lambda: pid_in(file))
        first = pid_in(file)
        assert first
        loop = asyncio.get_running_loop()
        began = loop.time()
        os.kill(first, signal.SIGKILL)
        await until(lambda: pid_in(file) not in {None, first})
        assert loop.time() - began < 2
        second = pid_in(file)
    assert not psutil.pid_exists(second or 0)


async def test_what_the_first_process_announces_is_shown_once(tmp_path) -> None:
    runs = tmp_path / "runs"
    code = READY + f"open('{runs}', 'a').write('x')\n"
    async with supervised(tmp_path, python("panel", code)) as seen:
        await until(lambda: runs.exists() and len(runs.read_text()) >= 2)
    assert seen.shown == [{"ready": True, "code": "AB"}]


async def test_some_arguments_are_for_the_first_start_alone(tmp_path) -> None:
    runs = tmp_path / "runs"
    code = f"import sys; open('{runs}', 'a').write(' '.join(sys.argv[1:]) + '.')"
    async with supervised(tmp_path, python("panel", code, first_only=("--new-code",))):
        await until(lambda: runs.exists() and runs.read_text().count(".") >= 2)
    assert runs.read_text().startswith("--new-code..")


async def test_one_that_dies_at_once_again_and_again_is_told_with_its_reason(tmp_path) -> None:
    async with (
        supervised(tmp_path, python("panel", "raise RuntimeError('no room')")) as seen,
        asyncio.timeout(20),
    ):
        await seen.heard.wait()
    (told,) = seen.told
    assert told.values["name"] == "panel"
    assert told.values["reason"] == "RuntimeError: no room"


async def test_what_a_process_says_is_in_its_log(tmp_path) -> None:
    code = "import sys, time\nprint('hello', file=sys.stderr, flush=True)\ntime.sleep(60)"
    log = tmp_path / "door-1.log"
    async with supervised(tmp_path, python("panel", READY), python("door-1", code)):
        await until(lambda: log.exists() and log.read_text().endswith("\n"))
    assert log.read_text() == "hello\n"


@pytest.mark.slow
async def test_even_one_that_will_not_stop_is_stopped_within_five_seconds(tmp_path) -> None:
    file = tmp_path / "pid"
    deaf = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    loop = asyncio.get_running_loop()
    async with supervised(tmp_path, python("panel", deaf + READY + STAY.format(pid=file))):
        await until(lambda: pid_in(file))
        began = loop.time()
    assert loop.time() - began < 5
    assert not psutil.pid_exists(pid_in(file) or 0)


async def test_a_process_ends_when_its_supervisor_is_killed(tmp_path) -> None:
    file = tmp_path / "pid"
    child = (
        "from cli.processes import end_with_parent\n"
        "import os, time\n"
        "end_with_parent()\n"
        f"open({str(file)!r}, 'w').write(str(os.getpid()))\n"
        "time.sleep(60)\n"
    )
    parent = (
        "import subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', {child!r}], stdin=subprocess.PIPE)\n"
        "time.sleep(60)\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", parent)
    try:
        await until(lambda: pid_in(file))
    finally:
        process.kill()
        await process.wait()
    orphan = pid_in(file) or 0
    await until(lambda: not psutil.pid_exists(orphan), seconds=5)


SERVES = """
import json, os, signal, socket, sys
made = socket.socket()
made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
made.bind(("127.0.0.1", {port}))
made.listen(64)
made.settimeout(0.05)
leaving = []
signal.signal(signal.SIGTERM, lambda *_: leaving.append(1))
print(json.dumps({{"ready": True}}), flush=True)
while not leaving:
    try:
        line, _ = made.accept()
    except TimeoutError:
        continue
    line.sendall(str(os.getpid()).encode())
    line.close()
"""


def asked(port: int) -> int:
    """Ask which process answers at a port."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        return int(line.recv(20) or 0)


async def test_on_sighup_another_listens_before_the_old_one_goes(tmp_path) -> None:
    port = free_port()
    code = SERVES.format(port=port)
    plan = Plan("door-1", (sys.executable, "-c", code), successor=(sys.executable, "-c", code, "2"))
    async with supervised(tmp_path, python("panel", READY + "input()"), plan):
        await until(lambda: _answers(port))
        first = asked(port)
        for _ in range(2):
            before = asked(port)
            os.kill(os.getpid(), signal.SIGHUP)
            async with asyncio.timeout(20):
                # Somebody answers all the time.
                while before == (now := asked(port)) or psutil.pid_exists(before):
                    assert now
                    await asyncio.sleep(0.01)
        assert asked(port) != first


def _answers(port: int) -> bool:
    try:
        return bool(asked(port))
    except OSError:
        return False


async def test_a_successor_that_does_not_come_up_leaves_the_old_one(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.supervisor.FOR_A_SUCCESSOR", 1.0)
    port = free_port()
    bad = (sys.executable, "-c", "raise RuntimeError('not this one')")
    plan = Plan("door-1", (sys.executable, "-c", SERVES.format(port=port)), successor=bad)
    async with supervised(tmp_path, python("panel", READY + "input()"), plan):
        await until(lambda: _answers(port))
        first = asked(port)
        os.kill(os.getpid(), signal.SIGHUP)
        await asyncio.sleep(2.5)
        assert asked(port) == first
