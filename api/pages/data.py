"""What is kept, for how long, and where: forget, take along, erase with proof, back up, restore."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import BaseModel
from starlette.responses import FileResponse

from api import proofs, upkeeping
from api.choosing import FEW, named
from api.errors import Refused
from api.forms import Filled, empty, fill
from api.needs import Desk, HouseDesk, TheDesk, ThisChild
from api.proof import ProvenDesk, ProvenHouse
from api.render import redirect, render
from api.routing import Router
from api.taking_along import everything_about, zipped
from api.upkeeping import KeepingForm, PlanForm
from rules.backups import Every
from store import keeping, rollups
from words.speech import to_say

router = Router()
HERE = "/settings/data"
ZIP = "application/zip"
MOST_KEPT = (3, 7, 14, 30)
EVERY = (
    (Every.NEVER, to_say("not by itself")),
    (Every.DAY, to_say("every day")),
    (Every.WEEK, to_say("every week")),
)


@router.get(HERE)
async def show(
    request: Request, desk: TheDesk, who: Annotated[str, Query(max_length=60)] = ""
) -> Response:
    """Show what is kept and what can be done with it; of many children those of a name."""
    return await _page(request, desk, who=who)


@router.post(f"{HERE}/keep")
async def ask_keep(request: Request, desk: HouseDesk) -> Response:
    """Show what would be forgotten, and ask."""
    form = await fill(request, KeepingForm)
    if form.model is None:
        return await _page(request, desk, keep=form, status=422)
    wanted = form.model.wanted
    if wanted == upkeeping.kept_now(desk.panel):
        return redirect(request, HERE, to_say("Nothing was changed."))
    context = {
        "wanted": wanted,
        "now_kept": upkeeping.kept_now(desk.panel),
        "gone": await upkeeping.would_forget(desk, wanted),
    }
    return render(request, "data/keep.html", context)


@router.post(f"{HERE}/keep/sure")
async def keep(request: Request, desk: ProvenHouse) -> Response:
    """Keep for so long from now on."""
    form = await fill(request, KeepingForm)
    if form.model is None:
        return await _page(request, desk, keep=form, status=422)
    await upkeeping.keep_for(desk, form.model.wanted)
    return redirect(request, HERE, to_say("Saved. What is older is forgotten the coming night."))


@router.get("/children/{child_id}/export.zip")
async def take_along(desk: ProvenDesk, child: ThisChild) -> Response:
    """Send everything that is kept about a child."""
    kept = await everything_about(desk, child)
    name = f"haidang-{child.id.hex[-6:]}-{desk.now:%Y-%m-%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(zipped(kept), media_type=ZIP, headers=headers)


@router.get("/children/{child_id}/erase")
async def ask_erase(request: Request, desk: TheDesk, child: ThisChild) -> Response:
    """Show what erasing a child would remove, and ask for its name."""
    if not desk.adult.runs(child.group_id):
        raise Refused(403, "may-only-look")
    tables = await proofs.counted(desk, child)
    context = {
        "child": child,
        "form": empty(),
        "counts": proofs.in_words(desk, tables),
        "backups": await upkeeping.all_backups(desk),
    }
    return render(request, "data/erase.html", context)


@router.get(f"{HERE}/receipts/{{number}}")
async def show_receipt(request: Request, desk: TheDesk, number: int) -> Response:
    """Show the proof of an erasure."""
    proof = await proofs.proof_of(desk, number)
    there = await upkeeping.all_backups(desk)
    context = {
        "proof": proof,
        "counts": proofs.in_words(desk, proof.receipt.tables),
        "backups": [each for each in there if each.at < proof.receipt.at],
        "runs_house": desk.runs_house,
    }
    return render(request, "data/receipt.html", context)


@router.post(f"{HERE}/backups")
async def back_up(request: Request, desk: HouseDesk) -> Response:
    """Make a backup now."""
    made = await upkeeping.back_up(desk)
    return redirect(request, f"{HERE}#backups", to_say("{file} was made."), file=made.name)


@router.post(f"{HERE}/backups/plan")
async def plan(request: Request, desk: HouseDesk) -> Response:
    """Choose how often a backup is made by itself."""
    form = await fill(request, PlanForm)
    if form.model is None:
        return await _page(request, desk, plan=form, status=422)
    await upkeeping.plan(desk, form.model)
    return redirect(request, f"{HERE}#backups", to_say("Saved."))


@router.get(f"{HERE}/backups/{{name}}")
async def download(desk: ProvenHouse, name: str) -> FileResponse:
    """Send a backup."""
    path = await upkeeping.backup_file(desk, name)
    return FileResponse(path, media_type="application/gzip", filename=name)


@router.post(f"{HERE}/backups/{{name}}/remove")
async def remove(request: Request, desk: ProvenHouse, name: str) -> Response:
    """Remove a backup for good."""
    await upkeeping.remove_backup(desk, name)
    return redirect(request, f"{HERE}#backups", to_say("{file} was removed."), file=name)


async def _page[M: BaseModel, N: BaseModel](
    request: Request,
    desk: Desk,
    *,
    keep: Filled[M] | None = None,
    plan: Filled[N] | None = None,
    who: str = "",
    status: int = 200,
) -> Response:
    now_kept, chosen = upkeeping.kept_now(desk.panel), await upkeeping.plan_of(desk)
    async with desk.panel.db.read() as store:
        oldest = await keeping.oldest(store) if desk.runs_house else (None, None)
    family = [child for child in await desk.children() if desk.adult.runs(child.group_id)]
    is_many = len(family) > FEW
    found = family if not is_many else named(family, who)[:FEW] if who else []
    context = {
        "now_kept": now_kept,
        "keep": keep or empty(visits_days=now_kept.visits_days, pages_days=now_kept.pages_days),
        "plan": plan or empty(every=chosen.every.value, keep=chosen.keep),
        "every": EVERY,
        "most": sorted({*MOST_KEPT, chosen.keep}),
        "hours_kept": max(rollups.KEPT.days, now_kept.visits_days),
        "oldest": oldest,
        "children": found,
        "is_many": is_many,
        "typed": who,
        "receipts": await proofs.receipts_of(desk),
        "backups": await upkeeping.all_backups(desk) if desk.runs_house else [],
        "runs_house": desk.runs_house,
        "makes_backups": desk.panel.db.is_sqlite,
        "folder": str(desk.panel.upkeep.backups) if desk.panel.upkeep else "data/backups",
    }
    return render(request, "data/index.html", context, status=status)
