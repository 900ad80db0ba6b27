"""How another reader counted the real lists, and where ours differs on purpose."""

import json
import tarfile
from collections.abc import Iterator
from functools import cache

from tests.feeds.shelf import real_lists

ARCHIVES = (
    "blocklistproject", "hagezi-2022", "hostsVN-20250101", "hostsVN-20260101", "sinfonietta-hosts",
    "ut1-20250817",
)  # fmt: skip
"""Those with files that the other reader counted."""


@cache
def counted() -> dict[str, int]:
    """Return the number of names in each file that the other reader understood."""
    read = json.loads((real_lists() / "expected-counts.json").read_text())
    return {name: said["unique_domains"] for name, said in read.items() if "unique_domains" in said}


def members(archive: str) -> Iterator[tuple[str, bytes]]:
    """Yield each file of an archive that was counted, with what is in it."""
    with tarfile.open(real_lists() / f"{archive}.tar.xz") as packed:
        for member in packed:
            if member.name in counted():
                file = packed.extractfile(member)
                assert file is not None
                yield member.name, file.read()
