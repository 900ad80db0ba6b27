"""The word a door gives for a visitor: nobody else can write it, and it does not last."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.vouching import GOOD_FOR, Visitor, vouch, vouched

KEY = b"k" * 32
NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
VISITORS = st.builds(
    Visitor,
    device_id=st.none() | st.uuids(),
    address=st.ip_addresses().map(str),
    secure=st.booleans(),
    holds=st.booleans(),
)


@given(VISITORS)
def test_what_a_door_says_is_read_as_it_was_said(visitor: Visitor) -> None:
    assert vouched(KEY, vouch(KEY, visitor, NOW), NOW) == visitor


@given(VISITORS, st.integers(0, 200), st.integers(1, 255))
def test_a_word_with_one_byte_changed_is_no_word(visitor: Visitor, at: int, by: int) -> None:
    word = bytearray(vouch(KEY, visitor, NOW).encode())
    word[at % len(word)] ^= by
    assert vouched(KEY, bytes(word).decode("latin-1"), NOW) in (None, visitor)


@given(st.text(max_size=200))
def test_nonsense_is_no_word(text: str) -> None:
    assert vouched(KEY, text, NOW) is None


@pytest.mark.parametrize("late", [GOOD_FOR + 1, -GOOD_FOR - 1, 86_400])
def test_an_old_word_and_one_from_the_future_are_no_words(late: int) -> None:
    visitor = Visitor(UUID(int=7), "10.0.0.5")
    assert vouched(KEY, vouch(KEY, visitor, NOW), NOW + timedelta(seconds=late)) is None


def test_another_installation_vouches_for_nobody_here() -> None:
    visitor = Visitor(UUID(int=7), "10.0.0.5")
    assert vouched(b"o" * 32, vouch(KEY, visitor, NOW), NOW) is None
