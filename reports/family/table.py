"""A family letter as rows for a spreadsheet: one number a line, in words that stay the same."""

import csv
from collections.abc import Iterable
from datetime import datetime
from io import StringIO

from reports.family.value import FamilyLetter
from reports.weeks import local_day

HEAD = ("week", "what", "day", "name", "value", "unit")
MARK = "\ufeff"
"""Without it a well-known program takes Vietnamese for noise."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")

type Row = tuple[str, str, str, str | int, str]


def table(letter: FamilyLetter) -> str:
    """Write a letter as CSV: columns week, what, day, name, value, unit; UTF-8, for any program."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(HEAD)
    for row in rows(letter):
        writer.writerow([letter.week.first.isoformat(), *map(safe, row)])
    return MARK + file.getvalue()


def rows(letter: FamilyLetter) -> Iterable[Row]:
    """Give every number of a letter with what it is, without the week."""
    yield from _sums(letter)
    yield from _days(letter)
    yield from _asked(letter)
    for group in letter.week.stopped:
        yield ("stopped", "", group.reason.value, group.times, "minutes with an attempt")
    for site in letter.week.sites:
        yield ("site", "", site.site, site.minutes, "minutes")
    for new in letter.week.new_sites:
        yield ("new site", "", new.site, new.minutes, "minutes")
    for worry in letter.worries:
        day = _day(letter, worry.at)
        yield ("alert", day, f"{worry.category} ({worry.level})", worry.times, "times")
    for seen in letter.seen:
        if seen.percent is not None:
            yield ("coverage", "", seen.device, seen.percent, "percent")


def _sums(letter: FamilyLetter) -> Iterable[Row]:
    week = letter.week
    yield ("all", "", "", week.minutes, "minutes")
    if week.minutes_before is not None:
        yield ("all, the week before", "", "", week.minutes_before, "minutes")
    yield ("learning", "", "", letter.learning, "minutes")
    for use in week.categories:
        yield ("category", "", use.id or "other", use.minutes, "minutes")
    for use in week.services:
        yield ("service", "", use.id, use.minutes, "minutes")
    for each in letter.earlier:
        yield ("earlier week", each.first.isoformat(), "", each.minutes, "minutes")


def _days(letter: FamilyLetter) -> Iterable[Row]:
    days = letter.week.days
    for day in days:
        yield ("day", day.day.isoformat(), "", day.minutes, "minutes")
        for name, minutes in day.by_category.items() if letter.week.categories else ():
            yield ("day and category", day.day.isoformat(), name or "other", minutes, "minutes")
    for limit in letter.limits:
        # While a week runs, its days to come have no limit yet.
        for day, used, allowed in zip(days, limit.used, limit.allowed, strict=False):
            yield ("used of a limit", day.day.isoformat(), limit.scope, used, "minutes")
            yield ("limit", day.day.isoformat(), limit.scope, allowed, "minutes")
    if letter.nights:
        for day, late in zip(days, letter.nights.late, strict=True):
            yield ("after bedtime", day.day.isoformat(), "", late, "minutes")


def _asked(letter: FamilyLetter) -> Iterable[Row]:
    for ask in letter.asked:
        yield ("ask", _day(letter, ask.at), ask.scope, ask.state, "")
    for given in letter.week.given:
        day = _day(letter, given.since)
        yield ("given", day, given.scope, given.minutes, "minutes")
    for earned in letter.earned:
        yield ("earned", earned.day.isoformat(), earned.why, earned.minutes, "minutes")


def _day(letter: FamilyLetter, at: datetime) -> str:
    return local_day(at, letter.week.zone).isoformat()


def safe(cell: str | int) -> str | int:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
