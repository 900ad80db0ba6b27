"""Asks in the memory: who may answer, what a yes gives, and what two answers at once do."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from rules.asks import LASTS, LIMITS, Move, State, Terms, Wish
from rules.verdict import Layer
from rules.visit import Known
from store import asks, earned, grants, household, ledger
from store.change import Actor, ActorKind, change
from store.errors import Impossible, NotFound, NotYours

GAMES = Wish(scope="service:roblox", minutes=30, reason="Leo is waiting for me")


def child(who) -> Actor:
    return Actor(ActorKind.CHILD, who.name, who.id)


async def asked(db, family, now, wish=GAMES, who=None):
    who = who or family.mia
    async with change(db, by=child(who), what="asked", now=now) as tx:
        return await asks.ask(tx, who.id, wish, device_id=family.tablet.id)


async def answered(db, family, ask, now, move, **more):
    async with change(db, by=family.ana, what="answered", now=now) as tx:
        return await asks.answer(tx, ask.id, move, **more)


async def test_a_yes_gives_what_was_asked_with_giver_end_and_reason(db, family, now) -> None:
    ask = await asked(db, family, now)
    later = now + timedelta(minutes=3)
    yes = await answered(db, family, ask, later, Move.YES, words="Have fun")
    async with db.read() as connection:
        assert await asks.get(connection, ask.id, now=later) == yes
        (grant,) = await grants.running(connection, now=later, child_id=family.mia.id)
    assert (yes.state, yes.by, yes.words) == (State.YES, "Ana", "Have fun")
    assert (grant.id, grant.scope, grant.by) == (yes.given_id, "service:roblox", "Ana")
    assert (grant.since, grant.until) == (later, later + timedelta(minutes=30))
    assert (grant.reason, grant.layer) == ("Leo is waiting for me", Layer.FAMILY)


async def test_a_page_is_asked_for_and_given_alone(db, family, now) -> None:
    page = Wish(scope="url:https://a.vn/lesson/3", url="https://a.vn/lesson/3?key=1")
    ask = await asked(db, family, now, page)
    await answered(db, family, ask, now, Move.YES)
    async with db.read() as connection:
        (grant,) = await grants.running(connection, now=now, child_id=family.mia.id)
    assert (grant.scope, ask.wish.url) == ("url:a.vn/lesson/3", "https://a.vn/lesson/3")


async def test_a_page_that_nobody_looks_into_is_neither_asked_for_nor_given(
    db, family, now
) -> None:
    def look_up(host: str) -> Known:
        return Known(never_open=host == "bank.vn")

    page = Wish(scope="url:bank.vn/loans")
    with pytest.raises(Impossible, match="Nobody looks into"):
        async with change(db, by=child(family.mia), what="asked", now=now) as tx:
            await asks.ask(tx, family.mia.id, page, look_up=look_up)
    ask = await asked(db, family, now, page)
    other = Terms(scope="url:bank.vn/cards", minutes=5)
    for more in ({}, {"terms": other}):
        with pytest.raises(Impossible, match="Choose the whole site"):
            await answered(db, family, ask, now, Move.YES, look_up=look_up, **more)
    given = {"until": now + timedelta(minutes=5), "scope": "url:bank.vn/x", "look_up": look_up}
    async with change(db, by=family.ana, what="gave", now=now) as tx:
        with pytest.raises(Impossible):
            await grants.give(tx, family.mia.id, **given)
    async with db.read() as connection:
        assert await grants.running(connection, now=now) == []
    whole = Terms(scope="site:bank.vn", minutes=5)
    yes = await answered(db, family, ask, now, Move.YES, look_up=look_up, terms=whole)
    assert yes.state is State.YES


async def test_an_accepted_offer_gives_what_was_offered_in_the_adult_s_name(db, family, now):
    ask = await asked(db, family, now)
    homework = now + timedelta(hours=1)
    terms = Terms(scope="service:roblox", minutes=15, since=homework)
    await answered(db, family, ask, now, Move.OFFER, terms=terms, words="after homework")
    async with db.read() as connection:
        assert await grants.running(connection, now=now) == []
    async with change(db, by=child(family.mia), what="accepted", now=now) as tx:
        taken = await asks.accept(tx, ask.id)
    async with db.read() as connection:
        (grant,) = await grants.running(connection, now=now)
    assert (taken.state, grant.id, grant.by) == (State.ACCEPTED, taken.given_id, "Ana")
    assert (grant.since, grant.until) == (homework, homework + timedelta(minutes=15))


async def test_counted_minutes_are_credited_to_the_child_s_local_day(db, family, now) -> None:
    ask = await asked(db, family, now, Wish(scope="category:games", minutes=20, counted=True))
    # 18:30 in UTC is tomorrow in Viet Nam.
    late = now.replace(hour=18)
    yes = await answered(db, family, ask, late, Move.YES)
    async with db.read() as connection:
        (credit,) = (await earned.credits_near(connection, now=late))[family.mia.id]
        home = await household.load(connection, now=late)
        assert await grants.running(connection, now=late) == []
    assert (credit.id, credit.minutes, credit.scope) == (yes.given_id, 20, "category:games")
    assert credit.day.isoformat() == "2026-11-24"
    assert {child.name: child.credits for child in home.children} == {"Mia": (credit,), "Leo": ()}


async def test_nobody_acts_for_somebody_else(db, family, now) -> None:
    with pytest.raises(NotYours):
        async with change(db, by=family.ana, what="asked", now=now) as tx:
            await asks.ask(tx, family.mia.id, GAMES)
    with pytest.raises(NotYours):
        async with change(db, by=child(family.leo), what="asked", now=now) as tx:
            await asks.ask(tx, family.mia.id, GAMES)
    ask = await asked(db, family, now)
    with pytest.raises(NotYours):
        async with change(db, by=child(family.leo), what="withdrew", now=now) as tx:
            await asks.withdraw(tx, ask.id)
    with pytest.raises(Impossible, match="Only an adult"):
        async with change(db, by=child(family.mia), what="answered", now=now) as tx:
            await asks.answer(tx, ask.id, Move.YES)
    async with db.read() as connection:
        assert (await asks.get(connection, ask.id, now=now)).state is State.ASKED
        assert await grants.running(connection, now=now) == []
        with pytest.raises(NotFound):
            await asks.get(connection, uuid4(), now=now)


async def test_what_is_withdrawn_cannot_be_answered(db, family, now) -> None:
    ask = await asked(db, family, now)
    async with change(db, by=child(family.mia), what="withdrew", now=now) as tx:
        assert (await asks.withdraw(tx, ask.id)).state is State.WITHDRAWN
    with pytest.raises(Impossible, match="closed"):
        await answered(db, family, ask, now, Move.YES)


async def test_of_two_parents_at_once_only_one_answers_and_one_grant_is_given(db, family, now):
    ask = await asked(db, family, now)
    tries = (answered(db, family, ask, now, Move.YES) for _ in range(4))
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, Exception) for one in done) == 3
    assert all(isinstance(one, Impossible) for one in done if isinstance(one, Exception))
    async with db.read() as connection:
        assert len(await grants.running(connection, now=now)) == 1


async def test_an_ask_ends_by_itself_on_reading_and_by_the_clock_once(db, family, now) -> None:
    ask = await asked(db, family, now)
    over = now + LASTS
    async with db.read() as connection:
        assert (await asks.get(connection, ask.id, now=over)).state is State.EXPIRED
        assert await asks.waiting(connection, [family.mia.id], now=over) == []
        assert len(await asks.waiting(connection, [family.mia.id], now=now)) == 1
    assert await asks.expire(db, now=over - timedelta(seconds=1)) == 0
    assert await asks.expire(db, now=over) == 1
    async with db.read() as connection:
        before = await household.revision(connection)
    assert await asks.expire(db, now=over) == 0
    async with db.read() as connection:
        assert await household.revision(connection) == before
        kept = await asks.get(connection, ask.id, now=now)
        assert (kept.state, kept.decided) == (State.EXPIRED, over)
        line = (await ledger.lines(connection, child_id=family.mia.id))[0]
        assert line.what == "an ask ended without an answer"
        assert await ledger.first_broken(connection) is None


async def test_a_child_that_asks_too_often_is_told_to_wait_and_nothing_is_written(db, family, now):
    for number in range(LIMITS.open_at_once):
        await asked(db, family, now, Wish(scope=f"site:s{number}.example"))
    with pytest.raises(Impossible, match="without an answer"):
        await asked(db, family, now, Wish(scope="site:more.example"))
    await asked(db, family, now, who=family.leo)
    async with db.read() as connection:
        kept = await asks.list_of(connection, family.mia.id, now=now)
    assert len(kept) == LIMITS.open_at_once
