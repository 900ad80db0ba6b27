"""Doors are replaced one by one under load, and nobody who calls is lost."""

import socket
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import psutil
import pytest

from tests.kit.service import Service, free_port, running

pytestmark = pytest.mark.slow
SETTLED = 10.0
"""Seconds that a second door gets to start."""


def doors(service: Service) -> set[int]:
    """List the processes of the doors."""
    return {each.pid for each in service.processes("door")}


def call(port: int, seen: Counter[str], enough: Event) -> None:
    """Open the door's own page again and again."""
    while not enough.is_set():
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
                line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                seen[line.recv(12).decode() or "closed"] += 1
        except OSError as problem:
            seen[type(problem).__name__] += 1


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds in other processes."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_doors_are_replaced_under_load_and_every_caller_is_answered(tmp_path: Path) -> None:
    with running(tmp_path / "data", HAIDANG_DOOR__WORKERS="2") as service:
        seen, enough = Counter[str](), Event()
        callers = [Thread(target=call, args=(service.door_port, seen, enough)) for _ in range(3)]
        until(lambda: len(doors(service)) == 2 and listens(service.door_port))
        before = doors(service)
        for each in callers:
            each.start()
        try:
            service.command("update-doors")
            until(lambda: not doors(service) & before and len(doors(service)) == 2)
        finally:
            enough.set()
            for each in callers:
                each.join()
    assert set(seen) == {"HTTP/1.1 200"}
    assert seen["HTTP/1.1 200"] > 20


def of_a_gateway(port: int) -> dict[str, str]:
    return {
        "HAIDANG_DOOR__WORKERS": "2",
        "HAIDANG_DOOR__GATEWAY__MODE": "redirect",
        "HAIDANG_DOOR__GATEWAY__HOSTS": '["127.0.0.1"]',
        "HAIDANG_DOOR__GATEWAY__PORT": str(port),
        "HAIDANG_DOOR__GATEWAY__DNS_PORT": str(free_port()),
    }


def carrying(service: Service, port: int) -> set[int]:
    """List the doors that listen for what is led to the gateway."""
    return {
        each.pid
        for each in service.processes("door")
        if any(it.laddr.port == port for it in each.net_connections("tcp") if not it.raddr)
    }


def test_when_the_door_that_is_the_gateway_dies_another_is_it_at_once(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path / "data", **of_a_gateway(port)) as service:
        until(lambda: len(doors(service)) == 2 and bool(carrying(service, port)))
        # Both have to be ready: a machine that just starts has nobody to take over.
        time.sleep(SETTLED)
        [first], before = carrying(service, port), doors(service)
        psutil.Process(first).kill()
        until(lambda: bool(carrying(service, port) - {first}) and listens(port))
        # It is not the one that was started anew.
        assert carrying(service, port) < before


def test_after_all_doors_were_replaced_one_of_them_is_the_gateway(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path / "data", **of_a_gateway(port)) as service:
        until(lambda: len(doors(service)) == 2 and bool(carrying(service, port)))
        before = doors(service)
        service.command("update-doors")
        until(lambda: not doors(service) & before and len(doors(service)) == 2)
        until(lambda: len(carrying(service, port)) == 1)
        assert listens(port)


def listens(port: int) -> bool:
    """Tell whether somebody listens at a port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_without_a_service_the_command_says_so(tmp_path: Path) -> None:
    service = Service(tmp_path)
    assert "is not running" in service.command("update-doors", fails=True)
