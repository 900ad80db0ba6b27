"""Joining a class: codes as people type them, words with a version, who may be the same child."""

import hashlib
from uuid import UUID

import pytest

from rules.joining import (
    AGREED,
    CHILD_AGREED,
    LENGTH,
    LETTERS,
    WORDING,
    alike,
    spaced,
    tidied,
    wording,
)
from rules.roster import Enrolled

CLASS = UUID(int=9)


def pupil(
    number: int, name: str, year: int = 2014, *, home: bool = True, own: str = ""
) -> Enrolled:
    return Enrolled(UUID(int=number), name, year, CLASS, "6A", own, at_home=home)


@pytest.mark.parametrize(
    "typed", ["ABCDEFGH", "abcd-efgh", " Abcd efgh ", "ABCD–EFGH", "0abcdefgh1"]
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert tidied(typed) == "ABCDEFGH"


def test_no_letter_of_a_code_looks_like_another_and_it_is_long_enough_to_guess_in_vain() -> None:
    assert not set("IL1O0") & set(LETTERS)
    assert len(LETTERS) ** LENGTH > 8 * 10**11
    assert tidied(spaced("ABCDEFGH")) == "ABCDEFGH"


def test_the_words_have_a_new_version_whenever_they_change() -> None:
    words = "\n".join(each.message for each in (*AGREED, *CHILD_AGREED))
    digest = hashlib.sha256(words.encode()).hexdigest()[:12]
    assert (WORDING, digest) == ("2026-11b", "5b5b964ec645"), "give WORDING a new version"


def test_every_word_is_about_this_child_this_class_and_this_adult() -> None:
    said = wording(child="Mai", group="6A, THCS Lê Lợi", adult="Hoa")
    assert len(said) == len(AGREED)
    assert all(each.values["child"] == "Mai" for each in said)


@pytest.mark.parametrize(
    ("who", "is_offered"),
    [
        (pupil(1, "Nguyễn  Mai"), True),
        (pupil(1, "nguyễn mai"), True),
        (pupil(1, "Nguyễn Mai (HS7)", own="HS7"), True),
        (pupil(1, "Nguyễn Mai", 2013), False),
        (pupil(1, "Nguyễn Mại"), False),
        (pupil(1, "Nguyễn Mai", home=False), False),
    ],
)
def test_of_the_roster_only_who_may_be_the_same_child_is_offered(
    who: Enrolled, is_offered: bool
) -> None:
    assert bool(alike("Nguyễn Mai", 2014, [who])) is is_offered
