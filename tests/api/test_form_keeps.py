"""The form of rules leaves alone what it does not show."""

from datetime import date

from api.pages.rules.compose import policy_of
from api.pages.rules.draft import draft_of
from api.pages.rules.parts import PARTS, draft_with
from rules.policy import Allowance, DateException, Floor, Policy, Span, UrlRule, Videos
from rules.presets import PRESETS, nd147
from rules.times import Like
from tests.rules.kit import hours

NIGHT = hours("21:00", "06:30").model_copy(
    update={"holiday": (Span(start="23:00", end="07:00"),), "exam": ()}
)
RICH = nd147(
    Policy(
        hours=(NIGHT,),
        allowances=(Allowance(scope="everything", minutes=(90,) * 7, week=500, carry=20),),
        lists={"fun": ("a.vn",)},
        urls=(UrlRule(scope="service:youtube", path="/shorts"),),
        videos=Videos(comments="block", channels=("@a",), videos=("dQw4w9WgXcQ",), only=True),
        services={"youtube-shorts": "block"},
        floors=(Floor(scope="category:games", minutes=180),),
        exceptions=(DateException(name="Tết", first=date(2027, 2, 5), like=Like.HOLIDAY),),
    )
)


def saved(policy: Policy) -> Policy | None:
    return policy_of(draft_of(policy), policy)


def by_scope(policy: Policy | None) -> dict[tuple[str, bool], Allowance]:
    assert policy is not None
    return {(each.scope, each.per_service): each for each in policy.allowances}


def test_saving_the_form_unchanged_changes_nothing():
    for policy in (*PRESETS.values(), RICH):
        after = saved(policy)
        assert by_scope(after) == by_scope(policy)
        assert after is not None
        assert after.model_copy(update={"allowances": policy.allowances}) == policy


def test_changed_minutes_keep_their_week():
    draft = draft_of(RICH)
    draft.allowances[0].week = "60"
    after = by_scope(policy_of(draft, RICH))[("everything", False)]
    assert (after.minutes[0], after.week, after.carry) == (60, 500, 20)


def test_a_week_painted_in_many_pieces_loses_none_and_too_many_are_told():
    for count in (30, 60):
        typed = {"hours.0.name": ["x"]}
        for number in range(count):
            row, minute = f"hours.0.window.{number}", number * 20
            typed |= {f"{row}.day": ["0"], f"{row}.start": [f"{minute // 60:02}:{minute % 60:02}"]}
            typed[f"{row}.end"] = [f"{(minute + 10) // 60:02}:{(minute + 10) % 60:02}"]
        draft = draft_with(PARTS["hours"], Policy(), typed)
        policy = policy_of(draft, Policy())
        if policy:
            assert len(policy.hours[0].windows) == count == 30
        else:
            assert (count, list(draft.errors)) == (60, ["hours.0"])
