"""Everything that is kept about one child, as a file for an adult, within what was agreed."""

import csv
import json
import zipfile
from dataclasses import asdict
from io import BytesIO, StringIO

from fastapi.encoders import jsonable_encoder

from api.errors import Refused
from api.needs import Desk
from api.trail import deed_said
from reports.weeks import local_day
from rules.compile import compile_child
from rules.minutes import count
from store import (
    alerts,
    asks,
    consents,
    earned,
    enrolments,
    household,
    ledger,
    letters,
    notices,
    policies,
    spent,
    tasks,
    visits,
)
from store.alerts import Whose
from store.children import Child
from store.visits import VisitFilter, VisitRow
from words.speech import to_say

MANY = 100_000
COLUMNS = ("last", "host", "category", "service", "action", "reason", "visits", "bytes_down")
RISKY = ("=", "+", "-", "@", "\t", "\r")
TOOK = to_say("took along everything kept about {child}")


async def everything_about(desk: Desk, child: Child) -> dict[str, object]:
    """Gather what is kept about a child; the ledger keeps that an adult did."""
    if not desk.adult.runs(child.group_id):
        raise Refused(403, "may-only-look")
    await desk.looked(TOOK, child_id=child.id, child=child.name)
    kept: dict[str, object] = {"made": desk.now, "about": asdict(child)}
    for gather in (_rules, _log, _agreed, _told):
        kept |= await gather(desk, child)
    encoded: dict[str, object] = jsonable_encoder(kept)
    return encoded


def zipped(kept: dict[str, object]) -> bytes:
    """Pack it: one JSON document with all of it, and the visits as a table."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(kept, ensure_ascii=False, indent=1))
        archive.writestr("visits.csv", _table(kept["visits"]))
    return out.getvalue()


def _table(rows: object) -> str:
    out = StringIO("\ufeff")
    out.seek(0, 2)
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    assert isinstance(rows, list)  # noqa: S101 gathered below
    for row in rows:
        writer.writerow([_harmless(str(row[name])) for name in COLUMNS])
    return out.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(RISKY) else text


async def _rules(desk: Desk, child: Child) -> dict[str, object]:
    last = local_day(desk.now, desk.family.zone)
    async with desk.panel.db.read() as store:
        versions = await policies.history(store, child.id)
        first = child.created.date()
        found = await spent.load_days(store, child.id, first=first, last=last)
        weeks = await letters.weeks(store, child.id)
        written = {week.isoformat(): await letters.find(store, child.id, week) for week in weeks}
    return {
        "rules": versions,
        "letters": {week: json.loads(text) for week, text in written.items() if text},
        "minutes": [
            {"day": day, "what": scope, "minutes": count(bits)}
            for (day, scope), bits in sorted(found.items())
        ],
    }


async def _log(desk: Desk, child: Child) -> dict[str, object]:
    async with desk.panel.db.read() as store:
        rules = await household.of_child(store, child.id, now=desk.now)
        names = compile_child(rules).privacy.names_sites
        wanted = VisitFilter(child_id=child.id)
        rows = [_shown(row, names=names) async for row in visits.export(store, wanted)]
        pages = await visits.pages(store, child_id=child.id, limit=MANY) if names else []
    return {"visits": rows, "pages": [asdict(page) for page in pages]}


def _shown(row: VisitRow, *, names: bool) -> dict[str, object]:
    """Show a visit as far as its level lets an adult see it."""
    return asdict(row) | ({} if names else {"host": "", "service": ""})


async def _agreed(desk: Desk, child: Child) -> dict[str, object]:
    last = local_day(desk.now, desk.family.zone)
    async with desk.panel.db.read() as store:
        return {
            "asks": await asks.list_of(store, child.id, now=desk.now, limit=MANY),
            "consents": await consents.list_of(store, child.id),
            "enrolments": await enrolments.of_child(store, child.id),
            "tasks": await tasks.list_of(store, child.id, now=desk.now),
            "credits": await earned.credits_of(
                store, child.id, first=child.created.date(), last=last
            ),
        }


async def _told(desk: Desk, child: Child) -> dict[str, object]:
    async with desk.panel.db.read() as store:
        told = await notices.list_of(store, [child.id], limit=MANY)
        heard = await alerts.list_of(store, Whose(frozenset({child.id})), limit=MANY)
        lines = await ledger.lines(store, child_id=child.id, limit=MANY)
    return {
        "notices": [asdict(each) for each in told],
        "alerts": [asdict(each) for each in heard],
        "ledger": [
            {"at": line.at, "who": line.by.name, "what": deed_said(desk.speech, line)}
            for line in lines
        ],
    }
