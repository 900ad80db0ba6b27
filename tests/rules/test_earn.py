"""Earned minutes: tasks, and learning that earns minutes elsewhere."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rules.actor import ActorKind
from rules.earn import (
    Credit,
    Exchange,
    Task,
    TaskState,
    confirmed,
    done,
    earned,
    not_done,
    task_seen,
)
from rules.sentences import Sentence

MONDAY = date(2026, 11, 23)
TUESDAY = MONDAY + timedelta(days=1)
ID = UUID(int=1)


def credit(minutes: int, day: date = MONDAY, scope: str = "everything") -> Credit:
    return Credit(id=ID, child_id=ID, day=day, scope=scope, minutes=minutes, by="Ana")


def exchange(**more) -> Exchange:
    return Exchange(id=ID, child_id=ID, target="category:games", **more)


def task(**more) -> Task:
    made = datetime(2026, 11, 20, tzinfo=UTC)
    return Task(id=ID, child_id=ID, title="Dishes", minutes=15, by="Ana", made=made, **more)


def test_credits_of_the_day_add_up_by_scope_and_those_of_other_days_do_not() -> None:
    given_ = [credit(10), credit(5), credit(30, TUESDAY), credit(7, scope="category:games")]
    assert earned(given_, [], MONDAY, {}) == {"everything": 15, "category:games": 7}
    assert earned(given_, [], TUESDAY, {}) == {"everything": 30}


def test_two_minutes_of_learning_earn_one_of_games_up_to_an_hour() -> None:
    rule = exchange(give=2, get=1, most=60)
    learned = {"category:learning": 31}
    assert earned([], [rule], MONDAY, learned) == {"category:games": 15}
    assert earned([], [rule], MONDAY, {"category:learning": 500}) == {"category:games": 60}
    assert earned([], [rule], MONDAY, {"category:learning": 1}) == {}


@given(st.integers(0, 1440), st.integers(1, 240), st.integers(1, 240), st.integers(1, 720))
def test_more_learning_never_earns_less_nor_more_than_the_most(minutes, give, get, most) -> None:
    rule = exchange(give=give, get=get, most=most)
    assert rule.earned(minutes) <= rule.earned(minutes + 1) <= most


@pytest.mark.parametrize("wrong", [{"source": "everything"}, {"source": "category:games"}])
def test_minutes_do_not_earn_themselves(wrong) -> None:
    with pytest.raises(ValidationError):
        exchange(**wrong)


def test_a_task_goes_from_open_to_done_to_confirmed_and_no_further() -> None:
    said = done(task(), MONDAY)
    assert (said.state, said.day) == (TaskState.DONE, MONDAY)
    assert isinstance(done(said, MONDAY), Sentence)
    kept = confirmed(said, MONDAY, by=ActorKind.ADULT)
    assert kept.state is TaskState.CONFIRMED
    for again in (done(kept, TUESDAY), confirmed(kept, TUESDAY, by=ActorKind.ADULT)):
        assert isinstance(again, Sentence)


def test_a_child_cannot_confirm_its_own_task_nor_send_it_back() -> None:
    said = done(task(), MONDAY)
    assert isinstance(confirmed(said, MONDAY, by=ActorKind.CHILD), Sentence)
    assert isinstance(not_done(said, by=ActorKind.CHILD), Sentence)
    assert not_done(said, by=ActorKind.ADULT) == task()
    assert isinstance(not_done(task(), by=ActorKind.ADULT), Sentence)


def test_a_daily_task_comes_back_the_next_day_and_earns_once_a_day() -> None:
    daily = task(daily=True)
    kept = confirmed(daily, MONDAY, by=ActorKind.ADULT)
    assert isinstance(confirmed(kept, MONDAY, by=ActorKind.ADULT), Sentence)
    assert task_seen(kept, TUESDAY) == daily
    assert confirmed(kept, TUESDAY, by=ActorKind.ADULT).day == TUESDAY
    assert task_seen(done(daily, MONDAY), TUESDAY).state is TaskState.DONE
