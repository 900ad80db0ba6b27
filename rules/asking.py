"""What a child may ask for where it was stopped: the narrowest first, and for how long.

The choices follow from what is known of the host, not from what a link says: a link can only name
what is asked for, and an adult answers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from rules.asks import MOST_MINUTES, Wish
from rules.scope import EVERYTHING, ScopeKind, category, channel, page, service, site, split, video
from rules.verdict import Reason, Verdict
from rules.visit import Known

LENGTHS = (15, 30, 60)
FOR_LITTLE_ONES = (15, 30)
BEYOND_HOURS = frozenset({Reason.HOURS, Reason.PAUSED, Reason.ALLOWANCE})
"""What stops also what is allowed in principle."""
ASKABLE = BEYOND_HOURS | {
    Reason.BLOCK_LIST,
    Reason.SERVICE,
    Reason.CATEGORY,
    Reason.LOOKS_LIKE,
    Reason.UNKNOWN_SITE,
    Reason.URL,
    Reason.CHANNEL,
    Reason.UNSAFE_SEARCH,
    Reason.LESSON,
}
"""Why something was stopped that an adult may open."""
COUNTABLE = frozenset({ScopeKind.EVERYTHING, ScopeKind.CATEGORY, ScopeKind.SERVICE})


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to ask for."""

    key: str
    scope: str
    counted: bool = False
    """More minutes of an allowance, rather than a stretch by the clock."""

    def wish(self, minutes: int, reason: str, url: str = "") -> Wish:
        """Ask for it. Raises ValueError for what does not fit."""
        return Wish(scope=self.scope, url=url, minutes=minutes, counted=self.counted, reason=reason)


def of_videos(number: str, channel_name: str) -> tuple[Choice, ...]:
    """List what may be asked for where a video or channel was not among those that play."""
    found = [Choice("video", video(number))] if number else []
    return (*found, Choice("channel", channel(channel_name))) if channel_name else tuple(found)


def may_ask(verdict: Verdict) -> bool:
    """Tell whether an adult could open what was stopped so."""
    return verdict.blocks and verdict.reason in ASKABLE


def choices(site_name: str, known: Known, verdict: Verdict, url: str = "") -> tuple[Choice, ...]:
    """List what may be asked for, what helps at once first; `site_name` is empty for no site."""
    found = [*_of_limit(verdict), *_of_site(site_name, known, verdict, url), *_of_all(verdict)]
    if not found:
        found = [Choice("everything", EVERYTHING)]
    return tuple({(each.scope, each.counted): each for each in reversed(found)}.values())[::-1]


def lengths(verdict: Verdict, now: datetime, *, little: bool) -> tuple[int, ...]:
    """List for how many minutes; last, where hours or a pause end today, until they end."""
    usual = FOR_LITTLE_ONES if little else LENGTHS
    end = minutes_to_end(verdict, now)
    return usual if end is None or end in usual else (*usual, end)


def minutes_to_end(verdict: Verdict, now: datetime) -> int | None:
    """Tell how long the hours (a lesson, bedtime) or the pause go on that stop this."""
    if verdict.reason not in (Reason.HOURS, Reason.PAUSED) or verdict.until is None:
        return None
    left = ceil((verdict.until - now).total_seconds() / 60)
    return left if 0 < left <= MOST_MINUTES else None


def _of_limit(verdict: Verdict) -> Iterator[Choice]:
    if verdict.reason is Reason.ALLOWANCE and split(verdict.rule)[0] in COUNTABLE:
        yield Choice("limit", verdict.rule, counted=True)


def _of_site(site_name: str, known: Known, verdict: Verdict, url: str) -> Iterator[Choice]:
    if not site_name:
        return
    if url and not known.never_open:
        yield from _of_page(url)
    yield Choice("site", site(site_name))
    if known.services:
        yield Choice("service", service(known.services[0]))
    # What a family blocks as a whole is not asked for as a whole.
    if known.categories and verdict.reason in BEYOND_HOURS:
        yield Choice("category", category(known.categories[0]))


def _of_page(url: str) -> Iterator[Choice]:
    try:
        scope = page(url)
    except ValueError:
        return
    if not scope.endswith("/"):
        yield Choice("page", scope)


def _of_all(verdict: Verdict) -> Iterator[Choice]:
    if verdict.reason in BEYOND_HOURS:
        yield Choice("everything", EVERYTHING)
