"""The door against squid, e2guardian and bare mitmdump: one table, ratios within one run.

`python -m bench.door` prints the table and writes bench/results/door.json. Everyone is measured in
turn, round after round, and medians are kept. Clients and origins share the cores with what is
measured, and other programs may, too: so next to each rate stands the CPU time that the measured
processes spent on one operation, which is the steadier figure.
"""

import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib.metadata import version
from math import ceil
from pathlib import Path
from statistics import median
from time import monotonic, process_time

import uvloop

from bench.changes import changes
from bench.gauge import cpu, free_port, machine, measured, memory_mb, running
from bench.load import Got, Tunnels, asking, download, fresh
from bench.ours import database, household, now, workers
from bench.peers import Peer, all_peers
from bench.wire import HERE, HOST, LARGE, PAGES
from proxy.settings import DoorSettings
from store.database import Database
from store.devices import Device
from store.errors import Away

RESULTS = Path(__file__).parent / "results"
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
FEWEST = 2
LONGEST = 180.0
"""After so many seconds no further round is begun, if there were enough of them."""
SECONDS = 2.0
AT_ONCE = 32
KEPT = 8
DOWNLOADS, STREAMS = 16, 4
PAUSES, CHANGING = 250, 60.0
MANY = 100_000
GROWING = 75.0
TUNNELS, RELAY, OPENED, FRESH = "new tunnels", "50 MB in a tunnel", "opened, kept", "opened, new"
UNITS = {TUNNELS: "/s", RELAY: "MB/s", OPENED: "/s", FRESH: "/s"}
type Row = dict[str, object]
type Samples = dict[tuple[str, str], list[dict[str, float]]]
type Told = dict[str, str]
type Figures = dict[str, float]


def loads(peer: Peer, told: Told) -> dict[str, Callable[[], Got]]:
    """List what a peer is measured with; the names of origins are the door's own business."""
    ours, direct = peer.name == "door", peer.name == "direct"

    def target(key: str, host: str) -> str:
        return "" if direct else f"{host}:443" if ours else f"{HERE}:{told[key]}"

    found: dict[str, Callable[[], Got]] = {}
    if peer.passes:
        port = {"short": peer.passes, "large": peer.passes}
        if direct:
            port = {key: int(told[key]) for key in port}
        short = partial(Tunnels, port["short"], target("short", HOST))
        found[TUNNELS] = lambda: short().run(AT_ONCE, seconds=SECONDS)
        found[RELAY] = partial(download, port["large"], target("large", LARGE), DOWNLOADS, STREAMS)
    if peer.opens:
        pages = target("pages", PAGES)
        found[OPENED] = partial(asking, peer.opens, pages, KEPT, SECONDS)
        found[FRESH] = partial(fresh, peer.opens, pages, SECONDS)
    return found


def compare(peers: list[Peer], told: Told) -> Samples:
    """Measure everyone in turn, round after round; the first round only warms up."""
    samples: Samples = {}
    end = monotonic() + LONGEST
    for number in range(ROUNDS + 1):
        if number > FEWEST and monotonic() > end:
            break
        for case in UNITS:
            for peer in peers:
                if work := loads(peer, told).get(case):
                    got = measured(peer.pids, work)
                    if number:
                        samples.setdefault((case, peer.name), []).append(got)
    return samples


def rows_of(samples: Samples) -> list[Row]:
    """Take the medians."""
    rows: list[Row] = []
    for (case, who), got in samples.items():
        scale = 1e6 if case == RELAY else 1.0
        middle = {key: median(each[key] for each in got) for key in got[0]}
        rows.append(
            {
                "case": case,
                "who": who,
                "rate": round(middle["rate"] / scale, 1),
                "unit": UNITS[case],
                "cpu_us": round(middle["cpu_us"] * scale, 1),
                "rss_mb": round(middle["rss_mb"], 1),
            }
        )
    return sorted(rows, key=lambda row: list(UNITS).index(str(row["case"])))


def ratio(samples: Samples, case: str, field: str, whose: str) -> float | None:
    """Divide the door's figure by another's within each round, and take the median."""
    ours, theirs = samples.get((case, "door")), samples.get((case, whose))
    if not ours or not theirs:
        return None
    return round(median(a[field] / b[field] for a, b in zip(ours, theirs, strict=True)), 2)


def ratios(samples: Samples) -> dict[str, float | None]:
    """Name what everyone refers to."""
    found: dict[str, float | None] = {}
    for key, case in (("tunnels", TUNNELS), ("relay", RELAY), ("intercept", OPENED)):
        for whose in ("squid", "e2guardian", "mitmdump"):
            found[f"{key}_vs_{whose}"] = ratio(samples, case, "rate", whose)
            found[f"{key}_cpu_vs_{whose}"] = ratio(samples, case, "cpu_us", whose)
    for key, case in (("tunnels", TUNNELS), ("relay", RELAY)):
        found[f"{key}_cpu_vs_bare_relay"] = ratio(samples, case, "cpu_us", "bare relay")
    for whose in ("squid", "mitmdump"):
        found[f"intercept_new_vs_{whose}"] = ratio(samples, FRESH, "rate", whose)
        found[f"intercept_new_cpu_vs_{whose}"] = ratio(samples, FRESH, "cpu_us", whose)
    return {key: value for key, value in found.items() if value is not None}


