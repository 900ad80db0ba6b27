"""First run, signed in: the family, the first child with rules for its age, the first device."""

from functools import partial

from fastapi import Request, Response
from pydantic import BaseModel

from api import choices, consenting, first_run
from api.first_run import STEPS, Step
from api.forms import Filled, attempt, empty, fill
from api.households import (
    OLDEST,
    ChildForm,
    DeviceForm,
    FamilyForm,
    add_child,
    add_device,
    alter_family,
    child_form,
    family_children,
    family_devices,
)
from api.labels import labels_of
from api.needs import Desk, TheDesk
from api.pages.rules.brief import brief
from api.people import zones
from api.render import redirect, render
from api.routing import Router
from api.ways import is_fresh, way_of
from rules.consent import Agreed, Party
from rules.policy import Policy, Privacy
from store import policies
from store.children import COLOURS, PICTURES, Child
from store.devices import Device
from words.speech import to_say

router = Router()


class AgreeForm(BaseModel):
    agree: bool = False
    level: Privacy = Privacy.MINUTES
    words: bool = False
    another: bool = False
    """One more child comes before the device."""

    @property
    def seen(self) -> Agreed:
        """Return what the words on the page spoke of."""
        return Agreed(level=self.level, words=self.words)


FAMILY_CHOICES: dict[str, object] = {"zones": zones(), "languages": choices.LANGUAGES.items()}


@router.get("/setup/family")
async def family_page(request: Request, desk: TheDesk) -> Response:
    """Ask for the family's name, zone and language."""
    family = desk.family
    form = empty(name=family.name, zone=family.zone, language=family.language)
    return _screen(request, Step.FAMILY, form, FAMILY_CHOICES)


@router.post("/setup/family")
async def family(request: Request, desk: TheDesk) -> Response:
    """Keep the family's particulars."""
    form = await fill(request, FamilyForm)
    if form.model is None:
        return _screen(request, Step.FAMILY, form, FAMILY_CHOICES, status=422)
    await alter_family(desk, form.model)
    return await _go(request, desk, Step.CHILD)


@router.get("/setup/child")
async def child_page(request: Request, desk: TheDesk) -> Response:
    """Ask for the first child."""
    siblings = await family_children(desk)
    form = child_form(desk, COLOURS[len(siblings) % len(COLOURS)])
    return _screen(request, Step.CHILD, form, _child_choices(desk) | {"siblings": siblings})


@router.post("/setup/child")
async def child(request: Request, desk: TheDesk) -> Response:
    """Add the first child, with rules to begin with for its age."""
    form = await fill(request, ChildForm)
    added = await attempt(form, partial(add_child, desk), desk.speech)
    if added is None:
        choices_here = _child_choices(desk) | {"siblings": await family_children(desk)}
        return _screen(request, Step.CHILD, form, choices_here, status=422)
    return await _go(request, desk, Step.RULES)


@router.get("/setup/rules")
async def rules_page(request: Request, desk: TheDesk) -> Response:
    """Show in plain words what the first child may now do."""
    found = await _first_child(desk)
    if found is None:
        return redirect(request, Step.CHILD.path)
    child, policy = found
    agreed = await consenting.standing_of(desk.panel, child, desk.now)
    context = {
        "child": child,
        "lines": brief(policy, labels_of(desk.panel, desk.speech)),
        "wanted": agreed.wanted,
        "child_is_asked": Party.CHILD in agreed.needed,
        "words": consenting.said(desk.panel, desk.speech, Party.ADULT, agreed, child),
    }
    return _screen(request, Step.RULES, empty(), context)


@router.post("/setup/rules")
async def rules(request: Request, desk: TheDesk) -> Response:
    """Take the parent's agreement, where it was given, and go on to the device."""
    form, found = await fill(request, AgreeForm), await _first_child(desk)
    if found and form.model and form.model.agree:
        await consenting.agree(desk, found[0], form.model.seen)
    if form.model and form.model.another:
        return redirect(request, Step.CHILD.path)
    return await _go(request, desk, Step.DEVICE)


@router.get("/setup/device")
async def device_page(request: Request, desk: TheDesk) -> Response:
    """Ask for the first device."""
    found = await _first_child(desk)
    if found is None:
        return redirect(request, Step.CHILD.path)
    child = found[0]
    name = desk.speech.say("Phone of {child}", child=child.name)
    form = empty(name=name, kind="phone", system="android", child_ids=[child.id])
    return _screen(request, Step.DEVICE, form, await _device_choices(desk))


@router.post("/setup/device")
async def device(request: Request, desk: TheDesk) -> Response:
    """Add the first device: it gets a port of its own at the door."""
    form = await fill(request, DeviceForm)
    added = await attempt(form, partial(add_device, desk), desk.speech)
    if added is None:
        return _screen(request, Step.DEVICE, form, await _device_choices(desk), status=422)
    return await _go(request, desk, Step.CONNECT)


@router.get("/setup/connect")
async def connect_page(request: Request, desk: TheDesk) -> Response:
    """Show how to connect the device, and whether it is."""
    device = await _first_device(desk)
    if device is None:
        return redirect(request, Step.DEVICE.path)
    context = {
        "way": way_of(request, device),
        "device": device,
        "fresh": is_fresh(device, desk.now),
        "agreeing": await _still_to_agree(desk),
    }
    return _screen(request, Step.CONNECT, empty(), context)


@router.post("/setup/connect")
async def connect(request: Request, desk: TheDesk) -> Response:
    """Go on: what is not done yet can be done any time under Devices."""
    return await _go(request, desk, Step.NOTICES)


@router.post("/setup/later")
async def later(request: Request, desk: TheDesk) -> Response:
    """Leave the rest of the set-up for later."""
    await first_run.finish(desk.panel)
    return redirect(request, "/", to_say("You can add children and devices any time."))


async def _go(request: Request, desk: Desk, step: Step) -> Response:
    await first_run.move_forward(desk.panel, step)
    return redirect(request, step.path)


async def _first_child(desk: Desk) -> tuple[Child, Policy] | None:
    family = await family_children(desk)
    if not family:
        return None
    async with desk.panel.db.read() as store:
        version = await policies.current(store, family[-1].id)
    return family[-1], version.policy if version else Policy()


async def _still_to_agree(desk: Desk) -> Child | None:
    """Return the first child if it is to agree itself before sites are written down."""
    found = await _first_child(desk)
    if found is None:
        return None
    standing = await consenting.standing_of(desk.panel, found[0], desk.now)
    return found[0] if Party.CHILD in standing.missing else None


async def _first_device(desk: Desk) -> Device | None:
    known = await family_devices(desk)
    return known[-1] if known else None


def _child_choices(desk: Desk) -> dict[str, object]:
    years = range(desk.now.year, desk.now.year - OLDEST, -1)
    return {"colours": COLOURS, "pictures": PICTURES, "years": [str(year) for year in years]}


async def _device_choices(desk: Desk) -> dict[str, object]:
    return {
        "kinds": choices.options(choices.KINDS, desk.speech),
        "systems": choices.options(choices.SYSTEMS, desk.speech),
        "children": await family_children(desk),
    }


def _screen[M: BaseModel](
    request: Request,
    step: Step,
    form: Filled[M],
    context: dict[str, object],
    *,
    status: int = 200,
) -> Response:
    everything = {"form": form, "step": step, "steps": STEPS} | context
    return render(request, f"setup/{step.value}.html", everything, status=status)
