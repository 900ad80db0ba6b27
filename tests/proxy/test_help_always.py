"""What is reached whatever else is closed: help, and where a device asks if there is a network."""

import pytest

from rules.consent import NOTHING, Agreed
from rules.policy import Allowance, Choice, Hours, Pause, Policy, Window
from tests.proxy.clients import Line, tunnel
from tests.proxy.house import OPEN, House

pytestmark = pytest.mark.door
HELPLINE = "tongdai111.vn"
NIGHT = Hours(name="bedtime", windows=(Window(start="00:00", end="24:00"),))


@pytest.mark.parametrize(
    ("rules", "agreed"),
    [
        (Policy(pause=Pause(by="Mẹ")), Agreed()),
        (Policy(hours=(NIGHT,)), Agreed()),
        (Policy(allowances=(Allowance(minutes=(0,) * 7),)), Agreed()),
        (Policy(unlisted=Choice.BLOCK, pause=Pause(by="Mẹ"), block=(HELPLINE,)), NOTHING),
    ],
    ids=["paused", "bedtime", "no minutes", "everything at once"],
)
async def test_the_helpline_answers_while_all_else_is_stopped(
    house: House, rules: Policy, agreed: Agreed
) -> None:
    await house.rule(rules, agreed=agreed)
    stopped = await tunnel(house.device_port, house.ca, OPEN)
    head, body = await stopped.get("/", OPEN)
    assert b" 403 " in head
    assert b'href="tel:111"' in body
    help_at_hand = await tunnel(house.device_port, house.lab.ca_path, HELPLINE)
    head, _ = await help_at_hand.get("/", HELPLINE)
    assert b" 200 " in head


@pytest.mark.parametrize(
    "rules",
    [
        Policy(pause=Pause(by="Mẹ")),
        Policy(hours=(NIGHT,)),
        Policy(allowances=(Allowance(minutes=(0,) * 7),), unlisted=Choice.BLOCK),
    ],
    ids=["paused", "bedtime", "no minutes"],
)
async def test_a_phone_keeps_the_wifi_though_everything_is_stopped(
    house: House, rules: Policy
) -> None:
    await house.rule(rules)
    for ask in ("http://captive.apple.com/hotspot-detect.html", "http://www.msftconnecttest.com/"):
        plain = await Line.open(house.device_port)
        head, _ = await plain.get(ask, ask.split("/")[2])
        assert b" 200 " in head
    closed = await tunnel(house.device_port, house.lab.ca_path, "connectivitycheck.gstatic.com")
    head, _ = await closed.get("/generate_204", "connectivitycheck.gstatic.com")
    assert b" 204 " in head
    # A check's name opens nothing else: here it is the request that counts.
    line = await Line.open(house.device_port)
    head, _ = await line.get(f"http://{OPEN}/", "captive.apple.com")
    assert b" 403 " in head
    assert not house.notes.marks


GOOGLE = "www.google.com"
ANDROID = f"http://{GOOGLE}/generate_204"


@pytest.mark.parametrize(
    "rules",
    [
        Policy(pause=Pause(by="Mẹ")),
        Policy(hours=(NIGHT,)),
        Policy(allowances=(Allowance(minutes=(0,) * 7),), unlisted=Choice.BLOCK),
        Policy(categories={"search": Choice.BLOCK, "games": Choice.BLOCK}),
    ],
    ids=["paused", "bedtime", "no minutes", "no search"],
)
async def test_android_may_ask_google_for_a_network_and_for_nothing_else(
    house: House, rules: Policy
) -> None:
    await house.rule(rules)
    for ask in (ANDROID, f"http://{GOOGLE}/gen_204", "http://play.googleapis.com/generate_204"):
        line = await Line.open(house.device_port)
        head, _ = await line.get(ask, ask.split("/")[2])
        assert b" 403 " not in head
    assert house.lab.origin.reached(GOOGLE)
    assert not house.notes.marks
    others = ("/", "/search?q=a", "/generate_204/", "/generate_204?q=a", "/generate_204/../search")
    for path in others:
        line = await Line.open(house.device_port)
        head, _ = await line.get(f"http://{GOOGLE}{path}", GOOGLE)
        assert b" 403 " in head, path
    for ask, host in ((ANDROID, "www.roblox.com"), ("http://www.roblox.com/generate_204", GOOGLE)):
        line = await Line.open(house.device_port)
        head, _ = await line.get(ask, host)
        assert b" 403 " in head, host
    # Over TLS the name alone is seen, and that is where people search.
    closed = await tunnel(house.device_port, house.ca, GOOGLE)
    head, _ = await closed.get("/generate_204", GOOGLE)
    assert b" 403 " in head


async def test_a_search_never_follows_on_the_connection_of_a_check(house: House) -> None:
    await house.rule(Policy(safe_search=True))
    line = await Line.open(house.device_port)
    head, _ = await line.get(ANDROID, GOOGLE)
    assert b" 204 " in head
    assert await line.rest() == b""


async def test_a_network_check_that_an_adult_stopped_by_name_is_stopped(house: House) -> None:
    await house.rule(Policy(block=("captive.apple.com",)))
    line = await Line.open(house.device_port)
    head, _ = await line.get("http://captive.apple.com/", "captive.apple.com")
    assert b" 403 " in head
