"""Consent: who must agree, what holds meanwhile, and private hours."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

import pytest

from rules.compile import compile_child
from rules.consent import (
    ALWAYS,
    HEARD,
    KEPT,
    NOTHING,
    WORDING,
    Agreed,
    Consent,
    Party,
    agreed,
    is_asked,
    is_enough,
    parties,
)
from rules.counting import is_limited
from rules.decide import decide
from rules.family import ChildRules
from rules.policy import Allowance, Policy, Privacy, Window
from rules.verdict import Action, Layer
from rules.visit import Known, Visit

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
"""A Monday, 18:00 in Vietnam."""
ZONE = "Asia/Ho_Chi_Minh"
EVENING = Window(days=(0,), start="17:00", end="19:00")


def consent(party: Party, level: Privacy = Privacy.SITES, *, yes=True, words=True, back=False):
    return Consent(
        id=UUID(int=1),
        child_id=UUID(int=2),
        party=party,
        yes=yes,
        agreed=Agreed(level=level, words=words),
        version=WORDING,
        language="vi",
        wording="…",
        by="An",
        at=NOW,
        withdrawn=NOW if back else None,
    )


def child(policy: Policy, **more) -> ChildRules:
    about = {"id": UUID(int=2), "name": "An", "group_id": UUID(int=3), "zone": ZONE}
    return ChildRules(**about, layers=((Layer.CHILD, policy),), **more)


@pytest.mark.parametrize(("year", "asked"), [(2020, False), (2019, True), (2012, True)])
def test_a_child_is_asked_itself_from_the_year_in_which_it_turns_seven(year, asked) -> None:
    assert (Party.CHILD in parties(year, ZONE, NOW)) is asked
    assert Party.ADULT in parties(year, ZONE, NOW)


def test_the_year_is_that_of_the_child_and_not_of_the_machine() -> None:
    late = datetime(2026, 12, 31, 20, tzinfo=UTC)
    assert Party.CHILD not in parties(2020, "UTC", late)
    assert Party.CHILD in parties(2020, ZONE, late)


@pytest.mark.parametrize(
    ("given", "holds"),
    [
        ([], NOTHING),
        ([consent(Party.ADULT)], NOTHING),
        ([consent(Party.CHILD)], NOTHING),
        ([consent(Party.ADULT), consent(Party.CHILD, yes=False)], NOTHING),
        ([consent(Party.ADULT), consent(Party.CHILD, back=True)], NOTHING),
        ([consent(Party.ADULT), consent(Party.CHILD)], Agreed(level=Privacy.SITES)),
        (
            [consent(Party.ADULT, Privacy.PAGES), consent(Party.CHILD, Privacy.COUNTS)],
            Agreed(level=Privacy.COUNTS),
        ),
        (
            [consent(Party.ADULT), consent(Party.CHILD, words=False)],
            Agreed(level=Privacy.SITES, words=False),
        ),
    ],
)
def test_what_holds_is_the_least_that_everybody_agreed_to(given, holds) -> None:
    assert agreed({each.party: each for each in given}, (Party.ADULT, Party.CHILD)) == holds


def test_less_than_was_agreed_needs_no_new_answer_and_more_does() -> None:
    given = consent(Party.CHILD, Privacy.SITES, words=False)
    for level, words, enough in [
        (Privacy.COUNTS, False, True),
        (Privacy.SITES, False, True),
        (Privacy.SITES, True, False),
        (Privacy.PAGES, False, False),
    ]:
        wanted = Agreed(level=level, words=words)
        assert is_enough(given, wanted) is enough
        assert is_asked(given, wanted) is not enough


def test_who_said_no_is_not_asked_again_and_nobody_is_asked_for_minutes() -> None:
    wanted = Agreed(level=Privacy.SITES)
    assert is_asked(None, wanted)
    assert not is_asked(consent(Party.CHILD, yes=False), wanted)
    assert not is_asked(consent(Party.CHILD, back=True), wanted)
    assert not is_asked(None, NOTHING)


def test_the_words_have_a_new_version_whenever_they_change() -> None:
    words = [KEPT[party][level].message for party in Party for level in Privacy]
    words += [HEARD[party].message for party in Party]
    words += [each.message for party in Party for each in ALWAYS[party]]
    digest = hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]
    assert (WORDING, digest) == ("2026-11b", "e134da7b7193"), "give WORDING a new version"


def test_without_agreement_only_minutes_are_written_down_and_nobody_is_told() -> None:
    book = compile_child(child(Policy(privacy=Privacy.PAGES, searches=True), agreed=NOTHING))
    assert book.privacy is Privacy.MINUTES
    assert book.hears, "help on the spot stays"
    assert not book.tells
    site = Visit("site.example")
    assert decide(book, site, NOW, {}).action is Action.PASS, "nothing is opened for it either"


def test_in_private_hours_nothing_is_opened_to_be_written_down_and_the_end_is_known() -> None:
    book = compile_child(child(Policy(privacy=Privacy.PAGES, private_hours=(EVENING,))))
    site, later = Visit("site.example"), datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert book.privacy_at(NOW.timestamp()) is Privacy.MINUTES
    assert book.privacy_at(later.timestamp()) is Privacy.PAGES
    inside, outside = decide(book, site, NOW, {}), decide(book, site, later, {})
    assert (inside.action, inside.until) == (Action.PASS, later)
    assert outside.action is Action.ALLOW


def test_at_the_level_of_minutes_only_what_a_limit_counts_has_a_name() -> None:
    games = Policy(
        privacy=Privacy.MINUTES,
        allowances=(
            Allowance(scope="category:games"),
            Allowance(scope="category:social", per_service=True),
        ),
    )
    book = compile_child(child(games))
    roblox = Known(categories=("games",), services=("roblox",))
    tiktok = Known(categories=("social",), services=("tiktok",))
    kept = [
        (scope, is_limited(scope, book, (), known))
        for known in (roblox, tiktok)
        for scope in (
            "everything",
            f"category:{known.categories[0]}",
            f"service:{known.services[0]}",
        )
    ]
    assert kept == [
        ("everything", True),
        ("category:games", True),
        ("service:roblox", False),
        ("everything", True),
        ("category:social", True),
        ("service:tiktok", True),
    ]