def scaling(folder: Path, settings: DoorSettings, device: Device, origin: int) -> Figures:
    """Tell what two workers answer on opened connections against one, in time and in CPU.

    Clients and origin need the same cores: what these leave is the most that can be reached here.
    """
    samples: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    others: list[float] = []
    for _ in range(ROUNDS):
        for count, kept in samples.items():
            with workers(folder, settings, device, count) as pids:
                asking(settings.port, f"{PAGES}:443", 2 * KEPT, SECONDS)
                before = cpu(*pids), cpu(origin) + process_time()
                got = asking(settings.port, f"{PAGES}:443", 2 * KEPT, SECONDS)
                kept.append((got.rate, (cpu(*pids) - before[0]) / got.done))
                others.append((cpu(origin) + process_time() - before[1]) / got.done)
    rate, cost = (
        {count: median(each[at] for each in kept) for count, kept in samples.items()}
        for at in (0, 1)
    )
    return {
        "workers_1_to_2": round(rate[2] / rate[1], 2),
        "workers_most_1_to_2": round(2 * cost[1] / (cost[1] + median(others)), 2),
        "workers_cpu_1_to_2": round(2 * cost[1] / cost[2], 2),
    }


def growth(device: Device, pid: int) -> Figures:
    """Open a hundred thousand tunnels; tell the memory after the first tenth, and at the end."""
    load = partial(Tunnels, device.port, f"{HOST}:443")
    few = load().run(AT_ONCE, seconds=GROWING, count=MANY // 10).done
    first = memory_mb(pid)
    many = few + load().run(AT_ONCE, seconds=GROWING, count=MANY - few).done
    # A machine too slow for all of them says how many it were.
    return {
        f"{kind}_mb_after_{count // 1000}k": round(size, 1)
        for count, sizes in ((few, first), (many, memory_mb(pid)))
        for kind, size in sizes.items()
    }


def reached_by(ascending: Sequence[float], share: float) -> float:
    """Return the smallest value that such a share does not exceed (the nearest rank)."""
    return ascending[ceil(len(ascending) * share) - 1]


async def timing(db: Database, device: Device) -> Figures:
    """Tell how soon a change is in force, and cuts what is running."""
    in_force, cut = await changes(db, device, PAUSES, CHANGING)
    return {
        "in_force_median_ms": round(median(in_force), 1),
        "in_force_p99_ms": round(reached_by(in_force, 0.99), 1),
        "cut_median_ms": round(median(cut), 1),
        "cut_p99_ms": round(reached_by(cut, 0.99), 1),
        "changes": len(in_force),
    }


def settings_for(told: Told) -> DoorSettings:
    keys = {HOST: "short", LARGE: "large", PAGES: "pages"}
    answers = {f"{host}:443": f"{HERE}:{told[key]}" for host, key in keys.items()}
    return DoorSettings(host=HERE, port=free_port(), resolver=answers, origin_ca=Path(told["ca"]))


class Parts:
    """What is found out part by part; one that fails is named, and the others go on."""

    def __init__(self) -> None:
        self.load = machine()["load"]
        self.rows: list[Row] = []
        self.figures: dict[str, float | None] = {}
        self.failed: dict[str, str] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Do one part, and keep what is known after it."""
        sys.stderr.write(f"{now():%H:%M:%S} {name}\n")
        try:
            yield
        except (OSError, RuntimeError, Away) as problem:
            self.failed[name] = f"{type(problem).__name__}: {problem}"
            sys.stderr.write(f"{name} failed: {self.failed[name]}\n")
        keep(self)


async def measure(folder: Path, parts: Parts) -> None:
    """Measure everything."""
    with ExitStack() as stack:
        origin = stack.enter_context(running(sys.executable, "-m", "bench.wire"))
        assert origin.stdout
        told = json.loads(origin.stdout.readline())
        settings = settings_for(told)
        home = folder / "door"
        home.mkdir()
        async with database(home) as db:
            device = await household(db)
            with workers(home, settings, device) as pids:
                with all_peers(folder, [told["short"], told["large"]]) as peers:
                    direct = Peer("direct", [], passes=1, opens=told["pages"])
                    ours = Peer("door", pids, passes=device.port, opens=settings.port)
                    with parts.part("comparison"):
                        samples = compare([direct, *peers, ours], told)
                        parts.figures |= ratios(samples)
                        parts.rows = rows_of(samples)
                with parts.part("changes"):
                    parts.figures |= await timing(db, device)
                with parts.part("memory"):
                    parts.figures |= growth(device, pids[0])
            with parts.part("workers"):
                parts.figures |= scaling(home, settings, device, origin.pid)


def keep(parts: Parts) -> None:
    """Write down what is known so far."""
    versions = {name: version(name) for name in ("mitmproxy", "uvloop")}
    there = machine()
    result = {
        "bench": "door",
        "at": f"{now():%Y-%m-%dT%H:%MZ}",
        "machine": there | {"load": [parts.load, there["load"]], "versions": versions},
        "figures": parts.figures,
        "failed": parts.failed,
        "rows": parts.rows,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "door.json").write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")


def tell(parts: Parts) -> None:
    """Print everything."""
    for row in parts.rows:
        print(
            "{case:18} {who:10} {rate:>9} {unit:5} {cpu_us:>9} us CPU {rss_mb:>6} MB".format(**row)
        )
    for name, value in parts.figures.items():
        print(f"{name:32} {value}")


def main() -> None:
    """Measure, keep, print; end with 1 where a part could not be measured."""
    # Whoever ends the bench ends what it started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    parts = Parts()
    with tempfile.TemporaryDirectory(prefix="haidang-bench-") as folder:
        # Peers that become another user must get to their own folders in it.
        Path(folder).chmod(0o711)
        uvloop.run(measure(Path(folder), parts))
    tell(parts)
    sys.exit(bool(parts.failed))


if __name__ == "__main__":
    main()
