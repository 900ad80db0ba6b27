"""A week as Vega-Lite specifications: the same dict draws in the browser, in mail and in print."""

from collections.abc import Iterable, Mapping
from typing import Any

from babel.dates import format_date

from reports.colours import QUIET, REST, VIDEO, colour_of
from reports.family.value import FamilyLetter
from reports.values import UNNAMED, DayUse, WeekSummary
from rules.policy import Privacy
from words.speech import NameOf, Speech

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
HOURS_SHOWN = [0, 6, 12, 18, 23]
MOST_SHOWN = 7
"""Categories drawn by themselves; more cannot be told apart."""

type Spec = dict[str, Any]


def minutes_by_day(summary: WeekSummary, speech: Speech, name_of: NameOf) -> Spec:
    """Draw the minutes of each day, stacked by category."""
    shown = [use.id for use in summary.categories if use.id != UNNAMED][:MOST_SHOWN]
    names = {name: name_of("category", name) for name in shown}
    rest = _rest(summary, speech)
    rows = [row for day in summary.days for row in _stack(day, names, rest, speech)]
    return _spec(speech.say("Minutes by day and category")) | {
        "data": {"values": rows},
        "height": 240,
        "mark": {"type": "bar", "cornerRadiusEnd": 3, "width": {"band": 0.66}},
        "encoding": {
            # Two lines: on a phone “Mon 23” beside “Tue 24” would run together.
            "x": _axis_of_days(summary, speech, label="split(datum.value, ' ')"),
            "y": {
                "field": "minutes",
                "type": "quantitative",
                "axis": _axis_of_minutes(speech),
            },
            "order": {"field": "order"},
            "color": {
                "field": "category",
                "type": "nominal",
                "scale": _colours(names, rest),
                "legend": {"orient": "bottom", "columns": 2, "title": None, "labelLimit": 260},
            },
            "tooltip": [
                {"field": "long_day", "title": speech.say("Day")},
                {"field": "category", "title": speech.say("Kind of site")},
                {"field": "said", "title": speech.say("Time online")},
            ],
        },
    }


def minutes_by_week(letter: FamilyLetter, speech: Speech, name_of: NameOf) -> Spec:
    """Draw the minutes of a week beside those of the weeks before, stacked by category."""
    week = letter.week
    shown = [use.id for use in week.categories if use.id != UNNAMED][:MOST_SHOWN]
    names, rest = {name: name_of("category", name) for name in shown}, _rest(week, speech)
    sums = [(each.first, each.by_category) for each in letter.earlier]
    sums.append((week.first, {use.id: use.minutes for use in week.categories}))
    labels = [format_date(first, "d.M.", locale=speech.language) for first, _ in sums]
    if speech.language == "vi":
        labels = [f"{first.day}/{first.month}" for first, _ in sums]
    rows = [
        {
            "week": label,
            "long_week": speech.say("From {day} on", day=first),
            "category": category,
            "order": order,
            "minutes": minutes,
            "said": speech.minutes(minutes),
        }
        for label, (first, by_category) in zip(labels, sums, strict=True)
        for order, category, minutes in _parts(by_category, names, rest)
    ]
    return _spec(speech.say("Minutes by week and category")) | {
        "data": {"values": rows},
        "height": 170,
        "mark": {"type": "bar", "cornerRadiusEnd": 3, "width": {"band": 0.5}},
        "encoding": {
            "x": {
                "field": "week",
                "type": "ordinal",
                "sort": labels,
                "scale": {"domain": labels},
                "axis": {"title": None, "labelAngle": 0},
            },
            "y": {
                "field": "minutes",
                "type": "quantitative",
                "axis": _axis_of_minutes(speech),
            },
            "order": {"field": "order"},
            "color": {
                "field": "category",
                "type": "nominal",
                "scale": _colours(names, rest),
                "legend": None,
            },
            "tooltip": [
                {"field": "long_week", "title": speech.say("Week")},
                {"field": "category", "title": speech.say("Kind of site")},
                {"field": "said", "title": speech.say("Time online")},
            ],
        },
    }


