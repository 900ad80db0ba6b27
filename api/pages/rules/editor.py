"""One part of somebody's rules as a form: filled in, checked, saved, nothing typed ever lost."""

from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from api.changing import Draft as Change
from api.changing import in_short, keep
from api.errors import Refused
from api.labels import labels_of
from api.needs import Desk
from api.pages.rules import rehearsal
from api.pages.rules.apps import used_by
from api.pages.rules.beside import beside_of
from api.pages.rules.choices import choices_of
from api.pages.rules.compose import policy_of
from api.pages.rules.draft import Draft, WindowDraft, alter, draft_of
from api.pages.rules.parts import Part, draft_with
from api.pages.rules.typed import Typed
from api.pages.rules.whose import HIS_CHANGE, Whose
from api.pages.today.cards import standing
from api.render import Undo, redirect, render, wants_part
from rules import diff
from rules.merge import merge
from rules.policy import Policy
from store import policies
from store.database import Connection
from store.errors import NotFound
from store.policies import PolicyVersion
from words.labels import LABELS, to_say

SAVED = to_say("Saved for {owner}: {changes}")


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What somebody else changed while this form was open."""

    by: str
    changes: tuple[str, ...]
    merged: bool = False
    """Both changes stand in the form together."""
    quarrel: bool = False
    """Both changed the same thing; there the form holds what this adult typed."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One part of the rules on the desk: whose, which, and the version it was filled in from."""

    whose: Whose
    part: Part
    version: PolicyVersion | None
    """The newest."""
    base: Policy
    """What the form began with."""
    seen: int
    """The number of that version."""

    @property
    def newest(self) -> Policy:
        """Return the rules in force."""
        return self.version.policy if self.version else Policy()

    @property
    def number(self) -> int:
        """Return the number of the version in force; 0 where there is none."""
        return self.version.number if self.version else 0


async def show(request: Request, desk: Desk, whose: Whose, part: Part) -> Response:
    """Show a part of the rules as it is."""
    sheet = await _sheet(desk, whose, part, None)
    draft = draft_of(sheet.base)
    # A link may ask for one more row, as a button would.
    alter(draft, f"add-{request.query_params.get('add', '')}")
    return await page(request, desk, sheet, draft, number=sheet.seen)


async def receive(request: Request, desk: Desk, whose: Whose, part: Part) -> Response:
    """Add or remove a row, or save the part."""
    typed = await typed_of(request)
    sheet = await _sheet(desk, whose, part, typed)
    draft = draft_with(part, sheet.base, typed)
    _name_plainly(draft, desk)
    order = next(iter(typed.get("order", [])), "")
    if order == "rehearse":
        return await _rehearse(request, desk, sheet, draft)
    if order:
        alter(draft, order)
        return await page(request, desk, sheet, draft, number=sheet.seen, order=order)
    return await _save(request, desk, sheet, draft)


async def _rehearse(request: Request, desk: Desk, sheet: Sheet, draft: Draft) -> Response:
    """Show what the rules as typed would have done; nothing is saved."""
    policy = policy_of(draft, sheet.base)
    tried = await rehearsal.tried(desk, sheet.whose, policy)
    if wants_part(request):
        return render(request, "rules/_rehearsal.html", tried)
    status = 200 if policy else 422
    return await page(request, desk, sheet, draft, number=sheet.seen, tried=tried, status=status)


async def _save(request: Request, desk: Desk, sheet: Sheet, draft: Draft) -> Response:
    policy = policy_of(draft, sheet.base)
    if policy is None:
        return await page(request, desk, sheet, draft, number=sheet.seen, status=422)
    if sheet.number != sheet.seen:
        return await _together(request, desk, sheet, draft, policy)
    owner = sheet.whose.owner
    made = Change(owner, sheet.number, sheet.base, policy)
    if not made.changes:
        return redirect(request, sheet.whose.here, to_say("Nothing was changed."))
    try:
        await keep(desk, made, HIS_CHANGE)
    except Refused:
        # Somebody was faster by a moment; show them the form with what was typed.
        again = await _sheet(desk, sheet.whose, sheet.part, {"number": [str(sheet.seen)]})
        return await _together(request, desk, again, draft, policy)
    said = in_short(desk, made.told(desk))
    undo = undo_of(sheet.whose, sheet.number)
    return redirect(request, sheet.whose.here, SAVED, undo, owner=owner.name, changes=said)


