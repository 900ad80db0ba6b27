"""Two questions to begin to talk with, chosen from the week; never the same as the week before."""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet

from reports.family.bright import LESS, NOT_FUN, biggest_service
from reports.family.value import FamilyLetter, Point
from rules.asks import State
from rules.scope import category, service
from words.speech import to_say

MANY_MINUTES = 7 * 120

SAID = {
    "help": to_say("“How are you really? Is there something I could make easier for you?”"),
    "new": to_say("“I saw that {what} is new for you. Will you show me what is good about it?”"),
    "shown": to_say("“What was the best thing you saw or did on {what} this week?”"),
    "teach": to_say("“Will you teach me to play or use {what}? I would like to try it with you.”"),
    "late": to_say("“What keeps you awake in the evening? What would help you to fall asleep?”"),
    "refused": to_say(
        "“I said no to something this week. Did my reason make sense to you? What would you have"
        " decided?”"
    ),
    "rules": to_say("“Which of our rules would you change, and what would you put in its place?”"),
    "learned": to_say("“What did you learn this week that I don’t know yet?”"),
    "less": to_say("“You used {what} less than usual. What did you do instead that was good?”"),
    "much": to_say("“When you put the phone away: what would you like to do together with me?”"),
    "stopped": to_say(
        "“Some pages were stopped this week. Was there one you really needed? Let us look at it.”"
    ),
    "friends": to_say("“Who made you laugh this week, online or outside?”"),
    "proud": to_say("“What are you proud of this week?”"),
    "plan": to_say("“What are you looking forward to next week?”"),
    "wish": to_say("“If you could choose one evening for all of us: what would we do?”"),
}
"""For whom it is shown together with the word “ask”: warm, open, and no question with a yes or no
that accuses."""


def choose(letter: FamilyLetter, before: AbstractSet[str]) -> tuple[Point, ...]:
    """Choose two: what the week calls for first; none of the last week's, as long as others fit."""
    if letter.is_empty:
        return ()
    found = {point.rule: point for rule in RULES for point in rule(letter)}
    fresh = [point for name, point in found.items() if name not in before]
    return tuple(fresh[:2])


def _help(letter: FamilyLetter) -> Iterable[Point]:
    if letter.worries:
        yield Point(rule="help")


def _new(letter: FamilyLetter) -> Iterable[Point]:
    for name in letter.new_services[:1]:
        yield Point(rule="new", values={"what": service(name)})


def _late(letter: FamilyLetter) -> Iterable[Point]:
    if letter.nights is not None and letter.nights.kept + 1 < letter.nights.days:
        yield Point(rule="late")


def _refused(letter: FamilyLetter) -> Iterable[Point]:
    if any(each.state == State.NO for each in letter.asked):
        yield Point(rule="refused")


def _learned(letter: FamilyLetter) -> Iterable[Point]:
    if letter.learning >= LESS:
        yield Point(rule="learned")


def _less(letter: FamilyLetter) -> Iterable[Point]:
    for point in letter.went_well:
        if point.rule == "spent_less":
            yield Point(rule="less", values={"what": point.values["what"]})


def _shown(letter: FamilyLetter) -> Iterable[Point]:
    if what := biggest_service(letter):
        yield Point(rule="shown", values={"what": what})
        games = [use for use in letter.week.categories if use.id not in NOT_FUN]
        if games and games[0].minutes >= LESS:
            yield Point(rule="teach", values={"what": what or category(games[0].id)})


def _much(letter: FamilyLetter) -> Iterable[Point]:
    if letter.week.minutes >= MANY_MINUTES:
        yield Point(rule="much")


def _stopped(letter: FamilyLetter) -> Iterable[Point]:
    if letter.week.stopped_times >= LESS:
        yield Point(rule="stopped")


def _always(letter: FamilyLetter) -> Iterable[Point]:
    """Give what fits every week; the week's number decides which comes first."""
    names = ("proud", "friends", "wish", "plan", "rules")
    turn = letter.week.first.isocalendar().week % len(names)
    return [Point(rule=name) for name in (*names[turn:], *names[:turn])]


RULES: tuple[Callable[[FamilyLetter], Iterable[Point]], ...] = (
    _help,
    _new,
    _late,
    _refused,
    _less,
    _learned,
    _much,
    _shown,
    _stopped,
    _always,
)
