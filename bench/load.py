"""Clients that only ask: bare sockets, so that they take little from what they measure."""

import select
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from bench.wire import BULK, HERE, HOST, LARGE, PAGES, hello

HELLO, LARGE_HELLO = hello(HOST), hello(LARGE)
PATIENCE = 20
OPENED = b"HTTP/1."
PIECE = 1 << 20


@dataclass(slots=True)
class Got:
    """What some load came to."""

    done: int
    seconds: float
    milliseconds: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Return how much was done in a second."""
        return self.done / self.seconds


def connect(port: int, target: str) -> socket.socket:
    """Open a tunnel, or go straight to the origin where the target is empty."""
    line = socket.create_connection((HERE, port), timeout=PATIENCE)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if target:
        line.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
        answer = line.recv(4096)
        if b" 200 " not in answer:
            line.close()
            raise ConnectionRefusedError(answer.decode(errors="replace")[:80])
    return line


class Tunnels:
    """Opens tunnels, sends a hello, waits for the first answer and leaves; several at a time."""

    def __init__(self, port: int, target: str) -> None:
        self._port = port
        self._first = f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode()
        self._direct = not target
        self._watch = select.epoll()
        self._lines: dict[int, tuple[socket.socket, bool]] = {}
        self.good = self.bad = 0

    def run(self, at_once: int, *, seconds: float = 1e9, count: int = 1 << 60) -> Got:
        """Go on for some seconds, or until so many tunnels were opened."""
        began = time.perf_counter()
        for _ in range(at_once):
            self._begin()
        while time.perf_counter() - began < seconds and self.good < count:
            for number, _ in _events(self._watch):
                self._step(number)
        taken = time.perf_counter() - began
        for line, _ in self._lines.values():
            line.close()
        if self.bad > self.good / 100:
            raise RuntimeError(f"{self.bad} of {self.good + self.bad} tunnels failed")
        return Got(self.good, taken)

    def _begin(self) -> None:
        line = socket.socket()
        line.connect((HERE, self._port))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.send(HELLO if self._direct else self._first)
        self._lines[line.fileno()] = (line, self._direct)
        self._watch.register(line, select.EPOLLIN)

    def _step(self, number: int) -> None:
        line, is_open = self._lines[number]
        try:
            data = line.recv(4096)
        except ConnectionError:
            data = b""
        if data and not is_open and data.startswith(OPENED) and b" 200 " in data[:16]:
            self._lines[number] = (line, True)
            line.send(HELLO)
            return
        self.good, self.bad = (
            self.good + bool(data and is_open),
            self.bad + (not (data and is_open)),
        )
        del self._lines[number]
        line.close()
        self._begin()


def download(port: int, target: str, times: int, at_once: int) -> Got:
    """Fetch 50 MB so many times, several at once."""
    began, got = time.perf_counter(), 0
    for _ in range(times // at_once):
        got += _fetch(port, target, at_once)
    return Got(got, time.perf_counter() - began)


def _fetch(port: int, target: str, at_once: int) -> int:
    """Fetch several at once; the kernel throws away what came, so that this end is no limit."""
    with ExitStack() as stack, select.epoll() as watch:
        missing: dict[int, int] = {}
        lines = [stack.enter_context(connect(port, target)) for _ in range(at_once)]
        for line in lines:
            line.sendall(LARGE_HELLO)
            line.setblocking(False)
            watch.register(line, select.EPOLLIN)
            missing[line.fileno()] = BULK
        by_number = {line.fileno(): line for line in lines}
        nothing = bytearray(PIECE)
        while by_number:
            for number, _ in _events(watch):
                size = by_number[number].recv_into(nothing, PIECE, socket.MSG_TRUNC)
                missing[number] -= size
                if not size and missing[number] > 0:
                    raise RuntimeError("a download came to an early end")
                if missing[number] <= 0:
                    watch.unregister(number)
                    del by_number[number]
    return at_once * BULK


def _events(watch: select.epoll) -> list[tuple[int, int]]:
    """Wait for something to happen. Raises TimeoutError."""
    found = watch.poll(PATIENCE)
    if not found:
        raise TimeoutError("nothing came any more")
    return found


def request(target: str) -> bytes:
    """Write the request; the Host header names the port where it is not the usual one."""
    port = target.rpartition(":")[2] if target else ""
    host = PAGES if port in ("", "443") else f"{PAGES}:{port}"
    return f"GET /bytes HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


def _trusting_anyone() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@contextmanager
def opened(port: int, target: str, count: int) -> Iterator[list[ssl.SSLSocket]]:
    """Open connections whose TLS the proxy looks into."""
    context = _trusting_anyone()
    lines = [
        context.wrap_socket(connect(port, target), server_hostname=PAGES) for _ in range(count)
    ]
    try:
        yield lines
    finally:
        for line in lines:
            line.close()


def asking(port: int, target: str, at_once: int, seconds: float) -> Got:
    """Send one request after the other on connections that are kept."""
    words = request(target)
    with opened(port, target, at_once) as lines, select.epoll() as watch:
        by_number = {line.fileno(): line for line in lines}
        missing = dict.fromkeys(by_number, 0)
        for line in lines:
            line.setblocking(False)
            watch.register(line, select.EPOLLIN)
        began, done = time.perf_counter(), 0
        for line in lines:
            line.sendall(words)
        while time.perf_counter() - began < seconds:
            for number, _ in _events(watch):
                if _took(by_number[number], missing, number):
                    done += 1
                    by_number[number].sendall(words)
        return Got(done, time.perf_counter() - began)


def _took(line: ssl.SSLSocket, missing: dict[int, int], number: int) -> bool:
    """Read what came; tell whether an answer is whole now."""
    while True:
        try:
            data = line.recv(65536)
        except ssl.SSLWantReadError:
            return False
        if not data:
            raise RuntimeError("a kept connection was closed")
        if not missing[number]:
            if b" 200 " not in data[:16]:
                raise RuntimeError(f"a request was answered {data[:60]!r}")
            _, _, body = data.partition(b"\r\n\r\n")
            missing[number] = 1000 - len(body)
        else:
            missing[number] -= len(data)
        if missing[number] <= 0:
            missing[number] = 0
            return True


def fresh(port: int, target: str, seconds: float) -> Got:
    """Open one connection after the other, and ask once on each."""
    context, words = _trusting_anyone(), request(target)
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        with context.wrap_socket(connect(port, target), server_hostname=PAGES) as line:
            line.sendall(words)
            got = b""
            while not got.endswith(b"x" * 100) and (part := line.recv(65536)):
                got += part
        if b" 200 " not in got[:16]:
            raise RuntimeError(f"a request was answered {got[:60]!r}")
        done += 1
    return Got(done, time.perf_counter() - began)
