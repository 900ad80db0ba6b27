"""`make fuzz`: throws guided noise at every reader of lists, for so many seconds.

Coverage guides the noise (atheris), so it finds what random examples do not. Any error but
FeedError ends it, and the input that caused it stays in `crash-*`.
"""

import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["feeds", "rules.hosts"]):
    from feeds.errors import FeedError
    from feeds.fetch import unpack
    from feeds.parse import parse
    from feeds.reading import read
    from rules.hosts import normalise

from tests.feeds.packs import UT1, packed

MOST = 1 << 20
SEEDS = [
    b"0.0.0.0 a.example\n*.b.example\n||c.example^\n@@||d.example^\nfull:e.example @ads\n",
    b'address=/a.example/#\nlocal-zone: "b.example." always_null\nc.example CNAME .\n',
    b'{"domain": ["a.example"], "domain_suffix": ["b.example"]}',
    "payload:\n  - '+.tiếngviệt.vn'\n  - DOMAIN,b.example\n".encode("utf-16"),
    packed(UT1),
]


def one(data: bytes) -> None:
    """Read one input in every way there is."""
    for host in parse(data).below:
        assert normalise(host) == host
    with suppress(FeedError):
        assert len(unpack(data, MOST)) <= MOST
    with suppress(FeedError), tempfile.TemporaryDirectory() as out:
        read(data, Path(out), MOST)


def main() -> None:
    """Run for the seconds that are given."""
    seconds = sys.argv[1] if len(sys.argv) > 1 else "60"
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(SEEDS):
            (Path(corpus) / str(number)).write_bytes(seed)
        limits = [f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=1024"]
        atheris.Setup([sys.argv[0], *limits, "-max_len=20000", "-print_final_stats=1", corpus], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
