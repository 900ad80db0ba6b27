"""Apps on the page of rules: those a child uses most, and those fetched when they are wanted."""

from collections import Counter
from datetime import timedelta

from fastapi import Request
from starlette.responses import Response

from api.labels import labels_of
from api.needs import Desk
from api.pages.rules.beside import beside_of
from api.pages.rules.choices import choices_of
from api.pages.rules.parts import PARTS
from api.pages.rules.whose import Whose
from api.render import render
from reports.weeks import local_day
from rules.minutes import count
from rules.policy import Policy
from rules.scope import ScopeKind, split
from store import policies, spent

LAST_DAYS = 6
MOST_USED = 8


async def used_by(desk: Desk, whose: Whose) -> tuple[str, ...]:
    """Name the apps a child used most in the last days, the most used first."""
    if whose.child is None:
        return ()
    today = local_day(desk.now, desk.family.zone)
    async with desk.panel.db.read() as store:
        found = await spent.load_days(
            store, whose.child.id, first=today - timedelta(days=LAST_DAYS), last=today
        )
    minutes: Counter[str] = Counter()
    for (_, scope), bits in found.items():
        kind, name = split(scope)
        if kind is ScopeKind.SERVICE:
            minutes[name] += count(bits)
    return tuple(name for name, _ in minutes.most_common(MOST_USED))


async def rows(request: Request, desk: Desk, whose: Whose, *, wanted: str, kind: str) -> Response:
    """Give the apps of a name, or of a kind, as rows of the form."""
    labels = labels_of(desk.panel, desk.speech)
    choices = choices_of(labels)
    async with desk.panel.db.read() as store:
        version = await policies.current(store, whose.owner.id)
    policy = version.policy if version else Policy()
    context = {
        "apps": choices.found(wanted) if wanted else choices.of_kind(kind),
        "decided": policy.services,
        "wanted": wanted,
        "beside": beside_of(desk, whose, PARTS["apps"], policy, labels),
    }
    return render(request, "rules/_found.html", context)


def scopes(request: Request, desk: Desk) -> Response:
    """Give everything that hours and limits can be about, as options."""
    choices = choices_of(labels_of(desk.panel, desk.speech))
    return render(request, "rules/_options.html", {"scopes": choices.named("", every=True)})
