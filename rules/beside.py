"""What wider layers say beside a setting: which stays closed whatever a narrower layer writes."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rules.explain import name
from rules.policy import MINUTES_A_DAY, Allowance, Policy, YouTube
from rules.sentences import NONE, Sentence
from rules.times import Applies, HoursEffect
from rules.values import Choice
from rules.verdict import Layer

KIND = Sentence("{who} blocks it: it stays closed even when this switch is off.", NONE)
KIND_OF_APP = Sentence("{who} blocks “{what}”, and this app with it.", NONE)
APP = Sentence("{who} blocks it: it stays closed even when you allow it here.", NONE)
CLOSES = Sentence(
    "{who} closes {what} {start}–{end} ({days}). What stands here comes on top.", NONE
)
OPENS = Sentence(
    "{who} opens {what} only {start}–{end} ({days}). What stands here can only close more.", NONE
)
A_DAY = Sentence("{who} gives {most} a day here: the smaller number counts.", NONE)
SOME_DAYS = Sentence("{who} gives {least} to {most} a day here: the smaller number counts.", NONE)
A_WEEK = Sentence("{who} gives {week} a week here: what is used up first counts.", NONE)
EACH_APP = Sentence("{who} gives {most} a day to each app of this kind by itself.", NONE)
GIVES_AT_MOST = Sentence(
    "{who}: extra time that you give opens {what} for {most} a day at most.", NONE
)
GIVES_NOTHING = Sentence("{who}: extra time that you give does not open {what}.", NONE)
ON = Sentence("{who} has it on: switching it off here changes nothing.", NONE)
UNKNOWN = Sentence("{who} blocks sites that nobody knows: they stay closed.", NONE)
STRICTER = Sentence("{who} sets “{level}”: the stricter of the two counts.", NONE)
TAKEN_OUT = Sentence("{who} takes it out, whatever stands here.", NONE)
CHOSEN = Sentence("{who} lets only its own choice of channels and videos play.", NONE)
AT_MOST = Sentence("{who} allows {most}: the smaller number counts.", NONE)
AT_ONCE = Sentence("{who} ends everything at once, and so it is here.", NONE)


class Wider(NamedTuple):
    """A wider layer: whose it is, and its rules."""

    layer: Layer
    who: str
    policy: Policy


class Remark(NamedTuple):
    """A sentence beside a setting; `place` names it as `category:games`, `limit:everything`."""

    place: str
    sentence: Sentence


def remarks(wider: Iterable[Wider]) -> list[Remark]:
    """Say beside each setting what wider layers make of it."""
    found: list[Remark] = []
    for each in wider:
        for say in (_choices, _hours, _minutes, _switches, _youtube, _endings):
            found += say(each.who, each.policy)
    return found


def sometimes(wider: Iterable[Wider]) -> Iterator[Sentence]:
    """Name the layers that hold at some times or in some networks only."""
    for each in wider:
        if each.policy.applies != Applies():
            yield Sentence(
                "The rules of {who} hold only at certain times or on its own network.",
                {"who": each.who},
            )


def _choices(who: str, policy: Policy) -> Iterator[Remark]:
    for category, choice in policy.categories.items():
        if choice is Choice.BLOCK:
            yield _at(f"category:{category}", KIND, who=who)
            yield _at(f"kind:{category}", KIND_OF_APP, who=who, what=("category", category))
    for service, choice in policy.services.items():
        if choice is Choice.BLOCK:
            yield _at(f"service:{service}", APP, who=who)


def _hours(who: str, policy: Policy) -> Iterator[Remark]:
    for hours in policy.hours:
        for window in hours.windows:
            yield _at(
                f"hours:{hours.scope}",
                CLOSES if hours.effect is HoursEffect.CLOSED else OPENS,
                who=who,
                what=name(hours.scope),
                start=window.start,
                end=window.end,
                days=("weekdays", "".join(map(str, window.days))),
            )


def _minutes(who: str, policy: Policy) -> Iterator[Remark]:
    for allowance in policy.allowances:
        yield _at(
            f"limit:{allowance.scope}",
            _giving(allowance),
            who=who,
            least=("minutes", str(min(allowance.minutes))),
            most=("minutes", str(max(allowance.minutes))),
            week=("minutes", str(allowance.week or 0)),
        )
    for floor in policy.floors:
        yield _at(
            f"limit:{floor.scope}",
            GIVES_AT_MOST if floor.minutes else GIVES_NOTHING,
            who=who,
            what=name(floor.scope),
            most=("minutes", str(floor.minutes)),
        )


def _giving(allowance: Allowance) -> Sentence:
    if allowance.per_service:
        return EACH_APP
    if allowance.week is not None and min(allowance.minutes) == MINUTES_A_DAY:
        return A_WEEK
    return A_DAY if len(set(allowance.minutes)) == 1 else SOME_DAYS


def _switches(who: str, policy: Policy) -> Iterator[Remark]:
    held = {
        "safe_search": policy.safe_search,
        "unsafe_search": policy.safe_search and policy.unsafe_search is Choice.BLOCK,
        "read_pages": policy.read_pages,
        "unnamed": policy.unnamed is Choice.BLOCK,
    }
    for place, is_on in held.items():
        if is_on:
            yield _at(place, ON, who=who)
    if policy.unlisted is Choice.BLOCK:
        yield _at("unlisted", UNKNOWN, who=who)


def _youtube(who: str, policy: Policy) -> Iterator[Remark]:
    if policy.youtube is not YouTube.OFF:
        yield _at("youtube", STRICTER, who=who, level=("youtube", policy.youtube.value))
    for part in ("autoplay", "comments", "home", "related"):
        if getattr(policy.videos, part) is Choice.BLOCK:
            yield _at(f"videos:{part}", TAKEN_OUT, who=who)
    if policy.videos.only:
        yield _at("videos:only", CHOSEN, who=who)


def _endings(who: str, policy: Policy) -> Iterator[Remark]:
    # Only layers that end something have a say in how it ends.
    if policy.hours or policy.allowances:
        ending = AT_MOST if policy.let_finish else AT_ONCE
        yield _at("let_finish", ending, who=who, most=("minutes", str(policy.let_finish)))


def _at(place: str, sentence: Sentence, **values: object) -> Remark:
    return Remark(place, Sentence(sentence.message, values))
