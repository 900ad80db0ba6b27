"""`haidang run` as a user meets it: three calm lines, one service a folder, and a clean end."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest

from tests.kit.service import Service, running

ROOT = Path(__file__).parents[2]


def run_beside(environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", "run"],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def family_of(service: Service) -> list[psutil.Process]:
    assert service.process
    return psutil.Process(service.process.pid).children(recursive=True)


@pytest.mark.slow
def test_it_says_three_lines_is_alone_in_its_folder_and_ends_within_five_seconds(tmp_path) -> None:
    with running(tmp_path, HAIDANG_DOOR__WORKERS="1") as service:
        panel, door, data = service.lines
        assert panel.startswith(f"Panel  http://127.0.0.1:{service.panel_port}/setup?code=")
        assert door == f"Door   127.0.0.1:{service.door_port}"
        assert data == f"Data   {tmp_path}"

        second = run_beside(service._settings())
        assert second.returncode == 1
        assert second.stderr == f"Hải Đăng is running already with the data folder {tmp_path}.\n"

        family = family_of(service)
        assert len(family) == 3
        assert service.stop() < 5
        assert not [process for process in family if process.is_running()]
        assert service.process
        assert service.process.returncode == 0


@pytest.mark.slow
def test_when_the_supervisor_is_killed_nothing_stays_behind(tmp_path) -> None:
    with running(tmp_path, HAIDANG_DOOR__WORKERS="1") as service:
        family = family_of(service)
        assert service.process
        os.kill(service.process.pid, signal.SIGKILL)
        service.process.wait(5)
        _, alive = psutil.wait_procs(family, timeout=8)
        assert not alive


def test_a_port_that_is_taken_is_said_in_one_sentence(tmp_path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = run_beside(
            {
                "HAIDANG_DATA": str(tmp_path),
                "HAIDANG_PANEL__HOST": "127.0.0.1",
                "HAIDANG_PANEL__PORT": port,
                "LANG": "en_US.UTF-8",
                "LC_ALL": "",
            }
        )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"Port {port} is in use: is Hải Đăng running already?")
    assert done.stderr.count("\n") == 1
