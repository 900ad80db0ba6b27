"""What is kept, for how long and where, as JSON: keeping, taking along, proofs, backups."""

from datetime import datetime
from typing import Any

from fastapi import Response
from starlette.responses import FileResponse

from api import proofs, upkeeping
from api.needs import HouseDesk, TheDesk, ThisChild
from api.proof import ProvenDesk, ProvenHouse
from api.rest.paging import ThePages, falling
from api.rest.schemas import Noun
from api.rest.tags import TheTag, parts
from api.routing import Router
from api.taking_along import everything_about
from api.upkeeping import KeepingForm, PlanForm
from store import backups
from store.database import Connection

router = Router(tags=["data"])
PLAN = tuple(PlanForm.model_fields)


class KeepingOut(Noun):
    """Days that are kept."""

    visits_days: int
    """Of visits, alerts and what children were told."""
    pages_days: int
    """Of pages, searches, videos and the words of alerts."""


class ForgottenOut(Noun):
    """Rows that are older than would be kept."""

    visits: int
    pages: int
    alerts: int
    notices: int


class ReceiptOut(Noun):
    """The proof of an erasure."""

    number: int
    """The line of the ledger."""
    at: datetime
    by: str
    rows: int
    tables: dict[str, int]
    """Rows by table."""
    redacted: int
    """Lines of the ledger that said the name, and do not any more."""
    hash: str
    """The seal of the line."""


class ProofOut(ReceiptOut):
    """A receipt with what was cleared away after it."""

    holds: bool
    """Whether the chain of the ledger is as it was written."""
    spooled: int
    """Records that waited on disk."""
    clean: bool
    """Whether the database's files were written anew."""


class BackupOut(Noun):
    name: str
    at: datetime
    size: int
    """Bytes."""


@router.get("/keeping", summary="For how long is kept")
async def show_keeping(desk: TheDesk, tag: TheTag) -> KeepingOut:
    """Return how many days are kept; the children's pages say the same."""
    kept = KeepingOut.model_validate(upkeeping.kept_now(desk.panel))
    tag.tell(kept)
    return kept


@router.put("/keeping", summary="Change for how long is kept")
async def put_keeping(desk: ProvenHouse, given: KeepingForm, tag: TheTag) -> KeepingOut:
    """Keep for so long from now on; what is older goes with the next night."""

    async def now(_: Connection) -> object:
        return KeepingOut.model_validate(upkeeping.kept_now(desk.panel))

    await upkeeping.keep_for(tag.guard(desk, now), given.wanted)
    kept = KeepingOut.model_validate(given.wanted)
    tag.tell(kept)
    return kept


@router.post("/keeping/rehearsal", summary="What would be forgotten")
async def rehearse_keeping(desk: HouseDesk, given: KeepingForm) -> ForgottenOut:
    """Count what a change would forget; nothing is changed."""
    return ForgottenOut.model_validate(await upkeeping.would_forget(desk, given.wanted))


@router.get("/children/{child_id}/export", summary="Everything kept about a child")
async def export_child(desk: ProvenDesk, child: ThisChild) -> dict[str, Any]:
    """Return all of it, within what was agreed; the ledger keeps that you took it."""
    return await everything_about(desk, child)


@router.get("/children/{child_id}/erasure", summary="What erasing a child would remove")
async def count_child(desk: TheDesk, child: ThisChild) -> dict[str, int]:
    """Count the rows about a child, by table."""
    return await proofs.counted(desk, child)


@router.get("/erasures", summary="Proofs of erasing")
async def list_erasures(desk: TheDesk, pages: ThePages) -> list[ReceiptOut]:
    """Return the receipts of the groups the adult runs, newest first."""
    shown = pages.cut(await proofs.receipts_of(desk), lambda one: (-one.number,))
    return [ReceiptOut.model_validate(each) for each in shown]


@router.get("/erasures/{number}", summary="One proof")
async def show_erasure(desk: TheDesk, number: int) -> ProofOut:
    """Return a receipt, with what was cleared away after it and whether the chain holds."""
    found = await proofs.proof_of(desk, number)
    return ProofOut(
        **ReceiptOut.model_validate(found.receipt).model_dump(),
        holds=found.holds,
        spooled=found.swept.spooled if found.swept else 0,
        clean=found.swept is not None and found.swept.clean,
    )


@router.get("/backups", summary="Backups on this machine")
async def list_backups(desk: HouseDesk, pages: ThePages) -> list[BackupOut]:
    """Return every backup, the newest first."""
    found = await upkeeping.all_backups(desk)
    shown = pages.cut(found, lambda one: (falling(one.at), one.name))
    return [BackupOut.model_validate(each) for each in shown]


@router.post("/backups", status_code=201, summary="Back up now")
async def post_backup(desk: HouseDesk) -> BackupOut:
    """Make a backup: database, certificates, keys and lists in one file."""
    return BackupOut.model_validate(await upkeeping.back_up(desk))


@router.get("/backup-plan", summary="How often a backup is made by itself")
async def show_plan(desk: HouseDesk, tag: TheTag) -> PlanForm:
    """Return the plan."""
    chosen = await upkeeping.plan_of(desk)
    tag.tell(parts(chosen, PLAN))
    return PlanForm(every=chosen.every, keep=chosen.keep)


@router.put("/backup-plan", summary="Change how often a backup is made")
async def put_plan(desk: HouseDesk, given: PlanForm, tag: TheTag) -> PlanForm:
    """Choose how often a backup is made, and how many of the newest are kept."""

    async def now(store: Connection) -> object:
        return parts(await backups.plan_of(store), PLAN)

    await upkeeping.plan(tag.guard(desk, now), given)
    tag.tell(parts(given, PLAN))
    return given


@router.get("/backups/{name}", summary="Download a backup", response_class=FileResponse)
async def get_backup(desk: ProvenHouse, name: str) -> FileResponse:
    """Send the file; the ledger keeps who took it."""
    path = await upkeeping.backup_file(desk, name)
    return FileResponse(path, media_type="application/gzip", filename=name)


@router.delete("/backups/{name}", status_code=204, summary="Remove a backup")
async def delete_backup(desk: ProvenHouse, name: str) -> Response:
    """Remove a backup for good."""
    await upkeeping.remove_backup(desk, name)
    return Response(status_code=204)
