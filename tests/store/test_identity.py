"""Roles and their reach, invitations, second steps, tokens, sessions, and whose the ledger is."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from store import (
    adults,
    devices,
    erasing,
    groups,
    half_steps,
    invitations,
    ledger,
    second_steps,
    sessions,
    tokens,
)
from store.actor import Actor, ActorKind
from store.adults import Adult, Role
from store.change import SYSTEM, change
from store.database import Database
from store.errors import Impossible, NotFound, Taken
from store.half_steps import Kind
from store.ids import new_id
from store.ledger import Filter, Whose
from store.tables import ledger as ledger_table
from store.tokens import TokenScope
from tests.store.family import Family

HOUR = timedelta(hours=1)


async def add(db: Database, family: Family, now: datetime, name: str, role: Role, **more) -> Adult:
    async with change(db, by=family.ana, what="added", now=now) as tx:
        return await adults.add(
            tx,
            name=name,
            email=f"{name}@nha.example",
            password_hash="hash",
            language="vi",
            group_id=family.home.id,
            role=role,
            **more,
        )


async def test_a_role_may_be_for_one_child_only(db: Database, family: Family, now) -> None:
    home = family.home.id
    grandma = await add(db, family, now, "Bà", Role.VIEWER, only=[family.mia.id])
    assert grandma.sees(home, family.mia.id)
    assert not grandma.sees(home, family.leo.id)
    assert not grandma.steers(home, family.mia.id)
    assert not grandma.runs(home)
    async with db.read() as store:
        ana = await adults.get(store, family.ana.id or UUID(int=0))
    assert ana.owns(home)
    assert ana.steers(home, family.leo.id)


async def test_when_the_one_child_is_removed_the_role_is_for_none_not_for_all(
    db: Database, family: Family, now: datetime
) -> None:
    grandma = await add(db, family, now, "Bà", Role.VIEWER, only=[family.mia.id])
    async with change(db, by=family.ana, what="removed", now=now) as tx:
        await erasing.erase(tx, family.mia.id)
    async with db.read() as store:
        left = await adults.get(store, grandma.id)
    assert left.only == {family.home.id: frozenset()}
    assert not left.sees(family.home.id, family.leo.id)


async def test_a_role_is_for_no_child_of_another_group(db: Database, family: Family, now) -> None:
    with pytest.raises(NotFound):
        await add(db, family, now, "Bà", Role.VIEWER, only=[new_id()])


async def test_an_officer_never_knows_of_a_child(db: Database, family: Family, now) -> None:
    officer = await add(db, family, now, "Ward", Role.OFFICER)
    assert officer.runs(family.home.id)
    assert not officer.sees(family.home.id, family.mia.id)


async def test_the_last_owner_stays(db: Database, family: Family, now: datetime) -> None:
    ana, home = family.ana.id or UUID(int=0), family.home.id
    with pytest.raises(Impossible):
        async with change(db, by=family.ana, what="left", now=now) as tx:
            await adults.take_role(tx, ana, home)
    with pytest.raises(Impossible):
        async with change(db, by=family.ana, what="less", now=now) as tx:
            await adults.give_role(tx, ana, home, Role.PARENT)
    with pytest.raises(Impossible):
        async with change(db, by=family.ana, what="less", now=now) as tx:
            await adults.give_role(tx, ana, home, Role.OWNER, only=[family.mia.id])
    ben = await add(db, family, now, "Ben", Role.OWNER)
    async with change(db, by=family.ana, what="left", now=now) as tx:
        await adults.take_role(tx, ana, home)
    async with db.read() as store:
        assert [one.id for one in await adults.of_group(store, home)] == [ben.id]


async def test_who_is_removed_is_out_at_once(db: Database, family: Family, now: datetime) -> None:
    ben = await add(db, family, now, "Ben", Role.PARENT)
    async with db.write() as store:
        session = await sessions.open_session(store, ben.id, now=now)
        _, secret = await tokens.add(store, ben.id, name="Home", scope=TokenScope.READ, now=now)
    async with change(db, by=family.ana, what="removed", now=now) as tx:
        await adults.take_role(tx, ben.id, family.home.id)
        await adults.remove_if_idle(tx, ben.id)
    async with db.read() as store:
        assert await sessions.find(store, session, now=now) is None
        assert await tokens.find(store, secret, now=now) is None
        with pytest.raises(NotFound):
            await adults.get(store, ben.id)


async def test_an_invitation_is_taken_once_and_runs_out(
    db: Database, family: Family, now: datetime
) -> None:
    async with change(db, by=family.ana, what="invited", now=now) as tx:
        made, token = await invitations.invite(
            tx, family.home.id, Role.VIEWER, until=now + HOUR, only=[family.mia.id], name="Bà"
        )
        _, late = await invitations.invite(tx, family.home.id, Role.PARENT, until=now + HOUR)
    async with change(db, by=SYSTEM, what="taken", now=now) as tx:
        assert await invitations.take(tx, token) == made
    for secret, at in ((token, now), (late, now + HOUR), ("guessed", now)):
        with pytest.raises(NotFound):
            async with change(db, by=SYSTEM, what="taken", now=at) as tx:
                await invitations.take(tx, secret)
    async with change(db, by=family.ana, what="withdrew", now=now) as tx:
        await invitations.withdraw(tx, family.home.id, made.id)
        with pytest.raises(NotFound):
            await invitations.withdraw(tx, new_id(), made.id)


async def test_a_first_half_works_once_and_only_for_what_it_was_begun(
    db: Database, family: Family, now: datetime
) -> None:
    async with db.write() as store:
        token = await half_steps.begin(
            store, Kind.SIGN_IN, now=now, adult_id=family.ana.id, data=b"x"
        )
        assert await half_steps.take(store, Kind.PASSKEY_IN, token, now=now) is None
        found = await half_steps.find(store, Kind.SIGN_IN, token, now=now)
        assert found == await half_steps.take(store, Kind.SIGN_IN, token, now=now)
        assert found is not None
        assert (found.adult_id, found.data) == (family.ana.id, b"x")
        assert await half_steps.take(store, Kind.SIGN_IN, token, now=now) is None
        late = await half_steps.begin(store, Kind.SIGN_IN, now=now)
        assert await half_steps.take(store, Kind.SIGN_IN, late, now=now + HOUR) is None


async def test_no_code_works_twice(db: Database, family: Family, now: datetime) -> None:
    ana = family.ana.id or UUID(int=0)
    async with db.write() as store:
        assert not (await second_steps.of_adult(store, ana)).is_asked
        await second_steps.set_app(store, ana, "SECRET", step=100, now=now)
        assert not await second_steps.use_step(store, ana, 100)
        assert await second_steps.use_step(store, ana, 101)
        assert not await second_steps.use_step(store, ana, 101)
        codes = await second_steps.new_recovery_codes(store, ana)
        assert len(set(codes)) == second_steps.CODES
        assert await second_steps.use_recovery_code(store, ana, codes[0].upper().replace("-", " "))
        assert not await second_steps.use_recovery_code(store, ana, codes[0])
        held = await second_steps.of_adult(store, ana)
        assert (held.is_asked, held.recovery) == (True, second_steps.CODES - 1)
        await second_steps.new_recovery_codes(store, ana)
        assert not await second_steps.use_recovery_code(store, ana, codes[1])


async def test_passkeys_are_kept_by_the_name_the_browser_gives(
    db: Database, family: Family, now: datetime
) -> None:
    ana = family.ana.id or UUID(int=0)
    about = {"public_key": b"key", "sign_count": 0, "name": "Phone", "now": now}
    async with db.write() as store:
        key = await second_steps.add_passkey(store, ana, credential_id=b"one", **about)
        with pytest.raises(Taken):
            await second_steps.add_passkey(store, ana, credential_id=b"one", **about)
        await second_steps.used_passkey(store, key.id, sign_count=7, now=now)
        found = await second_steps.passkey_of(store, b"one")
        assert found is not None
        assert (found.sign_count, found.used) == (7, now)
        with pytest.raises(NotFound):
            await second_steps.remove_passkey(store, new_id(), key.id)
        await second_steps.remove_passkey(store, ana, key.id)
        assert await second_steps.passkey_of(store, b"one") is None


async def test_a_token_ends_at_its_moment_or_when_it_is_revoked(
    db: Database, family: Family, now: datetime
) -> None:
    ana = family.ana.id or UUID(int=0)
    async with db.write() as store:
        made, secret = await tokens.add(
            store,
            ana,
            name="Home Assistant",
            scope=TokenScope.ACT,
            now=now,
            until=now + HOUR,
            only=[family.mia.id],
        )
        assert await tokens.find(store, secret, now=now) == made
        assert await tokens.find(store, secret, now=now + HOUR) is None
        await tokens.touch(store, made, now=now, address="192.168.1.9")
        seen = await tokens.find(store, secret, now=now)
        assert seen is not None
        assert (seen.seen, seen.seen_from) == (now, "192.168.1.9")
        with pytest.raises(NotFound):
            await tokens.revoke(store, new_id(), made.id)
        await tokens.revoke(store, ana, made.id)
        assert await tokens.find(store, secret, now=now) is None


async def test_sessions_say_where_from_and_when_they_were_proven(
    db: Database, family: Family, now: datetime
) -> None:
    ana = family.ana.id or UUID(int=0)
    async with db.write() as store:
        token = await sessions.open_session(store, ana, now=now, address="192.168.1.7")
        session = await sessions.find(store, token, now=now)
        assert session is not None
        assert (session.address, session.proven) == ("192.168.1.7", now)
        await sessions.prove(store, session.id, now=now + HOUR)
        await sessions.touch(store, session, now=now + HOUR, address="10.0.0.1")
        [session] = await sessions.of_adult(store, ana, now=now + HOUR)
        assert (session.address, session.proven) == ("10.0.0.1", now + HOUR)


async def test_a_device_of_no_child_stays_the_family_s(
    db: Database, family: Family, now: datetime
) -> None:
    async with change(db, by=family.ana, what="removed", now=now) as tx:
        await erasing.erase(tx, family.mia.id)
    async with db.read() as store:
        tablet = await devices.get(store, family.tablet.id)
    assert (tablet.child_ids, tablet.group_id) == ((), family.home.id)


async def test_a_family_sees_its_own_lines_and_no_others(
    db: Database, family: Family, now: datetime
) -> None:
    async with change(db, by=SYSTEM, what="set up", now=now) as tx:
        other = await groups.add(tx, name="Nhà Lê", zone="Asia/Ho_Chi_Minh", language="vi")
        await adults.give_role(tx, family.ana.id or UUID(int=0), other.id, Role.VIEWER)
    guest = Actor(ActorKind.ADULT, "Cy", new_id())
    for by, group, child, what in (
        (family.ana, family.home.id, None, "ours"),
        (family.ana, other.id, None, "theirs, by our Ana"),
        (guest, other.id, family.leo.id, "about our child"),
        (family.ana, None, None, "older, by our Ana"),
    ):
        async with change(db, by=by, what=what, now=now, group_id=group, child_id=child):
            pass
    async with db.write() as store:
        await ledger.looked(store, by=guest, what="looked", now=now, group_id=other.id)
    ours = Whose(
        frozenset({family.home.id}),
        frozenset({family.mia.id, family.leo.id}),
        frozenset({family.ana.id or UUID(int=0)}),
    )
    async with db.read() as store:
        seen = [line.what for line in await ledger.lines(store, whose=ours)]
        assert seen == ["older, by our Ana", "about our child", "ours"]
        assert await ledger.authors(store, ours) == [(family.ana.id, "Ana"), (guest.id, "Cy")]
        by_guest = Filter(by_id=guest.id, kind="looked")
        assert [line.what for line in await ledger.lines(store, wanted=by_guest)] == ["looked"]
        assert await ledger.first_broken(store) is None


async def test_a_line_given_to_another_group_breaks_the_chain(
    db: Database, family: Family, now: datetime
) -> None:
    async with change(db, by=family.ana, what="did", now=now, group_id=family.home.id):
        pass
    async with db.write() as store:
        assert await ledger.first_broken(store) is None
        number = await ledger.length(store)
        moved = sa.update(ledger_table).where(ledger_table.c.number == number)
        await store.execute(moved.values(group_id=new_id()))
        assert await ledger.first_broken(store) == number
