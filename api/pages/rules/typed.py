"""Reads the rules form as a browser sends it: rows are named `hours.0.window.1.start`."""

from collections.abc import Mapping

from api.pages.rules.draft import MOST, AllowanceDraft, Draft, HoursDraft, WindowDraft
from api.pages.rules.sent import sent_typed
from api.pages.rules.videos import videos_typed
from rules.policy import DAYS, Choice, HoursEffect, Privacy, YouTube
from rules.scope import EVERYTHING

MOST_WINDOWS = 84
"""More than rules may have: whoever paints so many is told, and loses none."""

type Typed = Mapping[str, list[str]]


def draft_typed(typed: Typed) -> Draft:
    """Read the form as it was sent."""
    return Draft(
        blocked=frozenset(typed.get("blocked", [])),
        hours=[_hours_typed(typed, f"hours.{number}") for number in _numbers(typed, "hours")],
        allowances=[
            _allowance_typed(typed, f"allowance.{number}")
            for number in _numbers(typed, "allowance")
        ],
        allow=_one(typed, "allow"),
        block=_one(typed, "block"),
        unlisted=_one(typed, "unlisted", Choice.ALLOW),
        unnamed=Choice.BLOCK if "unnamed" in typed else Choice.ALLOW,
        safe_search="safe_search" in typed,
        unsafe_search=Choice.BLOCK if "unsafe_search" in typed else Choice.ALLOW,
        read_pages="read_pages" in typed,
        youtube=_one(typed, "youtube", YouTube.OFF),
        videos=videos_typed(typed),
        searches="searches" in typed,
        let_finish=_one(typed, "let_finish"),
        slow_lane=_one(typed, "slow_lane"),
        sent=sent_typed(typed),
        privacy=_one(typed, "privacy", Privacy.SITES),
        private=_windows_typed(typed, "private"),
        wanted=_one(typed, "q")[:80],
    )


def _hours_typed(typed: Typed, row: str) -> HoursDraft:
    windows = _windows_typed(typed, f"{row}.window")
    return HoursDraft(
        _one(typed, f"{row}.name"),
        _one(typed, f"{row}.scope", EVERYTHING),
        _one(typed, f"{row}.effect", HoursEffect.CLOSED),
        windows,
    )


def _windows_typed(typed: Typed, rows: str) -> list[WindowDraft]:
    return [
        WindowDraft(
            tuple(typed.get(f"{rows}.{number}.day", [])),
            _one(typed, f"{rows}.{number}.start"),
            _one(typed, f"{rows}.{number}.end"),
        )
        for number in _numbers(typed, rows, MOST_WINDOWS)
    ]


def _allowance_typed(typed: Typed, row: str) -> AllowanceDraft:
    return AllowanceDraft(
        _one(typed, f"{row}.scope", EVERYTHING),
        _one(typed, f"{row}.week"),
        _one(typed, f"{row}.weekend"),
        tuple(_one(typed, f"{row}.day.{day}") for day in DAYS),
    )


def _one(typed: Typed, name: str, otherwise: str = "") -> str:
    found = typed.get(name)
    return found[0].strip() if found else otherwise


def _numbers(typed: Typed, rows: str, most: int = MOST) -> list[int]:
    """Find the rows of a kind that were sent, in order."""
    tails = (
        name.removeprefix(f"{rows}.").partition(".")[0]
        for name in typed
        if name.startswith(f"{rows}.")
    )
    return sorted({int(tail) for tail in tails if tail.isdecimal()})[:most]
