"""A preset or a calendar put into rules that people made their own."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.adopting import NAMES, OWN, adopted, likest, with_calendar, without_date
from rules.icalendar import read
from rules.mistakes import Mistake
from rules.policy import DateException, Pause, Policy, UrlRule
from rules.presets import HOLIDAYS, PRESETS
from rules.times import Like
from tests.rules.kit import daily, hours, policies
from tests.rules.test_icalendar import TET, calendar
from tests.rules.test_properties import MANY

BY_HAND = {
    "allow": ("school.vn",),
    "block": ("bad.vn",),
    "services": {"roblox": "block"},
    "lists": {"fun": ("a.vn",)},
    "urls": (UrlRule(scope="everything", path="/shorts"),),
    "pause": Pause(by="Ana"),
}


@pytest.mark.parametrize("name", PRESETS)
def test_without_rules_a_preset_is_just_itself(name):
    assert adopted(Policy(), name) == PRESETS[name]


@given(st.sampled_from(NAMES), st.sampled_from(NAMES), policies)
@MANY
def test_adopting_twice_is_as_good_as_once_and_what_was_added_stays(first, second, policy):
    once = adopted(policy, second)
    assert adopted(once, second) == once
    for part in OWN:
        assert getattr(adopted(once, first), part) == getattr(policy, part)


@pytest.mark.parametrize("old", PRESETS)
@pytest.mark.parametrize("new", PRESETS)
def test_what_a_younger_preset_brought_goes_and_what_a_parent_added_stays(old, new):
    homework = hours("14:00", "16:00", "study")
    chess, anime = daily("service:chess", 20), daily("category:anime", 30)
    tet = DateException(name="Tết", first=date(2027, 2, 5), like=Like.HOLIDAY, uid="t")
    before = PRESETS[old]
    mine = before.model_copy(
        update=BY_HAND
        | {
            "categories": {**before.categories, "sport": "block"},
            "hours": (*before.hours, homework),
            "allowances": (*before.allowances, chess, anime),
            "exceptions": (*before.exceptions, tet),
        }
    )
    assert likest(mine) == before
    after = adopted(Policy.model_validate(dict(mine)), new)
    assert after.categories == {**PRESETS[new].categories, "sport": "block"}
    assert after.hours == (*PRESETS[new].hours, homework)
    assert after.allowances == (*PRESETS[new].allowances, chess, anime)
    assert after.exceptions == (*HOLIDAYS, tet)
    assert (after.privacy, after.youtube) == (PRESETS[new].privacy, PRESETS[new].youtube)


def test_a_bedtime_that_was_moved_is_the_presets_again():
    moved = PRESETS["teen"].model_copy(update={"hours": (hours("20:30", "06:00"),)})
    assert adopted(moved, "teen") == PRESETS["teen"]


def test_the_decree_keeps_what_is_stricter():
    strict = Policy(allowances=(daily("category:games", 45),))
    after = adopted(strict, "nd147")
    assert {(a.per_service, a.minutes[0]) for a in after.allowances} == {(True, 60), (False, 45)}


def test_a_preset_nobody_knows_is_named_with_those_there_are():
    with pytest.raises(Mistake, match="no preset “grown”; there are little, child"):
        adopted(Policy(), "grown")


def event(uid: str, day: str, more: str = "") -> str:
    return f"UID:{uid}\nSUMMARY:{uid}\nDTSTART:{day}{more}"


def test_a_calendar_read_again_replaces_its_events_in_their_places():
    own = DateException(name="trip", first=date(2027, 1, 1), like=Like.OFF)
    policy = Policy(exceptions=(own,))
    once = with_calendar(policy, read(calendar(event("a", "20270301"), event("b", "20270302"))))
    assert [each.name for each in once.exceptions] == ["trip", "a", "b"]
    assert (
        with_calendar(once, read(calendar(event("b", "20270302"), event("a", "20270301")))) == once
    )
    moved = with_calendar(once, read(calendar(event("a", "20270401"))))
    assert [(each.name, each.first.month) for each in moved.exceptions[1:]] == [("a", 4), ("b", 3)]
    off = with_calendar(moved, read(calendar(event("a", "20270401", "\nSTATUS:CANCELLED"))))
    assert [each.name for each in off.exceptions] == ["trip", "b"]


def test_an_event_without_an_identity_is_taken_once():
    imported = read(calendar(TET))
    once = with_calendar(Policy(), imported)
    assert len(once.exceptions) == 1
    assert with_calendar(once, imported) == once


def test_too_many_dates_are_refused_and_nothing_is_lost():
    full = Policy(
        exceptions=tuple(
            DateException(name=str(n), first=date(2026, 1, 1), like=Like.OFF) for n in range(400)
        )
    )
    with pytest.raises(Mistake, match="more than 400 dates"):
        with_calendar(full, read(calendar(TET)))


def test_one_date_is_taken_out_again():
    policy = with_calendar(Policy(), read(calendar(event("a", "20270301"), event("b", "20270302"))))
    assert [each.name for each in without_date(policy, 0).exceptions] == ["b"]
    assert without_date(policy, 7) == policy
