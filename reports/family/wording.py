"""What a letter found, said in the reader's language."""

from collections.abc import Iterable

from reports.family import bright, questions
from reports.family.value import Asked, Deed, Limit, Nights, Point, Seen
from reports.sentences import scope_label
from rules.asks import State
from rules.scope import ScopeKind
from words.speech import NameOf, Speech, to_say

SAID = bright.SAID | questions.SAID
LENGTHS = frozenset({"time", "more"})
BECAME = {
    State.ASKED: to_say("waits for an answer"),
    State.OFFERED: to_say("{by} offered {time}"),
    State.YES: to_say("{by} said yes: {time}"),
    State.NO: to_say("{by} said no"),
    State.ACCEPTED: to_say("agreed with {by}: {time}"),
    State.WITHDRAWN: to_say("taken back"),
    State.EXPIRED: to_say("nobody answered"),
}


def said(points: Iterable[Point], speech: Speech, name_of: NameOf) -> tuple[str, ...]:
    """Say points; one that a later version found and this one does not know is left out."""
    return tuple(
        speech.say(SAID[point.rule], **_values(point, speech, name_of))
        for point in points
        if point.rule in SAID
    )


def became(asked: Asked, speech: Speech) -> str:
    """Say what became of an ask."""
    time = speech.minutes(asked.minutes) if asked.minutes else speech.say("a while")
    by = asked.by or speech.say("An adult")
    return speech.say(BECAME[State(asked.state)], by=by, time=time)


def kept_limit(limit: Limit, speech: Speech) -> str:
    """Say on how many days a limit was kept."""
    kept = sum(used <= allowed for used, allowed in zip(limit.used, limit.allowed, strict=True))
    return speech.say("kept on {kept} of {days} days", kept=kept, days=len(limit.used))


def nights_told(nights: Nights, speech: Speech) -> tuple[str, ...]:
    """Tell how bedtime was kept."""
    told = [
        speech.say("Bedtime was kept on {kept} of {days} days.", kept=nights.kept, days=nights.days)
    ]
    if late := sum(nights.late):
        time = speech.minutes(late)
        told.append(speech.say("{time} were used after it began that nobody had given.", time=time))
    if nights.given:
        time = speech.minutes(nights.given)
        told.append(speech.say("{time} fell into time that an adult had given.", time=time))
    return tuple(told)


def coverage_told(seen: Seen, speech: Speech) -> str:
    """Say how much of a device's time we saw."""
    if seen.percent is None:
        return speech.say(
            "{device}: not known. It was too seldom on this network, or we cannot see it there.",
            device=seen.device,
        )
    return speech.say(
        "We saw about {percent} % of the time of {device} on this network (between {least} and"
        " {most} %).",
        percent=seen.percent,
        device=seen.device,
        least=seen.least,
        most=seen.most,
    )


def deed_told(deed: Deed, speech: Speech) -> str:
    """Say what an adult changed, without saying who."""
    return speech.say(deed.what, **deed.values)


def scope_said(scope: str, speech: Speech, name_of: NameOf) -> str:
    """Name what an ask, a limit or a grant is about."""
    return scope_label(scope, speech, name_of)


def _values(point: Point, speech: Speech, name_of: NameOf) -> dict[str, object]:
    return {key: _value(key, value, speech, name_of) for key, value in point.values.items()}


def _value(key: str, value: str | int, speech: Speech, name_of: NameOf) -> object:
    if key in LENGTHS and isinstance(value, int):
        return speech.minutes(value)
    if isinstance(value, str) and _is_scope(value):
        return scope_said(value, speech, name_of)
    return value


def _is_scope(value: str) -> bool:
    kind, found, _ = value.partition(":")
    return value == ScopeKind.EVERYTHING or (bool(found) and kind in ("category", "service"))
