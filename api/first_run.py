"""First run: which step comes next. Each is kept as it is taken, so it can be left and resumed."""

import hmac
import secrets
from enum import StrEnum

from fastapi import Request, Response

from api.panel import Panel
from api.security import is_secure
from store import adults, facts
from store.change import Change
from store.hashed import digest

COOKIE = "haidang_setup"
STEP_FACT = "setup.step"
TICKET_FACT = "setup.pass"


class Step(StrEnum):
    LANGUAGE = "language"
    CODE = "code"
    PARENT = "parent"
    FAMILY = "family"
    CHILD = "child"
    RULES = "rules"
    DEVICE = "device"
    CONNECT = "connect"
    NOTICES = "notices"
    DONE = "done"

    @property
    def path(self) -> str:
        """Return the address of this step's screen."""
        return "/" if self is Step.DONE else f"/setup/{self.value}"


STEPS = tuple(step for step in Step if step is not Step.DONE)
"""The steps a reader sees, in their order."""


async def next_step(panel: Panel, request: Request) -> Step:
    """Tell which step is still to be taken."""
    async with panel.db.read() as store:
        if await adults.list_all(store):
            kept = await facts.find(store, STEP_FACT)
            return Step(kept) if kept else Step.DONE
        expected = await facts.find(store, TICKET_FACT)
    if expected and _fits(request, expected):
        return Step.PARENT
    return Step.CODE if "haidang_language" in request.cookies else Step.LANGUAGE


async def move_on(tx: Change, step: Step) -> None:
    """Keep, within a change, which step comes next."""
    await facts.keep(tx.connection, STEP_FACT, step)


async def finish(panel: Panel) -> None:
    """Keep that the first run is over."""
    async with panel.db.write() as store:
        await facts.forget(store, STEP_FACT)


async def move_forward(panel: Panel, step: Step) -> None:
    """Keep which step comes next, but never go back: a screen may be looked at again."""
    async with panel.db.write() as store:
        kept = await facts.find(store, STEP_FACT)
        if kept and STEPS.index(Step(kept)) < STEPS.index(step):
            await facts.keep(store, STEP_FACT, step)


async def give_pass(panel: Panel, request: Request, response: Response) -> None:
    """Let the browser that knew the set-up code make the first account."""
    token = secrets.token_urlsafe(32)
    async with panel.db.write() as store:
        await facts.keep(store, TICKET_FACT, digest(token).hex())
    response.set_cookie(
        COOKIE,
        token,
        max_age=3600,
        httponly=True,
        samesite="lax",
        secure=is_secure(request, panel.settings),
    )


async def end_pass(tx: Change) -> None:
    """Take the pass back: the first account exists."""
    await facts.forget(tx.connection, TICKET_FACT)


def _fits(request: Request, expected: str) -> bool:
    return hmac.compare_digest(digest(request.cookies.get(COOKIE, "")).hex(), expected)
