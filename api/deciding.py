"""What an adult decides about a site or an app for one child: allow, block, limit, open a while."""

from dataclasses import dataclass
from typing import Literal

from api import verbs
from api.errors import Refused
from api.needs import Desk
from rules.family import Grant
from rules.policy import Choice
from rules.scope import ScopeKind, split
from rules.scope import service as of_service
from rules.scope import site as of_site
from store.children import Child

type Decision = Literal["allow", "block", "limit", "open"]


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of it: new rules of the child, or a grant."""

    number: int | None = None
    """Of the rules."""
    grant: Grant | None = None


def scope_of(desk: Desk, host: str, service: str) -> str:
    """Return the scope of a site, or of the app named instead. Raises Refused for no such app."""
    if not service:
        return of_site(host)
    if service not in desk.panel.catalogue.services:
        raise Refused(422, "service")
    return of_service(service)


async def decide(desk: Desk, child: Child, scope: str, decision: Decision, minutes: int) -> Decided:
    """Allow or block a site or an app, give it minutes a day, or open it for minutes from now."""
    kind, name = split(scope)
    if decision == "open":
        return Decided(grant=await verbs.open_for(desk, child, scope, minutes))
    if decision == "limit":
        return Decided(await verbs.limit(desk, child, scope, minutes))
    if kind is ScopeKind.SERVICE:
        return Decided(await verbs.choose_service(desk, child, name, Choice(decision)))
    return Decided(await verbs.list_site(desk, child, name, Choice(decision)))
