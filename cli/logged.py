"""The last warnings of every process, from the log files, with nothing in them of a child."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from rules.explain import Sentence
from rules.findings import Area, Finding

TAIL = 256 * 1024
"""So much of the end of a file is read: days of a quiet house, minutes of a broken one."""
LATELY = timedelta(days=1)
WARNING, ERRORS = "warning", frozenset({"error", "critical"})
NAMES_A_PLACE = re.compile(
    r"""https?://\S+ | (?:[\w-]+\.)+[a-z]{2,}\b | \b\d{1,3}(?:\.\d{1,3}){3}\b
    | \b[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){2,7} | \S+@\S+""",
    re.VERBOSE | re.IGNORECASE,
)
"""An address, a host, a mailbox: where a child went, or who somebody is."""
LONGEST = 160
HIDDEN = "…"


@dataclass(frozen=True, slots=True)
class Said:
    """One kind of line in one log: what it says, how often since yesterday, and when last."""

    process: str
    event: str
    times: int
    last: datetime
    is_error: bool


def warnings(folder: Path, now: datetime) -> list[Said]:
    """Return what every process warned of since yesterday, the newest first."""
    found = [said for path in sorted(folder.glob("*.log")) for said in _of_one(path, now)]
    return sorted(found, key=lambda said: said.last, reverse=True)


def findings(folder: Path, now: datetime) -> Iterator[Finding]:
    """Say for each process what it warned of; an error asks for a look at the file."""
    said = warnings(folder, now)
    for path in sorted(folder.glob("*.log")):
        name = path.stem
        mine = [each for each in said if each.process == name]
        what = Sentence("Log of {process}", {"process": name})
        if not mine:
            yield Finding(what, Sentence("no warning since yesterday", {}), area=Area.LOGS)
            continue
        worst = next((each for each in mine if each.is_error), mine[0])
        values = {"n": sum(each.times for each in mine), "at": worst.last, "event": worst.event}
        says = Sentence("warnings since yesterday: {n}; at {at}: {event}", values)
        do = Sentence("Look into {log}; if it goes on, report it.", {"log": f"logs/{path.name}"})
        yield Finding(what, says, do if worst.is_error else None, Area.LOGS)


def harmless(event: str) -> str:
    """Take out of a line whatever might tell where somebody went."""
    return NAMES_A_PLACE.sub(HIDDEN, " ".join(event.split()))[:LONGEST]


def _of_one(path: Path, now: datetime) -> Iterator[Said]:
    times: Counter[str] = Counter()
    last: dict[str, tuple[datetime, bool]] = {}
    for line in _tail(path):
        if found := _read(line, now):
            event, at, is_error = found
            times[event] += 1
            last[event] = (at, is_error)
    for event, count in times.items():
        yield Said(path.stem, event, count, *last[event])


def _read(line: str, now: datetime) -> tuple[str, datetime, bool] | None:
    """Return the words, the moment and the gravity of a line that warns of something lately."""
    try:
        said = json.loads(line)
        level, at = str(said["level"]), datetime.fromisoformat(str(said["timestamp"]))
        if not (level == WARNING or level in ERRORS) or at < now - LATELY:
            return None
        return harmless(str(said["event"])), at, level in ERRORS
    except (ValueError, KeyError, TypeError):
        # A traceback of the interpreter itself, or the first half of a line.
        return None


def _tail(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL))
            return file.read().decode(errors="replace").splitlines()
    except OSError:
        return []