def undo_of(whose: Whose, number: int) -> Undo | None:
    """Offer to bring a version back, as long as the next one is still in force."""
    if not number:
        return None
    fields = (("number", str(number)), ("undoes", str(number + 1)))
    return Undo(f"{whose.above}/restore", fields)


async def _together(
    request: Request, desk: Desk, sheet: Sheet, draft: Draft, mine: Policy
) -> Response:
    """Show the form with both changes in it: what somebody else saved, and what was typed here."""
    assert sheet.version is not None  # noqa: S101 somebody saved it
    said = diff.describe(sheet.base, sheet.newest)
    changes = tuple(desk.speech.sentence(sentence, desk.now) for sentence in said)
    told = Meanwhile(sheet.version.by, changes)
    both = merge(sheet.base, mine, sheet.newest)
    if both is not None:
        draft = draft_of(both.policy)
        told = Meanwhile(told.by, changes, merged=True, quarrel=bool(both.both))
    return await page(request, desk, sheet, draft, number=sheet.number, meanwhile=told, status=409)


async def page(
    request: Request,
    desk: Desk,
    sheet: Sheet,
    draft: Draft,
    *,
    number: int,
    meanwhile: Meanwhile | None = None,
    order: str = "",
    tried: dict[str, object] | None = None,
    status: int = 200,
) -> Response:
    """Show a part's form as it was filled in so far."""
    labels = labels_of(desk.panel, desk.speech)
    choices = choices_of(labels)
    beside = beside_of(desk, sheet.whose, sheet.part, sheet.newest, labels)
    context = {
        **whose_shown(sheet.whose, desk),
        "part": sheet.part,
        "draft": draft,
        "number": number,
        "meanwhile": meanwhile,
        "beside": beside,
        "blank": WindowDraft(),
        "added": order == "add-hours",
        "faulty": {".".join(where.split(".")[:2]) for where in draft.errors},
        "rehearsal": tried or {},
        "choices": choices,
        "apps": choices.laid_out(
            {**sheet.newest.services, **draft.services},
            await used_by(desk, sheet.whose) if sheet.part.name == "apps" else (),
            order.removeprefix("show."),
        ),
        "found": choices.found(draft.wanted),
        "every_app": order == "every-app",
        "wrong": {
            where: desk.speech.say(message, **values)
            for where, (message, values) in draft.errors.items()
        },
        "hour_names": hour_names(desk),
        "standing": await standing(desk),
    }
    return render(request, "rules/part.html", context, status=status)


def whose_shown(whose: Whose, desk: Desk) -> dict[str, object]:
    """Say whose rules a page shows; `who` is how sentences call the child."""
    who = whose.child.name if whose.child else desk.speech.say("a child")
    return {"whose": whose, "child": whose.child, "group": whose.group, "who": who}


async def typed_of(request: Request) -> Typed:
    """Read a form as it was sent."""
    async with request.form(max_files=0, max_fields=3000) as form:
        typed: dict[str, list[str]] = {}
        for name, value in form.multi_items():
            if not isinstance(value, UploadFile):
                typed.setdefault(name, []).append(value)
    return typed


async def _sheet(desk: Desk, whose: Whose, part: Part, typed: Typed | None) -> Sheet:
    async with desk.panel.db.read() as store:
        version = await policies.current(store, whose.owner.id)
        newest = version.number if version else 0
        seen = newest if typed is None else _number(typed)
        base = await _policy_at(store, whose, seen)
    return Sheet(whose, part, version, base, seen)


async def _policy_at(store: Connection, whose: Whose, number: int) -> Policy:
    try:
        return (await policies.version(store, whose.owner.id, number)).policy
    except NotFound:
        return Policy()


def _number(typed: Typed) -> int:
    text = next(iter(typed.get("number", [])), "")
    return int(text[:9]) if text.isdecimal() else 0


def hour_names(desk: Desk) -> dict[str, str]:
    """Name the usual hours as the reader does."""
    said = {name: desk.speech.say(label) for name, label in LABELS["hours"].items()}
    return {name: label[:1].upper() + label[1:] for name, label in said.items()}


def _name_plainly(draft: Draft, desk: Desk) -> None:
    """Keep usual hours under their own word, so that another reader reads another language."""
    words = {label.casefold(): name for name, label in hour_names(desk).items()}
    for hours in draft.hours:
        hours.name = words.get(hours.name.casefold(), hours.name)
