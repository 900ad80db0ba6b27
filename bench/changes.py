"""How soon a change of the policy is in force, and how soon it cuts what is running."""

import ssl
import time
from collections.abc import Iterable
from contextlib import suppress

from bench.load import connect, opened
from bench.ours import save
from bench.wire import PAGES
from rules.policy import Pause, Policy
from store.database import Database
from store.devices import Device

LINES = 4
"""So many at once, so that every worker that shares the port has some."""
STREAM = f"GET /stream HTTP/1.1\r\nHost: {PAGES}\r\n\r\n".encode()
PAUSED = Policy(pause=Pause(by="Mẹ"))
PATIENCE = 5.0
A_MOMENT = 0.01
"""Between tries: whoever asks without a pause keeps the door from taking the change in."""
IN_A_ROW = 8


async def changes(
    db: Database, device: Device, times: int, seconds: float
) -> tuple[list[float], list[float]]:
    """Pause and allow again and again; return the milliseconds until it was so, and until cuts.

    It ends after so many times, or after so many seconds.

    In force means: eight tries in a row were refused, more than by chance meet one worker only.
    """
    in_force, cut = [], []
    target = f"{PAGES}:443"
    await save(db, device, Policy())
    _until(device.port, target, allowed=True)
    end = time.perf_counter() + seconds
    for _ in range(times):
        if in_force and time.perf_counter() > end:
            break
        with opened(device.port, target, LINES) as lines:
            for line in lines:
                line.sendall(STREAM)
                line.recv(4096)
            began = time.perf_counter()
            await save(db, device, PAUSED)
            in_force.append(_until(device.port, target, allowed=False) - began)
            cut.append(_all_ended(lines) - began)
        began = time.perf_counter()
        await save(db, device, Policy())
        in_force.append(_until(device.port, target, allowed=True) - began)
    return sorted(1e3 * each for each in in_force), sorted(1e3 * each for each in cut)


def _until(port: int, target: str, *, allowed: bool) -> float:
    """Try until every try ends as it should; return when the first of these began."""
    agreeing, began, end = 0, 0.0, time.perf_counter() + PATIENCE
    while agreeing < IN_A_ROW:
        tried = time.perf_counter()
        if tried > end:
            raise TimeoutError("a change was not in force in time")
        if _is_allowed(port, target) is allowed:
            began, agreeing = began or time.perf_counter(), agreeing + 1
        else:
            began, agreeing = 0.0, 0
            time.sleep(A_MOMENT)
    return began


def _is_allowed(port: int, target: str) -> bool:
    try:
        connect(port, target).close()
    except ConnectionRefusedError:
        return False
    return True


def _all_ended(lines: Iterable[ssl.SSLSocket]) -> float:
    """Read until every stream was cut."""
    for line in lines:
        line.settimeout(PATIENCE)
        with suppress(ConnectionError, ssl.SSLError):
            while line.recv(1 << 16):
                pass
    return time.perf_counter()
