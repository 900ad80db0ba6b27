"""What went well in a week: found by rules, never made up; said first."""

from collections.abc import Callable, Iterable
from itertools import islice

from reports.family.value import FamilyLetter, Point
from rules.asks import State
from rules.scope import category, service
from words.speech import to_say

MOST = 5
LESS = 30
"""Minutes less than usual that are worth a word."""
MORE_LEARNING = 15
MOST_NIGHTS = 5
"""Of seven: fewer kept nights are no news to be glad of."""
SOME = 2
"""Days, or weeks, from which on something can be said of them."""
NOT_FUN = frozenset({"", "learning", "system", "ads", "tracking", "search"})
FUN = frozenset({"games", "video", "social", "anime"})
"""Kinds of sites of which less is good news."""
NO = frozenset({State.NO})

SAID = {
    "nights": to_say("Bedtime was kept on {kept} of {days} days."),
    "all_nights": to_say("Bedtime was kept on every day."),
    "spent_less": to_say("{time} less of {what} than in an average week."),
    "learning_more": to_say("{time} of learning, {more} more than the week before."),
    "learning": to_say("{time} of learning."),
    "limits": to_say("Every limit was kept on all {days} days."),
    "limit": to_say("The limit for {what} was kept on {kept} of {days} days."),
    "reasons": to_say("{child} asked {n} times for something and said why."),
    "asked": to_say("{child} asked first, {n} times, instead of just trying."),
    "accepted": to_say("{child} took a no without asking for the same again."),
    "earned": to_say("Things that were done earned {time}: {what}."),
    "calm": to_say("Nothing had to be stopped."),
    "spoke": to_say("{child} wrote a few words to this week."),
}


def bright_of(letter: FamilyLetter) -> tuple[Point, ...]:
    """Find what went well; nothing is said of a week in which nothing was recorded."""
    if letter.is_empty:
        return ()
    found = (point for rule in RULES for point in rule(letter))
    return tuple(islice(found, MOST))


def _nights(letter: FamilyLetter) -> Iterable[Point]:
    nights = letter.nights
    if nights is None or not letter.week.minutes or nights.days < SOME:
        return
    if nights.kept == nights.days:
        yield Point(rule="all_nights")
    elif nights.kept >= MOST_NIGHTS:
        yield Point(rule="nights", values={"kept": nights.kept, "days": nights.days})


def _limits(letter: FamilyLetter) -> Iterable[Point]:
    if letter.week.so_far or not letter.limits or not letter.week.minutes:
        return
    kept = {
        limit.scope: sum(
            used <= allowed for used, allowed in zip(limit.used, limit.allowed, strict=True)
        )
        for limit in letter.limits
    }
    days = len(letter.week.days)
    if all(each == days for each in kept.values()):
        yield Point(rule="limits", values={"days": days})
        return
    scope = max(kept, key=lambda each: kept[each])
    if kept[scope] >= MOST_NIGHTS:
        yield Point(rule="limit", values={"what": scope, "kept": kept[scope], "days": days})


def _less(letter: FamilyLetter) -> Iterable[Point]:
    """Name the kind of site that took clearly less than on average; fun alone, and one only."""
    if letter.week.so_far or len(letter.earlier) < SOME:
        return
    now = {use.id: use.minutes for use in letter.week.categories}
    names = FUN & {name for week in letter.earlier for name in week.by_category}
    usual = {
        name: sum(week.by_category.get(name, 0) for week in letter.earlier) // len(letter.earlier)
        for name in names
    }
    saved = {name: usual[name] - now.get(name, 0) for name in sorted(names)}
    best = max(saved, key=lambda name: saved[name], default="")
    if best and saved[best] >= LESS:
        yield Point(rule="spent_less", values={"time": saved[best], "what": category(best)})


def _learning(letter: FamilyLetter) -> Iterable[Point]:
    more = letter.learning - (letter.learning_before or 0)
    if letter.learning_before is not None and more >= MORE_LEARNING:
        yield Point(rule="learning_more", values={"time": letter.learning, "more": more})
    elif letter.learning >= LESS:
        yield Point(rule="learning", values={"time": letter.learning})


def _asked(letter: FamilyLetter) -> Iterable[Point]:
    child, asked = letter.week.child_name, letter.asked
    if len(asked) > 1 and all(each.reasoned for each in asked):
        yield Point(rule="reasons", values={"child": child, "n": len(asked)})
    elif len(asked) > 1:
        yield Point(rule="asked", values={"child": child, "n": len(asked)})
    refused = [each for each in asked if each.state in NO]
    again = {
        each.scope for no in refused for each in asked if each.at > no.at and each.scope == no.scope
    }
    if refused and not again:
        yield Point(rule="accepted", values={"child": child})


def _earned(letter: FamilyLetter) -> Iterable[Point]:
    done = [each for each in letter.earned if each.why]
    if done:
        names = list(dict.fromkeys(each.why for each in done))
        time = sum(each.minutes for each in done)
        yield Point(rule="earned", values={"time": time, "what": ", ".join(names[:3])})


def _calm(letter: FamilyLetter) -> Iterable[Point]:
    told_of = letter.week.privacy != "minutes"
    if told_of and letter.week.minutes and not letter.week.stopped_times and not letter.worries:
        yield Point(rule="calm")


def _spoke(letter: FamilyLetter) -> Iterable[Point]:
    if letter.comment:
        yield Point(rule="spoke", values={"child": letter.week.child_name})


RULES: tuple[Callable[[FamilyLetter], Iterable[Point]], ...] = (
    _nights,
    _learning,
    _limits,
    _less,
    _asked,
    _earned,
    _spoke,
    _calm,
)
"""In the order in which it is said; of several the first few are."""


def biggest_service(letter: FamilyLetter) -> str:
    """Return the scope of what took most of the week; empty where nothing did."""
    for use in letter.week.services:
        return service(use.id)
    fun = (use for use in letter.week.categories if use.id not in NOT_FUN)
    return next((category(use.id) for use in fun), "")
