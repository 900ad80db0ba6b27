"""The second step of signing in: a code from an app, or one of the codes for when all is lost."""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp
from fastapi import Request
from markupsafe import Markup

from api.errors import Misfit
from api.needs import Desk
from api.panel import Panel
from api.security import brake, release
from api.ways import qr_of
from store import half_steps, second_steps
from store.database import Database
from store.half_steps import Kind
from store.sealing import Unreadable
from store.second_steps import SecondSteps
from words.speech import to_say

log = logging.getLogger(__name__)
ISSUER = "Hải Đăng"
AROUND = (0, -1, 1)
"""Half minutes by which the clock of a phone may differ from ours."""
WRONG_CODE = to_say("This code does not fit. Take the newest one your app shows.")
USED_UP = to_say("This recovery code does not fit, or was used already.")


@dataclass(frozen=True, slots=True)
class NewApp:
    """What an app needs to be told, until its first code proves that it was."""

    ticket: str
    secret: str
    qr: Markup

    @property
    def spaced(self) -> str:
        """Return the secret in groups of four, to be typed."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the step of the clock whose code this is, if it is one of about now."""
    totp = pyotp.TOTP(secret)
    plain = code.replace(" ", "")
    for offset in AROUND:
        if secrets.compare_digest(totp.at(now, counter_offset=offset).encode(), plain.encode()):
            return totp.timecode(now) + offset
    return None


async def steps_of(panel: Panel, adult_id: UUID) -> SecondSteps:
    """Return what an adult has besides the password."""
    async with panel.db.read() as store:
        return await second_steps.of_adult(store, adult_id)


async def is_code(panel: Panel, request: Request, adult_id: UUID, code: str) -> bool:
    """Take a code from the app; each works once, and every try counts."""
    await brake(panel, request, _key(adult_id))
    held = await steps_of(panel, adult_id)
    try:
        step = step_of(held.app.secret, code, panel.clock()) if held.app else None
    except Unreadable:
        # Recovery codes still work: they are compared, not read.
        log.exception("codes_unreadable")
        step = None
    if step is None:
        return False
    async with panel.db.write() as store:
        fresh = await second_steps.use_step(store, adult_id, step)
    if fresh:
        await release(panel, request, _key(adult_id))
    return fresh


async def is_recovery_code(panel: Panel, request: Request, adult_id: UUID, code: str) -> bool:
    """Take a recovery code; each works once, and every try counts."""
    await brake(panel, request, _key(adult_id))
    async with panel.db.write() as store:
        right = await second_steps.use_recovery_code(store, adult_id, code)
    if right:
        await release(panel, request, _key(adult_id))
    return right


async def begin_app(desk: Desk) -> NewApp:
    """Make a secret for a new app; nothing changes until a first code shows that it arrived."""
    secret = pyotp.random_base32()
    return await _shown(desk.panel.db, desk, secret)


async def same_app(desk: Desk, ticket: str) -> NewApp | None:
    """Return the app that was begun, to try a code again."""
    async with desk.panel.db.read() as store:
        half = await half_steps.find(store, Kind.CODES_NEW, ticket, now=desk.now)
    if half is None or half.adult_id != desk.adult.id:
        return None
    secret = half.data.decode()
    return NewApp(ticket, secret, _qr(desk, secret))


async def finish_app(desk: Desk, ticket: str, code: str) -> list[str]:
    """Switch the app on by its first code; return new recovery codes, where there were none.

    Raises Misfit where the code does not fit.
    """
    begun = await same_app(desk, ticket)
    step = step_of(begun.secret, code, desk.now) if begun else None
    if begun is None or step is None:
        raise Misfit("code", WRONG_CODE)
    async with desk.change(to_say("switched on codes from an app for signing in")) as tx:
        await half_steps.take(tx.connection, Kind.CODES_NEW, ticket, now=desk.now)
        await second_steps.set_app(
            tx.connection, desk.adult.id, begun.secret, step=step, now=desk.now
        )
        held = await second_steps.of_adult(tx.connection, desk.adult.id)
        if held.recovery:
            return []
        return await second_steps.new_recovery_codes(tx.connection, desk.adult.id)


async def remove_app(desk: Desk) -> None:
    """Switch codes from an app off; with the last second step the recovery codes go too."""
    async with desk.change(to_say("switched off codes from an app for signing in")) as tx:
        await second_steps.remove_app(tx.connection, desk.adult.id)
        held = await second_steps.of_adult(tx.connection, desk.adult.id)
        if not held.is_asked:
            await second_steps.forget_recovery_codes(tx.connection, desk.adult.id)


async def new_recovery_codes(desk: Desk) -> list[str]:
    """Make new recovery codes; those before are worth nothing."""
    async with desk.change(to_say("made new recovery codes for signing in")) as tx:
        return await second_steps.new_recovery_codes(tx.connection, desk.adult.id)


async def _shown(db: Database, desk: Desk, secret: str) -> NewApp:
    async with db.write() as store:
        ticket = await half_steps.begin(
            store, Kind.CODES_NEW, now=desk.now, adult_id=desk.adult.id, data=secret.encode()
        )
    return NewApp(ticket, secret, _qr(desk, secret))


def _qr(desk: Desk, secret: str) -> Markup:
    return qr_of(pyotp.TOTP(secret).provisioning_uri(name=desk.adult.email, issuer_name=ISSUER))


def _key(adult_id: UUID) -> str:
    return f"second step of {adult_id}"
