"""A site or an app: for one child from its record, or on the lists of every child."""

from typing import Annotated, Literal

from fastapi import Response
from pydantic import BaseModel, Field

from api import deciding, family_lists, verbs
from api.deciding import Decision
from api.errors import Misfit, Refused
from api.needs import TheDesk, ThisChild
from api.rest.rules import Number
from api.rest.schemas import GrantOut
from api.routing import Router
from rules.hosts import normalise
from rules.policy import Choice
from words.speech import to_say

router = Router(tags=["rules"])


class DecisionIn(BaseModel):
    host: Annotated[str, Field(min_length=1, max_length=253, examples=["example.com"])]
    service: Annotated[str, Field(max_length=60, examples=[""])] = ""
    """The app it belongs to, where the whole app is meant."""
    decision: Decision
    minutes: Annotated[int, Field(ge=0, le=1440)] = 30
    """A day, for `limit`; from now, for `open`."""


class DecidedOut(BaseModel):
    """What came of it: new rules, or a grant."""

    number: int | None
    """Of the rules; take it back with `policy/history/{number}/undo`."""
    grant: GrantOut | None


class ListedIn(BaseModel):
    choice: Literal["allow", "block"]


class ListedOut(BaseModel):
    site: str
    allowed: tuple[str, ...]
    """Names of the children on whose list of allowed sites it stands."""
    blocked: tuple[str, ...]


@router.post("/children/{child_id}/sites", status_code=201, summary="Decide about a site")
async def post_decision(desk: TheDesk, child: ThisChild, given: DecisionIn) -> DecidedOut:
    """Allow, block or limit a site or an app for a child, or open it for some minutes."""
    if given.decision == "open" and not given.minutes:
        raise Misfit("minutes", to_say("Give either minutes or a moment."))
    scope = deciding.scope_of(desk, _host(given.host), given.service)
    done = await deciding.decide(desk, child, scope, given.decision, given.minutes)
    grant = GrantOut.model_validate(done.grant) if done.grant else None
    return DecidedOut(number=done.number, grant=grant)


@router.post(
    "/children/{child_id}/policy/history/{number}/undo",
    status_code=204,
    summary="Take the newest change back",
)
async def undo_policy(desk: TheDesk, child: ThisChild, number: Number) -> Response:
    """Bring back the rules before a version, if it still is the newest; else 412."""
    if not await verbs.undo(desk, child, number):
        raise Refused(412, "changed-meanwhile")
    return Response(status_code=204)


@router.get("/family/sites/{host}", summary="On whose lists a site stands")
async def show_listed(desk: TheDesk, host: str) -> ListedOut:
    """Return on which children's lists a site stands."""
    return await _listed(desk, desk.panel.catalogue.site_of(_host(host)))


@router.put("/family/sites/{host}", summary="Allow or block a site for every child")
async def put_listed(desk: TheDesk, host: str, given: ListedIn) -> ListedOut:
    """Put a site on the same list of every child of the family: one change."""
    site = desk.panel.catalogue.site_of(_host(host))
    await family_lists.put(desk, site, Choice(given.choice))
    return await _listed(desk, site)


@router.delete("/family/sites/{host}", status_code=204, summary="Take a site off the lists")
async def delete_listed(desk: TheDesk, host: str) -> Response:
    """Take a site off both lists of every child of the family: one change."""
    await family_lists.take_off(desk, desk.panel.catalogue.site_of(_host(host)))
    return Response(status_code=204)


async def _listed(desk: TheDesk, site: str) -> ListedOut:
    found = await family_lists.listing_of(desk, site)
    return ListedOut(site=site, allowed=found.allowed, blocked=found.blocked)


def _host(text: str) -> str:
    try:
        return normalise(text)
    except ValueError as error:
        raise Misfit("host", to_say("Please write a site like example.com.")) from error
