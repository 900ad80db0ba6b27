"""Allowances as a check: what has used up its minutes of the day or of the week."""

from typing import NamedTuple

from rules.book import AllowanceEntry, LayerBook, Question
from rules.family import LEARNING
from rules.hours import day_end, week_end
from rules.scope import EVERYTHING, other, service
from rules.verdict import Action, Reason, Verdict


class Count(NamedTuple):
    """One allowance counted for one scope: what is used of what, and when it begins anew."""

    entry: AllowanceEntry
    scope: str
    used: int
    limit: int
    is_week: bool = False

    @property
    def left(self) -> int:
        """Return the minutes that are left."""
        return max(self.limit - self.used, 0)

    @property
    def tightness(self) -> tuple[int, bool, int]:
        """Order counts: the one with least left, of those the longest shut, then the smallest."""
        return self.left, not self.is_week, self.limit


def allowances(layer: LayerBook, question: Question) -> Verdict | None:
    """Stop what has used up its minutes; of several, the tightest is named."""
    if question.freed:
        return None
    found = counts(layer, question)
    if not found:
        return None
    used_up = [count for count in found if count.limit <= count.used]
    if not used_up:
        for count in found:
            _note_running(count, question)
        return None
    tightest = min(used_up, key=lambda count: count.tightness)
    question.note(_midnight(question) if not tightest.is_week else _sunday(question))
    return _used_up(layer, tightest)


def counts(layer: LayerBook, question: Question) -> list[Count]:
    """List every allowance of a layer that a visit counts against, the particular ones first."""
    found: list[Count] = []
    for entry in _entries(layer, question):
        for scope in _scopes(entry, question) if entry.each else (entry.scope,):
            found += counts_of(layer, entry, scope, question)
    return found


def counts_of(
    layer: LayerBook, entry: AllowanceEntry, scope: str, question: Question
) -> list[Count]:
    """List what an allowance counts for a scope: today, the week, or both."""
    found = [_of_today(layer, entry, scope, question)] if entry.is_daily else []
    if entry.week is not None:
        used = question.spent.week.get(scope, question.spent.today.get(scope, 0))
        found.append(Count(entry, scope, used, entry.week, is_week=True))
    return found


def _of_today(layer: LayerBook, entry: AllowanceEntry, scope: str, question: Question) -> Count:
    weekday = layer.calendar.weekday_of(question.wall.today)
    spent, limit = question.spent, entry.minutes[weekday]
    if entry.carry:
        limit += min(spent.carried.get(entry.scope, 0), entry.carry)
    if layer.lifts_added and spent.added:
        limit += spent.added.get(scope, 0)
    return Count(entry, scope, spent.today.get(scope, 0), limit)


def _entries(layer: LayerBook, question: Question) -> list[AllowanceEntry]:
    limited = layer.allowances
    found = [entry for scope in question.scopes for entry in limited.get(scope, ())]
    # Homework never waits for the next day.
    if EVERYTHING in limited and LEARNING not in question.known.categories:
        found += limited[EVERYTHING]
    return found


def _scopes(entry: AllowanceEntry, question: Question) -> list[str]:
    """List what has minutes of its own in a category: each service, and all the rest together."""
    services = question.known.services
    return [service(name) for name in services] if services else [other(entry.each)]


def _note_running(count: Count, question: Question) -> None:
    """Note the moment at which what still runs could be used up, or another day's minutes hold."""
    midnight = _midnight(question)
    if not count.is_week and count.used >= count.entry.least:
        question.note(midnight)
    question.run_out = min(question.run_out, midnight, question.at + count.left * 60)


def _midnight(question: Question) -> float:
    if not question.midnight:
        question.midnight = day_end(question.clock, question.wall) * 60
    return question.midnight


def _sunday(question: Question) -> float:
    """Find when the week ends, in which minutes begin anew."""
    return week_end(question.clock, question.wall) * 60


def _used_up(layer: LayerBook, count: Count) -> Verdict:
    return Verdict(
        Action.BLOCK,
        Reason.ALLOWANCE,
        layer.layer,
        count.scope,
        used=count.used,
        limit=count.limit,
        week=count.is_week,
    )
