"""How long the panel's pages take, with a year of a family's data and a term of a school's.

`python -m bench.panel` fills a database, starts the panel's own process on it, asks for every page
again and again over HTTP, measures the first load and presses in Chromium, prints tables and
writes bench/results/panel.json. `cpu_ms` is what the panel's process worked for a page: on a
machine that others use as well, it tells more than the clock. `most_cpu_ms` is that of the
dearest single request: where it is much more, something else was done meanwhile.
"""

import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import quantiles

import httpx
import psutil

from bench.gauge import free_port, listens, running
from bench.lives import Lived, family_year, school_term
from bench.presses import presses
from tests.kit.browser import PHONE, chromium

RESULTS = Path(__file__).parent / "results"
TIMES = 20
AIM_MS, AIM_KB = 150, 300
PAGES = {
    "today": "/",
    "child": "/children/{child}",
    "rules": "/children/{child}/rules",
    "history": "/children/{child}/history",
    "activity": "/activity",
    "stopped": "/activity?blocked=1",
    "searched": "/activity/searched",
    "week": "/week/{child}",
    "asks": "/asks",
    "alerts": "/alerts",
    "devices": "/devices",
    "device": "/devices/{device}",
    "settings": "/settings",
    "ledger": "/settings/ledger",
    "lists": "/settings/lists",
    "notices": "/settings/notices",
    "system": "/settings/system",
    "data": "/settings/data",
    "look up": "/look-up?host=www.roblox.com",
}
OF_A_SCHOOL = {
    "open class": "/?group={group}",
    "classes": "/groups",
    "class": "/groups/{group}",
    "class week": "/groups/{group}/week",
}


@contextmanager
def panel(data: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Run the panel on a data folder; give its address and its process."""
    port = free_port()
    os.environ |= {
        "HAIDANG_DATA": str(data),
        "HAIDANG_PANEL__HOST": "127.0.0.1",
        "HAIDANG_PANEL__PORT": str(port),
    }
    with running(sys.executable, "-m", "cli", "panel", quiet=True) as process:
        listens(port)
        yield f"http://127.0.0.1:{port}", psutil.Process(process.pid)


def ask(client: httpx.Client, path: str, process: psutil.Process) -> dict[str, float]:
    """Ask for a page often; return its times in milliseconds and its size."""
    client.get(path).raise_for_status()
    times, worked = [], [sum(process.cpu_times()[:2])]
    for _ in range(TIMES):
        began = time.perf_counter()
        answer = client.get(path)
        times.append(1e3 * (time.perf_counter() - began))
        worked.append(sum(process.cpu_times()[:2]))
    return {
        "p95_ms": quantiles(times, n=20)[-1],
        "cpu_ms": 1e3 * (worked[-1] - worked[0]) / TIMES,
        "most_cpu_ms": 1e3 * max(after - before for before, after in pairwise(worked)),
        "kb": len(answer.content) / 1e3,
    }


def walk(name: str, lived: Lived, data: Path) -> list[dict[str, object]]:
    """Ask for every page as the adult of a household."""
    rows: list[dict[str, object]] = []
    with panel(data) as (address, process), httpx.Client(base_url=address, timeout=60) as client:
        client.cookies.set("haidang", lived.token)
        shown = PAGES if name == "family" else PAGES | OF_A_SCHOOL
        for page, path in shown.items():
            filled = path.format(child=lived.child_id, device=lived.device_id, group=lived.group_id)
            found = ask(client, filled, process)
            rows.append({"household": name, "page": page, **found})
            print(
                f"{name:8} {page:10} {found['p95_ms']:7.1f} ms p95 "
                f"{found['cpu_ms']:7.1f} ms of work (at most {found['most_cpu_ms']:.0f}) "
                f"{found['kb']:8.1f} kB"
            )
    return rows


def first_load(lived: Lived, data: Path) -> dict[str, float]:
    """Open Today on a phone with nothing in its cache; count what comes over the network."""
    with (
        panel(data) as (address, _),
        tempfile.TemporaryDirectory() as home,
        chromium(Path(home)) as launch,
    ):
        page = launch("first", viewport=PHONE)
        cookie = {"name": "haidang", "value": lived.token, "url": address}
        page.context.add_cookies([cookie])
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        got: list[float] = []
        heard = "Network.loadingFinished"
        session.on(heard, lambda said: got.append(said["encodedDataLength"]))
        page.goto(f"{address}/")
        page.wait_for_timeout(1500)
    return {"first_load_kb": sum(got) / 1e3, "requests": len(got)}


def press_all(name: str, lived: Lived, data: Path) -> Iterator[dict[str, object]]:
    """Press what is pressed most, and print how long it took until something was seen."""
    with panel(data) as (address, _):
        for row in presses(name, lived, address):
            print(
                f"{name:8} {row['press']:22} {row['median_ms']:5.0f} ms "
                f"(from {row['least_ms']:.0f} to {row['most_ms']:.0f})"
            )
            yield row


def save(
    figures: dict[str, float], rows: list[dict[str, object]], pressed: list[dict[str, object]]
) -> None:
    """Write the results."""
    machine = {
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
    }
    document = {
        "bench": "panel",
        "at": datetime.now(UTC).date().isoformat(),  # noqa: TID251 the day of the measurement
        "machine": machine,
        "figures": {key: round(value, 1) for key, value in figures.items()},
        "rows": rows,
        "presses": pressed,
    }
    text = json.dumps(document, indent=1, default=lambda value: round(value, 1)) + "\n"
    (RESULTS / "panel.json").write_text(text, encoding="utf-8")


def main() -> int:
    """Measure, print, keep."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)  # noqa: TID251 the panel's own clock
    rows: list[dict[str, object]] = []
    pressed: list[dict[str, object]] = []
    figures: dict[str, float] = {}
    fillers = {"family": family_year, "school": school_term}
    for name in sys.argv[1:] or fillers:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder)
            began = time.perf_counter()
            lived = asyncio.run(fillers[name](data, now))
            print(f"{name}: filled in {time.perf_counter() - began:.0f} s")
            rows += walk(name, lived, data)
            pressed += press_all(name, lived, data)
            if name == "family":
                figures |= first_load(lived, data)
    worst = max(rows, key=lambda row: float(str(row["cpu_ms"])))
    figures |= {
        "page_p95_ms": max(float(str(row["p95_ms"])) for row in rows),
        "page_cpu_ms": float(str(worst["cpu_ms"])),
        "press_ms": max(float(str(row["median_ms"])) for row in pressed),
    }
    print(f"the most work: {worst['household']} {worst['page']}", figures)
    save(figures, rows, pressed)
    return int(figures.get("first_load_kb", 0) > AIM_KB)


if __name__ == "__main__":
    sys.exit(main())
