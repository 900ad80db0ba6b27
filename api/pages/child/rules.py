"""A child's rules as one form: filled in, sent, checked, saved, with nothing typed ever lost."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from api.labels import labels_of
from api.needs import Desk, TheDesk, ThisChild
from api.pages.child.choices import choices_of
from api.pages.child.compose import policy_of
from api.pages.child.draft import Draft, alter, draft_of
from api.pages.child.typed import Typed, draft_typed
from api.pages.today.cards import standing
from api.render import redirect, render
from rules import diff
from rules.merge import merge
from rules.policy import Policy
from store import policies
from store.children import Child
from store.database import Connection
from store.errors import Conflict, NotFound
from store.policies import PolicyVersion
from words.labels import LABELS, to_say

router = APIRouter()

SAID = 3
"""Changes named in the sentence after saving; the history has them all."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What somebody else changed while this form was open."""

    by: str
    changes: tuple[str, ...]
    merged: bool = False
    """Both changes stand in the form together."""
    quarrel: bool = False
    """Both changed the same thing; there the form holds what this adult typed."""


@router.get("/children/{child_id}/rules")
async def show(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Show the rules as they are."""
    version = await _current(desk, child)
    draft = draft_of(version.policy if version else Policy())
    return await _page(request, desk, child, draft, number=version.number if version else 0)


@router.get("/children/{child_id}/rules/apps")
async def apps(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Give the less usual apps, which a page fetches once it stands."""
    choices = choices_of(labels_of(desk.panel, desk.speech))
    rest = [each for each in choices.services if not each.is_first]
    return render(request, "child/_apps.html", {"child": child, "apps": rest})


@router.post("/children/{child_id}/rules")
async def save(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Add or remove a row, or save everything."""
    typed = await _typed(request)
    draft = draft_typed(typed)
    _name_plainly(draft, desk)
    seen = int(next((text for text in typed.get("number", []) if text.isdecimal()), "0"))
    if order := next(iter(typed.get("order", [])), ""):
        draft.every_app = draft.every_app or order == "every-app"
        alter(draft, order)
        return await _page(request, desk, child, draft, number=seen)
    version = await _current(desk, child)
    before = version.policy if version else Policy()
    number = version.number if version else 0
    policy = policy_of(draft, before)
    if policy is None:
        return await _page(request, desk, child, draft, number=seen, status=422)
    if number != seen:
        return await _together(request, desk, child, draft, seen)
    changes = sentences(desk, before, policy)
    if not changes:
        return redirect(request, _address(child), to_say("Nothing was changed."))
    try:
        await _save(desk, child, policy, number)
    except Conflict:
        # Somebody was faster by a moment; show them the form with what was typed.
        return await _together(request, desk, child, draft, seen)
    saved = to_say("Saved for {child}: {changes}")
    said = _in_short(desk, changes)
    return redirect(request, _address(child), saved, child=child.name, changes=said)


def sentences(desk: Desk, before: Policy, after: Policy) -> tuple[str, ...]:
    """Tell the changes between two policies in the reader's language."""
    return tuple(desk.speech.sentence(sentence) for sentence in diff.describe(before, after))


def _in_short(desk: Desk, changes: tuple[str, ...]) -> str:
    said = "; ".join(changes[:SAID])
    more = len(changes) - SAID
    if more <= 0:
        return said
    return f"{said}; {desk.speech.count('and {n} more', 'and {n} more', more)}"


def _hour_names(desk: Desk) -> dict[str, str]:
    """Name the usual hours as the reader does."""
    said = {name: desk.speech.say(label) for name, label in LABELS["hours"].items()}
    return {name: label[:1].upper() + label[1:] for name, label in said.items()}


def _name_plainly(draft: Draft, desk: Desk) -> None:
    """Keep usual hours under their own word, so that another reader reads another language."""
    words = {label.casefold(): name for name, label in _hour_names(desk).items()}
    for hours in draft.hours:
        hours.name = words.get(hours.name.casefold(), hours.name)


async def _typed(request: Request) -> Typed:
    async with request.form(max_files=0, max_fields=3000) as form:
        typed: dict[str, list[str]] = {}
        for name, value in form.multi_items():
            if not isinstance(value, UploadFile):
                typed.setdefault(name, []).append(value)
    return typed


async def _current(desk: Desk, child: Child) -> PolicyVersion | None:
    async with desk.panel.db.read() as store:
        return await policies.current(store, child.id)


async def _save(desk: Desk, child: Child, policy: Policy, number: int) -> None:
    async with desk.change(
        to_say("changed the rules of {child}"), child_id=child.id, child=child.name
    ) as tx:
        await policies.save(tx, child.id, policy, expected=number)


async def _together(
    request: Request, desk: Desk, child: Child, draft: Draft, seen: int
) -> Response:
    """Show the form with both changes in it: what somebody else saved, and what was typed here."""
    async with desk.panel.db.read() as store:
        newest = await policies.current(store, child.id)
        base = await _policy_at(store, child.id, seen)
    assert newest is not None  # noqa: S101 somebody saved it
    told = Meanwhile(newest.by, sentences(desk, base, newest.policy))
    mine = policy_of(draft, base)
    both = merge(base, mine, newest.policy) if mine else None
    if both is not None:
        every_app = draft.every_app
        draft = draft_of(both.policy)
        draft.every_app = every_app
        told = Meanwhile(told.by, told.changes, merged=True, quarrel=bool(both.both))
    return await _page(
        request, desk, child, draft, number=newest.number, meanwhile=told, status=409
    )


async def _policy_at(store: Connection, child_id: UUID, number: int) -> Policy:
    try:
        return (await policies.version(store, child_id, number)).policy
    except NotFound:
        return Policy()


async def _page(
    request: Request,
    desk: Desk,
    child: Child,
    draft: Draft,
    *,
    number: int,
    meanwhile: Meanwhile | None = None,
    status: int = 200,
) -> Response:
    choices = choices_of(labels_of(desk.panel, desk.speech))
    shown = choices.shown(draft.services, every=draft.every_app)
    context = {
        "child": child,
        "draft": draft,
        "shown": shown,
        "icons": choices.icons(shown),
        "number": number,
        "meanwhile": meanwhile,
        "choices": choices,
        "wrong": {
            where: desk.speech.say(message, **values)
            for where, (message, values) in draft.errors.items()
        },
        "hour_names": _hour_names(desk),
        "standing": await standing(desk),
    }
    return render(request, "child/rules.html", context, status=status)


def _address(child: Child) -> str:
    return f"/children/{child.id}/rules"
