"""Calendars as they are found, and what is said of what cannot be taken over."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.icalendar import MOST_EVENTS, read
from rules.times import DateException, Like


def calendar(*events: str, end="\r\n") -> str:
    parts = [f"BEGIN:VEVENT\n{event}\nEND:VEVENT" for event in events]
    text = "\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", ""))
    return text.replace("\n", end)


def only(*events: str) -> DateException:
    imported = read(calendar(*events))
    assert imported.problems == ()
    (found,) = imported.exceptions
    return found


TET = "SUMMARY:Tết Nguyên đán\nDTSTART;VALUE=DATE:20270205\nDTEND;VALUE=DATE:20270212"


def test_several_days_end_on_the_day_before_their_end():
    found = only(TET)
    assert (found.first, found.end) == (date(2027, 2, 5), date(2027, 2, 11))
    assert (found.name, found.like, found.yearly) == ("Tết Nguyên đán", Like.HOLIDAY, False)


@pytest.mark.parametrize(
    ("lines", "last"),
    [
        ("DTSTART;VALUE=DATE:20270430", date(2027, 4, 30)),
        ("DTSTART:20270430", date(2027, 4, 30)),
        ("DTSTART:20270430\nDTEND:20270501", date(2027, 4, 30)),
        ("DTSTART:20270430\nDTEND:20270430", date(2027, 4, 30)),
        ("DTSTART:20270430\nDURATION:P3D", date(2027, 5, 2)),
        ("DTSTART:20270430\nDURATION:P1W", date(2027, 5, 6)),
        ("DTSTART:20280228\nDURATION:P2D", date(2028, 2, 29)),
    ],
)
def test_the_ways_to_say_how_long(lines, last):
    assert only(lines).end == last


def test_what_comes_every_year_is_kept_as_such():
    assert only("SUMMARY:30/4\nDTSTART:20260430\nRRULE:FREQ=YEARLY").yearly
    assert only("DTSTART:20240229\nRRULE:FREQ=YEARLY;INTERVAL=1").yearly


def test_long_lines_escapes_and_alarms_are_read():
    event = (
        "SUMMARY;LANGUAGE=vi:Thi học kỳ\\, lớp\n  6\\nlần 1\nDTSTART:20261221\n"
        "BEGIN:VALARM\nTRIGGER:-P1D\nDTSTART:20200101\nEND:VALARM"
    )
    assert only(event).name == "Thi học kỳ, lớp 6 lần 1"


def test_a_calendar_of_exams_gives_exam_days():
    assert read(calendar("DTSTART:20261221"), Like.EXAM).exceptions[0].like is Like.EXAM


def test_cancelled_events_and_doubles_are_left_out():
    assert read(calendar("DTSTART:20261221\nSTATUS:CANCELLED")) == read(calendar())
    assert len(read(calendar(TET, TET)).exceptions) == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_end_of_line_is_understood(end):
    assert len(read(calendar(TET, end=end)).exceptions) == 1


@pytest.mark.parametrize(
    ("event", "line", "said"),
    [
        ("SUMMARY:x", 3, "no date on which it begins"),
        ("DTSTART:20261332", 4, "This is no date"),
        ("DTSTART:20260229", 4, "This is no date"),
        ("DTSTART:next Monday", 4, "This is no date"),
        ("DTSTART:20261124T080000Z", 4, "only whole days"),
        ("DTSTART;VALUE=DATE-TIME:20261124", 4, "only whole days"),
        ("DTSTART:20261124\nDTEND:20261120", 5, "ends before it begins"),
        ("DTSTART:20261124\nDURATION:PT8H", 5, "only whole days"),
        ("DTSTART:20261124\nDURATION:P0D", 5, "ends before it begins"),
        ("DTSTART:20261124\nDTEND:20261125\nDURATION:P1D", 6, "only one of them"),
        ("DTSTART:20261124\nRRULE:FREQ=WEEKLY", 5, "not understood"),
        ("DTSTART:20261124\nRRULE:FREQ=YEARLY;BYDAY=1MO", 5, "not understood"),
        ("DTSTART:20261124\nRRULE:FREQ=YEARLY;COUNT=3", 5, "not understood"),
        ("DTSTART:20261124\nEXDATE:20271124", 5, "not understood"),
        ("DTSTART:20261124\nDTSTART:20261125", 5, "says this twice"),
        ("DTSTART:20261124\n;;;", 5, "no iCalendar line"),
    ],
)
def test_what_cannot_be_taken_over_is_told_with_its_line(event, line, said):
    imported = read(calendar(event, TET))
    (problem,) = imported.problems
    assert problem.line == line
    assert said in problem.sentence.message
    assert any(found.name == "Tết Nguyên đán" for found in imported.exceptions)


def test_a_file_that_is_no_calendar_or_is_cut_off_is_told():
    assert "VCALENDAR" in read("Monday,holiday").problems[0].sentence.message
    assert read("").problems
    cut = read(calendar(TET, "DTSTART:20261124")[:-40])
    assert "cut off" in cut.problems[-1].sentence.message
    assert len(cut.exceptions) == 1


def test_too_many_events_are_told():
    days = [f"SUMMARY:{n}\nDTSTART:2026{1 + n % 12:02}01" for n in range(MOST_EVENTS + 9)]
    imported = read(calendar(*days))
    assert len(imported.exceptions) == MOST_EVENTS
    assert len(imported.problems) == 1


@given(st.text(alphabet=st.sampled_from('BEGIND:VT;=\n\r 2026/\\"Pş0'), max_size=300) | st.text())
def test_no_text_at_all_breaks_the_reader(text):
    read(text)
    read(calendar(text))
