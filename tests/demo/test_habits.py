"""The sample children's days: the same on every run, in order, and about as long as in life."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from tests.demo import habits, places
from tests.demo.home import HOME
from tests.demo.people import GADGETS, KIDS

MONDAY = date(2026, 11, 16)


@pytest.mark.parametrize("child", [kid.name for kid in KIDS])
def test_the_same_day_is_the_same_on_every_run(child):
    assert habits.day(child, MONDAY, HOME, ago=3) == habits.day(child, MONDAY, HOME, ago=3)
    assert habits.day(child, MONDAY, HOME, ago=3) != habits.day(
        child, MONDAY + timedelta(1), HOME, ago=3
    )


@pytest.mark.parametrize(
    ("child", "least", "most"), [("An", 8, 90), ("Minh", 20, 200), ("Linh", 20, 260)]
)
def test_a_day_has_about_as_many_minutes_as_in_life(child, least, most):
    for number in range(14):
        steps = habits.day(child, MONDAY + timedelta(days=number), HOME, ago=20)
        assert least <= len({step.at for step in steps}) <= most, MONDAY + timedelta(days=number)


def test_each_child_uses_only_its_own_devices():
    owners = {gadget.key: gadget.owner for gadget in GADGETS}
    for kid in KIDS:
        assert {owners[habit.device] for habit in habits.HABITS[kid.name]} == {kid.name}


def test_every_device_is_used_by_habit():
    used = {habit.device for mine in habits.HABITS.values() for habit in mine}
    assert used == {gadget.key for gadget in GADGETS}


def test_a_stretch_of_days_comes_in_order_and_ends_before_its_end():
    until = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
    since = until - timedelta(days=9)
    steps = habits.between(since, until, HOME)
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert since <= steps[0].at
    assert steps[-1].at < until
    assert places.GAMBLING in {step.place for step in steps}


def test_what_happens_now_fits_the_time_of_day():
    morning = datetime(2026, 11, 23, 6, 20, tzinfo=HOME)
    met = {habits.at_hour("Linh", morning, HOME, Random(number)).place for number in range(50)}
    assert places.VNEXPRESS in met
    assert places.SHOPEE not in met
