"""Where a device may go: no address of the home network or of the machine itself."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

type Address = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network

NAT64 = tuple(IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48"))
V4_BITS = 0xFFFF_FFFF


def is_public(text: str) -> bool:
    """Tell whether an address lies on the internet, not in any private or special range."""
    address = _inner(ip_address(text.partition("%")[0]))
    return address.is_global and not address.is_multicast and not address.is_reserved


def opened(private_hosts: Iterable[str]) -> tuple[Network, ...]:
    """Read the addresses and networks an adult opened; what cannot be read opens nothing."""
    networks = []
    for text in private_hosts:
        try:
            networks.append(ip_network(text, strict=False))
        except ValueError:
            continue
    return tuple(networks)


def may_reach(text: str, networks: Iterable[Network]) -> bool:
    """Tell whether a resolved address may be connected to."""
    return is_public(text) or within(text, networks)


def within(text: str, networks: Iterable[Network]) -> bool:
    """Tell whether an address lies in one of the networks."""
    address = _inner(ip_address(text.partition("%")[0]))
    return any(address in network for network in networks)


@lru_cache(4096)
def is_address(host: str) -> bool:
    """Tell whether a host is an IP literal."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _inner(address: Address) -> Address:
    """Take out the IPv4 address that an IPv6 one only wraps: it is where the packets go."""
    if isinstance(address, IPv4Address):
        return address
    if any(address in network for network in NAT64):
        return IPv4Address(int(address) & V4_BITS)
    return address.ipv4_mapped or address.sixtofour or address


def bracketed(address: str) -> str:
    """Write an address as it stands before a port."""
    return f"[{address}]" if ":" in address else address
