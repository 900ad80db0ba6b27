"""Real lists are read as another reader counted them."""

import json
import tarfile

import pytest

from feeds.parse import Parsed, parse
from tests.feeds.shelf import real_lists

HOSTS = [
    ("sinfonietta-hosts", "sinfonietta/gambling-hosts"),
    ("sinfonietta-hosts", "sinfonietta/social-hosts"),
    ("sinfonietta-hosts", "sinfonietta/snuff-hosts"),
    ("sinfonietta-hosts", "sinfonietta/pornography-hosts"),
    ("blocklistproject", "blp/piracy.txt"),
    ("blocklistproject", "blp/drugs.txt"),
]
PLAIN = [
    ("hostsVN-20260101", "hostsVN/extensions/gambling/domain.txt"),
    ("ut1-20250817", "ut1/bank/domains"),
    ("ut1-20250817", "ut1/dating/domains"),
    ("blocklistproject", "blp/alt-version/piracy-nl.txt"),
]


def read(archive: str, member: str) -> tuple[Parsed, int]:
    """Read a real list, and return it with the number that was counted elsewhere."""
    folder = real_lists()
    with tarfile.open(folder / f"{archive}.tar.xz") as packed:
        file = packed.extractfile(member)
        assert file is not None
        found = parse(file.read().decode("utf-8", errors="replace"))
    counted = json.loads((folder / "expected-counts.json").read_text())
    return found, counted[member]["unique_domains"]


@pytest.mark.parametrize(("archive", "member"), HOSTS)
def test_a_real_hosts_file_is_read_whole(archive: str, member: str) -> None:
    found, counted = read(archive, member)
    assert not found.below
    # The other reader counts addresses and suffixes as sites too, and knows no other spellings.
    assert abs(found.sites + found.mistaken - counted) <= max(10, counted * 0.001)
    assert found.mistaken <= max(5, counted * 0.005)


@pytest.mark.parametrize(("archive", "member"), PLAIN)
def test_a_real_plain_list_is_read_whole(archive: str, member: str) -> None:
    found, counted = read(archive, member)
    assert not found.alone
    assert abs(found.sites + found.mistaken - counted) <= max(10, counted * 0.001)
    assert found.mistaken <= max(5, counted * 0.005)


def test_a_list_made_for_browsers_is_recognised_as_unreadable() -> None:
    found, counted = read("blocklistproject", "blp/adguard/piracy-ags.txt")
    assert found.sites == 0
    assert found.mistaken >= counted
