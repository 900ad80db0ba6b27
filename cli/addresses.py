"""Addresses of this machine: the one others reach it at, and whether a port is free."""

import errno
import socket

EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 compared with, not bound to
ELSEWHERE = ("192.0.2.1", 9)
"""An address for documentation: choosing a route to it sends nothing."""


def reachable(host: str) -> str:
    """Return the address at which others reach a listener on `host`."""
    return lan_address() if host in EVERYWHERE else host


def lan_address() -> str:
    """Return this machine's address on its network, or loopback where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
        except OSError:
            return "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address


def why_not(host: str, port: int) -> int:
    """Try to listen; return 0, or the error number that says why it cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            return error.errno or errno.EADDRINUSE
    return 0
