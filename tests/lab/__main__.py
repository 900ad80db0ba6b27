"""`python -m tests.lab`: the lab as a process of its own; prints its ports and CA as JSON."""

import asyncio
import json
import os
import signal
import sys

import uvloop

from tests.lab.lab import Lab


async def main() -> None:
    """Run until SIGTERM, Ctrl-C, or the end of standard input (whoever started us is gone)."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with Lab() as lab:
        told = {
            "tls_port": lab.tls_port,
            "http_port": lab.http_port,
            "ca_path": str(lab.ca_path),
            "pid": os.getpid(),
        }
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        if not sys.stdin.isatty():
            loop.add_reader(sys.stdin.fileno(), _notice_end, stop)
        await stop.wait()


def _notice_end(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 64):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stop.set()


if __name__ == "__main__":
    uvloop.run(main())