def heat_map(summary: WeekSummary, speech: Speech) -> Spec:
    """Draw when in the day the minutes fell: a row for each day, a column for each hour."""
    rows = [
        {
            "day": short_day(day, speech),
            "long_day": speech.day(day.day),
            "hour": hour,
            "at": f"{hour:02}:00-{hour:02}:59",
            "minutes": minutes,
            "said": speech.minutes(minutes),
        }
        for day in summary.days
        for hour, minutes in enumerate(day.by_hour)
    ]
    return _spec(speech.say("Minutes by hour of the day")) | {
        "data": {"values": rows},
        "height": 190,
        "mark": {"type": "rect", "cornerRadius": 2},
        "encoding": {
            "x": {
                "field": "hour",
                "type": "ordinal",
                "axis": {
                    "title": None,
                    "values": HOURS_SHOWN,
                    "labelAngle": 0,
                    "labelExpr": "datum.value + ':00'",
                    "labelOverlap": False,
                },
            },
            "y": _axis_of_days(summary, speech),
            "color": {
                "field": "minutes",
                "type": "quantitative",
                "scale": {
                    "domain": [0, 60],
                    "range": [f"{REST}22", VIDEO],
                    "interpolate": "rgb",
                },
                "legend": None,
            },
            "tooltip": [
                {"field": "long_day", "title": speech.say("Day")},
                {"field": "at", "title": speech.say("Hour")},
                {"field": "said", "title": speech.say("Time online")},
            ],
        },
    }


def short_day(day: DayUse, speech: Speech) -> str:
    """Name a day in a few letters, with its number: Mon 23."""
    pattern = "EEEEEE" if speech.language == "vi" else "EEE"
    weekday = format_date(day.day, pattern, locale=speech.language)
    return f"{weekday} {day.day.day}"


def _stack(day: DayUse, names: dict[str, str], rest: str, speech: Speech) -> list[Spec]:
    return [
        {
            "day": short_day(day, speech),
            "long_day": speech.day(day.day),
            "category": label,
            "order": order,
            "minutes": minutes,
            "said": speech.minutes(minutes),
        }
        for order, label, minutes in _parts(day.by_category, names, rest)
    ]


def _parts(
    by_category: Mapping[str, int], names: Mapping[str, str], rest: str
) -> Iterable[tuple[int, str, int]]:
    """Give a part for each category shown, and one for all the others together."""
    for place, (name, label) in enumerate(names.items()):
        if minutes := by_category.get(name, 0):
            yield place, label, minutes
    others = sum(minutes for name, minutes in by_category.items() if name not in names)
    if others:
        yield len(names), rest, others


def _rest(summary: WeekSummary, speech: Speech) -> str:
    """Name what is drawn in no colour of its own: all of it, where only minutes are agreed."""
    if summary.privacy is Privacy.MINUTES:
        return speech.say("Time online")
    return speech.say("Other sites")


def _axis_of_minutes(speech: Speech) -> Spec:
    return {"title": speech.say("minutes"), "tickCount": 4, "tickMinStep": 1, "format": "d"}


def _colours(names: Mapping[str, str], rest: str) -> Spec:
    return {"domain": [*names.values(), rest], "range": [*map(colour_of, names), REST]}


def _axis_of_days(summary: WeekSummary, speech: Speech, label: str = "datum.value") -> Spec:
    days = [short_day(day, speech) for day in summary.days]
    return {
        "field": "day",
        "type": "ordinal",
        "sort": days,
        "scale": {"domain": days},
        "axis": {"title": None, "labelAngle": 0, "labelOverlap": False, "labelExpr": label},
    }


def _spec(description: str) -> Spec:
    return {
        "$schema": SCHEMA,
        "description": description,
        "width": "container",
        "background": None,
        "config": {
            "view": {"stroke": None},
            "axis": {
                "labelColor": QUIET,
                "titleColor": QUIET,
                "gridColor": f"{REST}33",
                "domain": False,
                "ticks": False,
                "labelFontSize": 12,
            },
            "legend": {"labelColor": QUIET, "labelFontSize": 13, "symbolType": "circle"},
        },
    }
