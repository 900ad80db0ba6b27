"""What a child may ask for where it was stopped."""

from datetime import UTC, datetime, timedelta

import pytest

from rules.asking import choices, lengths, may_ask
from rules.verdict import Action, Layer, Reason, Verdict
from rules.visit import UNLISTED, Known

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
GAME = Known(categories=("games",), services=("roblox",))


def stopped(reason: Reason, **more: object) -> Verdict:
    return Verdict(Action.BLOCK, reason, Layer.FAMILY, **more)


@pytest.mark.parametrize(
    ("known", "verdict", "url", "offered"),
    [
        (UNLISTED, stopped(Reason.BLOCK_LIST), "", ["site"]),
        (UNLISTED, stopped(Reason.URL), "https://a.example/x", ["page", "site"]),
        (UNLISTED, stopped(Reason.URL), "https://a.example/", ["site"]),
        (UNLISTED, stopped(Reason.URL), "https://a.example/x?token=1", ["site"]),
        (GAME, stopped(Reason.CATEGORY, rule="category:games"), "", ["site", "service"]),
        (
            GAME,
            stopped(Reason.ALLOWANCE, rule="category:games"),
            "",
            ["limit", "site", "service", "category", "everything"],
        ),
        (
            GAME,
            stopped(Reason.ALLOWANCE, rule="list:child/fun"),
            "",
            ["site", "service", "category", "everything"],
        ),
        (UNLISTED, stopped(Reason.PAUSED), "", ["site", "everything"]),
        (Known(never_open=True), stopped(Reason.HOURS), "https://a.vn/x", ["site", "everything"]),
    ],
)
def test_the_narrowest_that_helps_comes_first(known, verdict, url, offered) -> None:
    assert [each.key for each in choices("a.example", known, verdict, url)] == offered


def test_without_a_site_time_for_everything_is_asked_for() -> None:
    assert [each.key for each in choices("", UNLISTED, Verdict(Action.PASS, Reason.DEFAULT))] == [
        "everything"
    ]


def test_each_choice_makes_a_wish_of_its_own_scope() -> None:
    found = choices(
        "a.example", GAME, stopped(Reason.ALLOWANCE, rule="category:games"), "https://a.example/x"
    )
    wishes = {each.key: each.wish(15, "please") for each in found}
    assert wishes["limit"].counted
    assert wishes["page"].scope == "url:a.example/x"
    assert wishes["site"].scope == "site:a.example"
    assert wishes["everything"].scope == "everything"


@pytest.mark.parametrize("reason", [Reason.PORT, Reason.FAULT, Reason.BAD_CERTIFICATE])
def test_what_no_adult_may_open_is_not_asked_for(reason: Reason) -> None:
    assert not may_ask(stopped(reason))


def test_what_is_open_is_not_asked_for() -> None:
    assert not may_ask(Verdict(Action.PASS, Reason.HOURS))
    assert may_ask(stopped(Reason.HOURS))


def test_until_the_lesson_ends_is_the_last_length() -> None:
    lesson = stopped(Reason.HOURS, until=NOW + timedelta(minutes=42, seconds=10))
    assert lengths(lesson, NOW, little=False) == (15, 30, 60, 43)
    assert lengths(lesson, NOW, little=True) == (15, 30, 43)
    assert lengths(stopped(Reason.HOURS, until=NOW + timedelta(days=2)), NOW, little=False) == (
        15,
        30,
        60,
    )
    assert lengths(
        stopped(Reason.CATEGORY, until=NOW + timedelta(minutes=5)), NOW, little=True
    ) == (
        15,
        30,
    )
