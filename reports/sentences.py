"""A week told in two to four plain sentences, in the reader's language."""

from reports.values import UNNAMED, Stopped, WeekSummary
from rules.scope import ScopeKind, split
from rules.verdict import Reason
from words.speech import NameOf, Speech, to_say

WORTH_SAYING = 10
"""Minutes more or less than the week before that are worth a word."""

REASONS = {
    Reason.DEFAULT: to_say("No rule was against it"),
    Reason.HELPLINE: to_say("A helpline, always open"),
    Reason.NETWORK_CHECK: to_say("A device checked whether it is online"),
    Reason.HOUSE: to_say("Hải Đăng's own page"),
    Reason.GRANT: to_say("Extra time you gave"),
    Reason.ALLOW_LIST: to_say("On your list of allowed sites"),
    Reason.BLOCK_LIST: to_say("On your list of blocked sites"),
    Reason.SERVICE: to_say("An app you decided on"),
    Reason.CATEGORY: to_say("A kind of site you decided on"),
    Reason.UNKNOWN_SITE: to_say("A site nobody has sorted yet"),
    Reason.URL: to_say("A rule about single pages"),
    Reason.CHANNEL: to_say("A channel or video that was not chosen"),
    Reason.UNREADABLE: to_say("A page of YouTube that could not be read"),
    Reason.COMPANION: to_say("Needed by a page that is open"),
    Reason.HOURS: to_say("Outside the agreed hours"),
    Reason.ALLOWANCE: to_say("The day's minutes were used up"),
    Reason.FINISHING: to_say("A video that was running may end by itself"),
    Reason.PAUSED: to_say("The internet was paused"),
    Reason.LESSON: to_say("Not among the sites of a lesson"),
    Reason.LOOKS_LIKE: to_say("Its pages looked like something you closed"),
    Reason.SAFE_SEARCH: to_say("Safe search"),
    Reason.UNSAFE_SEARCH: to_say("A search engine without a safe mode"),
    Reason.NEVER_OPENED: to_say("Private by nature: never looked into"),
    Reason.OF_AGE: to_say("Grown up: no rules any more"),
    Reason.UNOPENED: to_say("A page that could not be looked into"),
    Reason.PINNED: to_say("An app that trusts only itself, passed unopened"),
    Reason.UNNAMED: to_say("A connection that gave no name"),
    Reason.PRIVATE: to_say("Private details were about to be sent"),
    Reason.HOMEWORK: to_say("An AI was asked to do homework"),
    Reason.UNKNOWN_USER: to_say("Nobody had said who is using the device"),
    Reason.UNKNOWN_DEVICE: to_say("A device nobody has claimed yet"),
    Reason.PRIVATE_ADDRESS: to_say("An address inside the home network"),
    Reason.NAMES_DISAGREE: to_say("The connection gave two different names"),
    Reason.NOT_TLS: to_say("Not the kind of connection it claimed to be"),
    Reason.PORT: to_say("An unusual port"),
    Reason.BAD_CERTIFICATE: to_say("The site could not prove who it is"),
    Reason.NO_POLICY: to_say("No rules were loaded yet"),
    Reason.FAULT: to_say("Something of ours broke, so it was stopped"),
}
"""A reason as a short label."""


def story(summary: WeekSummary, speech: Speech) -> list[str]:
    """Tell the week: how long, on what, what was stopped, what fell into closed hours."""
    if summary.is_empty:
        return [_silence(summary, speech)]
    told = [_time(summary, speech), _most(summary, speech), _stopped(summary, speech)]
    return [sentence for sentence in [*told, _closed(summary, speech)] if sentence]


def reason_label(reason: Reason, speech: Speech) -> str:
    """Name a reason in a few words."""
    return speech.say(REASONS[reason])


def scope_label(scope: str, speech: Speech, name_of: NameOf) -> str:
    """Name what a rule or a grant speaks about."""
    kind, name = split(scope)
    match kind:
        case ScopeKind.EVERYTHING:
            return speech.say("Everything")
        case ScopeKind.SITE | ScopeKind.URL | ScopeKind.CHANNEL | ScopeKind.VIDEO | ScopeKind.SEND:
            return name or speech.say("One site")
        case _:
            return name_of(kind, name)


def _silence(summary: WeekSummary, speech: Speech) -> str:
    if summary.so_far:
        return speech.say(
            "Nothing has been recorded for {child} this week yet.", child=summary.child_name
        )
    return speech.say("Nothing was recorded for {child} in this week.", child=summary.child_name)


def _time(summary: WeekSummary, speech: Speech) -> str:
    values = {"child": summary.child_name, "time": speech.minutes(summary.minutes)}
    if summary.minutes_before is None:
        return _time_alone(summary, speech, values)
    more = summary.minutes - summary.minutes_before
    values["difference"] = speech.minutes(abs(more))
    if summary.so_far:
        return _so_far(more, speech, values)
    if abs(more) < WORTH_SAYING:
        return speech.say(
            "{child} spent {time} online, about as much as the week before.", **values
        )
    if more > 0:
        return speech.say(
            "{child} spent {time} online, {difference} more than the week before.", **values
        )
    return speech.say(
        "{child} spent {time} online, {difference} less than the week before.", **values
    )


def _so_far(more: int, speech: Speech, values: dict[str, str]) -> str:
    if abs(more) < WORTH_SAYING:
        return speech.say(
            "{child} has spent {time} online so far this week, "
            "about as much as by this time last week.",
            **values,
        )
    if more > 0:
        return speech.say(
            "{child} has spent {time} online so far this week, "
            "{difference} more than by this time last week.",
            **values,
        )
    return speech.say(
        "{child} has spent {time} online so far this week, "
        "{difference} less than by this time last week.",
        **values,
    )


def _time_alone(summary: WeekSummary, speech: Speech, values: dict[str, str]) -> str:
    if summary.so_far:
        return speech.say("{child} has spent {time} online so far this week.", **values)
    return speech.say("{child} spent {time} online.", **values)


def _most(summary: WeekSummary, speech: Speech) -> str:
    """Name what took most of the time, if anything took a good part of it."""
    for kind, uses in (("service", summary.services), ("category", summary.categories)):
        first = next((use for use in uses if use.id != UNNAMED), None)
        if first and first.minutes * 5 >= summary.minutes:
            values = {"what": (kind, first.id), "time": speech.minutes(first.minutes)}
            if first.minutes * 2 >= summary.minutes:
                return speech.say("Most of it went to {what}: {time}.", **values)
            return speech.say("The biggest part was {what}, with {time}.", **values)
    return ""


def _stopped(summary: WeekSummary, speech: Speech) -> str:
    if not summary.stopped:
        return speech.say("Nothing had to be stopped.")
    first: Stopped = summary.stopped[0]
    return speech.count(
        "Something was stopped once; the reason: {reason}.",
        "Something was stopped {n} times; the most common reason: {reason}.",
        summary.stopped_times,
        reason=_lower(reason_label(first.reason, speech)),
    )


def _closed(summary: WeekSummary, speech: Speech) -> str:
    if not summary.closed_minutes:
        return ""
    time = speech.minutes(summary.closed_minutes)
    return speech.say(
        "{time} fell into hours that were closed, for instance by extra time you gave.", time=time
    )


def _lower(label: str) -> str:
    return label if label.startswith("Hải Đăng") else label[:1].lower() + label[1:]
