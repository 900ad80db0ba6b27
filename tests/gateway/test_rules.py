"""The kernel's rules: they load, they close when the door is gone, they leave nothing behind."""

import asyncio
import os
import subprocess
import sys

import pytest

from proxy import nftables
from proxy.settings import GatewaySettings
from tests.lab.netns import GATEWAY, LAN, ROOT, WORLD, Network
from tests.proxy.house import OPEN

MODES = ("dns", "redirect", "tproxy")


@pytest.mark.parametrize("mode", MODES)
def test_the_kernel_accepts_the_rules_of_every_mode(net: Network, mode):
    settings = GatewaySettings(mode=mode)
    for lan in ((LAN,), (LAN, "wlan0")):
        text = nftables.rules(settings, lan, os.getuid())
        assert net.run(net.gateway, "nft", "-c", "-f", "-", given=text).stderr == ""


async def test_without_its_door_a_gateway_lets_nothing_through(net: Network):
    settings = GatewaySettings(mode="redirect", lan=(LAN,))

    def run(where, *words, given=""):
        return asyncio.to_thread(net.run, where, *words, given=given)

    await run(
        net.gateway, "nft", "-f", "-", given=nftables.rules(settings, settings.lan, os.getuid())
    )
    try:
        known = f"{OPEN}:443:{WORLD}"
        told = await run(net.device, "curl", "-sSk", "--resolve", known, f"https://{OPEN}/")
        assert told.returncode == 7
        asked = await run(net.device, "dig", f"@{WORLD}", "+time=1", "+tries=1", OPEN)
        assert asked.returncode == 9
    finally:
        await run(net.gateway, "nft", "delete", "table", "inet", nftables.TABLE)
    assert (await run(net.device, "dig", f"@{WORLD}", "+short", OPEN)).stdout.strip() == WORLD


def haidang(net: Network, folder, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    given = {"HAIDANG_DATA": str(folder), "HAIDANG_DOOR__GATEWAY__LAN": f'["{LAN}"]', **settings}
    environment = [f"{key}={value}" for key, value in given.items()]
    command = net.command(
        net.gateway, "env", "LANG=en_US.UTF-8", *environment, sys.executable, "-m", "cli", *words
    )
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def tables(net: Network) -> str:
    return net.run(net.gateway, "nft", "list", "tables").stdout


def test_the_command_switches_it_on_and_off_again(net: Network, tmp_path):
    mode = {"HAIDANG_DOOR__GATEWAY__MODE": "tproxy"}
    for _ in range(2):
        assert haidang(net, tmp_path, "gateway", "on", **mode).stderr == ""
    assert "inet haidang" in tables(net)
    assert "fwmark 0x6864" in net.run(net.gateway, "ip", "rule").stdout
    assert net.run(net.gateway, "ip", "rule").stdout.count("0x6864") == 1
    assert haidang(net, tmp_path, "gateway", "off").returncode == 0
    assert "haidang" not in tables(net)
    assert "0x6864" not in net.run(net.gateway, "ip", "rule").stdout


def test_what_is_printed_can_be_loaded_as_it_is(net: Network, tmp_path):
    mode = {"HAIDANG_DOOR__GATEWAY__MODE": "redirect"}
    printed = haidang(net, tmp_path, "gateway", "print", **mode).stdout
    assert printed.startswith("#!/usr/sbin/nft -f\n# sysctl -qw net.ipv4.ip_forward=1\n")
    assert net.run(net.gateway, "nft", "-c", "-f", "-", given=printed).returncode == 0


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({}, "HAIDANG_DOOR__GATEWAY__MODE"),
        (
            {"HAIDANG_DOOR__GATEWAY__MODE": "dns", "HAIDANG_DOOR__GATEWAY__LAN": '["eth77"]'},
            "There is no network card eth77.",
        ),
        ({"HAIDANG_DOOR__GATEWAY__MODE": "dns", "PATH": "/nowhere"}, "nft is not installed"),
    ],
)
def test_a_gateway_that_cannot_be_switched_on_leaves_nothing_behind(
    net: Network, tmp_path, settings, why
):
    done = haidang(net, tmp_path, "gateway", "on", **settings)
    assert done.returncode == 1
    assert why in done.stderr
    assert "haidang" not in tables(net)


def test_a_step_that_fails_takes_the_others_back(net: Network, tmp_path):
    broken = tmp_path / "sysctl"
    broken.write_text("#!/bin/sh\necho not today >&2; exit 1\n")
    broken.chmod(0o755)
    settings = {
        "HAIDANG_DOOR__GATEWAY__MODE": "tproxy",
        "PATH": f"{tmp_path}:/usr/sbin:/usr/bin:/sbin:/bin",
    }
    done = haidang(net, tmp_path / "data", "gateway", "on", **settings)
    assert done.returncode == 1
    assert "“sysctl -qw net.ipv4.ip_forward=1” said: not today" in done.stderr
    assert "haidang" not in tables(net)


def test_a_card_is_found_in_the_kernels_table_of_neighbours(net: Network):
    net.run(net.device, "ping", "-c1", "-W2", GATEWAY)
    program = "from proxy.neighbours import read_table; print(read_table())"
    seen = net.run(net.gateway, "env", f"PYTHONPATH={ROOT}", sys.executable, "-c", program).stdout
    assert "'10.99.0.2': '02:68:64:00:00:02'" in seen


def test_a_device_that_answers_is_told_from_one_that_left(net: Network):
    """The kernel is made to ask by an empty datagram, and knows a few seconds later."""
    program = """
import time
from proxy.neighbours import read_table
from proxy.presence import probe

table, end = {}, time.monotonic() + 30
probe(["10.99.0.2", "10.99.0.77"])
while "10.99.0.2" not in table and time.monotonic() < end:
    time.sleep(1)
    table = read_table(answering=True)
print(table)
"""
    words = ("env", f"PYTHONPATH={ROOT}", sys.executable, "-c", program)
    told = net.run(net.gateway, *words).stdout
    assert "'10.99.0.2': '02:68:64:00:00:02'" in told
    assert "10.99.0.77" not in told
