"""Reads holidays and exams from an iCalendar file (RFC 5545): whole days, once or every year.

A small part of the standard, read strictly. What a calendar holds besides whole days is told line
by line and left out, so that nobody believes a rule holds that does not.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from rules.sentences import Sentence
from rules.times import LONGEST_UID, LONGEST_YEARLY, DateException, Like

LARGEST = 2_000_000
MOST_EVENTS = 400
MOST_PROBLEMS = 100
LONGEST_NAME = 80
A_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
A_TIME = re.compile(r"\d{8}T", re.ASCII | re.IGNORECASE)
DAYS_OR_WEEKS = re.compile(r"P(\d{1,3})([DW])", re.ASCII)
A_LINE = re.compile(r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:]*))*):(.*)', re.DOTALL)
ESCAPED = re.compile(r"\\([\\;,nN])")
READ = frozenset({"SUMMARY", "DTSTART", "DTEND", "DURATION", "RRULE", "STATUS", "UID"})
UNREAD = frozenset({"RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"})
"""What would change the dates of an event, and is not understood here."""
PLAIN_YEARLY = frozenset({"FREQ=YEARLY", "INTERVAL=1", "WKST=MO", "WKST=SU"})

TOO_LARGE = Sentence("This calendar is too large: keep holidays in one of their own.", {})
NO_CALENDAR = Sentence("This is no iCalendar file: it does not begin with BEGIN:VCALENDAR.", {})
CUT_OFF = Sentence("The calendar is cut off: its end is missing.", {})
NOT_A_LINE = Sentence("This line is no iCalendar line.", {})
NO_START = Sentence("An event has no date on which it begins.", {})
NOT_WHOLE_DAYS = Sentence("This event has times of day; only whole days can be taken over.", {})
NO_DATE = Sentence("This is no date: {text}.", {})
BACKWARDS = Sentence("An event ends before it begins.", {})
BOTH_ENDS = Sentence("An event has an end and a length; only one of them can be right.", {})
TOO_MANY = Sentence("There are more than {most} events; the rest was left out.", {})
NOT_UNDERSTOOD = Sentence("This repeats in a way that is not understood: {text}.", {})
TWICE = Sentence("An event says this twice.", {})


@dataclass(frozen=True, slots=True)
class Problem:
    """What was left out, and the line that says it."""

    line: int
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Imported:
    """What a calendar gave."""

    exceptions: tuple[DateException, ...] = ()
    cancelled: frozenset[str] = frozenset()
    """The events that were called off, by their UID."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One property and where it stands."""

    number: int
    name: str
    parameters: str
    value: str


class Unfit(Exception):  # noqa: N818 it is an answer, not a fault
    """Something that cannot be taken over."""

    def __init__(self, line: int, sentence: Sentence) -> None:
        super().__init__(sentence.message)
        self.problem = Problem(line, sentence)


def read(text: str, like: Like = Like.HOLIDAY) -> Imported:
    """Read the whole days of a calendar as days that are like a holiday, or like another day."""
    if len(text) > LARGEST:
        return Imported(problems=(Problem(1, TOO_LARGE),))
    lines = list(_unfolded(text.removeprefix("\ufeff")))
    if not lines or lines[0][1].strip().upper() != "BEGIN:VCALENDAR":
        return Imported(problems=(Problem(1, NO_CALENDAR),))
    problems: list[Problem] = []
    found: list[DateException] = []
    cancelled: set[str] = set()
    for event in _events(lines, problems):
        try:
            given = _properties(event)
            if _is_cancelled(given):
                cancelled.add(_uid(given))
            elif (exception := _exception(event[0], given, like)) not in found:
                found.append(exception)
        except Unfit as unfit:
            problems.append(unfit.problem)
        if len(found) > MOST_EVENTS:
            problems.append(Problem(event[0].number, _told(TOO_MANY, most=MOST_EVENTS)))
            break
    days, called_off = tuple(found[:MOST_EVENTS]), frozenset(cancelled - {""})
    return Imported(days, called_off, tuple(problems[:MOST_PROBLEMS]))


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Join lines that go on in the next, which begins with a space; keep the first one's number."""
    number, kept = 0, ""
    for count, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if line[:1] in (" ", "\t") and number:
            kept += line[1:]
            continue
        if kept.strip():
            yield number, kept
        number, kept = count, line
    if kept.strip():
        yield number, kept


