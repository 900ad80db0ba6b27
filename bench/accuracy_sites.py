"""How often the catalogue is right about sites, alone and with lists, with and without names.

The stems of names were chosen while looking at the names whose checksum is odd (`SEEN`); recall and
precision are told for the even ones, which were held back. Harmless sites are all asked, in both
halves; those of schools and libraries were looked at while choosing.
"""

import asyncio
import csv
import tarfile
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from feeds.by_name import switch
from feeds.catalogue import Catalogue, load
from feeds.kept import Kind, describe
from feeds.lists import add_list
from feeds.parse import parse
from tests.feeds.lookalike_names import HARMLESS, HEALTH, LGBT

GRAVE = ("adult", "gambling")
LISTS = {
    "UT1": (
        "ut1-20250817",
        # Its adult list is too large for the folder of test data.
        {"gambling": "ut1/gambling/domains"},
    ),
    "Sinfonietta": (
        "sinfonietta-hosts",
        {"adult": "sinfonietta/pornography-hosts", "gambling": "sinfonietta/gambling-hosts"},
    ),
    "hostsVN": (
        "hostsVN-20260101",
        {
            "adult": "hostsVN/extensions/adult/domain.txt",
            "gambling": "hostsVN/extensions/gambling/domain.txt",
        },
    ),
}
VIETNAMESE = {
    "adult": "hostsVN/extensions/adult/domain-VN.txt",
    "gambling": "hostsVN/extensions/gambling/domain-VN.txt",
}
ALL = tuple(LISTS)
COMBINATIONS: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("ours", (), False),
    ("ours + names", (), True),
    *((f"ours + names + {name}", (name,), True) for name in ALL),
    ("ours + all three", ALL, False),
    ("ours + names + all three", ALL, True),
)
SEEN = 1
SOURCE = "https://lists.example/"
"""Where a list says it is from: what came from an address is not the adult's own."""

type Told = dict[str, object]


def sites(folder: Path) -> Told:
    """Ask the catalogue, alone and with lists, of every labelled site."""
    labelled = [*_labels(folder), *_written()]
    told: Told = {}
    for title, names, by_name in COMBINATIONS:
        with TemporaryDirectory() as room:
            catalogue = _catalogue(folder, names, Path(room), by_name=by_name)
            told[title] = measure(catalogue, labelled)
    told["Vietnamese names held back, by name alone"] = _vietnamese(folder)
    return told


def half_of(host: str) -> int:
    """Put a name into one of two halves, always the same."""
    return sha256(host.encode()).digest()[0] & 1


def measure(catalogue: Catalogue, labelled: list[tuple[str, str]]) -> Told:
    """Count what is called grave, and what of the harmless is."""
    total: Counter[str] = Counter()
    said: Counter[tuple[str, str]] = Counter()
    doubted: Counter[tuple[str, str]] = Counter()
    blocked: Counter[str] = Counter()
    for host, label in labelled:
        if label in GRAVE and half_of(host) == SEEN:
            continue
        known = catalogue.look_up(host)
        answer = set() if known.never_block else set(known.categories).intersection(GRAVE)
        total[label] += 1
        blocked[label] += bool(answer)
        said.update((label, category) for category in answer)
        doubted.update((label, category) for category in known.doubtful)
    return {
        "recall": {c: share(said[c, c], total[c]) for c in GRAVE},
        "doubtful": {c: share(doubted[c, c], total[c]) for c in GRAVE},
        "precision": {c: share(said[c, c], sum(said[label, c] for label in total)) for c in GRAVE},
        "blocked": {
            label: f"{blocked[label]} of {total[label]}"
            for label in sorted(total)
            if label not in GRAVE
        },
    }


def table(told: Told) -> str:
    """Write the shares as a table to read."""
    head = ("lists", "adult: recall", "precision", "gambling: recall", "precision", "overblocked")
    rows = [head]
    for title, found in told.items():
        if not isinstance(found, dict) or "blocked" not in found:
            continue
        shares = [found[key][c] for c in GRAVE for key in ("recall", "precision")]
        over = sum(
            int(text.split(" ")[0])
            for label, text in found["blocked"].items()
            if not label.startswith("people")
        )
        rows.append((title, *(f"{part:.1%}" for part in shares), str(over)))
    widths = [max(len(row[at]) for row in rows) for at in range(len(head))]
    return "\n".join("  ".join(cell.ljust(widths[at]) for at, cell in enumerate(r)) for r in rows)


def share(part: int, whole: int) -> float | None:
    """Return a share, or nothing of nothing."""
    return round(part / whole, 4) if whole else None


def _catalogue(folder: Path, names: tuple[str, ...], room: Path, *, by_name: bool) -> Catalogue:
    """Keep lists as ones that were switched on, with the usual weight, and load all of it."""
    for name in names:
        archive, members = LISTS[name]
        for category, content in read_members(folder / "lists" / f"{archive}.tar.xz", members):
            asyncio.run(_keep(room, f"{name} {category}", category, content))
    switch(room, on=by_name)
    return load(room)


async def _keep(room: Path, name: str, category: str, content: str) -> None:
    kept = await add_list(room, name=name, category=category, source=content.encode())
    describe(room, kept.model_copy(update={"source": SOURCE, "kind": Kind.SUBSCRIPTION}))


def read_members(archive: Path, members: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Read some files of an archive."""
    with tarfile.open(archive) as packed:
        for category, member in members.items():
            file = packed.extractfile(member)
            assert file is not None
            yield category, file.read().decode("utf-8", errors="replace")


def _vietnamese(folder: Path) -> Told:
    """Ask for the names of a Vietnamese list that were held back, without that list."""
    catalogue = load()
    told: Told = {}
    archive = folder / "lists" / f"{LISTS['hostsVN'][0]}.tar.xz"
    for category, content in read_members(archive, VIETNAMESE):
        held = sorted(host for host in parse(content).below if half_of(host) != SEEN)
        known = [catalogue.look_up(host) for host in held]
        told[category] = {
            "names": len(held),
            "called so": share(sum(category in one.categories for one in known), len(held)),
            "doubtful": share(sum(category in one.doubtful for one in known), len(held)),
        }
    return told


def _labels(folder: Path) -> Iterator[tuple[str, str]]:
    for row in rows_of(folder / "truth" / "domains-open.csv"):
        yield row["domain"], row["category"]
    for row in rows_of(folder / "truth" / "schools-swot-A.csv"):
        yield row["domain"], "school"
    for row in rows_of(folder / "truth" / "adultcontent3.csv"):
        yield row["domain"], f"people said {row['expect']}"


def _written() -> Iterator[tuple[str, str]]:
    for label, hosts in (("look-alike", HARMLESS), ("health", HEALTH), ("LGBT", LGBT)):
        for host in hosts:
            yield host, f"{label}, written for this"


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
