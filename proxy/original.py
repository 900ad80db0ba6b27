"""Where a connection wanted to go before the gateway's rules led it to us."""

import os
import socket
import struct

SO_ORIGINAL_DST = 80
IP_TRANSPARENT = 19
IPV6_TRANSPARENT = 75
FOUR, SIX = struct.Struct("!2xH4s8x"), struct.Struct("!2xHI16sI")

type Destination = tuple[str, int]


def redirected(descriptor: int, family: int) -> Destination | None:
    """Return the original destination of a redirected connection; None for one meant for us."""
    with socket.socket(fileno=os.dup(descriptor)) as connection:
        try:
            if family == socket.AF_INET6:
                raw = connection.getsockopt(socket.IPPROTO_IPV6, SO_ORIGINAL_DST, SIX.size)
                port, _, address, _ = SIX.unpack(raw)
            else:
                raw = connection.getsockopt(socket.IPPROTO_IP, SO_ORIGINAL_DST, FOUR.size)
                port, address = FOUR.unpack(raw)
        except OSError:
            return None
    return socket.inet_ntop(family, address), port


def bind(host: str, port: int, waiting: int, *, foreign: bool = False) -> socket.socket:
    """Listen on an address; `foreign` also takes connections to addresses that are not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # Whoever is taken from here inherits it.
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        only_its_own_family(made)
        if foreign:
            level, option = (
                (socket.IPPROTO_IPV6, IPV6_TRANSPARENT)
                if family == socket.AF_INET6
                else (socket.IPPROTO_IP, IP_TRANSPARENT)
            )
            made.setsockopt(level, option, 1)
        made.setblocking(False)
        made.bind((host, port))
        made.listen(waiting)
    except OSError:
        made.close()
        raise
    return made


def only_its_own_family(made: socket.socket) -> None:
    """Let an IPv6 socket leave IPv4 to the other one."""
    if made.family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