def _events(lines: Iterable[tuple[int, str]], problems: list[Problem]) -> Iterator[list[Line]]:
    """Give the properties of each event, without what lies within it (alarms)."""
    parts: list[str] = []
    event: list[Line] = []
    last = 1
    for line in _parsed(lines, problems):
        last, part = line.number, line.value.strip().upper()
        if line.name == "BEGIN":
            parts.append(part)
            event = [line] if part == "VEVENT" else event
        elif line.name == "END":
            if parts[-1:] == [part] == ["VEVENT"]:
                yield event
            parts = parts[: parts.index(part)] if part in parts else parts
        elif parts[-1:] == ["VEVENT"]:
            event.append(line)
    if parts:
        problems.append(Problem(last, CUT_OFF))


def _parsed(lines: Iterable[tuple[int, str]], problems: list[Problem]) -> Iterator[Line]:
    for number, text in lines:
        match = A_LINE.fullmatch(text)
        if match is None:
            problems.append(Problem(number, NOT_A_LINE))
        else:
            yield Line(number, match[1].upper(), match[2].upper(), match[3])


def _is_cancelled(given: dict[str, Line]) -> bool:
    status = given.get("STATUS")
    return status is not None and status.value.strip().upper() == "CANCELLED"


def _uid(given: dict[str, Line]) -> str:
    return given["UID"].value.strip()[:LONGEST_UID] if "UID" in given else ""


def _exception(begin: Line, given: dict[str, Line], like: Like) -> DateException:
    start = given.get("DTSTART")
    if start is None:
        raise Unfit(begin.number, NO_START)
    first = _date(start)
    last = _last(first, given)
    yearly = _is_yearly(given.get("RRULE"))
    if yearly and (last - first).days >= LONGEST_YEARLY:
        raise Unfit(start.number, BACKWARDS)
    summary = given.get("SUMMARY")
    name = _unescaped(summary.value).strip()[:LONGEST_NAME] if summary else ""
    return DateException(
        name=name or first.isoformat(),
        first=first,
        last=last if last != first else None,
        yearly=yearly,
        like=like,
        uid=_uid(given),
    )


def _properties(event: list[Line]) -> dict[str, Line]:
    given: dict[str, Line] = {}
    for line in event:
        if line.name in UNREAD:
            raise Unfit(line.number, _told(NOT_UNDERSTOOD, text=line.name))
        if line.name in READ and line.name in given:
            raise Unfit(line.number, TWICE)
        given[line.name] = line
    return given


def _last(first: date, given: dict[str, Line]) -> date:
    """Find the last day: an event ends at the begin of the day named as its end."""
    end, length = given.get("DTEND"), given.get("DURATION")
    if end and length:
        raise Unfit(length.number, BOTH_ENDS)
    try:
        if end:
            last = _date(end) - timedelta(days=1)
        elif length:
            last = first + timedelta(days=_days(length) - 1)
        else:
            return first
    except OverflowError:
        raise Unfit((end or given["DURATION"]).number, BACKWARDS) from None
    # Some programs write the same day as begin and end of one day.
    if end and last == first - timedelta(days=1):
        return first
    if last < first:
        raise Unfit((end or given["DURATION"]).number, BACKWARDS)
    return last


def _days(line: Line) -> int:
    match = DAYS_OR_WEEKS.fullmatch(line.value.strip().removeprefix("+"))
    if match is None:
        raise Unfit(line.number, NOT_WHOLE_DAYS)
    return int(match[1]) * (7 if match[2] == "W" else 1)


def _date(line: Line) -> date:
    text = line.value.strip()
    if A_TIME.match(text) or "VALUE=DATE-TIME" in line.parameters:
        raise Unfit(line.number, NOT_WHOLE_DAYS)
    match = A_DATE.fullmatch(text)
    try:
        return date(*map(int, match.groups())) if match else date.fromisoformat("")
    except ValueError:
        raise Unfit(line.number, _told(NO_DATE, text=text[:40])) from None


def _is_yearly(rule: Line | None) -> bool:
    if rule is None:
        return False
    parts = {part.strip().upper() for part in rule.value.split(";") if part.strip()}
    if "FREQ=YEARLY" not in parts or not parts <= PLAIN_YEARLY:
        raise Unfit(rule.number, _told(NOT_UNDERSTOOD, text=rule.value[:80]))
    return True


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], text)


def _told(sentence: Sentence, **values: object) -> Sentence:
    return Sentence(sentence.message, values)
