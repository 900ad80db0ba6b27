"""Asks: which step follows which, who may take it, and how often a child may ask."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rules.actor import ActorKind
from rules.asks import (
    LASTS,
    OPEN,
    STEPS,
    Ask,
    Limits,
    Move,
    NotPossible,
    State,
    Terms,
    Wish,
    refusal,
    seen,
    step,
    usual_terms,
)

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
ANSWER = Terms(scope="service:roblox", minutes=15)


def ask(state: State = State.ASKED, *, number: int = 1, at: datetime = NOW, **wish) -> Ask:
    return Ask(
        id=UUID(int=number),
        child_id=UUID(int=7),
        wish=Wish(**{"scope": "service:roblox", "minutes": 30, **wish}),
        asked=at,
        expires=at + LASTS,
        state=state,
        decided=None if state in OPEN else at,
        terms=ANSWER if state is State.OFFERED else None,
    )


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("by", ActorKind)
def test_only_the_steps_of_the_table_are_taken_and_only_by_who_may(state, move, by) -> None:
    wanted = STEPS.get((state, move))
    if wanted and wanted[1] is by:
        assert step(ask(state), move, by=by, now=NOW, terms=ANSWER).state is wanted[0]
    else:
        with pytest.raises(NotPossible):
            step(ask(state), move, by=by, now=NOW, terms=ANSWER)


@given(st.lists(st.tuples(st.sampled_from(list(Move)), st.sampled_from(list(ActorKind)))))
def test_whatever_is_tried_nothing_is_given_that_no_adult_agreed_to(moves) -> None:
    current, agreed = ask(), False
    for move, by in moves:
        try:
            current = step(current, move, by=by, now=NOW, terms=ANSWER)
        except NotPossible:
            continue
        agreed = agreed or by is ActorKind.ADULT
    if current.state in (State.YES, State.ACCEPTED):
        assert agreed
        assert current.terms == ANSWER


@given(st.integers(0, 60 * 60 * 48))
def test_an_ask_is_open_exactly_until_its_end(seconds) -> None:
    at = NOW + timedelta(seconds=seconds)
    assert seen(ask(), at).is_open == (at < NOW + LASTS)


def test_what_ran_out_is_over_even_if_no_clock_has_rung() -> None:
    with pytest.raises(NotPossible, match="closed already"):
        step(ask(), Move.YES, by=ActorKind.ADULT, now=NOW + LASTS)
    assert seen(ask(), NOW + LASTS).decided == NOW + LASTS


def test_a_plain_yes_gives_what_was_asked_and_half_an_hour_where_no_length_was_named() -> None:
    yes = step(ask(), Move.YES, by=ActorKind.ADULT, now=NOW)
    assert yes.terms == Terms(scope="service:roblox", minutes=30)
    assert usual_terms(Wish()).minutes == 30


def test_an_offer_has_terms_and_time_of_its_own() -> None:
    with pytest.raises(NotPossible, match="what is offered"):
        step(ask(), Move.OFFER, by=ActorKind.ADULT, now=NOW)
    later = NOW + timedelta(hours=20)
    offered = step(ask(), Move.OFFER, by=ActorKind.ADULT, now=later, terms=ANSWER)
    assert offered.expires == later + LASTS
    taken = step(offered, Move.ACCEPT, by=ActorKind.CHILD, now=later)
    assert (taken.state, taken.terms) == (State.ACCEPTED, ANSWER)


def test_after_homework_the_minutes_begin_at_that_moment_or_at_once_when_it_is_past() -> None:
    homework_done = NOW + timedelta(hours=1)
    terms = Terms(minutes=15, since=homework_done)
    assert terms.stretch(NOW) == (homework_done, homework_done + timedelta(minutes=15))
    late = NOW + timedelta(hours=2)
    assert terms.stretch(late) == (late, late + timedelta(minutes=15))


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": 0},
        {"minutes": 10_000},
        {"minutes": 15, "since": datetime(2026, 11, 23, 11, 0)},  # noqa: DTZ001 - meant
        {"minutes": 15, "counted": True, "since": NOW},
        {"minutes": 15, "scope": "games"},
    ],
)
def test_terms_that_make_no_sense_are_refused(wrong) -> None:
    with pytest.raises(ValidationError):
        Terms(**wrong)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://", "https://a b/", "ftp://x.y/"])
def test_a_page_that_is_no_address_is_refused(url) -> None:
    with pytest.raises(ValidationError):
        Wish(url=url)
    with pytest.raises(ValidationError):
        Wish(url=url, scope="service:roblox")


def test_who_asks_for_a_page_asks_for_its_site_and_never_for_everything() -> None:
    wish = Wish(url="https://WWW.Example.com:8443/a?b#c")
    assert wish.scope == "site:www.example.com"
    assert usual_terms(wish).scope == "site:www.example.com"
    assert wish.url == "https://WWW.Example.com:8443/a"
    whole = Wish(url="https://example.com/", scope="everything")
    for each in (wish, whole):
        assert Wish.model_validate(each.model_dump(mode="json")) == each
    assert Wish(url="https://example.com/", scope="service:roblox").scope == "service:roblox"


def test_the_same_is_not_asked_twice_while_it_waits_and_not_soon_after_a_no() -> None:
    wish = ask().wish
    assert refusal([], wish, NOW) is None
    assert "already" in refusal([ask()], wish, NOW).message
    assert refusal([ask()], Wish(scope="service:youtube"), NOW) is None
    refused = [ask(State.NO)]
    again = refusal(refused, wish, NOW + timedelta(minutes=14, seconds=59))
    assert again.values["until"] == NOW + timedelta(minutes=15)
    assert refusal(refused, wish, NOW + timedelta(minutes=15)) is None


def test_there_are_so_many_asks_at_once_and_so_many_a_day() -> None:
    limits = Limits(open_at_once=2, a_day=3, again_after=timedelta())
    sites = [f"site:s{number}.example" for number in range(4)]
    waiting = [ask(number=n, scope=sites[n]) for n in range(2)]
    assert "without an answer" in refusal(waiting, Wish(scope=sites[3]), NOW, limits).message
    done = [ask(State.YES, number=n, scope=sites[n]) for n in range(3)]
    later = NOW + timedelta(hours=1)
    assert refusal(done, Wish(scope=sites[3]), later, limits).values["until"] == NOW + LASTS
    assert refusal(done, Wish(scope=sites[3]), NOW + LASTS, limits) is None
