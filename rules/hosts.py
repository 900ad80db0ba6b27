"""Host names: one written form, and the walk from a host up through its parents."""

import ipaddress
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache

import idna

from rules.mistakes import Mistake

LONGEST = 253
LONGEST_LABEL = 63
REMEMBERED = 4096
"""One page asks for the same hosts again and again."""


@lru_cache(REMEMBERED)
def normalise(host: str) -> str:
    """Return a host in its one written form: lower case, IDNA A-labels, no dot at the end, no port.

    IP literals come back compressed and without brackets; an IPv4 address that an IPv6 one only
    wraps comes back alone. Raises ValueError saying what is wrong.
    """
    text = host.strip().rstrip(".").lower()
    if text.isascii() and _is_plain(text):
        return text
    return _normalise_unusual(text, host)


def parents(host: str) -> Iterator[str]:
    """Walk from the host itself up to its top-level domain: a.b.vn, b.vn, vn."""
    yield host
    if ":" in host or host.replace(".", "").isdigit():
        return
    dot = host.find(".")
    while dot >= 0:
        yield host[dot + 1 :]
        dot = host.find(".", dot + 1)


def is_public_address(host: str) -> bool:
    """Tell whether a normalised host is no name but an address of the internet."""
    if ":" not in host and not host.replace(".", "").isdigit():
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _is_plain(text: str) -> bool:
    """Tell whether the text is an ordinary ASCII host name that needs no further work."""
    if not 0 < len(text) <= LONGEST or ":" in text:
        return False
    labels = text.split(".")
    if _is_number(labels[-1]) or "xn--" in text:
        return False
    return all(_is_label(label) for label in labels)


def _is_number(label: str) -> bool:
    """Tell whether resolvers would read a last label as part of an address: 127.1, 0x7f.0x1."""
    digits = label.removeprefix("0x")
    return label.isdigit() or (
        digits != label and all(char in "0123456789abcdef" for char in digits)
    )


def _is_label(label: str) -> bool:
    bare = label.replace("-", "").replace("_", "")
    return (
        0 < len(label) <= LONGEST_LABEL and bare.isalnum() and label[0] != "-" and label[-1] != "-"
    )


def _normalise_unusual(text: str, original: str) -> str:
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    with suppress(ValueError):
        address = ipaddress.ip_address(bare)
        # A zone means something only on the machine that wrote it, and would hide the address.
        if "%" not in bare:
            wrapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
            return (wrapped or address).compressed
    try:
        encoded = idna.encode(text, uts46=True).decode("ascii")
    except idna.IDNAError:
        encoded = ""
    last = encoded.rpartition(".")[2]
    if not encoded or not _is_label(last) or _is_number(last):
        raise Mistake("“{text}” is not a host name: write it like example.com.", text=original[:80])
    return encoded
