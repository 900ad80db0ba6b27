"""Packs: a policy to hand on, as a signed JSON document that is the same bytes everywhere.

What is signed is the canonical form of `pack`: keys in order, no blanks, UTF-8. Whoever reads a
pack refuses what it does not know: an unknown field could be the rule that matters.
"""

import json
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field, ValidationError

from rules.misfits import place_of, told
from rules.policy import Frozen, Policy
from rules.sentences import Sentence

FORMAT: Final = "haidang-pack"
VERSION: Final = 1
LARGEST = 1_000_000
"""Bytes; lists of tens of thousands of sites fit."""
PROLOGUE = f"{FORMAT} {VERSION}\n".encode()
"""Goes before what is signed, so that a signature made for something else never fits a pack."""


class PackRefused(Exception):  # noqa: N818 it is an answer, not a fault
    """A pack that cannot be taken; the sentence says why, the code is for programs."""

    def __init__(self, code: str, sentence: Sentence) -> None:
        super().__init__(sentence.message)
        self.code = code
        self.sentence = sentence


class Pack(Frozen):
    """A policy with its name and who made it."""

    format: Literal["haidang-pack"] = FORMAT
    version: Literal[1] = VERSION
    name: Annotated[str, Field(min_length=1, max_length=120)]
    about: Annotated[str, Field(max_length=2000)] = ""
    by: Annotated[str, Field(max_length=120)] = ""
    made: AwareDatetime
    policy: Policy


class SignedPack(Frozen):
    """A pack with the key it was signed with (Ed25519, 32 bytes) and its signature (64 bytes)."""

    pack: Pack
    key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


def canonical(value: object) -> bytes:
    """Return a JSON value in its one written form."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def to_sign(document: object) -> bytes:
    """Return the bytes a signature is made over, given the document's `pack` as plain JSON."""
    return PROLOGUE + canonical(document)


def plain(pack: Pack) -> dict[str, object]:
    """Return a pack as plain JSON values; what is as always is left out."""
    policy = pack.policy.model_copy(update={"pause": None, "lesson": None})
    whole = pack.model_copy(update={"policy": policy})
    return whole.model_dump(mode="json", exclude_defaults=True) | {
        "format": FORMAT,
        "version": VERSION,
    }


def schema() -> dict[str, object]:
    """Return the JSON schema of a signed pack."""
    found = SignedPack.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def parse(data: bytes) -> dict[str, object]:
    """Read a document as plain JSON: no key twice, no number that is none. Raises PackRefused."""
    if len(data) > LARGEST:
        raise PackRefused("too-large", Sentence("This pack is too large.", {}))
    try:
        document = json.loads(data, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise PackRefused("no-json", Sentence("This is no JSON document.", {})) from error
    if not isinstance(document, dict) or not isinstance(document.get("pack"), dict):
        raise PackRefused("no-pack", Sentence("This is no pack of Hải Đăng.", {}))
    return document


def refuse_newer(document: dict[str, object]) -> None:
    """Refuse a pack of a newer version before anything else about it can be misread."""
    pack = document["pack"]
    assert isinstance(pack, dict)  # noqa: S101 `parse` has looked
    policy = pack.get("policy")
    versions = [pack.get("version"), policy.get("version", 1) if isinstance(policy, dict) else 1]
    newer = [version for version in versions if isinstance(version, int) and version > VERSION]
    if newer:
        sentence = Sentence(
            "This pack is of version {version}, and this program knows up to {known}: update it.",
            {"version": max(newer), "known": VERSION},
        )
        raise PackRefused("newer", sentence)


def checked(document: dict[str, object]) -> SignedPack:
    """Return a document as the pack it is; refuses fields nobody knows. Raises PackRefused."""
    try:
        return SignedPack.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = place_of(first)
        if first["type"] == "extra_forbidden":
            unknown = Sentence("This pack has a field nobody knows: {place}.", {"place": place})
            raise PackRefused("unknown-field", unknown) from error
        values = {"place": place, "problem": told(first)}
        wrong = Sentence("Something in this pack does not fit: {place}: {problem}", values)
        raise PackRefused("not-valid", wrong) from error


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        msg = "a key stands twice"
        raise ValueError(msg)
    return found


def _no_number(name: str) -> object:
    msg = f"{name} is no number"
    raise ValueError(msg)
