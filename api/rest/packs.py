"""Signed packs: export, import, and the keys that are trusted."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel, Field

from api.errors import Misfit, Refused
from api.grouping import ChangedGroup, ThisGroup
from api.needs import Desk, TheDesk, ThisChild
from api.people import Plain
from api.rest.schemas import Noun, PolicyOut
from api.routing import Router
from rules import pack
from rules.pack import Pack, PackRefused
from rules.policy import Policy
from store import packs, policies
from words.speech import to_say

router = Router(tags=["packs"])
DOCUMENT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A signed pack; see /api/v1/pack.schema.json.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}
WHAT = to_say("took the pack “{pack}” as rules of {owner}")


class PackIn(BaseModel):
    name: Annotated[Plain, Field(min_length=1, max_length=120)]
    about: Annotated[str, Field(max_length=2000)] = ""


class KeyIn(BaseModel):
    key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    name: Annotated[Plain, Field(min_length=1, max_length=120)]


class KeyOut(Noun):
    key: str
    name: str
    by: str


class Keys(BaseModel):
    own: str
    """The key of this installation: give it to those who shall trust your packs."""
    trusted: list[KeyOut]


@router.get("/pack.schema.json", summary="The JSON schema of packs")
async def show_schema() -> dict[str, Any]:
    """Return the JSON schema of a signed pack."""
    return pack.schema()


@router.post("/children/{child_id}/policy/pack", summary="Export a child's rules")
async def export_child(desk: TheDesk, child: ThisChild, given: PackIn) -> Response:
    """Return a child's own rules as a signed pack, without a pause."""
    return await _export(desk, child.id, given, child_id=child.id)


@router.put("/children/{child_id}/policy/pack", summary="Import", openapi_extra=DOCUMENT)
async def import_child(desk: TheDesk, child: ThisChild, request: Request) -> PolicyOut:
    """Replace a child's own rules by those of a signed pack."""
    return await _import(desk, child.id, child.name, request, child_id=child.id)


@router.post("/groups/{group_id}/policy/pack", summary="Export the rules of a group")
async def export_group(desk: TheDesk, group: ThisGroup, given: PackIn) -> Response:
    """Return a group's rules as a signed pack."""
    return await _export(desk, group.id, given)


@router.put("/groups/{group_id}/policy/pack", summary="Import", openapi_extra=DOCUMENT)
async def import_group(desk: TheDesk, group: ChangedGroup, request: Request) -> PolicyOut:
    """Replace a group's rules by those of a signed pack."""
    return await _import(desk, group.id, group.name, request)


@router.get("/pack-keys", summary="Keys of packs")
async def list_keys(desk: TheDesk) -> Keys:
    """Return our own key and those whose packs are taken."""
    async with desk.panel.db.read() as store:
        found = await packs.trusted(store)
        own = await packs.public_key(store)
    return Keys(own=own, trusted=[KeyOut.model_validate(key) for key in found])


@router.post("/pack-keys", status_code=204, summary="Trust a key")
async def post_key(desk: TheDesk, given: KeyIn) -> Response:
    """Take packs signed with a key from now on."""
    try:
        async with desk.change(to_say("trusted the packs of {name}"), name=given.name) as tx:
            await packs.trust(tx, given.key, given.name)
    except ValueError as error:
        raise Misfit("key", to_say("This is no key of packs.")) from error
    return Response(status_code=204)


@router.delete("/pack-keys/{key}", status_code=204, summary="Trust a key no more")
async def delete_key(desk: TheDesk, key: str) -> Response:
    """Take no more packs signed with a key; rules that came so stay."""
    async with desk.change(to_say("trusts a key of packs no more")) as tx:
        await packs.distrust(tx, key)
    return Response(status_code=204)


async def _export(
    desk: Desk, owner_id: UUID, given: PackIn, *, child_id: UUID | None = None
) -> Response:
    what = to_say("made the pack “{pack}”")
    async with desk.panel.db.write() as store:
        version = await policies.current(store, owner_id)
        made = Pack(
            name=given.name,
            about=given.about,
            by=desk.adult.name,
            made=desk.now,
            policy=version.policy if version else Policy(),
        )
        document = await packs.export(store, made)
        await desk.looked_in(store, what, {child_id: {"pack": given.name}})
    about = {"Content-Disposition": 'attachment; filename="haidang-pack.json"'}
    return Response(document, media_type="application/json", headers=about)


async def _import(
    desk: Desk, owner_id: UUID, owner: str, request: Request, *, child_id: UUID | None = None
) -> PolicyOut:
    data = await request.body()
    try:
        async with desk.panel.db.read() as store:
            signed = await packs.read(store, data)
    except PackRefused as error:
        said = error.sentence
        raise Refused(422, f"pack-{error.code}", said.message, dict(said.values)) from error
    async with desk.change(WHAT, child_id=child_id, pack=signed.pack.name, owner=owner) as tx:
        return PolicyOut.model_validate(await packs.put_in_force(tx, owner_id, signed.pack))
