"""A child's policy: read it, replace it unless somebody was faster, look back, undo."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from api.errors import Refused
from api.needs import Desk, TheDesk, ThisChild
from api.rest.schemas import PolicyOut
from rules.policy import Policy
from store import policies
from store.children import Child
from store.errors import Conflict
from words.speech import to_say

router = APIRouter(tags=["rules"])
type IfMatch = Annotated[
    str | None,
    Header(
        description="The ETag that was read; 412 if it is not the newest.",
        pattern=r'^(\*|(W/)?"[0-9]{1,9}")$',
    ),
]


@router.get("/children/{child_id}/policy", summary="The policy in force")
async def show_policy(desk: TheDesk, child: ThisChild, response: Response) -> PolicyOut:
    """Return a child's own policy with its number; the ETag says the same."""
    async with desk.panel.db.read() as store:
        version = await policies.current(store, child.id)
    shown = PolicyOut.model_validate(version) if version else PolicyOut(number=0, policy=Policy())
    response.headers["ETag"] = f'"{shown.number}"'
    return shown


@router.put("/children/{child_id}/policy", summary="Replace the policy")
async def put_policy(
    desk: TheDesk,
    child: ThisChild,
    policy: Policy,
    response: Response,
    if_match: IfMatch = None,
) -> PolicyOut:
    """Append a version to a child's policy. With If-Match nothing of another adult is lost."""
    expected = None
    if if_match and if_match != "*":
        expected = int(if_match.removeprefix("W/").strip('"'))
    saved = await _save(desk, child, policy, expected)
    response.headers["ETag"] = f'"{saved.number}"'
    return saved


@router.get("/children/{child_id}/policy/history", summary="Earlier policies")
async def list_policies(desk: TheDesk, child: ThisChild) -> list[PolicyOut]:
    """Return the last 50 versions, newest first."""
    async with desk.panel.db.read() as store:
        versions = await policies.history(store, child.id)
    return [PolicyOut.model_validate(version) for version in versions]


@router.post("/children/{child_id}/policy/history/{number}/restore", summary="Undo")
async def restore_policy(desk: TheDesk, child: ThisChild, number: int) -> PolicyOut:
    """Append a copy of an earlier version."""
    what = to_say("brought back earlier rules of {child}")
    async with desk.change(what, child_id=child.id, child=child.name) as tx:
        version = await policies.restore(tx, child.id, min(number, 2**31 - 1))
    return PolicyOut.model_validate(version)


async def _save(desk: Desk, child: Child, policy: Policy, expected: int | None) -> PolicyOut:
    what = to_say("changed the rules of {child}")
    try:
        async with desk.change(what, child_id=child.id, child=child.name) as tx:
            version = await policies.save(tx, child.id, policy, expected=expected)
    except Conflict as error:
        raise Refused(412, "changed-meanwhile") from error
    return PolicyOut.model_validate(version)
