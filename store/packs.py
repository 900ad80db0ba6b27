"""Signing packs and believing them: our own key, the keys we trust, and putting a pack in force.

The key that signs lies in the database, with everything else that a backup must hold.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.pack import (
    Pack,
    PackRefused,
    SignedPack,
    canonical,
    checked,
    parse,
    plain,
    refuse_newer,
    to_sign,
)
from rules.policy import Policy
from rules.sentences import Sentence
from store import facts, policies
from store.change import Change
from store.errors import NotFound
from store.insert import insert_into
from store.policies import PolicyVersion
from store.tables import pack_keys

SIGNING_KEY = "pack_signing_key"
"""The fact that holds our private key, as hex."""
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A key whose packs are taken."""

    key: str
    name: str
    added: datetime
    by: str


async def export(connection: AsyncConnection, pack: Pack) -> bytes:
    """Return a pack signed with our key, as a document to hand on; the first export makes the key.

    Needs a connection for writing.
    """
    key = await _signing_key(connection)
    document = plain(pack)
    signed = {
        "pack": document,
        "key": key.public_key().public_bytes_raw().hex(),
        "signature": key.sign(to_sign(document)).hex(),
    }
    return canonical(signed)


async def public_key(connection: AsyncConnection) -> str:
    """Return the key others need to trust our packs; empty until the first pack was made."""
    kept = await facts.find(connection, SIGNING_KEY)
    if kept is None:
        return ""
    return _read(kept).public_key().public_bytes_raw().hex()


async def read(connection: AsyncConnection, data: bytes) -> SignedPack:
    """Read a document and believe it. Raises PackRefused with the reason.

    Nothing of a pack is looked at more closely before its signature is.
    """
    document = parse(data)
    refuse_newer(document)
    key = _verified(document)
    if key not in {await public_key(connection), *(each.key for each in await trusted(connection))}:
        sentence = Sentence(
            "This pack was signed with a key nobody here trusts: {key}. "
            "Ask who made it for their key, compare, and add it.",
            {"key": key},
        )
        raise PackRefused("unknown-key", sentence)
    return checked(document)


async def put_in_force(
    tx: Change, owner_id: UUID, pack: Pack, *, expected: int | None = None
) -> PolicyVersion:
    """Make a pack's policy the newest of a group or child; a pause or lesson that runs goes on."""
    before = await policies.current(tx.connection, owner_id)
    now = before.policy if before else Policy()
    passing = {"pause": now.pause, "lesson": now.lesson}
    policy = Policy.model_validate(pack.policy.model_dump() | passing)
    return await policies.save(tx, owner_id, policy, expected=expected)


async def trust(tx: Change, key: str, name: str) -> None:
    """Take packs signed with a key from now on. Raises ValueError for what is no key."""
    if len(key) != 2 * KEY_BYTES:
        raise ValueError("a key has 64 letters and digits")
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    row = {"key": bytes.fromhex(key), "name": name, "added": tx.now, "by": tx.by.name}
    kept = insert_into(tx.connection, pack_keys).values(row)
    await tx.connection.execute(
        kept.on_conflict_do_update(index_elements=["key"], set_={"name": name})
    )


async def distrust(tx: Change, key: str) -> None:
    """Take no more packs signed with a key; rules that came so stay. Raises NotFound."""
    try:
        which = pack_keys.c.key == bytes.fromhex(key)
    except ValueError as error:
        raise NotFound from error
    if (await tx.connection.execute(sa.delete(pack_keys).where(which))).rowcount == 0:
        raise NotFound


async def trusted(connection: AsyncConnection) -> list[TrustedKey]:
    """Return the keys whose packs are taken, besides our own."""
    rows = await connection.execute(sa.select(pack_keys).order_by(pack_keys.c.name))
    return [TrustedKey(row.key.hex(), row.name, row.added, row.by) for row in rows]


def _verified(document: dict[str, object]) -> str:
    """Return the key a document was truly signed with. Raises PackRefused."""
    key, signature = document.get("key"), document.get("signature")
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(key)))
        public.verify(bytes.fromhex(str(signature)), to_sign(document["pack"]))
    except (ValueError, InvalidSignature) as error:
        sentence = Sentence("The signature does not fit: the pack was changed or damaged.", {})
        raise PackRefused("bad-signature", sentence) from error
    return public.public_bytes_raw().hex()


async def _signing_key(connection: AsyncConnection) -> Ed25519PrivateKey:
    kept = await facts.find(connection, SIGNING_KEY)
    if kept is None:
        made = Ed25519PrivateKey.generate()
        await facts.keep(connection, SIGNING_KEY, made.private_bytes_raw().hex())
        return made
    return _read(kept)


def _read(kept: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept))
