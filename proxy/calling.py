"""Calls origins: waiting for an answer, or being told of it."""

import asyncio
import errno
import os
import socket
from collections.abc import Callable

from proxy.line import Answered, Line
from proxy.lines import Lines

CALLING = socket.SOCK_STREAM | getattr(socket, "SOCK_NONBLOCK", 0)


async def open_line[P: asyncio.BaseProtocol](
    lines: Lines, factory: Callable[[], P], address: str, port: int
) -> tuple[asyncio.Transport, P]:
    """Open a line to an address. Raises OSError."""
    standing: asyncio.Future[Exception | None] = lines.loop.create_future()

    def answered(problem: Exception | None) -> None:
        if not standing.done():
            standing.set_result(problem)

    line = call_line(lines, address, port, answered)
    try:
        problem = await standing
    except asyncio.CancelledError:
        line.abort()
        raise
    if problem:
        raise problem
    if line.is_closing():
        raise OSError(errno.ECONNRESET, "the connection was reset")
    protocol = factory()
    line.begin(protocol)
    return line, protocol


def call_line(lines: Lines, address: str, port: int, answered: Answered) -> Line:
    """Call an address; `answered` is told when the line stands, or why it does not.

    Raises OSError where that is known at once.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    made = socket.SocketType(family, CALLING, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        problem = made.connect_ex((address, port))
    except OSError:
        made.close()
        raise
    if problem not in (0, errno.EINPROGRESS):
        made.close()
        raise OSError(problem, os.strerror(problem))
    line = Line(lines, made)
    line.await_answer(answered)
    return line
