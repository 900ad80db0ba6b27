"""Everything that is kept about a child, as data it can take along."""

from dataclasses import asdict
from datetime import timedelta

from fastapi.encoders import jsonable_encoder

from api.own.guests import Owner
from api.own.standing import rules_of
from api.trail import deed_said
from reports.weeks import local_day
from rules.minutes import count
from store import alerts, asks, consents, earned, enrolments, ledger, notices, spent, tasks, visits
from store.alerts import Whose
from store.visits import VisitFilter

MANY = 100_000
A_YEAR = 366


async def everything_of(owner: Owner) -> dict[str, object]:
    """Gather it: particulars, rules, minutes, visits, pages, asks, tasks, alerts, deeds."""
    child, rules = owner.child, await rules_of(owner)
    kept: dict[str, object] = {
        "made": owner.now,
        "about": {"name": child.name, "birth_year": child.birth_year, "language": child.language},
        "rules": [{"layer": layer, "policy": policy} for layer, policy in rules.layers],
        "grants": rules.grants,
    }
    for gather in (_minutes, _log, _agreed, _told):
        kept |= await gather(owner)
    encoded: dict[str, object] = jsonable_encoder(kept)
    return encoded


async def _minutes(owner: Owner) -> dict[str, object]:
    last = local_day(owner.now, owner.home.zone)
    first = last - timedelta(days=A_YEAR)
    async with owner.panel.db.read() as store:
        found = await spent.load_days(store, owner.child.id, first=first, last=last)
    return {
        "minutes": [
            {"day": day, "what": scope, "minutes": count(bitmap)}
            for (day, scope), bitmap in sorted(found.items())
        ]
    }


async def _log(owner: Owner) -> dict[str, object]:
    wanted = VisitFilter(child_id=owner.child.id)
    async with owner.panel.db.read() as store:
        rows = [asdict(row) async for row in visits.export(store, wanted)]
        pages = await visits.pages(store, child_id=owner.child.id, limit=MANY)
    return {"visits": rows, "pages": [asdict(page) for page in pages]}


async def _agreed(owner: Owner) -> dict[str, object]:
    last = local_day(owner.now, owner.home.zone)
    first = last - timedelta(days=A_YEAR)
    async with owner.panel.db.read() as store:
        return {
            "asks": await asks.list_of(store, owner.child.id, now=owner.now, limit=MANY),
            "consents": await consents.list_of(store, owner.child.id),
            "enrolments": await enrolments.of_child(store, owner.child.id),
            "tasks": await tasks.list_of(store, owner.child.id, now=owner.now),
            "credits": await earned.credits_of(store, owner.child.id, first=first, last=last),
        }


async def _told(owner: Owner) -> dict[str, object]:
    mine = Whose(frozenset({owner.child.id}))
    async with owner.panel.db.read() as store:
        told = await notices.list_of(store, [owner.child.id], limit=MANY)
        heard = await alerts.list_of(store, mine, limit=MANY)
        lines = await ledger.lines(store, child_id=owner.child.id, limit=MANY)
    return {
        "notices": [asdict(each) for each in told],
        # What adults noted for each other beside an alert is theirs.
        "alerts": [
            {key: value for key, value in asdict(each).items() if "comment" not in key}
            for each in heard
        ],
        "ledger": [
            {"at": line.at, "who": line.by.name, "what": deed_said(owner.speech, line)}
            for line in lines
        ],
    }
