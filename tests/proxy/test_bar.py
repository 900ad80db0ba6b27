"""What is about to end is told in the pages that are open, and nobody but the child reads it."""

import re
from datetime import date

import pytest

from proxy.bar import PLACE
from rules.policy import Allowance, Policy
from tests.proxy.clients import tunnel
from tests.proxy.house import OPEN, House
from tests.proxy.test_notices import SIXTY
from tests.proxy.test_scored import whole

pytestmark = pytest.mark.door
PAGE = ("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
PLAYED = SIXTY.model_copy(update={"privacy": "pages"})
BY_PAGE = ("Sec-Fetch-Site: same-origin", "Sec-Fetch-Dest: empty", "Sec-Fetch-Mode: cors")
IN_FRAME = ("Sec-Fetch-Site: same-origin", "Sec-Fetch-Dest: iframe", "Sec-Fetch-Mode: navigate")


async def play(house: House, minutes: int, policy: Policy = PLAYED) -> None:
    """Let a child with sixty minutes of games have used so many of them."""
    person = await house.rule(policy)
    used = {(person.id, "category:games"): ((1 << minutes) - 1) << 600}
    house.door.meter.merge(date(2026, 11, 23), used)
    # Somebody is there.
    house.door.meter.attend(house.door.current.standing.household.devices[0].id, GAME, house.clock())
    house.door.notices.tick()


async def look(house: House, path: str, *headers: str) -> tuple[bytes, str]:
    line = await tunnel(house.device_port, house.ca, OPEN)
    await line.ask(path, OPEN, *headers)
    head, body = await whole(line)
    return head.lower(), body.decode()


async def post(house: House, what: str, *headers: str) -> tuple[bytes, str]:
    line = await tunnel(house.device_port, house.ca, OPEN)
    lines = [f"POST {PLACE}{what} HTTP/1.1", f"Host: {OPEN}", "Content-Length: 0", *headers]
    await line.send(("\r\n".join(lines) + "\r\n\r\n").encode())
    head, body = await whole(line)
    return head.lower(), body.decode()
