"""What browsers really fetched, in public records: page loads, and the requests of 500 sites."""

import json
import lzma
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.demo.school.people import DATA

LOADS = "traffic/pages-chrome-har.jsonl.xz"
REQUESTS = "suites/urlfilter-testdata.tar.xz"
SMALL = 4_000
FEWEST = 3
"""A page that fetched less is a fragment of one."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """What one page fetched from one host."""

    host: str
    requests: int
    size: int
    """Bytes that came down."""


@dataclass(frozen=True, slots=True)
class Load:
    """A page as it was loaded once; its own host is the first."""

    fetches: tuple[Fetch, ...]


@cache
def loads(data: Path = DATA) -> tuple[Load, ...]:
    """Read every recorded page. Raises FileNotFoundError where the data is absent."""
    recorded = list(_recorded(data / LOADS))
    sizes = _sizes(recorded)
    whole = [_load((it["url"], it.get("size", SMALL)) for it in page) for page in recorded]
    asked = _asked(data / REQUESTS)
    whole += [_load((url, sizes.get(kind, SMALL)) for url, kind in page) for page in asked]
    return tuple(load for load in whole if len(load.fetches) >= FEWEST)


def _recorded(path: Path) -> Iterator[list[dict[str, Any]]]:
    with lzma.open(path, "rt") as file:
        for line in file:
            yield json.loads(line)["requests"]


def _sizes(pages: Iterable[list[dict[str, Any]]]) -> dict[str, int]:
    """Return how large a request of each type is: the requests of the sites do not say."""
    sums, counts = Counter[str](), Counter[str]()
    for page in pages:
        for request in page:
            kind = str(request.get("type", "")).lower()
            sums[kind] += request.get("size") or 0
            counts[kind] += 1
    return {kind: sums[kind] // counts[kind] for kind in counts}


def _asked(path: Path) -> list[list[tuple[str, str]]]:
    """Group the requests of sites by the page that made them."""
    pages: dict[str, list[tuple[str, str]]] = defaultdict(list)
    with tarfile.open(path) as archive:
        file = archive.extractfile("urlfilter/requests.jsonl")
        for line in file or ():
            request = json.loads(line)
            page = urlsplit(request.get("frameUrl") or "").hostname
            if page and request.get("url"):
                pages[page].append((request["url"], request.get("cpt") or ""))
    # A frame within a page begins with no document of its own.
    return [asked for page, asked in pages.items() if any(kind == "document" for _, kind in asked)]


def _load(requests: Iterable[tuple[str, int | None]]) -> Load:
    counts, sizes = Counter[str](), Counter[str]()
    for url, size in requests:
        host = (urlsplit(url).hostname or "").lower()
        if "." in host:
            counts[host] += 1
            sizes[host] += size or SMALL
    return Load(tuple(Fetch(host, count, sizes[host]) for host, count in counts.items()))
