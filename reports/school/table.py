"""A school letter as rows for a spreadsheet: one number a line, in words that stay the same."""

import csv
from collections.abc import Iterable
from io import StringIO

from reports.family.table import HEAD, MARK, Row, safe
from reports.school.value import SchoolLetter


def table(letter: SchoolLetter) -> str:
    """Write a letter as CSV: columns week, what, day, name, value, unit; UTF-8, for any program."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(HEAD)
    for row in rows(letter):
        writer.writerow([letter.first.isoformat(), *map(safe, row)])
    return MARK + file.getvalue()


def rows(letter: SchoolLetter) -> Iterable[Row]:
    """Give every number of a letter with what it is, without the week."""
    yield ("pupils", "", "", letter.pupils, "pupils")
    yield from _days(letter)
    for use in letter.uses:
        yield ("category", "", use.id, use.minutes, "minutes")
        yield ("category in lessons", "", use.id, use.lessons, "minutes")
    for site in letter.learning:
        yield ("learning site", "", site.site, site.pupils, "pupils")
    for stop in letter.stopped:
        yield ("stopped", "", stop.reason.value, stop.times, "minutes with an attempt")
    for count in letter.alerts:
        yield ("alerts", "", count.level.value, count.waiting + count.closed, "alerts")
    if letter.coverage is not None:
        yield ("coverage", "", "", letter.coverage, "percent")
    yield from _weeks(letter)
    for one in letter.classes:
        yield ("class", "", one.name, one.pupils, "pupils")
        yield ("class, days of pupils", "", one.name, one.pupil_days, "days")
        yield ("class, all", "", one.name, one.minutes, "minutes")
        yield ("class, in lessons", "", one.name, one.lessons, "minutes")


def _days(letter: SchoolLetter) -> Iterable[Row]:
    for day in letter.days:
        on = day.day.isoformat()
        yield ("there", on, "", day.seen, "pupils")
        yield ("all", on, "", day.minutes, "minutes")
        if letter.has_lessons:
            yield ("in lessons", on, "", day.lessons, "minutes")
            yield ("in breaks", on, "", day.breaks, "minutes")
        yield ("stopped", on, "", day.stopped, "minutes with an attempt")


def _weeks(letter: SchoolLetter) -> Iterable[Row]:
    for week in letter.term:
        on = week.first.isoformat()
        yield ("week, days of pupils", on, "", week.pupil_days, "days")
        yield ("week, all", on, "", week.minutes, "minutes")
        yield ("week, in lessons", on, "", week.lessons, "minutes")
        yield ("week, learning", on, "", week.learning, "minutes")
