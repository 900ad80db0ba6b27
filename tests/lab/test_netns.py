"""The lab's three machines: they reach each other, and nothing of them stays behind."""

import subprocess

import pytest

from tests.lab.netns import DEVICE, ETC, NETNS, WORLD, network


def test_a_device_reaches_the_internet_through_the_gateway_by_both_families():
    with network() as net:
        for way in ("-4", "-6"):
            at = WORLD if way == "-4" else "[2a0f:1234::1]"
            resolve = f"vnexpress.net:443:{at}"
            told = net.run(
                net.device,
                "curl",
                "-sS",
                way,
                "--cacert",
                str(net.ca_path),
                "--resolve",
                resolve,
                "https://vnexpress.net/",
            )
            assert "VnExpress" in told.stdout, told.stderr
        with net.inside():
            assert len(net.reached("vnexpress.net")) == 2


def test_it_is_gone_afterwards_even_when_the_test_failed():
    kept = []
    with pytest.raises(ZeroDivisionError), network() as net:  # noqa: PT012 the failing test itself
        kept.append(net)
        1 / 0  # noqa: B018
    made = kept[0]
    assert not list(NETNS.glob(f"{made.name}*"))
    assert not (ETC / made.device).exists()
    shown = subprocess.run(["ip", "addr"], capture_output=True, text=True, check=True).stdout
    assert DEVICE not in shown
    assert all(process.poll() is not None for process in made.processes)


def test_what_a_killed_run_left_is_removed_by_the_next():
    gone = subprocess.Popen(["true"])
    gone.wait()
    left = f"hd{gone.pid}-gone"
    subprocess.run(["ip", "netns", "add", left], check=False, capture_output=True)
    with network():
        assert not (NETNS / left).exists()
