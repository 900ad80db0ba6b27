"""Keeps the processes of the service alive: starts, restarts, and stops them together."""

import asyncio
import json
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cli.logfiles import LogFile
from rules.explain import Sentence

FIRST_WAIT = 0.2
LONGEST_WAIT = 10.0
AT_ONCE = 5.0
"""A process that lived shorter than this many seconds died at once."""
TELL_AT = 3
"""So many deaths in a row are worth a line on the terminal."""
DRAIN = 4.0
"""Seconds that processes get to finish what they do."""
FOR_THE_FIRST = 3.0
"""Seconds the others wait for the first, so that a cold machine shows the panel soonest."""
FOR_A_SUCCESSOR = 30.0
"""Seconds one gets to say that it listens."""
CHUNK = 65536
REASON = 160


@dataclass(frozen=True, slots=True)
class Plan:
    """One process to keep alive."""

    name: str
    command: Sequence[str]
    first_only: Sequence[str] = ()
    """Arguments of the very first start, not of a restart."""
    successor: Sequence[str] = ()
    """The command of what takes over on SIGHUP, and hands back at the next; empty: it stays."""


@dataclass(slots=True)
class Kept:
    """A process as it is kept: was it ever ready, and how often in a row did it die at once."""

    plan: Plan
    log: LogFile
    deaths: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    leave: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when another took over."""
    gone: asyncio.Event = field(default_factory=asyncio.Event)


class Supervisor:
    """Runs the plans until told to stop; the first one is started ahead of the others."""

    def __init__(
        self,
        plans: Sequence[Plan],
        logs: Path,
        *,
        show: Callable[[dict[str, Any]], None],
        tell: Callable[[Sentence], None],
    ) -> None:
        self._kept = [Kept(plan, LogFile(logs / f"{plan.name}.log")) for plan in plans]
        self._show = show
        self._tell = tell
        self._stopping = asyncio.Event()
        self._rolling = asyncio.Lock()
        self._forwards = True
        self._group: asyncio.TaskGroup

    def stop(self) -> None:
        """Begin to stop; `run` returns when everything has ended."""
        self._stopping.set()

    async def run(self) -> None:
        """Keep every process alive until `stop`, or SIGINT or SIGTERM."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, lambda: self._group.create_task(self.roll()))
        async with asyncio.TaskGroup() as self._group:
            for kept in self._kept:
                self._group.create_task(self._keep(kept))
        loop.remove_signal_handler(signal.SIGHUP)
        for kept in self._kept:
            kept.log.close()

    async def roll(self) -> None:
        """Replace what can be replaced, one by one: the new one listens before the old one goes.

        In the other direction each time: the first door is the last to go, and what it carries
        passes to a new one, once.
        """
        async with self._rolling:
            self._forwards = not self._forwards
            order = self._kept if self._forwards else reversed(self._kept)
            for old in [kept for kept in order if kept.plan.successor]:
                if self._stopping.is_set() or not await self._replace(old):
                    return

    async def _replace(self, old: Kept) -> bool:
        """Start a successor; where it does not come up the old one stays."""
        plan = replace(old.plan, command=old.plan.successor, successor=old.plan.command)
        new = Kept(plan, old.log)
        self._group.create_task(self._keep(new))
        await self._either(new.ready, FOR_A_SUCCESSOR)
        leaving = old if new.ready.is_set() else new
        if leaving is old:
            self._kept[self._kept.index(old)] = new
        leaving.leave.set()
        await leaving.gone.wait()
        return leaving is old

    async def _keep(self, kept: Kept) -> None:
        first = self._kept[0]
        if kept is not first:
            await self._either(first.ready, FOR_THE_FIRST)
        arguments = kept.plan.first_only
        while not (self._stopping.is_set() or kept.leave.is_set()):
            lived = await self._live(kept, arguments)
            arguments = ()
            kept.deaths = kept.deaths + 1 if lived < AT_ONCE else 1
            wait = min(FIRST_WAIT * 2 ** (kept.deaths - 1), LONGEST_WAIT)
            if kept.leave.is_set():
                break
            if kept.deaths == TELL_AT and not self._stopping.is_set():
                self._tell(_died(kept))
            await self._either(self._stopping, wait)
        kept.gone.set()

    async def _live(self, kept: Kept, arguments: Sequence[str]) -> float:
        """Run one process until it ends; return how many seconds it lived."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        # Its own group, so that Ctrl-C reaches only us and we stop everything in order.
        process = await asyncio.create_subprocess_exec(
            *kept.plan.command, *arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE, process_group=0
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen(kept, process))
            group.create_task(self._write_down(kept, process))
            await self._end_of(kept, process)
        return loop.time() - began

    async def _listen(self, kept: Kept, process: Process) -> None:
        assert process.stdout is not None  # noqa: S101 asked for as a pipe
        while line := await process.stdout.readline():
            with suppress(ValueError):
                said = json.loads(line)
                if isinstance(said, dict) and said.get("ready"):
                    self._note_ready(kept, said)
                    continue
            kept.log.write(line)

    def _note_ready(self, kept: Kept, said: dict[str, Any]) -> None:
        if kept is self._kept[0] and not kept.ready.is_set():
            self._show(said)
        kept.ready.set()

    async def _write_down(self, kept: Kept, process: Process) -> None:
        assert process.stderr is not None  # noqa: S101 asked for as a pipe
        while said := await process.stderr.read(CHUNK):
            kept.log.write(said)

    async def _end_of(self, kept: Kept, process: Process) -> None:
        """Wait until a process ends by itself, or end it when it is time to stop."""
        ended = asyncio.ensure_future(process.wait())
        stopping = asyncio.ensure_future(self._stopping.wait())
        leaving = asyncio.ensure_future(kept.leave.wait())
        await asyncio.wait({ended, stopping, leaving}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        leaving.cancel()
        # A process may end between our look and our signal.
        with suppress(ProcessLookupError):
            if not ended.done():
                process.terminate()
                await asyncio.wait({ended}, timeout=DRAIN)
            if not ended.done():
                process.kill()
        await ended

    async def _either(self, event: asyncio.Event, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()


def _died(kept: Kept) -> Sentence:
    return Sentence(
        "{name} keeps ending as soon as it starts ({reason}); it is tried again every few seconds. "
        "More in {log}.",
        {
            "name": kept.plan.name,
            "reason": _reason(kept.log.last_line()),
            "log": f"logs/{kept.plan.name}.log",
        },
    )


def _reason(line: str) -> str:
    """Shorten the last line of a log to what a person may read."""
    with suppress(ValueError, AttributeError):
        said = json.loads(line)
        line = str(said.get("error") or said.get("event") or line)
    return line[:REASON]
