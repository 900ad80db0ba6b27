"""The whole service as a user starts it: `haidang run` in a process of its own, on free ports."""

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import httpx
import psutil

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """Return a port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def free_block(length: int) -> int:
    """Return the first of a run of free ports; the doors give each device one of them."""
    # Below the ports that the system hands to clients, so that none is taken in between.
    for _ in range(200):
        first = random.randrange(10_240, 32_000)
        if all(_is_free(first + step) for step in range(length)):
            return first
    msg = "no run of free ports found"
    raise RuntimeError(msg)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # A connection that ended a moment ago hinders nobody who listens.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


@dataclass
class Service:
    """A running `haidang run`; `start()` may be called again after `kill()`."""

    data: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    panel_port: int = field(default_factory=free_port)
    door_port: int = field(default_factory=lambda: free_block(20))
    process: subprocess.Popen[str] | None = None
    lines: list[str] = field(default_factory=list)
    _output: Queue[str] = field(default_factory=Queue)

    @property
    def panel(self) -> str:
        """The panel's address on loopback."""
        return f"http://127.0.0.1:{self.panel_port}"

    @property
    def setup_code(self) -> str:
        """The one-time code from the first line of the terminal."""
        for line in self.lines:
            if found := re.search(r"code=([A-Z0-9-]+)", line):
                return found[1]
        msg = f"no set-up code in {self.lines}"
        raise AssertionError(msg)

    def start(self, *, seconds: float = 60) -> float:
        """Start, wait until the panel answers, and return how many seconds that took."""
        began = time.monotonic()
        self.lines.clear()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cli", "run"],
            cwd=ROOT,
            env={**os.environ, **self._settings(), **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        Thread(target=self._read, args=(self.process,), daemon=True).start()
        self._wait_for_panel(began + seconds)
        took = time.monotonic() - began
        self._collect(until=time.monotonic() + 5)
        return took

    def command(self, *words: str, fails: bool = False) -> str:
        """Run another command of the same installation; return what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "cli", *words],
            cwd=ROOT,
            env={**os.environ, **self._settings(), **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert (done.returncode != 0) is fails, done.stdout
        return done.stdout

    def _settings(self) -> dict[str, str]:
        return {
            "HAIDANG_DATA": str(self.data),
            "HAIDANG_PANEL__HOST": "127.0.0.1",
            "HAIDANG_PANEL__PORT": str(self.panel_port),
            "HAIDANG_DOOR__HOST": "127.0.0.1",
            "HAIDANG_DOOR__PORT": str(self.door_port),
            "LANG": "en_US.UTF-8",
        }

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as output:
            for line in output:
                self._output.put(line.rstrip("\n"))

    def _collect(self, *, until: float) -> None:
        while len(self.lines) < 3 and time.monotonic() < until:
            try:
                self.lines.append(self._output.get(timeout=0.1))
            except Empty:
                continue

    def _wait_for_panel(self, deadline: float) -> None:
        while time.monotonic() < deadline:
            assert self.process is not None
            if self.process.poll() is not None:
                self._collect(until=time.monotonic() + 1)
                msg = f"haidang run ended with {self.process.returncode}: {self.lines}"
                raise AssertionError(msg)
            try:
                httpx.get(f"{self.panel}/healthz", timeout=1)
            except httpx.HTTPError:
                time.sleep(0.05)
            else:
                return
        msg = f"the panel did not answer: {self.lines} {self.logs()}"
        raise AssertionError(msg)

    def logs(self) -> str:
        """Return the ends of all log files, to read when a test fails."""
        folder = self.data / "logs"
        files = sorted(folder.glob("*.log")) if folder.is_dir() else []
        return json.dumps({file.name: file.read_text()[-1500:] for file in files})

    def processes(self, word: str) -> list[psutil.Process]:
        """Return the living child processes of a kind: `door`, `panel` or `clock`."""
        assert self.process is not None
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in children if word in _command(child)]

    def stop(self, *, seconds: float = 10) -> float:
        """Press Ctrl-C and return how many seconds it took to end."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(seconds)
        return time.monotonic() - began

    def kill(self) -> None:
        """Kill -9 everything that was started, at once, as a power cut would."""
        assert self.process is not None
        victims = [psutil.Process(self.process.pid)]
        victims += victims[0].children(recursive=True)
        for hit in (psutil.Process.suspend, psutil.Process.kill):
            for victim in victims:
                # A door that was just replaced may end by itself meanwhile.
                with suppress(psutil.NoSuchProcess):
                    hit(victim)
        psutil.wait_procs(victims, timeout=5)
        self.process.wait(5)


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@contextmanager
def running(data: Path, **environment: str) -> Iterator[Service]:
    """Give a running service, and end it whatever happens."""
    service = Service(data, environment)
    try:
        service.start()
        yield service
    finally:
        if service.process is not None and service.process.poll() is None:
            service.kill()
