"""Packs as values: one written form, and strict reading."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rules.pack import LARGEST, Pack, PackRefused, canonical, checked, parse, plain, refuse_newer
from rules.policy import Choice, Pause, Policy

MADE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PACK = Pack(name="Lớp 5", made=MADE, policy=Policy(categories={"games": Choice.BLOCK}))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def document(**changed) -> dict:
    return {"pack": plain(PACK) | changed, "key": "0" * 64, "signature": "0" * 128}


@given(st.dictionaries(st.text(), JSON))
def test_the_written_form_is_the_same_whatever_the_order_of_the_keys(value) -> None:
    backwards = dict(reversed(value.items()))
    assert canonical(value) == canonical(backwards)
    assert json.loads(canonical(value)) == value


def test_the_written_form_is_pinned() -> None:
    assert canonical(plain(PACK)).decode() == (
        '{"format":"haidang-pack","made":"2026-11-23T08:00:00Z","name":"Lớp 5",'
        '"policy":{"categories":{"games":"block"}},"version":1}'
    )


def test_a_pack_comes_back_as_it_was_without_the_pause_of_the_day() -> None:
    paused = PACK.model_copy(update={"policy": Policy(pause=Pause(by="Ana"))})
    assert checked({**document(), "pack": plain(paused)}).pack.policy == Policy()
    assert checked(document()).pack == PACK


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "no-json"),
        (b"\xff", "no-json"),
        (b"[" * 100_000, "no-json"),
        (b'{"pack": {}, "pack": {}}', "no-json"),
        (b'{"pack": {"name": NaN}}', "no-json"),
        (b"[]", "no-pack"),
        (b'{"pack": 1}', "no-pack"),
        (b" " * (LARGEST + 1), "too-large"),
    ],
)
def test_what_is_no_pack_is_refused_with_the_reason(data, code) -> None:
    with pytest.raises(PackRefused) as refused:
        parse(data)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "changed", [{"version": 2}, {"policy": {"version": 2}}, {"version": 7, "what": "ever"}]
)
def test_a_newer_pack_is_refused_before_anything_else_is_read(changed) -> None:
    with pytest.raises(PackRefused, match="update it") as refused:
        refuse_newer(document(**changed))
    assert refused.value.code == "newer"
    refuse_newer(document())


@pytest.mark.parametrize(
    ("changed", "code", "place"),
    [
        ({"colour": "red"}, "unknown-field", "pack/colour"),
        ({"policy": {"hoours": []}}, "unknown-field", "pack/policy/hoours"),
        ({"policy": {"allow": ["a b"]}}, "not-valid", "pack/policy/allow/0"),
        ({"name": ""}, "not-valid", "pack/name"),
        ({"made": "2026-11-23T08:00:00"}, "not-valid", "pack/made"),
        ({"version": 0}, "not-valid", "pack/version"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(changed, code, place) -> None:
    with pytest.raises(PackRefused) as refused:
        checked(document(**changed))
    assert (refused.value.code, refused.value.sentence.values["place"]) == (code, place)


def test_a_pack_needs_a_name_and_a_moment_with_its_zone() -> None:
    with pytest.raises(ValidationError):
        Pack(name="x", made=datetime(2026, 11, 23), policy=Policy())  # noqa: DTZ001 - meant
