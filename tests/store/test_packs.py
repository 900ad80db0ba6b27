"""Signed packs in the memory: what is believed, what is refused, what is put in force."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rules.pack import Pack, PackRefused, canonical, plain, to_sign
from rules.policy import Choice, Pause, Policy
from store import packs, policies
from store.change import change
from store.errors import NotFound

DRAFT = Policy(categories={"gambling": Choice.BLOCK}, block=("bad.example",))


async def exported(db, now, policy: Policy = DRAFT) -> bytes:
    async with db.write() as connection:
        return await packs.export(connection, Pack(name="Grade 5", made=now, policy=policy))


def foreign(now, key: Ed25519PrivateKey, **changed) -> bytes:
    document = plain(Pack(name="Ward", made=now, policy=DRAFT)) | changed
    signature = key.sign(to_sign(document)).hex()
    public = key.public_key().public_bytes_raw().hex()
    return canonical({"pack": document, "key": public, "signature": signature})


async def read(db, data: bytes):
    async with db.read() as connection:
        return await packs.read(connection, data)


async def refused(db, data: bytes) -> str:
    with pytest.raises(PackRefused) as why:
        await read(db, data)
    return why.value.code


async def test_our_own_pack_comes_back_and_becomes_the_newest_version(db, family, now) -> None:
    signed = await read(db, await exported(db, now))
    assert signed.pack.policy == DRAFT
    async with db.read() as connection:
        assert signed.key == await packs.public_key(connection)
    assert (await read(db, await exported(db, now))).key == signed.key
    async with change(db, by=family.ana, what="paused", now=now) as tx:
        await policies.save(tx, family.mia.id, Policy(pause=Pause(by="Ana")))
    async with change(db, by=family.ana, what="took a pack", now=now) as tx:
        version = await packs.put_in_force(tx, family.mia.id, signed.pack)
    assert (version.number, version.policy.block) == (3, ("bad.example",))
    assert version.policy.pause == Pause(by="Ana")


async def test_any_changed_letter_is_noticed_but_not_how_it_is_laid_out(db, now) -> None:
    data = await exported(db, now)
    laid_out = json.dumps(json.loads(data), indent=3).encode()
    assert await read(db, laid_out) == await read(db, data)
    for old, new in ((b"Grade 5", b"Grade 6"), (b"gambling", b"gambline"), (b"block", b"allow")):
        assert await refused(db, data.replace(old, new, 1)) == "bad-signature"
    document = json.loads(data)
    for field in ("key", "signature"):
        for wrong in ("", "zz", document[field][::-1], None):
            changed = json.dumps(document | {field: wrong}).encode()
            assert await refused(db, changed) == "bad-signature"


async def test_a_stranger_s_pack_is_taken_only_while_its_key_is_trusted(db, family, now) -> None:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw().hex()
    data = foreign(now, key)
    assert await refused(db, data) == "unknown-key"
    async with change(db, by=family.ana, what="trusted", now=now) as tx:
        await packs.trust(tx, public, "Ward 3")
        await packs.trust(tx, public, "Ward 3, Hải Phòng")
    assert (await read(db, data)).pack.name == "Ward"
    async with db.read() as connection:
        (known,) = await packs.trusted(connection)
    assert (known.key, known.name, known.by) == (public, "Ward 3, Hải Phòng", "Ana")
    async with change(db, by=family.ana, what="distrusted", now=now) as tx:
        await packs.distrust(tx, public)
    assert await refused(db, data) == "unknown-key"
    for nonsense in (public, "zz"):
        with pytest.raises(NotFound):
            async with change(db, by=family.ana, what="distrusted", now=now) as tx:
                await packs.distrust(tx, nonsense)


async def test_a_well_signed_pack_with_what_nobody_knows_is_refused(db, family, now) -> None:
    key = Ed25519PrivateKey.generate()
    async with change(db, by=family.ana, what="trusted", now=now) as tx:
        await packs.trust(tx, key.public_key().public_bytes_raw().hex(), "Ward")
    assert await refused(db, foreign(now, key, more="than we know")) == "unknown-field"
    assert await refused(db, foreign(now, key, version=2)) == "newer"
    assert await refused(db, foreign(now, key, policy={"unlisted": "maybe"})) == "not-valid"


@pytest.mark.parametrize("wrong", ["", "00", "zz" * 32, "00" * 33])
async def test_what_is_no_key_is_not_trusted(db, family, now, wrong) -> None:
    with pytest.raises(ValueError):
        async with change(db, by=family.ana, what="trusted", now=now) as tx:
            await packs.trust(tx, wrong, "x")
