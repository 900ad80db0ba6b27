"""A child's policy: read it, replace it unless somebody was faster, look back, undo."""

from typing import Annotated
from uuid import UUID

from fastapi import Header, Path, Query, Response

from api.errors import Refused
from api.needs import Desk, TheDesk, ThisChild
from api.rest.paging import Pages, ThePages
from api.rest.schemas import Changes, PolicyOut
from api.routing import Router
from rules import diff
from rules.policy import Policy
from store import policies
from store.children import Child
from store.errors import Conflict
from words.speech import to_say

router = Router(tags=["rules"])
type IfMatch = Annotated[
    str | None,
    Header(
        description="The ETag that was read; 412 if it is not the newest.",
        pattern=r'^(\*|(W/)?"[0-9]{1,9}")$',
    ),
]


type Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
type Since = Annotated[int | None, Query(ge=0, le=2**31 - 1)]


@router.get("/children/{child_id}/policy", summary="The policy in force")
async def show_policy(desk: TheDesk, child: ThisChild, response: Response) -> PolicyOut:
    """Return a child's own policy with its number; the ETag says the same."""
    return await policy_of(desk, child.id, response)


@router.put("/children/{child_id}/policy", summary="Replace the policy")
async def put_policy(
    desk: TheDesk,
    child: ThisChild,
    policy: Policy,
    response: Response,
    if_match: IfMatch = None,
) -> PolicyOut:
    """Append a version to a child's policy. With If-Match nothing of another adult is lost."""
    saved = await _save(desk, child, policy, expected_of(if_match))
    response.headers["ETag"] = f'"{saved.number}"'
    return saved


@router.get("/children/{child_id}/policy/history", summary="Earlier policies")
async def list_policies(desk: TheDesk, child: ThisChild, pages: ThePages) -> list[PolicyOut]:
    """Return the versions, newest first."""
    return await versions_of(desk, child.id, pages)


@router.get("/children/{child_id}/policy/history/{number}", summary="One earlier policy")
async def show_version(desk: TheDesk, child: ThisChild, number: Number) -> PolicyOut:
    """Return a version of a child's policy."""
    async with desk.panel.db.read() as store:
        return PolicyOut.model_validate(await policies.version(store, child.id, number))


@router.get("/children/{child_id}/policy/history/{number}/changes", summary="What changed")
async def show_changes(
    desk: TheDesk, child: ThisChild, number: Number, since: Since = None
) -> Changes:
    """Tell in words what differs between two versions; without `since`, from the one before."""
    return await changes_of(desk, child.id, number, since)


@router.post("/children/{child_id}/policy/history/{number}/restore", summary="Undo")
async def restore_policy(desk: TheDesk, child: ThisChild, number: Number) -> PolicyOut:
    """Append a copy of an earlier version."""
    what = to_say("brought back earlier rules of {child}")
    async with desk.change(what, child_id=child.id, child=child.name) as tx:
        version = await policies.restore(tx, child.id, number)
    return PolicyOut.model_validate(version)


async def versions_of(desk: Desk, owner_id: UUID, pages: Pages) -> list[PolicyOut]:
    """Return a page of the versions of somebody's rules, newest first."""
    (before,) = pages.after_row(int) or (None,)
    async with desk.panel.db.read() as store:
        found = await policies.history(store, owner_id, limit=pages.limit + 1, before=before)
    versions = pages.page(found, lambda one: (one.number,))
    return [PolicyOut.model_validate(version) for version in versions]


async def changes_of(desk: Desk, owner_id: UUID, number: int, since: int | None) -> Changes:
    """Tell in words what differs between two versions of somebody's rules."""
    before = number - 1 if since is None else since
    async with desk.panel.db.read() as store:
        new = await policies.version(store, owner_id, number)
        old = await policies.version(store, owner_id, before) if before else None
    told = diff.describe(old.policy if old else Policy(), new.policy)
    sentences = [desk.speech.sentence(sentence, desk.now) for sentence in told]
    return Changes(since=before, number=number, sentences=sentences)


async def policy_of(desk: Desk, owner_id: UUID, response: Response) -> PolicyOut:
    """Return the policy a child or a group has now, and say its number in the ETag."""
    async with desk.panel.db.read() as store:
        version = await policies.current(store, owner_id)
    shown = PolicyOut.model_validate(version) if version else PolicyOut(number=0, policy=Policy())
    response.headers["ETag"] = f'"{shown.number}"'
    return shown


def expected_of(if_match: str | None) -> int | None:
    """Read the number of the version that was read from an ETag, if one was sent."""
    if not if_match or if_match == "*":
        return None
    return int(if_match.removeprefix("W/").strip('"'))


async def _save(desk: Desk, child: Child, policy: Policy, expected: int | None) -> PolicyOut:
    what = to_say("changed the rules of {child}")
    try:
        async with desk.change(what, child_id=child.id, child=child.name) as tx:
            version = await policies.save(tx, child.id, policy, expected=expected)
    except Conflict as error:
        raise Refused(412, "changed-meanwhile") from error
    return PolicyOut.model_validate(version)
