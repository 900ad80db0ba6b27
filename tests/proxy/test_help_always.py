"""Help is reached whatever else is closed: paused, at bedtime, without minutes, without consent."""

import pytest

from rules.consent import NOTHING, Agreed
from rules.policy import Allowance, Choice, Hours, Pause, Policy, Window
from tests.proxy.clients import tunnel
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
