"""How the imported lists are kept best: six structures with 5.8 million domains in 60 categories.

`python -m bench.catalogue` grows the real domains of scale/domains-scale.tsv.xz (in the folder
HAIDANG_TEST_DATA) to 5.8 million, always the same ones, builds each structure in a process of its
own, prints a table and writes bench/results/catalogue.json. A look-up walks from the host up
through its parents; half of the hosts are unlisted, a quarter are listed, a quarter lie below a
listed name. Times of look-ups are CPU time, the best of five rounds.
"""

import json
import lzma
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
import timeit
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import compress
from pathlib import Path
from time import perf_counter, process_time
from zlib import crc32

from bench.catalogue_structures import DOMAINS, STRUCTURES, Row

RESULTS = Path(__file__).parent / "results"
ROOT = Path(__file__).parents[1]
CATEGORIES = 60
HOSTS = 200_000
ROUNDS = 5
UNLISTED = re.compile(r"cdn\d\.img\.unknown\d+\.com")
OURS = "packed buckets (ours)"


def real() -> Iterator[tuple[str, list[str]]]:
    """Yield the real domains with their categories."""
    given = os.environ.get("HAIDANG_TEST_DATA", str(ROOT.parent / "shared" / "data"))
    file = Path(given) / "scale" / "domains-scale.tsv.xz"
    if not file.exists():
        sys.exit(f"There is no {file}: set HAIDANG_TEST_DATA to the folder of real data.")
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            domain, _, categories = line.rstrip("\n").partition("\t")
            yield domain, categories.split(",")


def grow(folder: Path) -> int:
    """Write rows of domain and category numbers, and the hosts to look up; return the rows."""
    domains = list(real())
    numbers: dict[str, int] = {}
    for _, categories in domains:
        for category in categories:
            numbers.setdefault(category, len(numbers))
    seen = {domain for domain, _ in domains}
    chance = random.Random(5)
    with (folder / "rows.tsv").open("w") as rows:
        for domain, categories in domains:
            print(domain, *(numbers[name] for name in categories), file=rows)
        for turn in range(1, 9):
            for domain, categories in domains:
                if len(seen) >= DOMAINS:
                    break
                sibling = f"{crc32(domain.encode(), turn) % 46_656:x}-{domain}"
                if sibling not in seen:
                    seen.add(sibling)
                    # What grows falls into the categories that the real lists do not have, too.
                    moved = {(numbers[name] + 37 * (turn % 2)) % CATEGORIES for name in categories}
                    print(sibling, *sorted(moved), file=rows)
    names = chance.sample([domain for domain, _ in domains], HOSTS // 2)
    hosts = [f"cdn{n % 9}.img.unknown{chance.randrange(10**9)}.com" for n in range(HOSTS // 2)]
    hosts += [name if number % 2 else f"www.{name}" for number, name in enumerate(names)]
    chance.shuffle(hosts)
    (folder / "hosts.txt").write_text("\n".join(hosts))
    return len(seen)


def rows_of(folder: Path) -> Iterator[Row]:
    """Read the rows one after the other, so that only the structure itself takes memory."""
    with (folder / "rows.tsv").open() as rows:
        for line in rows:
            domain, *numbers = line.split()
            yield domain, tuple(map(int, numbers))


def measure(name: str, folder: Path) -> dict[str, object]:
    """Build, open and ask one structure."""
    structure, path = STRUCTURES[name], folder / "built"
    begin = perf_counter()
    structure.build(rows_of(folder), path)
    build_s = perf_counter() - begin
    peak = peak_mb()
    open_s = min(timeit.repeat(lambda: structure.open(path), number=1, repeat=ROUNDS))
    look_up = structure.open(path)
    hosts = (folder / "hosts.txt").read_text().split("\n")
    found = [bool(look_up(host)) for host in hosts]
    unknown = [bool(UNLISTED.fullmatch(host)) for host in hosts]
    figures = {
        "structure": name,
        "bytes_per_domain": round(size(path) / DOMAINS, 2),
        "open_ms": round(open_s * 1000, 2),
        "lookup_us": round(time_of(look_up, hosts), 2),
        "unlisted_us": round(time_of(look_up, list(compress(hosts, unknown))), 2),
        "build_s": round(build_s, 1),
        "build_peak_mb": round(peak),
        "missed": sum(not hit and not new for hit, new in zip(found, unknown, strict=True)),
        "false": sum(hit and new for hit, new in zip(found, unknown, strict=True)),
    }
    print(json.dumps(figures))
    return figures


def peak_mb() -> float:
    """Return the most memory this process took; what `resource` says includes its parent's."""
    said = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(said[1]) / 1024 if said else 0.0


def size(path: Path) -> int:
    """Add up what a structure takes on the disk."""
    return sum(p.stat().st_size for p in path.parent.glob("built*") if p.is_file())


def time_of(look_up: object, hosts: list[str]) -> float:
    """Return the CPU time of one look-up in microseconds, the best of some rounds."""
    assert callable(look_up)
    best = float("inf")
    for _ in range(ROUNDS):
        begin = process_time()
        for host in hosts:
            look_up(host)
        best = min(best, process_time() - begin)
    return best / len(hosts) * 1e6


def in_its_own_process(name: str, folder: Path) -> dict[str, object]:
    """Measure a structure where nothing else takes memory."""
    command = [sys.executable, "-m", "bench.catalogue", name, str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    for left in folder.glob("built*"):
        left.unlink()
    row: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return row


def write(rows: list[dict[str, object]], domains: int) -> None:
    """Write the report."""
    ours = next(row for row in rows if row["structure"] == OURS)
    keys = ("bytes_per_domain", "open_ms", "lookup_us", "unlisted_us", "build_s", "build_peak_mb")
    report = {
        "bench": "catalogue",
        "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",  # noqa: TID251 - a date on a report
        "machine": {
            "cores": os.cpu_count(),
            "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20,
            "python": platform.python_version(),
            "load": round(os.getloadavg()[0], 1),
            "versions": {},
        },
        "figures": {"domains": domains, "categories": CATEGORIES} | {k: ours[k] for k in keys},
        "rows": rows,
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (RESULTS / "catalogue.json").write_text(text + "\n")


def main() -> None:
    """Measure every structure, print and write down."""
    if len(sys.argv) == 3:
        measure(sys.argv[1], Path(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        domains = grow(folder)
        rows: list[dict[str, object]] = []
        for name in STRUCTURES:
            rows.append(in_its_own_process(name, folder))
            print("  ".join(f"{key} {value}" for key, value in rows[-1].items()), flush=True)
        write(rows, domains)


if __name__ == "__main__":
    main()
