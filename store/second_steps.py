"""An adult's second steps of signing in: passkeys, codes from an app, recovery codes."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from store.errors import NotFound, Taken
from store.hashed import digest
from store.ids import new_id
from store.insert import insert_into
from store.sealing import Seal, count_unreadable, is_sealed, seal_of
from store.tables import one_time_codes, passkeys, recovery_codes

CODES = 10
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without those that look alike."""
PARTS, PART = 3, 4
"""Twelve letters are 59 bits: with the brake on guessing nobody tries them through."""


@dataclass(frozen=True, slots=True)
class Passkey:
    id: UUID
    adult_id: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str
    created: datetime
    used: datetime | None = None


@dataclass(frozen=True, slots=True)
class CodesApp:
    """An app that shows a new code every half minute (TOTP)."""

    adult_id: UUID
    sealed: str = field(repr=False)
    last_step: int
    since: datetime
    _seal: Seal = field(repr=False, compare=False)

    @property
    def secret(self) -> str:
        """Return what the codes are made from. Raises Unreadable."""
        return self._seal.open(self.sealed, _place(self.adult_id))


@dataclass(frozen=True, slots=True)
class SecondSteps:
    """What an adult has besides the password."""

    passkeys: tuple[Passkey, ...] = ()
    app: CodesApp | None = None
    recovery: int = 0
    """How many codes for when all is lost are left."""

    @property
    def is_asked(self) -> bool:
        """Tell whether the password alone is not enough."""
        return bool(self.passkeys or self.app)


async def of_adult(connection: AsyncConnection, adult_id: UUID) -> SecondSteps:
    """Return an adult's second steps."""
    keys = sa.select(passkeys).where(passkeys.c.adult_id == adult_id).order_by(passkeys.c.id)
    mine = sa.select(one_time_codes).where(one_time_codes.c.adult_id == adult_id)
    row = (await connection.execute(mine)).one_or_none()
    left = sa.select(sa.func.count()).where(recovery_codes.c.adult_id == adult_id)
    app = None
    if row is not None:
        app = CodesApp(adult_id, row.secret, row.last_step, row.since, seal_of(connection))
    return SecondSteps(
        tuple(Passkey(**key) for key in (await connection.execute(keys)).mappings()),
        app,
        await connection.scalar(left) or 0,
    )


async def add_passkey(
    connection: AsyncConnection,
    adult_id: UUID,
    *,
    credential_id: bytes,
    public_key: bytes,
    sign_count: int,
    name: str,
    now: datetime,
) -> Passkey:
    """Keep a passkey. Raises Taken for one that is known already."""
    same = sa.select(passkeys.c.id).where(passkeys.c.credential_id == credential_id)
    if await connection.scalar(same):
        raise Taken
    key = Passkey(new_id(), adult_id, credential_id, public_key, sign_count, name, now)
    row = {
        "id": key.id,
        "adult_id": adult_id,
        "credential_id": credential_id,
        "public_key": public_key,
        "sign_count": sign_count,
        "name": name,
        "created": now,
    }
    await connection.execute(sa.insert(passkeys).values(row))
    return key


async def passkey_of(connection: AsyncConnection, credential_id: bytes) -> Passkey | None:
    """Return the passkey a browser names, if it is known."""
    wanted = sa.select(passkeys).where(passkeys.c.credential_id == credential_id)
    row = (await connection.execute(wanted)).mappings().one_or_none()
    return Passkey(**row) if row else None


async def used_passkey(
    connection: AsyncConnection, passkey_id: UUID, *, sign_count: int, now: datetime
) -> None:
    """Keep that a passkey was used, and how often by its own count."""
    mine = sa.update(passkeys).where(passkeys.c.id == passkey_id)
    await connection.execute(mine.values(sign_count=sign_count, used=now))


async def remove_passkey(connection: AsyncConnection, adult_id: UUID, passkey_id: UUID) -> None:
    """Remove a passkey. Raises NotFound."""
    mine = sa.and_(passkeys.c.id == passkey_id, passkeys.c.adult_id == adult_id)
    if (await connection.execute(sa.delete(passkeys).where(mine))).rowcount == 0:
        raise NotFound


async def set_app(
    connection: AsyncConnection, adult_id: UUID, secret: str, *, step: int, now: datetime
) -> None:
    """Keep the secret of an app whose first code was right, in place of the one before."""
    sealed = seal_of(connection).close(secret, _place(adult_id))
    row = {"secret": sealed, "last_step": step, "since": now}
    fresh = insert_into(connection, one_time_codes).values(adult_id=adult_id, **row)
    await connection.execute(fresh.on_conflict_do_update(index_elements=["adult_id"], set_=row))


async def remove_app(connection: AsyncConnection, adult_id: UUID) -> None:
    """Forget the app. Raises NotFound."""
    mine = sa.delete(one_time_codes).where(one_time_codes.c.adult_id == adult_id)
    if (await connection.execute(mine)).rowcount == 0:
        raise NotFound


async def use_step(connection: AsyncConnection, adult_id: UUID, step: int) -> bool:
    """Use up the code of a step of the clock; False where it was used already, or a later one."""
    unused = sa.and_(one_time_codes.c.adult_id == adult_id, one_time_codes.c.last_step < step)
    taken = await connection.execute(sa.update(one_time_codes).where(unused).values(last_step=step))
    return taken.rowcount == 1


async def new_recovery_codes(connection: AsyncConnection, adult_id: UUID) -> list[str]:
    """Make codes for when all is lost and return them this once; those before are worth nothing."""
    codes = [_code() for _ in range(CODES)]
    await forget_recovery_codes(connection, adult_id)
    await connection.execute(sa.insert(recovery_codes), list(_rows(adult_id, codes)))
    return codes


async def use_recovery_code(connection: AsyncConnection, adult_id: UUID, typed: str) -> bool:
    """Use up a code for when all is lost; False where there is none like it."""
    plain = "".join(letter for letter in typed.lower() if letter in LETTERS)
    which = sa.and_(
        recovery_codes.c.adult_id == adult_id, recovery_codes.c.code_hash == digest(plain)
    )
    return (await connection.execute(sa.delete(recovery_codes).where(which))).rowcount == 1


async def forget_recovery_codes(connection: AsyncConnection, adult_id: UUID) -> None:
    """Forget the codes for when all is lost."""
    mine = sa.delete(recovery_codes).where(recovery_codes.c.adult_id == adult_id)
    await connection.execute(mine)


async def seal_plain(connection: AsyncConnection) -> int:
    """Seal the secrets that were written before secrets were sealed; return how many."""
    rows = (await connection.execute(sa.select(one_time_codes))).all()
    plain = [row for row in rows if not is_sealed(row.secret)]
    for row in plain:
        sealed = seal_of(connection).close(row.secret, _place(row.adult_id))
        mine = sa.update(one_time_codes).where(one_time_codes.c.adult_id == row.adult_id)
        await connection.execute(mine.values(secret=sealed))
    return len(plain)


async def unreadable(connection: AsyncConnection, seal: Seal | None) -> int:
    """Return how many apps for codes are of no use, since this seal is not the one of theirs."""
    found = await connection.execute(sa.select(one_time_codes))
    return count_unreadable(seal, ((row.secret, _place(row.adult_id)) for row in found))


def _place(adult_id: UUID) -> str:
    return f"codes from an app of {adult_id}"


def _code() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(PART)) for _ in range(PARTS))


def _rows(adult_id: UUID, codes: Iterable[str]) -> Iterable[dict[str, object]]:
    for code in codes:
        yield {"adult_id": adult_id, "code_hash": digest(code.replace("-", ""))}
