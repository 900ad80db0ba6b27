"""Where and when a layer holds, and what narrower layers may never lift."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from rules.compile import compile_child
from rules.family import ChildRules
from rules.policy import Applies, DateException, Floor, Policy, Window
from rules.times import Like
from rules.verdict import Layer, Reason
from rules.visit import Visit
from tests.rules.kit import (
    CHILD,
    HANOI,
    LAYERS,
    MONDAY_NOON,
    book,
    daily,
    family,
    games,
    granted,
    hours,
    judge,
    local,
)

NO_GAMES = {"categories": {"games": "block"}}
LESSONS = Window(days=(0, 1, 2, 3, 4), start="07:00", end="11:30")
AT_SCHOOL = games()._replace(networks=frozenset({"school"}))


def school(applies: Applies, **rules) -> tuple[Layer, Policy]:
    return Layer.SCHOOL, Policy(applies=applies, **rules)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_verdict_names_the_layer_that_said_no(layer):
    layers = [(each, Policy(**(NO_GAMES if each is layer else {}))) for each in LAYERS]
    verdict = judge(book(*layers), games())
    assert (verdict.blocks, verdict.layer) == (True, layer)


def test_a_layer_holds_inside_its_windows_and_the_verdict_says_until_when():
    rules = book(school(Applies(windows=(LESSONS,)), **NO_GAMES))
    verdict = judge(rules, games(), local(8))
    assert (verdict.blocks, verdict.until) == (True, local(11, 30))
    free = judge(rules, games(), local(12))
    assert (free.blocks, free.until) == (False, local(7, day=24))


def test_a_layer_that_does_not_hold_says_nothing_for_those_that_do():
    rules = book(
        school(Applies(windows=(LESSONS,)), categories={"games": "block"}, safe_search=True),
        (Layer.FAMILY, Policy(services={"roblox": "allow"})),
    )
    verdict = judge(rules, games(services=("roblox",)), local(15))
    assert (verdict.reason, verdict.layer) == (Reason.SERVICE, Layer.FAMILY)


def test_a_layer_holds_only_in_its_network():
    rules = book(school(Applies(networks=("school",)), **NO_GAMES))
    assert judge(rules, AT_SCHOOL).blocks
    assert not judge(rules, games()).blocks
    assert not judge(rules, games()._replace(networks=frozenset({"home"}))).blocks


def test_a_layer_holds_from_the_first_date_to_the_end_of_the_last():
    term = Applies(dates=((date(2026, 11, 20), date(2026, 11, 23)),))
    rules = book(school(term, **NO_GAMES))
    assert judge(rules, games(), local(23, 59)).until == local(0, day=24)
    assert not judge(rules, games(), local(0, day=24)).blocks
    assert not judge(rules, games(), local(0) - timedelta(days=4)).blocks


def test_on_a_day_off_the_windows_of_a_layer_do_not_begin():
    off = DateException(name="20/11", first=date(2026, 11, 23), like=Like.OFF)
    layer = school(Applies(windows=(LESSONS,)), exceptions=(off,), **NO_GAMES)
    assert not judge(book(layer), games(), local(8)).blocks
    assert judge(book(layer), games(), local(8, day=24)).blocks


def test_where_no_layer_holds_the_visit_goes_on():
    rules = book(school(Applies(networks=("school",)), **NO_GAMES))
    assert judge(rules, games()).reason is Reason.DEFAULT


def test_a_narrower_grant_lifts_nothing_that_stands_on_a_floor():
    grant = granted("category:games")
    city = (Layer.CITY, Policy(floors=(Floor(scope="category:games"),)))
    home = (Layer.FAMILY, Policy(**NO_GAMES))
    assert not judge(book(home, grants=[grant]), games()).blocks
    assert judge(book(city, home, grants=[grant]), games()).blocks


def test_a_floor_does_not_bind_the_layer_that_declares_it_nor_wider_ones():
    floors = (Floor(scope="category:games"),)
    home = (Layer.FAMILY, Policy(floors=floors, **NO_GAMES))
    assert not judge(book(home, grants=[granted("category:games")]), games()).blocks
    wider = (Layer.SCHOOL, Policy(**NO_GAMES))
    rules = book(wider, (Layer.FAMILY, Policy(floors=floors)), grants=[BY_SCHOOL])
    assert not judge(rules, games()).blocks


BY_SCHOOL = granted("category:games", Layer.SCHOOL)


def test_of_two_classes_a_grant_lifts_the_one_that_gave_it():
    classes = (Layer.CLASS, Policy(block=("a.vn",))), (Layer.CLASS, Policy(block=("b.vn",)))
    mine, other = UUID(int=7), UUID(int=8)
    grants = tuple(
        granted(f"site:{host}", Layer.CLASS).model_copy(update={"group_id": mine})
        for host in ("a.vn", "b.vn")
    )
    child = ChildRules(
        id=CHILD,
        name="An",
        group_id=CHILD,
        zone=HANOI,
        layers=classes,
        owners=(mine, other),
        grants=grants,
    )
    rules = compile_child(child)
    assert [judge(rules, Visit(host)).blocks for host in ("a.vn", "b.vn")] == [False, True]


def test_where_a_child_lives_in_a_class_its_grants_lift_the_childs_own_rules():
    home = UUID(int=7)
    own = (Layer.CHILD, Policy(**NO_GAMES))
    for group_id, lifted in ((home, True), (UUID(int=8), False)):
        grant = granted("category:games", Layer.CLASS).model_copy(update={"group_id": group_id})
        child = ChildRules(
            id=CHILD, name="An", group_id=home, zone=HANOI, layers=(own,), grants=(grant,)
        )
        assert judge(compile_child(child), games()).blocks is not lifted


def test_a_floor_with_minutes_lets_narrower_grants_reach_just_so_far():
    city = (Layer.CITY, Policy(floors=(Floor(scope="category:games", minutes=180),)))
    home = (Layer.FAMILY, Policy(allowances=(daily("category:games", 60),)))
    rules = book(city, home, grants=[granted(minutes=300)])
    verdict = judge(rules, games(), category_games=170)
    assert (verdict.blocks, verdict.until) == (False, MONDAY_NOON + timedelta(minutes=10))
    assert judge(rules, games(), category_games=180).reason is Reason.ALLOWANCE


def test_a_floor_holds_only_while_its_layer_holds():
    floors = (Floor(scope="everything"),)
    layer = school(Applies(windows=(LESSONS,)), floors=floors)
    home = (Layer.FAMILY, Policy(hours=(hours("06:00", "20:00"),)))
    rules = book(layer, home, grants=[granted(minutes=60)])
    assert not judge(rules, games(), local(12, 30)).blocks
    rules = book(layer, home, grants=[granted(minutes=600, after=-600)])
    assert judge(rules, games(), local(11)).blocks


def test_a_list_belongs_to_its_layer():
    mine = {"mine": ("a.vn", "b.a.vn")}
    other = (Layer.CHILD, Policy(lists={"mine": ("c.vn",)}))
    timed = hours("11:00", "13:00", "study", "list:mine")
    rules = book((Layer.FAMILY, Policy(lists=mine, hours=(timed,))), other)
    assert judge(rules, Visit("b.a.vn")).reason is Reason.HOURS
    assert not judge(rules, Visit("c.vn")).blocks


def test_a_list_nobody_wrote_is_refused():
    with pytest.raises(ValueError, match="There is no list “mine”"):
        Policy(allowances=(daily("list:mine", 10),))


def test_an_allowance_for_a_list_counts_all_of_its_sites_together():
    rules = family(lists={"fun": ("a.vn", "c.vn")}, allowances=(daily("list:fun", 20),))
    assert "list:family/fun" in rules.counted
    verdict = judge(rules, Visit("x.a.vn"), **{"list_family/fun": 20})
    assert (verdict.reason, verdict.rule) == (Reason.ALLOWANCE, "list:family/fun")
