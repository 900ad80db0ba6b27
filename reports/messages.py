"""What a matter says and where it leads: a heading, a line, an address; never raw words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from rules.asks import State
from rules.explain import name
from rules.family import Language
from rules.notices import Kind as NoticeKind
from rules.notices import Notice, to_child, to_parent
from rules.scope import ScopeKind, split
from rules.sentences import Sentence
from rules.telling import Kind
from words.labels import to_say
from words.speech import Speech
from words.worries import CATEGORIES, LEVELS

type About = Mapping[str, str | int | bool]


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell, ready to be said in any language."""

    title: Sentence
    lines: tuple[Sentence, ...]
    path: str
    """The page that answers it."""
    actions: tuple[tuple[str, Sentence], ...] = ()
    """Pages a notice can lead to at once, with what their buttons say."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message in the reader's language."""

    title: str
    body: str
    path: str
    actions: tuple[tuple[str, str], ...]
    language: Language


def message(kind: Kind, about: About, child: str = "", child_id: UUID | None = None) -> Message:
    """Say what a matter is about."""
    return WRITERS[kind](about, child, f"/children/{child_id}" if child_id else "/")


def together(messages: Sequence[Message]) -> Message:
    """Say several things at once, as after quiet hours; one alone stays as it is."""
    if len(messages) == 1:
        return messages[0]
    title = Sentence("{n} things from Hải Đăng", {"n": len(messages)})
    return Message(title, tuple(each.title for each in messages), "/")


def spoken(message: Message, speech: Speech, now: datetime) -> Said:
    """Say a message in a language."""
    return Said(
        title=speech.sentence(message.title, now),
        body="\n".join(speech.sentence(line, now) for line in message.lines),
        path=message.path,
        actions=tuple((path, speech.sentence(said, now)) for path, said in message.actions),
        language=speech.language,
    )


def _ask(about: About, child: str, _: str) -> Message:
    if "join" in about:
        return _join(about)
    values = {"child": child, "what": _what(about), "time": ("minutes", str(about["minutes"]))}
    body = Sentence("{child} would like {what} to be open.", values)
    if about["minutes"]:
        body = Sentence("{child} would like {time} of {what}.", values)
    page = f"/asks/{about['ask']}"
    return Message(
        Sentence("{child} asks for something", values),
        (body,),
        page,
        ((page, Sentence("Answer", {})), ("/asks", Sentence("All asks", {}))),
    )


def _join(about: About) -> Message:
    page = f"/groups/{about['group']}/joining"
    return Message(
        Sentence("A child waits to join {group}", {"group": about["join"]}),
        (Sentence("Its family asked with the code. Take it in, or say no.", {}),),
        page,
        ((page, Sentence("Answer", {})),),
    )


def _alert(about: About, child: str, _: str) -> Message:
    what = Sentence(CATEGORIES.get(str(about["category"]), str(about["category"])), {})
    values = {"child": child, "what": what, "level": Sentence(LEVELS[str(about["level"])], {})}
    title = Sentence("Alert about {child}: {what}", values)
    if not child:
        title = Sentence("Alert from a shared device: {what}", values)
    body = Sentence("{level}. What happened stands in the panel, and how to begin to talk.", values)
    return Message(title, (body,), "/alerts")


def _bypass(about: About, child: str, page: str) -> Message:
    values = {"child": child, "n": about["times"]}
    return Message(
        Sentence("{child} tried to get around Hải Đăng", values),
        (
            Sentence(
                "{n} attempts were stopped today. A talk helps more than another lock.", values
            ),
        ),
        page,
    )


def _stranger(about: About, _child: str, _page: str) -> Message:
    return Message(
        Sentence("A device that nobody knows", {}),
        (
            Sentence(
                "{address} went through Hải Đăng for the first time. The rules for guests hold"
                " until you say whose it is.",
                {"address": about["address"]},
            ),
        ),
        "/devices",
    )


def _limit(about: About, child: str, page: str) -> Message:
    title = Sentence("{child}’s time", {"child": child})
    return Message(title, (to_parent(notice_of(about), child),), page)


def _coverage(about: About, _child: str, _page: str) -> Message:
    values = {key: about[key] for key in ("device", "least", "most")}
    return Message(
        Sentence("Less is seen of {device}", values),
        (
            Sentence(
                "Since yesterday we saw at most {most} % of its time on this network; before, it"
                " was at least {least} %. Its settings may have been changed.",
                values,
            ),
        ),
        f"/devices/{about['device_id']}",
    )


def _letter(_about: About, child: str, page: str) -> Message:
    return Message(
        Sentence("The weekly letter about {child} could not be made", {"child": child}),
        (Sentence("It is tried again every hour. The log of the clock says what went wrong.", {}),),
        page.replace("/children/", "/week/"),
    )


