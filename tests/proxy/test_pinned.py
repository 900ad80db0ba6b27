"""Apps that trust only themselves: they pass unopened, but never where somebody must look."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from proxy.pinned import FAILURES, Pinned
from rules.policy import Policy
from rules.urls import UrlRule
from rules.verdict import Action, Reason, Verdict
from rules.visit import UNLISTED, Known
from tests.proxy.clients import Line, tunnel
from tests.proxy.house import BLOCKED, NOON, OPEN, House

pytestmark = pytest.mark.door
PAGES = Policy(privacy="pages", block=(BLOCKED,))
OPENED = Verdict(Action.ALLOW, Reason.DEFAULT)


async def refuse(house: House, host: str, times: int = FAILURES) -> None:
    """Be an app that trusts only its own maker's certificate."""
    for _ in range(times):
        before = refusals(house)
        with pytest.raises((OSError, EOFError)):
            await tunnel(house.device_port, house.lab.ca_path, host)
        await house.until(lambda before=before: refusals(house) != before)


def refusals(house: House) -> list[tuple[int, object]]:
    """Tell what the door has counted so far."""
    return [(tries.failed, tries.last) for tries in house.door.pinned._tries.values()]


async def app(house: House, host: str) -> bytes:
    line = await tunnel(house.device_port, house.lab.ca_path, host)
    return (await line.get("/", host))[0]


async def test_an_app_that_refuses_again_and_again_passes_and_the_journal_says_so(house: House):
    await house.rule(PAGES)
    await refuse(house, OPEN)
    assert b" 200 " in await app(house, OPEN)
    passed = [note for note in house.notes.notes if note.verdict.reason is Reason.PINNED]
    assert [note.opened for note in passed] == [False]


async def test_one_or_two_failures_change_nothing(house: House):
    await house.rule(PAGES)
    await refuse(house, OPEN, FAILURES - 1)
    house.clock.move(minutes=11)
    await refuse(house, OPEN, FAILURES - 1)
    line = await tunnel(house.device_port, house.ca, OPEN)
    assert "Hải Đăng" in line.issuer()


async def test_failing_on_purpose_unlocks_nothing_that_is_closed(house: House):
    await house.rule(PAGES)
    await refuse(house, BLOCKED, FAILURES + 2)
    line = await tunnel(house.device_port, house.ca, BLOCKED)
    assert b" 403 " in (await line.get("/", BLOCKED))[0]
    assert not house.lab.origin.reached(BLOCKED)


async def test_failing_on_purpose_hides_nothing_from_a_rule_that_must_look(house: House):
    rule = UrlRule(scope=f"site:{OPEN}", path="/secret", effect="block")
    await house.rule(Policy(privacy="pages", urls=(rule,)))
    await refuse(house, OPEN, FAILURES + 2)
    line = await tunnel(house.device_port, house.ca, OPEN)
    assert b" 403 " in (await line.get("/secret", OPEN))[0]


async def test_a_site_that_was_looked_into_once_is_no_pinned_one(house: House):
    await house.rule(PAGES)
    line = await tunnel(house.device_port, house.ca, OPEN)
    await line.get("/", OPEN)
    await refuse(house, OPEN, FAILURES + 2)
    again = await tunnel(house.device_port, house.ca, OPEN)
    assert "Hải Đăng" in again.issuer()


async def test_an_app_that_leaves_after_the_handshake_counts_as_refusing(house: House):
    await house.rule(PAGES)
    for _ in range(FAILURES):
        line: Line = await tunnel(house.device_port, house.ca, OPEN)
        line.close()
    tries = house.door.pinned
    device = next(iter(house.door.current.standing.index.by_id))
    await house.until(lambda: tries.passes(device, OPEN, UNLISTED, OPENED, house.clock()))


@pytest.mark.parametrize("category", ["search", "social", "video", "ai", "chat"])
def test_where_what_is_inside_matters_most_nothing_passes_because_it_failed(category: str):
    pinned, device = Pinned(str), uuid4()
    for _ in range(FAILURES + 2):
        pinned.failed(device, "site.example", NOON)
    assert pinned.passes(device, "site.example", UNLISTED, OPENED, NOON)
    known = Known(categories=(category,))
    assert not pinned.passes(device, "site.example", known, OPENED, NOON)


def test_what_was_learnt_ends_after_a_day_and_holds_for_one_device_only():
    pinned, device = Pinned(str), uuid4()
    for _ in range(FAILURES):
        pinned.failed(device, "app.example", NOON)
    for later, passes in ((timedelta(hours=23), True), (timedelta(hours=25), False)):
        assert pinned.passes(device, "app.example", UNLISTED, OPENED, NOON + later) is passes
    assert not pinned.passes(uuid4(), "app.example", UNLISTED, OPENED, NOON)


def test_many_devices_and_sites_do_not_fill_the_memory(tmp_path: Path):
    pinned, device = Pinned(str), uuid4()
    for number in range(20_000):
        pinned.failed(device, f"{number}.example", NOON)
    assert len(pinned._tries) <= 4096
