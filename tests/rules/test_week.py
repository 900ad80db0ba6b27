"""What a verdict needs to know of a week: minutes together, and what earlier days left over."""

from datetime import date

from rules.compile import compile_layers
from rules.policy import Allowance, DateException, Policy
from rules.verdict import Layer
from rules.week import spent_in_week
from tests.rules.kit import family

GAMES = "category:games"


def book(**more):
    allowance = Allowance(scope=GAMES, minutes=(30, 30, 30, 30, 60, 90, 90), **more)
    return compile_layers(((Layer.CHILD, Policy(allowances=(allowance,))),), "UTC")


def test_the_week_adds_up_with_today() -> None:
    spent = spent_in_week(book(week=120), [{GAMES: 20}, {}, {GAMES: 5}], {GAMES: 7})
    assert spent.today == {GAMES: 7}
    assert spent.week == {GAMES: 32}


def test_what_a_day_leaves_goes_to_the_next_up_to_the_most() -> None:
    carrying = book(carry=25)
    assert spent_in_week(carrying, [{GAMES: 20}], {}).carried == {GAMES: 10}
    assert spent_in_week(carrying, [{}, {}], {}).carried == {GAMES: 25}
    assert spent_in_week(carrying, [{}, {GAMES: 55}], {}).carried == {GAMES: 0}
    # A week known only from Friday on.
    assert spent_in_week(carrying, [{GAMES: 50}], {}, first=4).carried == {GAMES: 10}


def test_where_no_rule_looks_back_nothing_is_added_up() -> None:
    spent = spent_in_week(book(), [{GAMES: 20}], {GAMES: 7}, added={GAMES: 15})
    assert (spent.week, spent.carried, spent.added) == ({}, {}, {GAMES: 15})


def test_a_holiday_leaves_over_what_a_holiday_has():
    limit = Allowance(scope=GAMES, minutes=(10, 10, 10, 10, 10, 60, 60), carry=45)
    tet = DateException(name="Tết", first=date(2026, 11, 23), like="holiday")
    rules = family(allowances=(limit,), exceptions=(tet,))
    tuesday, next_week = (
        spent_in_week(rules, [{GAMES: 20}], {}, today_is=date(2026, 11, day)) for day in (24, 17)
    )
    assert (tuesday.carried, next_week.carried) == ({GAMES: 40}, {GAMES: 0})