def _week(about: About, child: str, page: str) -> Message:
    values = {"child": child}
    body = Sentence("What went well, minutes, limits, asks, and two questions to talk about.", {})
    if about.get("empty"):
        body = Sentence("Nothing was recorded for {child} in this week.", values)
    path = page.replace("/children/", "/week/")
    return Message(Sentence("{child}’s week", values), (body,), f"{path}?start={about['week']}")


def _day(about: About, child: str, page: str) -> Message:
    values = {"child": child}
    body = Sentence("Minutes, limits and asks of yesterday, in a few lines.", {})
    if about.get("empty"):
        body = Sentence("Nothing was recorded for {child} yesterday.", values)
    path = page.replace("/children/", "/week/")
    return Message(Sentence("{child}’s day", values), (body,), f"{path}?start={about['day']}")


def _group_week(about: About, _child: str, _page: str) -> Message:
    body = Sentence("How many were there, lessons and breaks, learning, and what was stopped.", {})
    title = Sentence("The week of {group}", {"group": about["name"]})
    return Message(title, (body,), f"/groups/{about['group']}/week?start={about['week']}")


def _rules(about: About, child: str, page: str) -> Message:
    values = {"child": child, "by": about["by"]}
    return Message(
        Sentence("{by} changed the limits of {child}", values),
        (Sentence("The history of the rules says what, and can undo it.", {}),),
        f"{page}/history",
    )


def _duty(about: About, child: str, _page: str) -> Message:
    values = {"child": child}
    body = Sentence(DUTIES[str(about["state"])], {"due": _dated(str(about["due"]))})
    return Message(Sentence("A request by law about {child}", values), (body,), "/requests")


def _dated(text: str) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}"


def _feed(about: About, _child: str, _page: str) -> Message:
    values = {"name": about["name"]}
    body = Sentence("The last good copy of “{name}” stays in use. Look at why.", values)
    if about["waits"]:
        body = Sentence(
            "A new copy of “{name}” lost so much that you have to say whether it is used.", values
        )
    return Message(Sentence("A list of sites needs you", {}), (body,), "/settings/lists")


def _test(_about: About, _child: str, _page: str) -> Message:
    title = Sentence("A test from Hải Đăng", {})
    body = Sentence("If you can read this, notices reach you here.", {})
    return Message(title, (body,), "/settings/notices")


def _told(about: About, _child: str, _page: str) -> Message:
    return Message(Sentence("Hải Đăng", {}), (to_child(notice_of(about)),), "/")


def _answer(about: About, _child: str, _page: str) -> Message:
    values = {"what": _what(about)}
    title = ANSWERS[State(str(about["state"]))]
    return Message(
        Sentence(title, values),
        (Sentence("You asked for {what}. Tap to read it.", values),),
        "/asks",
    )


def notice_of(about: About) -> Notice:
    """Return the notice that a matter is about."""
    until = str(about["until"])
    return Notice(
        NoticeKind(str(about["notice"])),
        "",
        str(about["scope"]),
        int(about["minutes"]),
        int(about["left"]),
        int(about["limit"]),
        bool(about["week"]),
        datetime.fromisoformat(until) if until else None,
    )


def _what(about: About) -> object:
    """Name what was asked for; a site or page is not named on its way through other services."""
    kind, _ = split(str(about["scope"]))
    if kind in (ScopeKind.SITE, ScopeKind.URL):
        return Sentence("a site", {})
    return name(str(about["scope"]))


ANSWERS = {
    State.YES: to_say("The answer is yes"),
    State.NO: to_say("The answer is no this time"),
    State.OFFERED: to_say("There is an offer for you"),
}
DUTIES = {
    "new": to_say("It came in. Tell who asked within two working days; it is due by {due}."),
    "soon": to_say("It is due by {due}."),
    "late": to_say("It is overdue: it was due by {due}, or who asked was not told."),
}
WRITERS: Mapping[Kind, Callable[[About, str, str], Message]] = {
    Kind.ASK: _ask,
    Kind.ALERT: _alert,
    Kind.BYPASS: _bypass,
    Kind.STRANGER: _stranger,
    Kind.LIMIT: _limit,
    Kind.COVERAGE: _coverage,
    Kind.LETTER: _letter,
    Kind.WEEK: _week,
    Kind.DAY: _day,
    Kind.GROUP_WEEK: _group_week,
    Kind.RULES: _rules,
    Kind.DUTY: _duty,
    Kind.FEED: _feed,
    Kind.TOLD: _told,
    Kind.ANSWER: _answer,
    Kind.TEST: _test,
}
